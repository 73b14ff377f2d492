package dev.ocelli.engine.quality;

import java.util.Arrays;

/** The values of a quantity in ascending order. */
public final class Spread {
  private final double[] sorted;

  Spread(double[] values) {
    this.sorted = values.clone();
    Arrays.sort(sorted);
  }

  /**
   * The value that a share of all values does not exceed, interpolated between neighbours.
   *
   * @param share 0 for the least value, 0.5 for the median, 1 for the greatest; NaN where there are
   *     none
   */
  public double at(double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    double part = place - below;
    return (1 - part) * sorted[below] + part * sorted[above];
  }
}
