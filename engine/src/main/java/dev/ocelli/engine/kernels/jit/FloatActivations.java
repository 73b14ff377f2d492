package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;
import static dev.ocelli.engine.kernels.jit.Vec.ymm;

/** Activations for {@link FloatEmitter}: float32, only arranged in tiles. */
final class FloatActivations extends TiledActivations {
  FloatActivations(Machine machine) {
    super(machine, "f32_tile", 1, 1);
  }

  @Override
  byte[] emitEncoder(boolean windows) {
    Asm a = new Asm();
    Frame frame = Frame.enter(a, windows, 0);
    Label rest = new Label();
    Label done = new Label();
    a.cmp(RCX, 4);
    a.jnz(rest);
    // One token: a copy.
    a.cmp(RDX, 8);
    a.jl(rest);
    Label copy = a.here();
    a.vmovups(ymm(0), Mem.at(RDI, 0));
    a.vmovups(Mem.at(RSI, 0), ymm(0));
    a.add(RDI, 32);
    a.add(RSI, 32);
    a.sub(RDX, 8);
    a.cmp(RDX, 8);
    a.jl(rest);
    a.jmp(copy);
    a.bind(rest);
    a.test(RDX, RDX);
    a.jz(done);
    Label one = a.here();
    a.movd(RAX, Mem.at(RDI, 0));
    a.movd(Mem.at(RSI, 0), RAX);
    a.add(RDI, 4);
    a.add(RSI, RCX);
    a.dec(RDX);
    a.jnz(one);
    a.bind(done);
    frame.leave();
    return a.finish();
  }
}
