package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;
import static dev.ocelli.engine.kernels.jit.Vec.xmm;
import static dev.ocelli.engine.kernels.jit.Vec.ymm;

import dev.ocelli.engine.kernels.Arithmetic;

/**
 * Activations for {@link BlockType}s: signed bytes with one scale for 32 values, rounded as in
 * {@link SuperblockActivations}.
 *
 * <p>Dwords of 32 values: 8 with four a each; the scale da; {@code -128 * sum of a} as an integer;
 * {@code s = da * float(sum of a)}.
 */
final class BlockActivations extends TiledActivations {
  /** Number of the dword with the scale. */
  static final int SCALE = 8;

  /** Number of the dword that takes an offset of 128 from the sum of products. */
  static final int OFFSET_SHARE = 9;

  /** Number of the dword with the scaled sum. */
  static final int SCALED_SUM = 10;

  /** Dwords of a block. */
  static final int DWORDS = 11;

  BlockActivations(Machine machine) {
    super(machine, "q8_32", Unit.VALUES, DWORDS);
  }

  @Override
  public Arithmetic arithmetic() {
    return Arithmetic.INT8;
  }

  @Override
  byte[] emitEncoder(boolean windows) {
    Asm a = new Asm();
    Frame frame = Frame.enter(a, windows, 0);
    Quantizer q = new Quantizer(a);
    Label block = a.here();
    q.scales(4);
    for (int i = 0; i < 4; i++) {
      q.quantize(4 + i, 32 * i);
    }
    a.vpaddd(ymm(4), ymm(4), ymm(5));
    a.vpaddd(ymm(6), ymm(6), ymm(7));
    a.vpaddd(ymm(4), ymm(4), ymm(6));
    a.vextracti128(xmm(5), ymm(4), 1);
    a.vpaddd(xmm(4), xmm(4), xmm(5));
    a.vphaddd(xmm(4), xmm(4), xmm(4));
    a.vphaddd(xmm(4), xmm(4), xmm(4));
    q.store(xmm(Quantizer.SCALE));
    a.vpslld(xmm(5), xmm(4), BlockType.BYTE_OFFSET_SHIFT);
    a.vpxor(xmm(6), xmm(6), xmm(6));
    a.vpsubd(xmm(5), xmm(6), xmm(5));
    q.store(xmm(5));
    a.vcvtdq2ps(xmm(4), xmm(4));
    a.vmulps(xmm(4), xmm(4), xmm(Quantizer.SCALE));
    q.store(xmm(4));
    a.add(RDI, 4 * Unit.VALUES);
    a.dec(RDX);
    a.jnz(block);
    frame.leave();
    return a.finish();
  }
}
