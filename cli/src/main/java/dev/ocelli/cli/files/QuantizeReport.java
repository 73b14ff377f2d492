package dev.ocelli.cli.files;

import dev.ocelli.cli.console.Json;
import dev.ocelli.engine.quantize.PlannedTensor;
import dev.ocelli.engine.quantize.QuantizationPlan;
import dev.ocelli.engine.quantize.TensorError;
import dev.ocelli.engine.tensor.DType;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of every tensor: type, size, error. */
final class QuantizeReport {
  private static final double MIB = 1 << 20;

  private final String type;
  private final QuantizationPlan plan;
  private final @Nullable TensorError[] errors;
  private double seconds = Double.NaN;

  QuantizeReport(String type, QuantizationPlan plan) {
    this.type = type;
    this.plan = plan;
    this.errors = new @Nullable TensorError[plan.tensors().size()];
  }

  /** Takes in what a tensor lost. */
  void add(int index, TensorError error) {
    errors[index] = error;
  }

  /** Says that all is written. */
  void finish(double elapsed) {
    seconds = elapsed;
  }

  String text() {
    StringBuilder out = new StringBuilder();
    List<PlannedTensor> tensors = plan.tensors();
    int width = tensors.stream().mapToInt(t -> t.source().name().length()).max().orElse(0);
    for (int i = 0; i < tensors.size(); i++) {
      line(out, tensors.get(i), errors[i], width);
    }
    Map<DType, Integer> types = new EnumMap<>(DType.class);
    tensors.forEach(t -> types.merge(t.type(), 1, Integer::sum));
    StringBuilder counts = new StringBuilder();
    types.forEach((t, n) -> counts.append(counts.isEmpty() ? "" : ", ").append(n + " " + t));
    out.append(
        format(
            "%s: %d tensors (%s), %.1f MiB of %.1f MiB, %.2f bits a weight",
            type,
            tensors.size(),
            counts,
            plan.bytes() / MIB,
            plan.sourceBytes() / MIB,
            bitsPerWeight(plan.bytes(), plan.values())));
    long fallbacks = tensors.stream().filter(t -> t.type() != t.wanted()).count();
    if (fallbacks > 0) {
      out.append(format("; %d with rows that fit no smaller type", fallbacks));
    }
    if (!Double.isNaN(seconds)) {
      out.append(format(", %.1f s", seconds));
    }
    return out.append('\n').toString();
  }

  private static void line(
      StringBuilder out, PlannedTensor t, @Nullable TensorError error, int width) {
    out.append(
        format(
            "%-" + Math.max(1, width) + "s  %-20s  %s",
            t.source().name(),
            Arrays.toString(t.source().shape()),
            t.source().type()));
    if (t.isCopied()) {
      out.append(format("  %.3f MiB\n", t.bytes() / MIB));
      return;
    }
    out.append(
        format(
            " -> %s%s%s  %.3f MiB -> %.3f MiB",
            t.type(),
            t.type() == t.wanted() ? "" : " (instead of " + t.wanted() + ")",
            t.weighted() ? " by importance" : "",
            t.source().data().byteSize() / MIB,
            t.bytes() / MIB));
    if (error != null) {
      out.append(
          format(
              "  error %.3g, %.3g %% of rms, largest %.3g",
              error.rms(), 100 * error.relative(), error.largest()));
    }
    out.append('\n');
  }

  String json() {
    return Json.line(out -> {
      out.writeStartObject();
      out.writeStringProperty("type", type);
      out.writeNumberProperty("source_bytes", plan.sourceBytes());
      out.writeNumberProperty("bytes", plan.bytes());
      out.writeNumberProperty("bits_per_weight", bitsPerWeight(plan.bytes(), plan.values()));
      if (!Double.isNaN(seconds)) {
        out.writeNumberProperty("seconds", seconds);
      }
      out.writeName("tensors");
      out.writeStartArray();
      for (int i = 0; i < plan.tensors().size(); i++) {
        PlannedTensor t = plan.tensors().get(i);
        out.writeStartObject();
        out.writeStringProperty("name", t.source().name());
        out.writeStringProperty("from", t.source().type().name());
        out.writeStringProperty("to", t.type().name());
        out.writeStringProperty("wanted", t.wanted().name());
        out.writeNumberProperty("bytes", t.bytes());
        out.writeBooleanProperty("by_importance", t.weighted());
        TensorError error = errors[i];
        if (error != null) {
          out.writeNumberProperty("rmse", error.rms());
          out.writeNumberProperty("relative_rmse", error.relative());
          out.writeNumberProperty("largest_error", error.largest());
        }
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    });
  }

  private static double bitsPerWeight(long bytes, long values) {
    return values == 0 ? 0 : 8.0 * bytes / values;
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
