package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

/**
 * Emits one step of a blockwise softmax over the rows {@code [key][32 queries]} of a block of
 * scores, a query a lane.
 *
 * <p>Arithmetic of a lane, in base 2: {@code m' = max(m, scale * max of s)}, {@code f = 2^(m -
 * m')}, {@code w[k] = 2^(scale * s[k] - m')} for ascending k, {@code sum' = sum * f + w[0] + w[1] +
 * ...} from left to right. {@code 2^x} is a polynomial of degree 6, within 2 units in the last
 * place, or of degree 4 where weights are rounded to bfloat16; exponents below -100 count as -100,
 * which is nothing beside the largest weight, 1.
 *
 * <p>General registers: RDI scores, RSI weights, RDX state (maxima, sums, factors, 32 floats each,
 * then the scale), RCX keys; RAX score, RBX weight, R10 counter. Vectors: 0 and 1 maxima, later
 * negated; 2 and 3 sums; 4 scale; 5 and 6 constants; from 7 on four for each vector of lanes.
 */
final class SoftmaxEmitter {
  /** Bytes of the state. */
  static final int STATE_BYTES = 4 * (3 * 32 + 16);

  /** Offsets in the state. */
  static final int SUMS = 128;

  static final int FACTORS = 256;
  static final int SCALE = 384;

  private static final int ROW_BYTES = 128;
  private static final int VECTORS = 2;
  private static final float ROUNDER = 12582912f;
  private static final float LEAST = -100f;

  /** Of 2^x on [-0.5, 0.5], the highest power first. */
  private static final float[] POLYNOMIAL = {
    1.5403530e-4f, 1.3333558e-3f, 9.6181291e-3f, 5.5504109e-2f, 2.4022651e-1f, 6.9314718e-1f, 1f
  };

  /** The same for weights that are rounded to bfloat16: the largest relative error is 2.9e-6. */
  private static final float[] SHORT_POLYNOMIAL = {
    9.5828733e-3f, 5.5906481e-2f, 2.4024099e-1f, 6.9312419e-1f, 1f
  };

  private final Isa isa;
  private final boolean bfloat;
  private final Asm a = new Asm();

  SoftmaxEmitter(Isa isa, boolean bfloat) {
    this.isa = isa;
    this.bfloat = bfloat;
  }

  byte[] emit() {
    Frame frame = Frame.enter(a, isa.windows(), 0);
    for (int at = 0; at < ROW_BYTES; at += VECTORS * isa.width()) {
      lanes(at);
    }
    frame.leave();
    return a.finish();
  }

  private Vec high(int v) {
    return isa.vec(v);
  }

  private Vec sum(int v) {
    return isa.vec(2 + v);
  }

  private Vec scale() {
    return isa.vec(4);
  }

  private Vec rounder() {
    return isa.vec(5);
  }

  private Vec least() {
    return isa.vec(6);
  }

  /** One of the four registers for a vector of lanes. */
  private Vec own(int v, int which) {
    return isa.vec(7 + 4 * v + which);
  }

  private Mem repeat(float x) {
    return isa.repeat(a, Float.floatToRawIntBits(x));
  }

  /**
   * Emits the adding of a block's results to earlier ones: {@code state = state * factor + result},
   * rows of 32 lanes. Arguments: {@code (result, state, factors, rows)}.
   */
  byte[] emitAccumulation() {
    Frame frame = Frame.enter(a, isa.windows(), 0);
    int vectors = ROW_BYTES / isa.width();
    for (int v = 0; v < vectors; v++) {
      a.vmovups(isa.vec(v), Mem.at(RDX, v * isa.width()));
    }
    Label loop = a.here();
    for (int v = 0; v < vectors; v++) {
      Vec x = isa.vec(vectors + v);
      a.vmovups(x, Mem.at(RDI, v * isa.width()));
      a.vfmadd231ps(x, isa.vec(v), Mem.at(RSI, v * isa.width()));
      a.vmovups(Mem.at(RSI, v * isa.width()), x);
    }
    a.add(RDI, ROW_BYTES);
    a.add(RSI, ROW_BYTES);
    a.dec(RCX);
    a.jnz(loop);
    frame.leave();
    return a.finish();
  }

  /** All keys for the lanes that begin at a byte of the rows. */
  private void lanes(int at) {
    a.vbroadcastss(scale(), Mem.at(RDX, SCALE));
    a.vmovups(rounder(), repeat(ROUNDER));
    a.vmovups(least(), repeat(LEAST));
    for (int v = 0; v < VECTORS; v++) {
      a.vmovups(high(v), Mem.at(RDI, at + v * isa.width()));
    }
    a.mov(RAX, RDI);
    a.mov(R10, RCX);
    Label most = a.here();
    for (int v = 0; v < VECTORS; v++) {
      a.vmaxps(high(v), high(v), Mem.at(RAX, at + v * isa.width()));
    }
    a.add(RAX, ROW_BYTES);
    a.dec(R10);
    a.jnz(most);
    for (int v = 0; v < VECTORS; v++) {
      int lane = at + v * isa.width();
      Vec before = own(v, 3);
      a.vmulps(high(v), high(v), scale());
      a.vmovups(before, Mem.at(RDX, lane));
      a.vmaxps(high(v), high(v), before);
      a.vmovups(Mem.at(RDX, lane), high(v));
      a.vsubps(own(v, 0), before, high(v));
      power(v);
      a.vmovups(Mem.at(RDX, FACTORS + lane), own(v, 2));
      a.vmulps(sum(v), own(v, 2), Mem.at(RDX, SUMS + lane));
      // 0 - x, not a change of sign: the same bits for all that follows.
      a.vpxor(own(v, 0), own(v, 0), own(v, 0));
      a.vsubps(high(v), own(v, 0), high(v));
    }
    a.mov(RAX, RDI);
    a.mov(RBX, RSI);
    if (bfloat) {
      pairs(at);
    } else {
      a.mov(R10, RCX);
      Label loop = a.here();
      for (int v = 0; v < VECTORS; v++) {
        weight(v, at + v * isa.width());
        a.vmovups(Mem.at(RBX, at + v * isa.width()), own(v, 2));
      }
      a.add(RAX, ROW_BYTES);
      a.add(RBX, ROW_BYTES);
      a.dec(R10);
      a.jnz(loop);
    }
    for (int v = 0; v < VECTORS; v++) {
      a.vmovups(Mem.at(RDX, SUMS + at + v * isa.width()), sum(v));
    }
  }

  /** Weights rounded to bfloat16, two keys a dword. */
  private void pairs(int at) {
    Label rest = new Label();
    Label done = new Label();
    a.mov(R10, RCX);
    a.shr(R10, 1);
    a.test(R10, R10);
    a.jz(rest);
    Label loop = a.here();
    for (int v = 0; v < VECTORS; v++) {
      int lane = at + v * isa.width();
      Vec even = own(v, 3);
      weight(v, lane);
      a.vcvtneps2bf16(even.as(32), own(v, 2));
      a.vpmovzxwd(even, even.as(32));
      weight(v, ROW_BYTES + lane);
      a.vcvtneps2bf16(own(v, 2).as(32), own(v, 2));
      a.vpmovzxwd(own(v, 2), own(v, 2).as(32));
      a.vpslld(own(v, 2), own(v, 2), 16);
      a.vpor(even, even, own(v, 2));
      a.vmovups(Mem.at(RBX, lane), even);
    }
    a.add(RAX, 2 * ROW_BYTES);
    a.add(RBX, ROW_BYTES);
    a.dec(R10);
    a.jnz(loop);
    a.bind(rest);
    a.mov(R10, RCX);
    a.and(R10, 1);
    a.jz(done);
    for (int v = 0; v < VECTORS; v++) {
      int lane = at + v * isa.width();
      weight(v, lane);
      a.vcvtneps2bf16(own(v, 2).as(32), own(v, 2));
      a.vpmovzxwd(own(v, 2), own(v, 2).as(32));
      a.vmovups(Mem.at(RBX, lane), own(v, 2));
    }
    a.bind(done);
  }

  /** The weight of the score at {@code RAX + disp}, also added to the sum. */
  private void weight(int v, int disp) {
    a.vmovups(own(v, 0), Mem.at(RAX, disp));
    a.vfmadd213ps(own(v, 0), scale(), high(v));
    power(v);
    a.vaddps(sum(v), sum(v), own(v, 2));
  }

  /** {@code own 2 = 2^(own 0)}; uses 1. NaN stays NaN: the second operand of max wins. */
  private void power(int v) {
    Vec x = own(v, 0);
    Vec n = own(v, 1);
    Vec p = own(v, 2);
    a.vmaxps(x, least(), x);
    a.vaddps(n, x, rounder());
    a.vsubps(p, n, rounder());
    a.vsubps(x, x, p);
    float[] polynomial = bfloat ? SHORT_POLYNOMIAL : POLYNOMIAL;
    a.vmovups(p, repeat(polynomial[0]));
    for (int i = 1; i < polynomial.length; i++) {
      a.vfmadd213ps(p, x, repeat(polynomial[i]));
    }
    a.vpslld(n, n, 23);
    a.vpaddd(p, p, n);
  }
}
