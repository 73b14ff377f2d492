package dev.ocelli.engine.selftest;

/**
 * How far one stage is from the reference.
 *
 * @param source the model and how it was stored
 * @param testCase the reference case
 * @param stage tap name with its index, as in {@code blocks[3]}
 * @param values how many values were compared
 * @param error largest absolute difference; for ids and positions the number that differ
 * @param tolerance what is accepted
 */
public record StageResult(
    String source, String testCase, String stage, int values, double error, double tolerance) {
  /** Whether the error is accepted; NaN never is. */
  public boolean ok() {
    return error <= tolerance;
  }
}
