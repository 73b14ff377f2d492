package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

/**
 * Emits operations on a row of float32 values, 16 at a time: the arithmetic of {@code ScalarOps},
 * value by value, with the same bits.
 *
 * <p>Sums have 16 partial sums, value i in sum {@code i % 16}. Every function gets {@code (RDI,
 * RSI, RDX, RCX)} as its own comment says and in R8 the number of values over 16.
 */
final class RowEmitter {
  /** Values of a step. */
  static final int STEP = 16;

  private static final int STEP_BYTES = 4 * STEP;
  private static final int SIGN = 0x80000000;
  private static final int MAGNITUDE = 0x7FFFFFFF;

  private final Isa isa;
  private final Asm a = new Asm();

  RowEmitter(Isa isa) {
    this.isa = isa;
  }

  private interface Body {
    /** Emits a step for one vector of lanes at a byte displacement. */
    void emit(int disp);
  }

  private Vec vec(int index) {
    return isa.vec(index);
  }

  private Mem repeat(float x) {
    return isa.repeat(a, Float.floatToRawIntBits(x));
  }

  /** A loop over R8 steps; the registers are pointers that advance. */
  private byte[] loop(Runnable before, Body body, Runnable after, Gpr... pointers) {
    Frame frame = Frame.enter(a, isa.windows(), 0);
    before.run();
    Label loop = a.here();
    for (int at = 0; at < STEP_BYTES; at += isa.width()) {
      body.emit(at);
    }
    for (Gpr p : pointers) {
      a.add(p, STEP_BYTES);
    }
    a.dec(R8);
    a.jnz(loop);
    after.run();
    frame.leave();
    return a.finish();
  }

  private static void nothing() {}

  private int half(int disp) {
    return disp / isa.width();
  }

  private void clearSums() {
    for (int i = 0; i < STEP_BYTES / isa.width(); i++) {
      a.vpxor(vec(i), vec(i), vec(i));
    }
  }

  private void storeSums() {
    for (int i = 0; i < STEP_BYTES / isa.width(); i++) {
      a.vmovups(Mem.at(RSI, i * isa.width()), vec(i));
    }
  }

  /** {@code (values, 16 partial sums)}. */
  byte[] sum() {
    return loop(
        this::clearSums,
        d -> a.vaddps(vec(half(d)), vec(half(d)), Mem.at(RDI, d)),
        this::storeSums,
        RDI);
  }

  /** Of differences from a mean: {@code (values, 16 partial sums, mean)}. */
  byte[] squares() {
    return loop(
        () -> {
          clearSums();
          a.vbroadcastss(vec(3), Mem.at(RDX, 0));
        },
        d -> {
          a.vmovups(vec(2), Mem.at(RDI, d));
          a.vsubps(vec(2), vec(2), vec(3));
          a.vfmadd231ps(vec(half(d)), vec(2), vec(2));
        },
        this::storeSums,
        RDI);
  }

  /** {@code out = values * factor * weight}: {@code (values, weight, out, factor)}. */
  byte[] scale() {
    return loop(
        () -> a.vbroadcastss(vec(3), Mem.at(RCX, 0)),
        d -> {
          a.vmulps(vec(0), vec(3), Mem.at(RDI, d));
          a.vmulps(vec(0), vec(0), Mem.at(RSI, d));
          a.vmovups(Mem.at(RDX, d), vec(0));
        },
        RowEmitter::nothing,
        RDI,
        RSI,
        RDX);
  }

  /**
   * {@code out = (values - mean) * factor * weight + bias}: {@code (values, weight, out, mean then
   * factor), R9 bias}.
   */
  byte[] affine() {
    return loop(
        () -> {
          a.vbroadcastss(vec(3), Mem.at(RCX, 0));
          a.vbroadcastss(vec(4), Mem.at(RCX, 4));
        },
        d -> {
          a.vmovups(vec(0), Mem.at(RDI, d));
          a.vsubps(vec(0), vec(0), vec(3));
          a.vmulps(vec(0), vec(0), vec(4));
          a.vmovups(vec(1), Mem.at(R9, d));
          a.vfmadd231ps(vec(1), vec(0), Mem.at(RSI, d));
          a.vmovups(Mem.at(RDX, d), vec(1));
        },
        RowEmitter::nothing,
        RDI,
        RSI,
        RDX,
        R9);
  }

  /** Rotates halves in place: {@code (first half, second half, cos, sin)}. */
  byte[] rope() {
    return loop(
        RowEmitter::nothing,
        d -> {
          a.vmovups(vec(0), Mem.at(RDI, d));
          a.vmovups(vec(1), Mem.at(RSI, d));
          a.vmovups(vec(2), Mem.at(RDX, d));
          a.vmovups(vec(3), Mem.at(RCX, d));
          a.vmulps(vec(4), vec(1), vec(3));
          a.vpxor(vec(4), vec(4), isa.repeat(a, SIGN));
          a.vfmadd231ps(vec(4), vec(0), vec(2));
          a.vmulps(vec(5), vec(0), vec(3));
          a.vfmadd231ps(vec(5), vec(1), vec(2));
          a.vmovups(Mem.at(RDI, d), vec(4));
          a.vmovups(Mem.at(RSI, d), vec(5));
        },
        RowEmitter::nothing,
        RDI,
        RSI,
        RDX,
        RCX);
  }

  /** {@code x += y}: {@code (x, y)}. */
  byte[] add() {
    return loop(
        RowEmitter::nothing,
        d -> {
          a.vmovups(vec(0), Mem.at(RDI, d));
          a.vaddps(vec(0), vec(0), Mem.at(RSI, d));
          a.vmovups(Mem.at(RDI, d), vec(0));
        },
        RowEmitter::nothing,
        RDI,
        RSI);
  }

  /** {@code x = fma(factor, y, x)}: {@code (x, y, factor)}. */
  byte[] addScaled() {
    return loop(
        () -> a.vbroadcastss(vec(3), Mem.at(RDX, 0)),
        d -> {
          a.vmovups(vec(0), Mem.at(RDI, d));
          a.vfmadd231ps(vec(0), vec(3), Mem.at(RSI, d));
          a.vmovups(Mem.at(RDI, d), vec(0));
        },
        RowEmitter::nothing,
        RDI,
        RSI);
  }

  /** {@code out = gate / (1 + e^-gate) * up}: {@code (gate, up, out)}. */
  byte[] swiglu(RowConstants c) {
    return loop(
        RowEmitter::nothing,
        d -> {
          a.vmovups(vec(0), Mem.at(RDI, d));
          a.vpxor(vec(1), vec(0), isa.repeat(a, SIGN));
          sigmoidDenominator(c);
          a.vdivps(vec(0), vec(0), vec(1));
          a.vmulps(vec(0), vec(0), Mem.at(RSI, d));
          a.vmovups(Mem.at(RDX, d), vec(0));
        },
        RowEmitter::nothing,
        RDI,
        RSI,
        RDX);
  }

  /** In place: {@code (x)}. */
  byte[] geluTanh(RowConstants c) {
    return loop(
        RowEmitter::nothing,
        d -> {
          a.vmovups(vec(0), Mem.at(RDI, d));
          a.vmulps(vec(1), vec(0), vec(0));
          a.vmovups(vec(2), repeat(c.geluX()));
          a.vfmadd231ps(vec(2), vec(1), repeat(c.geluX3()));
          a.vmulps(vec(1), vec(0), vec(2));
          sigmoidDenominator(c);
          a.vdivps(vec(0), vec(0), vec(1));
          a.vmovups(Mem.at(RDI, d), vec(0));
        },
        RowEmitter::nothing,
        RDI);
  }

  /** In place: {@code (x)}. */
  byte[] geluErf(RowConstants c) {
    return loop(
        RowEmitter::nothing,
        d -> {
          Vec x = vec(0);
          Vec abs = vec(7);
          Vec t = vec(8);
          Vec p = vec(9);
          a.vmovups(x, Mem.at(RDI, d));
          a.vpand(abs, x, isa.repeat(a, MAGNITUDE));
          a.vmovups(t, repeat(1));
          a.vmovups(p, t);
          a.vfmadd231ps(t, abs, repeat(c.halfRootHalf()));
          a.vdivps(t, p, t);
          a.vmovups(p, repeat(c.erfc()[0]));
          for (int i = 1; i < c.erfc().length; i++) {
            a.vfmadd213ps(p, t, repeat(c.erfc()[i]));
          }
          a.vmulps(p, p, t);
          a.vmulps(vec(1), abs, abs);
          a.vmulps(vec(1), vec(1), repeat(-0.5f));
          new Exponential(a, isa, c, 2).emit(vec(1));
          a.vmulps(p, p, vec(1));
          a.vpxor(t, t, t);
          // Of two zeros and of NaN the second operand is taken.
          a.vmaxps(x, x, t);
          a.vmulps(abs, abs, repeat(0.5f));
          a.vmulps(abs, abs, p);
          a.vsubps(x, x, abs);
          a.vmovups(Mem.at(RDI, d), x);
        },
        RowEmitter::nothing,
        RDI);
  }

  /** Register 1 becomes {@code e^(itself) + 1}; 2 to 6 are scratch. */
  private void sigmoidDenominator(RowConstants c) {
    new Exponential(a, isa, c, 2).emit(vec(1));
    a.vaddps(vec(1), vec(1), repeat(1));
  }
}
