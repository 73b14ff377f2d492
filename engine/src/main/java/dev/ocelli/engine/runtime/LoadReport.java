package dev.ocelli.engine.runtime;

import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.quantize.Requantization;

/**
 * What loading a model's weights took.
 *
 * @param mode how it was done
 * @param fileBytes bytes of weights in the files
 * @param packedBytes bytes of our own arrangement of them
 * @param lockedBytes of those, bytes that the system promised not to swap out
 * @param seconds from the first tensor to the last
 * @param arithmetic what, besides the mode, the bits of replies depend on
 */
public record LoadReport(
    LoadMode mode,
    long fileBytes,
    long packedBytes,
    long lockedBytes,
    double seconds,
    Arithmetic arithmetic) {

  /**
   * How products are computed.
   *
   * @param level instruction-set level
   * @param visionBfloat16 whether the vision tower rounds to bfloat16
   * @param exact whether activations stay float32
   * @param weights what became of the language model's weights
   */
  public record Arithmetic(
      String level, boolean visionBfloat16, boolean exact, Requantization weights) {}

  /** Bytes of the files that were taken up a second, in units of 10^9. */
  public double gigabytesPerSecond() {
    return fileBytes / seconds / 1e9;
  }
}
