package dev.ocelli.engine.kernels;

/**
 * Transcendental functions in float32; {@link VectorMath} does the same operations in the same
 * order on vectors, so both give the same bits.
 */
final class ScalarMath {
  static final float LOG2_E = 1.44269504f;

  /** ln 2 in two parts: the first has few bits, so that its product with an exponent is exact. */
  static final float LN2_HIGH = 0.693359375f;

  static final float LN2_LOW = -2.12194440e-4f;

  /** Adding 1.5 * 2^23 rounds to the nearest whole number, which is then in the lowest bits. */
  static final float ROUNDER = 12582912f;

  /** Beyond these the result is 0 or infinite in float32. */
  static final float EXP_LOW = -104f;

  static final float EXP_HIGH = 89f;

  /* (e^r - 1 - r) / r^2 on |r| <= ln 2 / 2 with minimal relative error of e^r: 2^-28. */
  static final float E0 = 0.499999934126f;
  static final float E1 = 0.166665201086f;
  static final float E2 = 0.0416683941971f;
  static final float E3 = 0.00836878034018f;
  static final float E4 = 0.00138144674275f;

  static final float SQRT_HALF = 0.70710678f;

  /* erfc(z) e^(z^2) / t for t = 1 / (1 + z / 2) with minimal relative error: 2^-27. */
  static final float C0 = 0.28209459635f;
  static final float C1 = 0.282099329676f;
  static final float C2 = 0.24682489961f;
  static final float C3 = 0.175635693696f;
  static final float C4 = 0.0925424223277f;
  static final float C5 = -0.0579085984623f;
  static final float C6 = 0.131951739128f;
  static final float C7 = -0.457049106804f;
  static final float C8 = 0.496817416778f;
  static final float C9 = -0.236654853397f;
  static final float C10 = 0.0436464675244f;

  /* gelu_tanh(x) = x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)). */
  static final float GELU_X = -1.5957691216f;
  static final float GELU_X3 = -0.0713548162726f;

  private ScalarMath() {}

  /** {@code e^x}, at most 1 ulp off; denormal results, overflow to infinity and NaN included. */
  static float exp(float x) {
    if (x < EXP_LOW) {
      return 0;
    }
    if (x > EXP_HIGH) {
      return Float.POSITIVE_INFINITY;
    }
    float rounded = Math.fma(x, LOG2_E, ROUNDER);
    float whole = rounded - ROUNDER;
    float r = Math.fma(whole, -LN2_LOW, Math.fma(whole, -LN2_HIGH, x));
    float p = Math.fma(E4, r, E3);
    p = Math.fma(p, r, E2);
    p = Math.fma(p, r, E1);
    p = Math.fma(p, r, E0);
    p = Math.fma(p, r * r, r) + 1;
    /* 2^n in two factors, each of which is a normal number even where the result is not. */
    int n = Float.floatToRawIntBits(rounded) - Float.floatToRawIntBits(ROUNDER);
    int half = n >> 1;
    float a = Float.intBitsToFloat(half + 127 << 23);
    float b = Float.intBitsToFloat(n - half + 127 << 23);
    return p * a * b;
  }

  /** {@code x / (1 + e^-x)}. */
  static float silu(float x) {
    return x / (1 + exp(-x));
  }

  /** {@code 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))}. */
  static float geluTanh(float x) {
    float inner = x * Math.fma(x * x, GELU_X3, GELU_X);
    return x / (1 + exp(inner));
  }

  /** {@code 0.5 x (1 + erf(x / sqrt 2))} as {@code max(x, 0) - 0.5 |x| erfc(|x| / sqrt 2)}. */
  static float geluErf(float x) {
    float a = Math.abs(x);
    float t = 1 / Math.fma(a, 0.5f * SQRT_HALF, 1);
    float p = Math.fma(C10, t, C9);
    p = Math.fma(p, t, C8);
    p = Math.fma(p, t, C7);
    p = Math.fma(p, t, C6);
    p = Math.fma(p, t, C5);
    p = Math.fma(p, t, C4);
    p = Math.fma(p, t, C3);
    p = Math.fma(p, t, C2);
    p = Math.fma(p, t, C1);
    p = Math.fma(p, t, C0);
    float erfc = p * t * exp(a * a * -0.5f);
    float positive = x > 0 ? x : 0;
    return positive - a * 0.5f * erfc;
  }
}
