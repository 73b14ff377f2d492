package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;
import static dev.ocelli.engine.kernels.jit.Vec.xmm;
import static dev.ocelli.engine.kernels.jit.Vec.ymm;
import static dev.ocelli.engine.kernels.jit.Vec.zmm;

import dev.ocelli.engine.kernels.Arithmetic;

/**
 * Activations for {@link BfloatEmitter}: rounded to bfloat16, a dword a pair of columns. Needs
 * AVX512_BF16.
 */
final class BfloatActivations extends TiledActivations {
  /** Pairs that are converted together. */
  private static final int PAIRS = 16;

  BfloatActivations(Machine machine) {
    super(machine, "bf16_tile", 2, 1);
  }

  @Override
  public Arithmetic arithmetic() {
    return Arithmetic.BFLOAT16;
  }

  @Override
  byte[] emitEncoder(boolean windows) {
    Asm a = new Asm();
    Frame frame = Frame.enter(a, windows, 4 * PAIRS);
    Label rest = new Label();
    Label done = new Label();
    a.cmp(RDX, PAIRS);
    a.jl(rest);
    Label many = a.here();
    a.vmovups(zmm(0), Mem.at(RDI, 0));
    a.vmovups(zmm(1), Mem.at(RDI, 64));
    a.vcvtneps2bf16(ymm(0), zmm(0));
    a.vcvtneps2bf16(ymm(1), zmm(1));
    a.vmovups(Mem.at(RSP, 0), ymm(0));
    a.vmovups(Mem.at(RSP, 32), ymm(1));
    for (int i = 0; i < PAIRS; i++) {
      a.movd(RAX, Mem.at(RSP, 4 * i));
      a.movd(Mem.at(RSI, 0), RAX);
      a.add(RSI, RCX);
    }
    a.add(RDI, 8 * PAIRS);
    a.sub(RDX, PAIRS);
    a.cmp(RDX, PAIRS);
    a.jl(rest);
    a.jmp(many);
    a.bind(rest);
    a.test(RDX, RDX);
    a.jz(done);
    a.vpxor(xmm(0), xmm(0), xmm(0));
    a.vmovups(Mem.at(RSP, 0), xmm(0));
    Label one = a.here();
    a.mov(RAX, Mem.at(RDI, 0));
    a.mov(Mem.at(RSP, 0), RAX);
    a.vmovups(xmm(0), Mem.at(RSP, 0));
    a.vcvtneps2bf16(xmm(0), xmm(0));
    a.vmovd(Mem.at(RSI, 0), xmm(0));
    a.add(RDI, 8);
    a.add(RSI, RCX);
    a.dec(RDX);
    a.jnz(one);
    a.bind(done);
    frame.leave();
    return a.finish();
  }
}
