package dev.ocelli.engine.vision;

/**
 * The fixed-point weights of an antialiased bicubic kernel along one axis (QWEN3VL section 5.2).
 *
 * <p>Output {@code i} is {@code clamp((half + sum over j of weights[i * taps + j] * pixel[first[i]
 * + j]) >> bits)}, where {@code half = 1 << (bits - 1)}.
 *
 * @param bits binary places of the weights
 * @param taps weights per output, as many as the widest kernel has; the rest is zero
 * @param first per output, the first input; {@code first[i] + count[i]} is at most the input size
 * @param count per output, the number of weights in use
 * @param weights {@code [outputs, taps]}
 */
record AxisWeights(int bits, int taps, int[] first, int[] count, int[] weights) {

  /** Binary places that Pillow uses, and that torchvision uses at most. */
  private static final int MAX_BITS = 22;

  /** The kernel's free parameter: Catmull-Rom. */
  private static final double A = -0.5;

  /** Computes the weights of an axis of {@code in} pixels resized to {@code out} pixels. */
  static AxisWeights of(int in, int out, Resampler.Precision precision) {
    double scale = (double) in / out;
    double filterScale = Math.max(scale, 1);
    double support = 2 * filterScale;
    int[] first = new int[out];
    int[] count = new int[out];
    int taps = 0;
    for (int i = 0; i < out; i++) {
      double center = (i + 0.5) * scale;
      first[i] = Math.max((int) (center - support + 0.5), 0);
      count[i] = Math.min((int) (center + support + 0.5), in) - first[i];
      taps = Math.max(taps, count[i]);
    }
    double[] exact = new double[Math.multiplyExact(out, taps)];
    double largest = 0;
    for (int i = 0; i < out; i++) {
      double center = (i + 0.5) * scale;
      double sum = 0;
      for (int j = 0; j < count[i]; j++) {
        double w = cubic((first[i] + j - center + 0.5) / filterScale);
        exact[i * taps + j] = w;
        sum += w;
      }
      for (int j = 0; j < count[i]; j++) {
        double w = exact[i * taps + j] / sum;
        exact[i * taps + j] = w;
        largest = Math.max(largest, w);
      }
    }
    int bits =
        switch (precision) {
          case PILLOW -> MAX_BITS;
          case TORCHVISION -> bitsFor16(largest);
        };
    double one = 1 << bits;
    int[] weights = new int[exact.length];
    for (int k = 0; k < exact.length; k++) {
      weights[k] = (int) (exact[k] * one + (exact[k] < 0 ? -0.5 : 0.5));
    }
    AxisWeights result = new AxisWeights(bits, taps, first, count, weights);
    result.checkRange();
    return result;
  }

  /** The most binary places with which the largest weight is still a signed 16-bit number. */
  private static int bitsFor16(double largest) {
    int bits = 0;
    while (bits < MAX_BITS && (int) (0.5 + largest * (1 << (bits + 1))) < 1 << 15) {
      bits++;
    }
    return bits;
  }

  /**
   * Proves that int accumulators do not overflow, in whatever order the taps are added.
   *
   * <p>Pixels are 0..255, so no partial sum is larger than {@code 255 * sum |weight| + half}. The
   * weights add up to 1 and the negative lobes of a bicubic kernel with a = -0.5 hold less than an
   * eighth of it on either side, so {@code sum |weight|} is below 1.5 and the bound below {@code
   * 1.5 * 255 * 2^22 + 2^21 < 1.61e9 < 2^31}. It is checked rather than believed, because a wrapped
   * sum would be a silently wrong picture.
   */
  private void checkRange() {
    for (int i = 0; i < first.length; i++) {
      long sum = 0;
      for (int j = 0; j < taps; j++) {
        sum += Math.abs((long) weights[i * taps + j]);
      }
      if (255 * sum + (1L << bits) > Integer.MAX_VALUE) {
        throw new ArithmeticException("weights of output " + i + " overflow 32 bits");
      }
    }
  }

  private static double cubic(double at) {
    double x = Math.abs(at);
    if (x < 1) {
      return ((A + 2) * x - (A + 3)) * x * x + 1;
    }
    if (x < 2) {
      return (((x - 5) * x + 8) * x - 4) * A;
    }
    return 0;
  }
}
