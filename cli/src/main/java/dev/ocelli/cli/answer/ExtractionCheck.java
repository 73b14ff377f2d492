package dev.ocelli.cli.answer;

import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.extract.Calibration;
import dev.ocelli.engine.extract.ExtractionScore;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares what {@code ocelli extract} reads with what is true, and writes tables of it. */
final class ExtractionCheck {
  private static final int LONGEST_FILE = 256 << 20;
  private static final double[] EDGES = {0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1};

  /** Fewer values decide no point of a calibration. */
  private static final int SMALLEST_GROUP = 20;

  private final Map<Key, JsonNode> truths = new HashMap<>();
  private final ExtractionScore score = new ExtractionScore();
  private int pages;

  /**
   * A picture or page.
   *
   * @param file its name without folders
   * @param page from 1; 0 for a picture
   */
  private record Key(String file, int page) {}

  /**
   * Reads lines of {@code {"file": NAME, "page": N, "data": ...}}; pictures have no page.
   *
   * @throws OcelliException INPUT that names the line
   */
  static ExtractionCheck read(Path file) {
    ExtractionCheck check = new ExtractionCheck();
    List<String> lines = InputFiles.text(file, "true values", LONGEST_FILE).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      JsonNode line;
      try {
        line = JsonMapper.shared().readTree(lines.get(i));
      } catch (JacksonException e) {
        throw broken(file, i + 1);
      }
      if (!line.path("file").isString() || !line.has("data")) {
        throw broken(file, i + 1);
      }
      check.truths.put(
          key(line.path("file").stringValue(), line.path("page").asInt(0)), line.path("data"));
    }
    return check;
  }

  private static OcelliException broken(Path file, int line) {
    return new OcelliException(
        Kind.INPUT,
        "%s: line %d is not {\"file\": NAME, \"data\": ...}, with \"page\": N for pages; mend it"
            .formatted(file, line));
  }

  private static Key key(String file, int page) {
    return new Key(String.valueOf(InputFiles.path(file).getFileName()), page);
  }

  /** Compares a picture or page, where its truth is known. */
  void add(ExtractionLines.Result result) {
    JsonNode truth = truths.get(key(result.file(), result.report().picture().page()));
    if (truth != null) {
      pages++;
      score.add(result.report().extraction(), truth);
    }
  }

  /** A calibration by all that was compared. */
  Calibration calibration() {
    return score.calibration(SMALLEST_GROUP);
  }

  /** Tables: values by their place in the schema, boxes, and confidence beside the share right. */
  String table() {
    StringBuilder out = new StringBuilder();
    line(out, "%d of %d pictures and pages with known values were read", pages, truths.size());
    line(out, "%-24s %6s %8s %8s", "value", "read", "right", "missing");
    score
        .counts()
        .forEach((path, c) ->
            line(
                out,
                "%-24s %6d %7.1f%% %8d",
                path,
                c.read(),
                c.read() == 0 ? 0.0 : 100.0 * c.right() / c.read(),
                c.missing()));
    List<Double> overlaps = score.overlaps();
    if (!overlaps.isEmpty()) {
      line(
          out,
          "boxes: %d, mean overlap %.2f, %.1f%% at least half",
          overlaps.size(),
          overlaps.stream().mapToDouble(o -> o).average().orElse(0),
          100.0 * overlaps.stream().filter(o -> o >= 0.5).count() / overlaps.size());
    }
    confidence(out, "probability", score.raw());
    confidence(out, "calibrated by the other half", score.calibrated(SMALLEST_GROUP));
    return out.toString();
  }

  private static void confidence(StringBuilder out, String what, List<Calibration.Sample> samples) {
    line(out, "%-28s %6s %8s %8s", what, "values", "mean", "right");
    for (ExtractionScore.Bin b : ExtractionScore.bins(samples, EDGES)) {
      line(
          out,
          "%-28s %6d %8.3f %8.3f",
          String.format(Locale.ROOT, "%.2f to %.2f", b.from(), b.to()),
          b.count(),
          b.confidence(),
          b.right());
    }
    line(out, "expected calibration error %.3f", ExtractionScore.error(samples));
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
