package dev.ocelli.engine.kernels.jit;

/** Emits {@code e^x}: the arithmetic of {@code ScalarMath.exp}, with the same bits. */
final class Exponential {
  /** Registers it overwrites beside x. */
  static final int SCRATCH = 5;

  /** Beyond these e^x is 0 or infinite whatever x is. */
  private static final float LEAST = -105f;

  private static final float MOST = 90f;

  private final Asm a;
  private final Isa isa;
  private final RowConstants c;
  private final int scratch;

  /**
   * @param scratch number of the first of {@link #SCRATCH} registers
   */
  Exponential(Asm asm, Isa isa, RowConstants constants, int scratch) {
    a = asm;
    this.isa = isa;
    c = constants;
    this.scratch = scratch;
  }

  private Mem repeat(float x) {
    return isa.repeat(a, Float.floatToRawIntBits(x));
  }

  /** {@code x = e^x}. NaN passes through min and max. */
  void emit(Vec x) {
    Vec rounded = isa.vec(scratch);
    Vec r = isa.vec(scratch + 1);
    Vec p = isa.vec(scratch + 2);
    Vec n = isa.vec(scratch + 3);
    Vec half = isa.vec(scratch + 4);
    a.vmovups(r, repeat(LEAST));
    a.vmaxps(x, r, x);
    a.vmovups(r, repeat(MOST));
    a.vminps(x, r, x);
    a.vmovups(rounded, repeat(c.rounder()));
    a.vfmadd231ps(rounded, x, repeat(c.log2e()));
    a.vsubps(half, rounded, repeat(c.rounder()));
    a.vmovups(r, x);
    a.vfmadd231ps(r, half, repeat(-c.ln2High()));
    a.vfmadd231ps(r, half, repeat(-c.ln2Low()));
    a.vmovups(p, repeat(c.exp()[0]));
    for (int i = 1; i < c.exp().length; i++) {
      a.vfmadd213ps(p, r, repeat(c.exp()[i]));
    }
    a.vmulps(half, r, r);
    a.vfmadd213ps(p, half, r);
    a.vaddps(p, p, repeat(1));
    a.vpsubd(n, rounded, isa.repeat(a, Float.floatToRawIntBits(c.rounder())));
    a.vpsrad(half, n, 1);
    a.vpsubd(n, n, half);
    power(half);
    power(n);
    a.vmulps(p, p, half);
    a.vmulps(x, p, n);
  }

  /** 2^n of an integer that is a normal number's exponent. */
  private void power(Vec n) {
    a.vpaddd(n, n, isa.repeat(a, 127));
    a.vpslld(n, n, 23);
  }
}
