package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;
import static dev.ocelli.engine.kernels.jit.Vec.xmm;
import static dev.ocelli.engine.kernels.jit.Vec.ymm;

/**
 * Emits the steps that turn float32 into signed bytes with a common scale. Needs AVX2 only.
 *
 * <p>RDI points to the values, RSI to the next dword of output, RCX has the bytes between dwords.
 * Registers 0 and 3 are scratch; {@link #SCALE} and {@link #INVERSE} hold results.
 */
final class Quantizer {
  /** Register whose lanes hold the scale. */
  static final int SCALE = 1;

  private static final int INVERSE = 2;

  /** 2^-119 as bits: 127 divided by it is finite. */
  private static final int LEAST = 0x04000000;

  private static final int ABSOLUTE = 0x7FFFFFFF;

  private final Asm a;

  Quantizer(Asm a) {
    this.a = a;
  }

  private Mem repeat(int dword) {
    byte[] b = new byte[32];
    for (int i = 0; i < 32; i++) {
      b[i] = (byte) (dword >> 8 * (i % 4));
    }
    return a.constant(b);
  }

  /**
   * Finds the scale of {@code 8 * vectors} values.
   *
   * <p>Magnitudes are compared as integers, which orders them and puts NaN above infinity.
   */
  void scales(int vectors) {
    a.vmovups(ymm(0), repeat(LEAST));
    a.vmovups(ymm(3), repeat(ABSOLUTE));
    for (int i = 0; i < vectors; i++) {
      a.vpand(ymm(INVERSE), ymm(3), Mem.at(RDI, 32 * i));
      a.vpmaxud(ymm(0), ymm(0), ymm(INVERSE));
    }
    a.vextracti128(xmm(3), ymm(0), 1);
    a.vpmaxud(xmm(0), xmm(0), xmm(3));
    a.vpshufd(xmm(3), xmm(0), 0b01_00_11_10);
    a.vpmaxud(xmm(0), xmm(0), xmm(3));
    a.vpshufd(xmm(3), xmm(0), 0b10_11_00_01);
    a.vpmaxud(xmm(0), xmm(0), xmm(3));
    a.vmovups(xmm(3), repeat(Float.floatToRawIntBits(127f)));
    a.vdivps(xmm(SCALE), xmm(0), xmm(3));
    a.vdivps(xmm(INVERSE), xmm(3), xmm(0));
    a.vbroadcastss(ymm(INVERSE), xmm(INVERSE));
  }

  /** Rounds eight values to integers in a register, and stores them as two dwords of bytes. */
  void quantize(int register, int disp) {
    Vec q = ymm(register);
    a.vmulps(q, ymm(INVERSE), Mem.at(RDI, disp));
    a.vcvtps2dq(q, q);
    a.vpackssdw(ymm(3), q, q);
    a.vpacksswb(ymm(3), ymm(3), ymm(3));
    store(xmm(3));
    a.vextracti128(xmm(3), ymm(3), 1);
    store(xmm(3));
  }

  /** Stores the lowest dword and moves on. */
  void store(Vec v) {
    a.vmovd(Mem.at(RSI, 0), v);
    a.add(RSI, RCX);
  }
}
