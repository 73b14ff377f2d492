package dev.ocelli.cli.bench;

import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.model.LoadedModel;
import java.util.List;

/**
 * The outcome of one test.
 *
 * @param card what was measured
 * @param flags how it was computed
 * @param test what was measured of it
 * @param time when the test began, in ISO 8601
 * @param samples the runs that count, at least one
 * @param limit what none of them can exceed
 */
record BenchResult(
    LoadedModel.Card card,
    ModelFlags flags,
    BenchTest test,
    String time,
    List<Sample> samples,
    BenchLimit limit) {

  /**
   * One run.
   *
   * @param millis that it took
   * @param tokens that were computed in that time
   */
  record Sample(double millis, int tokens) {
    long nanos() {
      return Math.round(millis * 1e6);
    }

    /** Tokens a second. */
    double rate() {
      return tokens * 1000.0 / millis;
    }
  }

  /** Tokens of the picture that was encoded, or 0. */
  int imageTokens() {
    return test.image() == null ? 0 : samples.getFirst().tokens();
  }

  double[] nanos() {
    return samples.stream().mapToDouble(Sample::nanos).toArray();
  }

  double[] rates() {
    return samples.stream().mapToDouble(Sample::rate).toArray();
  }

  /**
   * Bytes of weights that were read a second, in units of 10^9: a step reads them once for all
   * sequences. NaN where prompts are measured or it is not known what was read.
   */
  double gigabytesPerSecond() {
    boolean known =
        test.decodes() && card.bytesPerToken() > 0 && !(card.mixture() && test.parallel() > 1);
    return known ? mean(rates()) / test.parallel() * card.bytesPerToken() / 1e9 : Double.NaN;
  }

  /**
   * Operations a second, in units of 10^9. NaN where replies are measured, too, or no limit was
   * asked for.
   */
  double gigaOperationsPerSecond() {
    long operations = limit.work().total();
    if (operations == 0) {
      return Double.NaN;
    }
    return mean(samples.stream().mapToDouble(s -> operations / (s.millis() * 1e6)).toArray());
  }

  static double mean(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v;
    }
    return sum / values.length;
  }

  /** The standard deviation of the values that these are a sample of. */
  static double deviation(double[] values) {
    double mean = mean(values);
    double squares = 0;
    for (double v : values) {
      squares += (v - mean) * (v - mean);
    }
    return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
  }
}
