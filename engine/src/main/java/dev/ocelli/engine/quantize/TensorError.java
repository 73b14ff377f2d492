package dev.ocelli.engine.quantize;

/**
 * How far a tensor's values are from what they were.
 *
 * @param rms root of the mean square difference
 * @param relative the same, divided by the root mean square of the values; 0 where all are 0
 * @param largest the largest difference
 */
public record TensorError(double rms, double relative, double largest) {
  /** A tensor that was copied. */
  static final TensorError NONE = new TensorError(0, 0, 0);
}
