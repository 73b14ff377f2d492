package dev.ocelli.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/** The functions of {@link ScalarMath} over all magnitudes, and {@link VectorMath} against it. */
class MathKernelTest {
  /** A prime: every 4099th float, about a million of all signs and exponents, NaN included. */
  private static final int STEP = 4099;

  private interface Unary {
    float apply(float x);
  }

  @Test
  void expIsWithinOneUlp() {
    float worst = 0;
    for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += STEP) {
      float x = Float.intBitsToFloat((int) bits);
      double exact = Math.exp(x);
      float y = ScalarMath.exp(x);
      if (Float.isNaN(x)) {
        assertThat(y).isNaN();
      } else if ((float) exact == y) {
        continue;
      } else {
        double ulp = Math.ulp((float) exact);
        worst = Math.max(worst, (float) (Math.abs(y - exact) / ulp));
      }
    }
    assertThat(worst).isLessThan(1f).isPositive();
    assertThat(ScalarMath.exp(0)).isEqualTo(1);
    assertThat(ScalarMath.exp(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(ScalarMath.exp(-1000)).isZero();
    assertThat(ScalarMath.exp(89)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(ScalarMath.exp(-103f)).isEqualTo(Float.MIN_VALUE);
  }

  @Test
  void siluIsWithinThreeUlp() {
    /* Where e^-x overflows, results of less than 3e-37 become zero. */
    bound(ScalarMath::silu, x -> x / (1 + Math.exp(-x)), 3, 4e-39);
  }

  @Test
  void geluTanhIsWithinFiveUlpOrTheRoundingOfItsExponent() {
    /* The exponent grows to 88, and its rounding error with it; results are then far below x. */
    bound(ScalarMath::geluTanh, MathKernelTest::geluTanh, 5, 4e-7);
  }

  @Test
  void geluErfIsWithinFiveUlpOrTheRoundingOfItsExponent() {
    bound(ScalarMath::geluErf, MathKernelTest::geluErf, 5, 4e-7);
  }

  /** The error in ulp of the result, or absolutely in units of x where that is larger. */
  private static void bound(Unary f, DoubleUnaryOperator exact, double ulps, double absolute) {
    for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += STEP) {
      float x = Float.intBitsToFloat((int) bits);
      if (Float.isNaN(x)) {
        assertThat(f.apply(x)).isNaN();
      } else if (Math.abs(x) < 1e30f) {
        double expected = exact.applyAsDouble(x);
        double allowed = Math.max(ulps * Math.ulp((float) expected), absolute * Math.abs(x));
        double error = Math.abs(f.apply(x) - expected);
        if (!(error <= allowed)) {
          assertThat(error).as("at %s", x).isLessThanOrEqualTo(allowed);
        }
      }
    }
  }

  private static double geluTanh(double x) {
    return x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  private static double geluErf(double x) {
    return x >= 0 ? x - x * upperTail(x) : x * upperTail(-x);
  }

  /** The normal distribution above x >= 0: series near 0, continued fraction far out. */
  private static double upperTail(double x) {
    double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    if (x < 3) {
      double term = x;
      double sum = x;
      for (int n = 1; n < 100; n++) {
        term *= x * x / (2 * n + 1);
        sum += term;
      }
      return 0.5 - density * sum;
    }
    double fraction = 0;
    for (int n = 200; n > 0; n--) {
      fraction = n / (x + fraction);
    }
    return density / (x + fraction);
  }

  @Test
  void vectorsHaveTheSameBitsInEveryLane() {
    same(ScalarMath::exp, VectorMath::exp);
    same(ScalarMath::silu, VectorMath::silu);
    same(ScalarMath::geluTanh, VectorMath::geluTanh);
    same(ScalarMath::geluErf, VectorMath::geluErf);
  }

  private static void same(Unary scalar, UnaryOperator<FloatVector> vector) {
    float[] in = new float[Lanes.L];
    float[] out = new float[Lanes.L];
    long bits = Integer.MIN_VALUE;
    while (bits <= Integer.MAX_VALUE) {
      for (int i = 0; i < in.length; i++, bits += STEP) {
        in[i] = Float.intBitsToFloat((int) bits);
      }
      vector.apply(FloatVector.fromArray(Lanes.F, in, 0)).intoArray(out, 0);
      for (int i = 0; i < in.length; i++) {
        float expected = scalar.apply(in[i]);
        if (Float.floatToIntBits(out[i]) != Float.floatToIntBits(expected)) {
          assertThat(out[i]).as("at %s", in[i]).isEqualTo(expected);
        }
      }
    }
  }
}
