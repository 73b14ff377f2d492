package dev.ocelli.engine.quality;

/**
 * A mean over tokens.
 *
 * @param value the mean, or what was computed from it
 * @param error its standard error, where other texts of the kind are thought of; 0 where there are
 *     too few tokens to say
 */
public record Estimate(double value, double error) {

  /** e to the power of it; the error goes along to first order. */
  public Estimate exp() {
    double e = Math.exp(value);
    return new Estimate(e, e * error);
  }

  /** Its square root; the error goes along to first order. */
  public Estimate root() {
    double r = Math.sqrt(value);
    return new Estimate(r, r == 0 ? 0 : 0.5 / r * error);
  }
}
