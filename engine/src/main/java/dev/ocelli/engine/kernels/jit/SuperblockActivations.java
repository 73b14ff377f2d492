package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;
import static dev.ocelli.engine.kernels.jit.Vec.xmm;
import static dev.ocelli.engine.kernels.jit.Vec.ymm;

import dev.ocelli.engine.kernels.Arithmetic;

/**
 * Activations for {@link SuperblockType}s: signed bytes with one scale for 256 values.
 *
 * <pre>
 *   m    = max(max |x[i]|, 2^-119)
 *   da   = m / 127
 *   a[i] = round(x[i] * (127 / m)), ties to even, within -127..127
 * </pre>
 *
 * The lower bound of m keeps 127 / m finite. Where x has an infinity or NaN, da is not finite, so
 * the product is not finite either.
 *
 * <p>Dwords of 256 values: 64 with four a each; {@link #SCALE}; sums of a over 32 values, as pairs
 * of words; sums over 16 values, as pairs of words.
 */
final class SuperblockActivations extends TiledActivations {
  /** Number of the dword with the scale. */
  static final int SCALE = 64;

  /** Dwords of a superblock. */
  static final int DWORDS = 77;

  SuperblockActivations(Machine machine) {
    super(machine, "q8_k", SuperblockType.VALUES, DWORDS);
  }

  /** Number of the dword with the sums over pair p of sub-blocks of 16 or 32 values. */
  static int sums(int subBlock, int p) {
    return SCALE + 1 + (subBlock == 32 ? p : 4 + p);
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
    Label superblock = a.here();
    q.scales(32);
    for (int g = 0; g < 4; g++) {
      for (int i = 0; i < 8; i++) {
        q.quantize(4 + i, 32 * (8 * g + i));
      }
      // Registers 4 to 11: eight values each. Neighbours have 16; three steps add up the lanes.
      for (int i = 0; i < 4; i++) {
        a.vpaddd(ymm(4 + i), ymm(4 + 2 * i), ymm(5 + 2 * i));
      }
      a.vphaddd(ymm(4), ymm(4), ymm(5));
      a.vphaddd(ymm(6), ymm(6), ymm(7));
      a.vphaddd(ymm(4), ymm(4), ymm(6));
      a.vextracti128(xmm(5), ymm(4), 1);
      a.vpaddd(xmm(12 + g), xmm(4), xmm(5));
    }
    q.store(xmm(Quantizer.SCALE));
    for (int g = 0; g < 4; g++) {
      a.vphaddd(xmm(3), xmm(12 + g), xmm(12 + g));
      a.vpackssdw(xmm(3), xmm(3), xmm(3));
      q.store(xmm(3));
    }
    for (int g = 0; g < 4; g++) {
      a.vpackssdw(xmm(3), xmm(12 + g), xmm(12 + g));
      q.store(xmm(3));
      a.vpshufd(xmm(3), xmm(3), 1);
      q.store(xmm(3));
    }
    a.add(RDI, 4 * SuperblockType.VALUES);
    a.dec(RDX);
    a.jnz(superblock);
    frame.leave();
    return a.finish();
  }
}
