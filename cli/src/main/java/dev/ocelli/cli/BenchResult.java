package dev.ocelli.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The outcome of one test.
 *
 * @param model the model's name
 * @param test what was measured
 * @param threads threads asked for, 0 for the default
 * @param millis of each run
 */
record BenchResult(String model, Test test, int threads, double[] millis) {

  /**
   * A test.
   *
   * @param name short, as llama-bench names them
   * @param prompt tokens of the prompt that are computed
   * @param generate tokens that are generated
   * @param image tokens of the picture that is encoded
   */
  record Test(String name, int prompt, int generate, int image) {
    int tokens() {
      return prompt + generate + image;
    }
  }

  private double[] rates() {
    return Arrays.stream(millis).map(ms -> test.tokens() * 1000.0 / ms).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
  }

  /** A table in Markdown, as llama-bench prints it. */
  static String table(List<BenchResult> results) {
    StringBuilder s = new StringBuilder();
    s.append(
        "| model                          | threads | test           |  tokens |        ms |                tok/s |\n");
    s.append(
        "|--------------------------------|--------:|----------------|--------:|----------:|---------------------:|\n");
    for (BenchResult r : results) {
      double[] rates = r.rates();
      s.append(
          String.format(
              Locale.ROOT,
              "| %-30s | %7s | %-14s | %7d | %9.1f | %20s |%n",
              r.model(),
              r.threads() == 0 ? "auto" : r.threads(),
              r.test().name(),
              r.test().tokens(),
              mean(r.millis()),
              String.format(Locale.ROOT, "%.2f ± %.2f", mean(rates), deviation(rates))));
    }
    return s.toString();
  }

  /** A JSON array with llama-bench's field names; {@code n_image} is our own. */
  static String json(List<BenchResult> results, ModelFlags flags) {
    return Json.line(out -> {
      out.writeStartArray();
      for (BenchResult r : results) {
        double[] rates = r.rates();
        double[] nanos = Arrays.stream(r.millis()).map(ms -> Math.rint(ms * 1e6)).toArray();
        out.writeStartObject();
        out.writeStringProperty("model_filename", r.model());
        out.writeNumberProperty("n_threads", r.threads());
        out.writeNumberProperty("n_batch", flags.chunk);
        out.writeStringProperty("type_k", String.valueOf(flags.cacheTypeK));
        out.writeStringProperty("type_v", String.valueOf(flags.cacheTypeK));
        out.writeNumberProperty("n_prompt", r.test().prompt());
        out.writeNumberProperty("n_gen", r.test().generate());
        out.writeNumberProperty("n_image", r.test().image());
        out.writeNumberProperty("avg_ns", (long) mean(nanos));
        out.writeNumberProperty("stddev_ns", (long) deviation(nanos));
        Json.rounded(out, "avg_ts", mean(rates));
        Json.rounded(out, "stddev_ts", deviation(rates));
        out.writeArrayPropertyStart("samples_ns");
        for (double ns : nanos) {
          out.writeNumber((long) ns);
        }
        out.writeEndArray();
        out.writeArrayPropertyStart("samples_ts");
        for (double ts : rates) {
          out.writeNumber(Math.rint(ts * 1000) / 1000);
        }
        out.writeEndArray();
        out.writeEndObject();
      }
      out.writeEndArray();
    });
  }
}
