package dev.ocelli.engine.quality;

/** Sums over the values of a quantity, one a token. */
final class Moments {
  /** Fewer values say nothing about an error. */
  private static final int FEW = 10;

  private long count;
  private double sum;
  private double squares;

  void add(double value) {
    count++;
    sum += value;
    squares += value * value;
  }

  long count() {
    return count;
  }

  double mean() {
    return count == 0 ? 0 : sum / count;
  }

  /** The mean with its standard error. */
  Estimate estimate() {
    double mean = mean();
    double variance = count == 0 ? 0 : squares / count - mean * mean;
    return new Estimate(mean, count > FEW && variance > 0 ? Math.sqrt(variance / (count - 1)) : 0);
  }

  /**
   * The covariance of two means.
   *
   * @param products of the values of both, token by token
   */
  static double covariance(Moments a, Moments b, Moments products) {
    return products.count < FEW
        ? 0
        : (products.mean() - a.mean() * b.mean()) / (products.count - 1);
  }
}
