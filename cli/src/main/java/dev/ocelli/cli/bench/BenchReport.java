package dev.ocelli.cli.bench;

import dev.ocelli.cli.console.Json;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.engine.quality.Estimate;
import dev.ocelli.engine.quality.Perplexity;
import dev.ocelli.engine.quantize.Requantization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Prints what a benchmark measured, with the field names of llama-bench. */
final class BenchReport {
  /** How results are printed. */
  enum Format {
    TABLE,
    /** The same: llama-bench's tables are Markdown, too. */
    MD,
    JSON,
    JSONL,
    CSV;

    boolean isTable() {
      return this == TABLE || this == MD;
    }
  }

  private final List<BenchResult> results;
  private final Map<String, Perplexity> perplexities;
  private final String processor = processor();

  /**
   * @param perplexities of models by their files, where a text was read
   */
  BenchReport(List<BenchResult> results, Map<String, Perplexity> perplexities) {
    this.results = results;
    this.perplexities = perplexities;
  }

  /**
   * All of it, with a line end.
   *
   * @param wide whether tables show how close to its limits the machine was, too
   */
  String print(Format format, boolean wide) {
    return switch (format) {
      case TABLE, MD -> table(wide);
      case JSON ->
          Json.line(out -> {
            out.writeStartArray();
            results.forEach(r -> object(out, r));
            out.writeEndArray();
          })
              + "\n";
      case JSONL ->
          results.stream()
              .map(r -> Json.line(out -> object(out, r)) + "\n")
              .collect(Collectors.joining());
      case CSV -> csv();
    };
  }

  /** A table in Markdown. */
  private String table(boolean wide) {
    boolean batches = results.stream().mapToInt(r -> r.flags().chunk).distinct().count() > 1;
    StringBuilder s = new StringBuilder();
    line(
        s,
        wide,
        batches,
        "model",
        "size",
        "threads",
        "n_batch",
        "test",
        "ms",
        "tok/s",
        "share of limit");
    s.append("|").append("-".repeat(32)).append("|-----------:|--------:|");
    s.append(batches ? "--------:|" : "").append("-".repeat(24));
    s.append("|----------:|---------------------:|");
    s.append(wide ? "---------------------:|\n" : "\n");
    for (BenchResult r : results) {
      double[] rates = r.rates();
      line(
          s,
          wide,
          batches,
          r.card().type(),
          size(r.card().bytes()),
          String.valueOf(r.card().threads()),
          String.valueOf(r.flags().chunk),
          r.test().name(),
          format("%.1f", BenchResult.mean(r.nanos()) / 1e6),
          format("%.2f ± %.2f", BenchResult.mean(rates), BenchResult.deviation(rates)),
          wide ? share(r) : "");
    }
    return s.toString();
  }

  /** A table in Markdown with a line for each model and its settings, a column for each test. */
  String byType() {
    Map<List<Object>, Map<String, BenchResult>> rows = new LinkedHashMap<>();
    Set<String> tests = new LinkedHashSet<>();
    for (BenchResult r : results) {
      List<Object> row = List.of(r.card().file(), r.card().threads(), r.flags().chunk);
      tests.add(r.test().name());
      rows.computeIfAbsent(row, k -> new LinkedHashMap<>()).put(r.test().name(), r);
    }
    boolean batches = rows.keySet().stream().map(r -> r.get(2)).distinct().count() > 1;
    StringBuilder s = new StringBuilder("| type | size | bits/weight | threads |");
    s.append(batches ? " n_batch |" : "");
    tests.forEach(t -> s.append(' ').append(t).append(" tok/s |"));
    s.append(perplexities.isEmpty() ? "" : " PPL |").append(" file |\n|---|---:|---:|---:|");
    int numbers = tests.size() + (batches ? 1 : 0) + (perplexities.isEmpty() ? 0 : 1);
    s.append("---:|".repeat(numbers)).append("---|\n");
    for (Map<String, BenchResult> row : rows.values()) {
      BenchResult any = row.values().iterator().next();
      LoadedModel.Card card = any.card();
      s.append(
          format(
              "| %s | %s | %.2f | %d |",
              card.mix() + loadedAs(any.flags()),
              size(card.bytes()),
              card.bitsPerWeight(),
              card.threads()));
      s.append(batches ? format(" %d |", any.flags().chunk) : "");
      for (String test : tests) {
        BenchResult r = row.get(test);
        s.append(r == null ? " |" : format(" %.2f |", BenchResult.mean(r.rates())));
      }
      Perplexity p = perplexities.get(card.file());
      if (p != null) {
        Estimate e = p.perplexity();
        s.append(format(" %.4f ± %.4f |", e.value(), e.error()));
      }
      s.append(' ').append(name(card.file())).append(" |\n");
    }
    return s.toString();
  }

  /** What a file's weights are computed as, where that is not what they are. */
  private static String loadedAs(ModelFlags flags) {
    return flags.requantization == Requantization.OFF ? "" : " as " + flags.requantization;
  }

  /** A file's name without its folder. */
  private static String name(String file) {
    return file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  }

  private static void line(StringBuilder s, boolean wide, boolean batches, String... cells) {
    s.append(format("| %-30s | %10s | %7s |", cells[0], cells[1], cells[2]));
    s.append(batches ? format(" %7s |", cells[3]) : "");
    s.append(format(" %-22s | %9s | %20s |", cells[4], cells[5], cells[6]));
    s.append(wide ? format(" %20s |", cells[7]) : "").append('\n');
  }

  /** The rate of what limits the test, and which share of what the machine can do that is. */
  private static String share(BenchResult r) {
    double read = r.gigabytesPerSecond();
    double computed = r.gigaOperationsPerSecond();
    if (!Double.isNaN(read)) {
      return format("%.1f GB/s (%s)", read, percent(read, r.limit().peak()));
    }
    return Double.isNaN(computed)
        ? ""
        : format("%.0f GOP/s (%s)", computed, percent(computed, r.limit().peak()));
  }

  private static String percent(double rate, double peak) {
    return Double.isNaN(peak) ? "limit unknown" : format("%.0f %%", 100 * rate / peak);
  }

  private static String size(long bytes) {
    return bytes < 1 << 30
        ? format("%.2f MiB", bytes / 0x1p20)
        : format("%.2f GiB", bytes / 0x1p30);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** As llama-bench does it: everything in quotes, single samples left out. */
  private String csv() {
    StringBuilder s = new StringBuilder();
    for (BenchResult r : results) {
      Map<String, @Nullable Object> fields = fields(r);
      if (s.isEmpty()) {
        s.append(String.join(",", fields.keySet())).append('\n');
      }
      s.append(
              fields.values().stream()
                  .map(v -> v == null ? "" : String.valueOf(v))
                  .map(v -> '"' + v.replace("\"", "\"\"") + '"')
                  .collect(Collectors.joining(",")))
          .append('\n');
    }
    return s.toString();
  }

  private void object(JsonGenerator out, BenchResult r) {
    out.writeStartObject();
    fields(r)
        .forEach((name, value) -> {
          switch (value) {
            case null -> out.writeNullProperty(name);
            case Boolean b -> out.writeBooleanProperty(name, b);
            case Double d -> out.writeNumberProperty(name, d);
            case Number n -> out.writeNumberProperty(name, n.longValue());
            default -> out.writeStringProperty(name, value.toString());
          }
        });
    array(out, "samples_ns", r.nanos());
    array(out, "samples_ts", r.rates());
    out.writeEndObject();
  }

  private static void array(JsonGenerator out, String name, double[] values) {
    out.writeArrayPropertyStart(name);
    for (double v : values) {
      Double rounded = rounded(v);
      if (rounded == null) {
        out.writeNull();
      } else if (rounded == Math.rint(rounded)) {
        out.writeNumber(rounded.longValue());
      } else {
        out.writeNumber(rounded);
      }
    }
    out.writeEndArray();
  }

  /** The fields of a row but for its single samples. */
  private Map<String, @Nullable Object> fields(BenchResult r) {
    LoadedModel.Card card = r.card();
    ModelFlags flags = r.flags();
    BenchTest test = r.test();
    double read = r.gigabytesPerSecond();
    double computed = r.gigaOperationsPerSecond();
    Map<String, @Nullable Object> f = new LinkedHashMap<>();
    String version = BenchReport.class.getPackage().getImplementationVersion();
    f.put("build_version", version == null ? "development" : version);
    f.put("java_version", Runtime.version().toString());
    f.put("cpu_info", processor);
    f.put("backends", "CPU");
    f.put("model_filename", card.file());
    f.put("model_type", card.type());
    f.put("model_size", card.bytes());
    f.put("model_n_params", card.parameters());
    f.put("n_batch", flags.chunk);
    f.put("n_ubatch", flags.chunk);
    f.put("n_threads", card.threads());
    f.put("type_k", flags.cacheTypeK);
    f.put("type_v", flags.cacheTypeV);
    f.put("n_prompt", test.prompt());
    f.put("n_gen", test.generate());
    f.put("n_depth", test.depth());
    f.put("n_parallel", test.parallel());
    f.put("image", test.image() == null ? null : test.image().toString());
    f.put("image_tokens", r.imageTokens());
    f.put("level", card.level());
    f.put("exact", flags.exact);
    f.put("load_mode", flags.loadMode.name().toLowerCase(Locale.ROOT));
    f.put("requantize", flags.requantization.name().toLowerCase(Locale.ROOT));
    f.put("vision_precision", flags.visionPrecision);
    f.put("test_time", r.time());
    f.put("avg_ns", Math.round(BenchResult.mean(r.nanos())));
    f.put("stddev_ns", Math.round(BenchResult.deviation(r.nanos())));
    f.put("avg_ts", rounded(BenchResult.mean(r.rates())));
    f.put("stddev_ts", rounded(BenchResult.deviation(r.rates())));
    f.put("gb_per_s", rounded(read));
    f.put("peak_gb_per_s", Double.isNaN(read) ? null : rounded(r.limit().peak()));
    f.put("gops", rounded(computed));
    f.put("peak_gops", Double.isNaN(computed) ? null : rounded(r.limit().peak()));
    f.put("file_type", card.mix());
    f.put("bits_per_weight", rounded(card.bitsPerWeight()));
    Perplexity p = perplexities.get(card.file());
    f.put("ppl", p == null ? null : p.perplexity().value());
    f.put("ppl_error", p == null ? null : p.perplexity().error());
    return f;
  }

  /** Three decimals: rates have no more meaning. Null where there is no number. */
  private static @Nullable Double rounded(double value) {
    return Double.isFinite(value) ? Math.rint(value * 1000) / 1000 : null;
  }

  /** The processor's name where the system tells (Linux on x86), else its architecture. */
  private static String processor() {
    Path file = Path.of("/proc/cpuinfo");
    if (Files.isReadable(file)) {
      try {
        return Arrays.stream(Files.readString(file, StandardCharsets.UTF_8).split("\n"))
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      } catch (IOException e) {
        return System.getProperty("os.arch"); // only a name in a report
      }
    }
    return System.getProperty("os.arch");
  }
}
