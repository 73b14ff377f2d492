package dev.ocelli.engine.kernels;

import static dev.ocelli.engine.kernels.Lanes.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link ScalarMath} on vectors, bit for bit. */
final class VectorMath {
  private static final FloatVector ZERO = FloatVector.zero(F);
  private static final FloatVector INFINITY = FloatVector.broadcast(F, Float.POSITIVE_INFINITY);

  private VectorMath() {}

  static FloatVector exp(FloatVector x) {
    FloatVector rounded =
        x.fma(
            FloatVector.broadcast(F, ScalarMath.LOG2_E),
            FloatVector.broadcast(F, ScalarMath.ROUNDER));
    FloatVector whole = rounded.sub(ScalarMath.ROUNDER);
    FloatVector r =
        whole.fma(
            FloatVector.broadcast(F, -ScalarMath.LN2_LOW),
            whole.fma(FloatVector.broadcast(F, -ScalarMath.LN2_HIGH), x));
    FloatVector p = FloatVector.broadcast(F, ScalarMath.E4).fma(r, constant(ScalarMath.E3));
    p = p.fma(r, constant(ScalarMath.E2));
    p = p.fma(r, constant(ScalarMath.E1));
    p = p.fma(r, constant(ScalarMath.E0));
    p = p.fma(r.mul(r), r).add(1);
    IntVector n = rounded.reinterpretAsInts().sub(Float.floatToRawIntBits(ScalarMath.ROUNDER));
    IntVector half = n.lanewise(VectorOperators.ASHR, 1);
    FloatVector result = p.mul(power(half)).mul(power(n.sub(half)));
    VectorMask<Float> low = x.compare(VectorOperators.LT, ScalarMath.EXP_LOW);
    VectorMask<Float> high = x.compare(VectorOperators.GT, ScalarMath.EXP_HIGH);
    return result.blend(ZERO, low).blend(INFINITY, high);
  }

  static FloatVector silu(FloatVector x) {
    return x.div(exp(x.neg()).add(1));
  }

  static FloatVector geluTanh(FloatVector x) {
    FloatVector inner =
        x.mul(x.mul(x).fma(constant(ScalarMath.GELU_X3), constant(ScalarMath.GELU_X)));
    return x.div(exp(inner).add(1));
  }

  static FloatVector geluErf(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector t = constant(1).div(a.fma(constant(0.5f * ScalarMath.SQRT_HALF), constant(1)));
    FloatVector erfc = erfcPolynomial(t).mul(t).mul(exp(a.mul(a).mul(-0.5f)));
    FloatVector positive = ZERO.blend(x, x.compare(VectorOperators.GT, 0));
    return positive.sub(a.mul(0.5f).mul(erfc));
  }

  private static FloatVector erfcPolynomial(FloatVector t) {
    FloatVector p = constant(ScalarMath.C10).fma(t, constant(ScalarMath.C9));
    p = p.fma(t, constant(ScalarMath.C8));
    p = p.fma(t, constant(ScalarMath.C7));
    p = p.fma(t, constant(ScalarMath.C6));
    p = p.fma(t, constant(ScalarMath.C5));
    p = p.fma(t, constant(ScalarMath.C4));
    p = p.fma(t, constant(ScalarMath.C3));
    p = p.fma(t, constant(ScalarMath.C2));
    p = p.fma(t, constant(ScalarMath.C1));
    return p.fma(t, constant(ScalarMath.C0));
  }

  /** 2^n for exponents of normal numbers. */
  private static FloatVector power(IntVector n) {
    return n.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  private static FloatVector constant(float c) {
    return FloatVector.broadcast(F, c);
  }
}
