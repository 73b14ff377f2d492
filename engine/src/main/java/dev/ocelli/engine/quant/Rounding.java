package dev.ocelli.engine.quant;

/** What the quantizers of blocks have in common. */
final class Rounding {
  private Rounding() {}

  /** The first value of greatest magnitude, with its sign. */
  static float farthestFromZero(float[] x, int at, int n) {
    float best = 0;
    for (int j = at; j < at + n; j++) {
      if (Math.abs(x[j]) > Math.abs(best)) {
        best = x[j];
      }
    }
    return best;
  }

  static float min(float[] x, int at, int n) {
    float m = x[at];
    for (int j = at + 1; j < at + n; j++) {
      m = Math.min(m, x[j]);
    }
    return m;
  }

  static float max(float[] x, int at, int n) {
    float m = x[at];
    for (int j = at + 1; j < at + n; j++) {
      m = Math.max(m, x[j]);
    }
    return m;
  }

  /** To the nearest whole number, halves away from zero. */
  static int halfAway(float x) {
    int r = (int) (Math.abs((double) x) + 0.5);
    return x < 0 ? -r : r;
  }

  /** To the nearest whole number, halves to even; for magnitudes below 2^22. */
  static int nearestEven(float x) {
    // Adding 1.5 * 2^23 leaves no bits for fractions.
    return (Float.floatToRawIntBits(x + 12582912f) & 0x7fffff) - 0x400000;
  }

  /** The same, kept from least to most. */
  static int nearestEven(float x, int least, int most) {
    return Math.max(least, Math.min(most, nearestEven(x)));
  }

  /** The upper half of a float's bits, rounded to nearest even; NaN stays NaN. */
  static short bf16(float x) {
    int bits = Float.floatToRawIntBits(x);
    if (Float.isNaN(x)) {
      return (short) (bits >> 16 | 64);
    }
    return (short) ((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  }
}
