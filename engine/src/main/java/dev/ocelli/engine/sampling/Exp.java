package dev.ocelli.engine.sampling;

/**
 * The exponential function for softmax weights: the same bits on every platform (plain IEEE
 * multiplications and additions only, where {@code Math.exp} may differ by machine) and several
 * times faster than {@code StrictMath.exp}.
 */
public final class Exp {
  private static final int STEPS = 32;
  private static final double STEPS_PER_LN2 = STEPS / 0.6931471805599453;
  // ln 2 / 32 in two parts: the high one ends in 21 zero bits, so that k times it is exact for the
  // whole numbers k of up to 16 bits that occur.
  private static final double HIGH = 0x1.62e42feep-6;
  private static final double LOW = 0x1.a39ef35793c76p-38;
  // Adding this puts the nearest whole number into the low mantissa bits.
  private static final double ROUND = 0x1.8p52;

  /** 2^(j / 32). */
  private static final double[] POWERS = new double[STEPS];

  static {
    for (int j = 0; j < STEPS; j++) {
      POWERS[j] = StrictMath.pow(2, j / (double) STEPS);
    }
  }

  private Exp() {}

  /**
   * e^x for x of 0 or below, minus infinity included; 0 for x below -708, where doubles become
   * denormal. Within 2 units in the last place.
   */
  public static double ofNonPositive(double x) {
    if (!(x >= -708)) {
      return 0;
    }
    // x = k ln 2 / 32 + r with |r| <= ln 2 / 64; e^x = 2^(k / 32) e^r.
    double shifted = x * STEPS_PER_LN2 + ROUND;
    double k = shifted - ROUND;
    double r = (x - k * HIGH) - k * LOW;
    // Taylor series of e^r - 1 to r^6 / 6!; the next term is below 2^-58.
    double p = 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r;
    int step = (int) k;
    double power = POWERS[step & (STEPS - 1)];
    return (power + power * p) * Double.longBitsToDouble((1023L + (step >> 5)) << 52);
  }
}
