package dev.ocelli.cli.quality;

import dev.ocelli.cli.console.Json;
import dev.ocelli.engine.selftest.StageResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The results of a self-test as people and machines read them.
 *
 * @param results of all stages of all cases
 * @param level instruction-set level that was tested
 * @param threads that computed
 */
record SelfTestReport(List<StageResult> results, String level, int threads) {

  /** All cases of a stage together. */
  private static final class Line {
    private int cases;
    private long values;
    private double error;
    private double tolerance;
    private boolean ok = true;

    private void add(StageResult r) {
      cases++;
      values += r.values();
      // Not Math.max: what is no number must stay visible.
      error = r.error() > error || Double.isNaN(r.error()) ? r.error() : error;
      tolerance = r.tolerance();
      ok &= r.ok();
    }
  }

  /** Stages out of tolerance. */
  long failures() {
    return results.stream().filter(r -> !r.ok()).count();
  }

  /** One line for each stage of each model: the largest error of all cases. */
  String table() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
                Locale.ROOT,
                "level %s, threads %d; errors are largest absolute differences%n",
                level,
                threads)
            .replace("\r", ""));
    Map<String, Map<String, Line>> models = new LinkedHashMap<>();
    for (StageResult r : results) {
      models
          .computeIfAbsent(r.source(), k -> new LinkedHashMap<>())
          .computeIfAbsent(r.stage(), k -> new Line())
          .add(r);
    }
    models.forEach((model, stages) -> {
      out.append('\n').append(model).append('\n');
      out.append(row("stage", "cases", "values", "error", "tolerance", ""));
      stages.forEach((stage, l) ->
          out.append(
              row(
                  stage,
                  Integer.toString(l.cases),
                  Long.toString(l.values),
                  number(l.error),
                  number(l.tolerance),
                  l.ok ? "ok" : "FAILED")));
    });
    for (StageResult r : results) {
      if (!r.ok()) {
        out.append("\nFAILED: ").append(r.source()).append(", case ").append(r.testCase());
        out.append(", stage ").append(r.stage()).append(": error ").append(number(r.error()));
        out.append(", tolerance ").append(number(r.tolerance()));
      }
    }
    out.append('\n');
    out.append(
        failures() == 0
            ? results.size() + " stages are within tolerance\n"
            : failures() + " of " + results.size() + " stages are out of tolerance\n");
    return out.toString();
  }

  /** One JSON object for each stage of each case. */
  String jsonLines() {
    StringBuilder out = new StringBuilder();
    for (StageResult r : results) {
      out.append(
              Json.line(json -> {
                json.writeStartObject();
                json.writeStringProperty("model", r.source());
                json.writeStringProperty("case", r.testCase());
                json.writeStringProperty("stage", r.stage());
                json.writeStringProperty("level", level);
                json.writeNumberProperty("values", r.values());
                Json.number(json, "error", r.error());
                Json.number(json, "tolerance", r.tolerance());
                json.writeBooleanProperty("ok", r.ok());
                json.writeEndObject();
              }))
          .append('\n');
    }
    return out.toString();
  }

  private static String row(
      String stage, String cases, String values, String error, String tolerance, String verdict) {
    return String.format(
                Locale.ROOT,
                "  %-28s %5s %9s %10s %10s %s",
                stage,
                cases,
                values,
                error,
                tolerance,
                verdict)
            .stripTrailing()
        + "\n";
  }

  private static String number(double x) {
    return x == Math.rint(x) && Math.abs(x) < 1e6
        ? Long.toString((long) x)
        : String.format(Locale.ROOT, "%.2e", x);
  }
}
