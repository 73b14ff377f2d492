package dev.ocelli.cli.files;

import dev.ocelli.cli.console.FileContents;
import dev.ocelli.cli.console.Json;
import dev.ocelli.engine.gguf.GgufArray;
import dev.ocelli.engine.gguf.GgufType;
import dev.ocelli.engine.gguf.GgufValue;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/** What a model file holds, for people and for machines. */
final class FileReport {
  /** Characters of a text, and elements of a list, that are shown to people. */
  private static final int TEXT_SHOWN = 100;

  private static final int ELEMENTS_SHOWN = 8;

  /** Elements of a list that are printed for machines: a vocabulary is not metadata to read. */
  private static final int ELEMENTS_PRINTED = 256;

  private final FileContents file;
  private final Map<DType, Sum> types = new EnumMap<>(DType.class);
  private final Map<TensorGroup, Sum> groups = new EnumMap<>(TensorGroup.class);
  private final Sum all = new Sum();

  /** Tensors of one type. */
  private static final class Sum {
    long tensors;
    long values;
    long bytes;

    void add(Tensor t) {
      tensors++;
      values += t.values();
      bytes += t.data().byteSize();
    }

    double bitsPerValue() {
      return values == 0 ? 0 : 8.0 * bytes / values;
    }
  }

  FileReport(FileContents file) {
    this.file = file;
    for (Tensor t : file.tensors()) {
      types.computeIfAbsent(t.type(), unused -> new Sum()).add(t);
      groups.computeIfAbsent(TensorGroup.of(t.name()), unused -> new Sum()).add(t);
      all.add(t);
    }
  }

  /** Several lines. */
  String text(boolean withTensors) {
    StringBuilder s = new StringBuilder();
    s.append(file.origin()).append(": ");
    file.format().forEach((key, value) -> s.append(key).append(' ').append(value).append(", "));
    s.append(all.tensors).append(" tensors, ").append(size(all.bytes)).append('\n');
    s.append("\nmetadata\n");
    file.metadata()
        .forEach((key, value) ->
            s.append("  ").append(printable(key)).append(" = ").append(text(value)).append('\n'));
    head(s, "type");
    types.entrySet().stream()
        .sorted((a, b) -> Long.compare(b.getValue().bytes, a.getValue().bytes))
        .forEach(e -> row(s, e.getKey().name(), e.getValue()));
    row(s, "all", all);
    head(s, "part");
    groups.forEach((group, sum) -> row(s, group.label(), sum));
    if (withTensors) {
      s.append("\ntensors (shape: outermost dimension first)\n");
      for (Tensor t : file.tensors()) {
        s.append(
            String.format(
                Locale.ROOT,
                "  %-44s %-20s %-8s %12d bytes%n",
                printable(t.name()),
                Arrays.toString(t.shape()),
                t.type(),
                t.data().byteSize()));
      }
    }
    return s.toString();
  }

  private static void head(StringBuilder s, String first) {
    s.append(
        String.format(
            Locale.ROOT,
            "%n%-19s %8s %15s %12s %10s%n",
            first,
            "tensors",
            "values",
            "size",
            "bits/value"));
  }

  private static void row(StringBuilder s, String name, Sum sum) {
    s.append(
        String.format(
            Locale.ROOT,
            "%-19s %8d %15d %12s %10.2f%n",
            name,
            sum.tensors,
            sum.values,
            size(sum.bytes),
            sum.bitsPerValue()));
  }

  private static String text(GgufValue value) {
    return switch (value) {
      case GgufValue.Whole w -> whole(w);
      case GgufValue.Real r ->
          r.type() == GgufType.FLOAT32
              ? Float.toString((float) r.value())
              : Double.toString(r.value());
      case GgufValue.Bool b -> Boolean.toString(b.value());
      case GgufValue.Text t -> printable(t.value());
      case GgufArray a when a.elementType() == GgufType.STRING ->
          Arrays.stream(a.strings())
                  .limit(ELEMENTS_SHOWN)
                  .map(FileReport::printable)
                  .collect(Collectors.joining(", ", "[", ""))
              + rest(a.count());
      case GgufArray a -> a.preview(ELEMENTS_SHOWN);
    };
  }

  private static String rest(int count) {
    return count > ELEMENTS_SHOWN ? ", ... " + (count - ELEMENTS_SHOWN) + " more]" : "]";
  }

  private static String whole(GgufValue.Whole w) {
    return w.type() == GgufType.UINT64
        ? Long.toUnsignedString(w.value())
        : Long.toString(w.value());
  }

  /** One line without control characters, cut where it gets long. */
  private static String printable(String text) {
    StringBuilder s = new StringBuilder();
    int end =
        text.offsetByCodePoints(0, Math.min(TEXT_SHOWN, text.codePointCount(0, text.length())));
    text.substring(0, end)
        .codePoints()
        .forEach(c -> {
          switch (c) {
            case '\n' -> s.append("\\n");
            case '\t' -> s.append("\\t");
            case '\r' -> s.append("\\r");
            default -> {
              if (Character.isISOControl(c)) {
                s.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                s.appendCodePoint(c);
              }
            }
          }
        });
    return end == text.length()
        ? s.toString()
        : s.append("... (").append(text.length()).append(" characters)").toString();
  }

  /** Bytes as people read them. */
  static String size(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double v = bytes;
    int unit = -1;
    while (v >= 999.95 && unit < 3) {
      v /= 1000;
      unit++;
    }
    return String.format(
        Locale.ROOT, v < 10 ? "%.2f %s" : "%.1f %s", v, List.of("kB", "MB", "GB", "TB").get(unit));
  }

  /** One object on one line. */
  String json(boolean withTensors) {
    return Json.line(out -> {
      out.writeStartObject();
      out.writeStringProperty("file", file.origin());
      file.format()
          .forEach((key, value) -> {
            if (Character.isDigit(value.charAt(0))) {
              out.writeNumberProperty(key, Long.parseLong(value));
            } else {
              out.writeStringProperty(key, value);
            }
          });
      out.writeObjectPropertyStart("metadata");
      file.metadata()
          .forEach((key, value) -> {
            out.writeName(key);
            value(out, value);
          });
      out.writeEndObject();
      out.writeObjectPropertyStart("types");
      types.forEach((type, sum) -> {
        out.writeObjectPropertyStart(type.name());
        sum(out, sum);
        out.writeEndObject();
      });
      out.writeEndObject();
      out.writeObjectPropertyStart("parts");
      groups.forEach((group, sum) -> {
        out.writeObjectPropertyStart(group.label());
        sum(out, sum);
        out.writeEndObject();
      });
      out.writeEndObject();
      sum(out, all);
      if (withTensors) {
        out.writeArrayPropertyStart("tensor_list");
        file.tensors().forEach(t -> tensor(out, t));
        out.writeEndArray();
      }
      out.writeEndObject();
    });
  }

  private static void sum(JsonGenerator out, Sum sum) {
    out.writeNumberProperty("tensors", sum.tensors);
    out.writeNumberProperty("values", sum.values);
    out.writeNumberProperty("bytes", sum.bytes);
    Json.rounded(out, "bits_per_value", sum.bitsPerValue());
  }

  private static void tensor(JsonGenerator out, Tensor t) {
    out.writeStartObject();
    out.writeStringProperty("name", t.name());
    out.writeStringProperty("type", t.type().name());
    out.writeArrayPropertyStart("shape");
    for (long d : t.shape()) {
      out.writeNumber(d);
    }
    out.writeEndArray();
    out.writeNumberProperty("bytes", t.data().byteSize());
    out.writeEndObject();
  }

  private static void value(JsonGenerator out, GgufValue value) {
    switch (value) {
      case GgufValue.Whole w -> {
        if (w.type() == GgufType.UINT64 && w.value() < 0) {
          out.writeString(Long.toUnsignedString(w.value()));
        } else {
          out.writeNumber(w.value());
        }
      }
      case GgufValue.Real r -> real(out, r.value(), r.type() == GgufType.FLOAT32);
      case GgufValue.Bool b -> out.writeBoolean(b.value());
      case GgufValue.Text t -> out.writeString(t.value());
      case GgufArray a -> array(out, a);
    }
  }

  private static void array(JsonGenerator out, GgufArray a) {
    out.writeStartObject();
    out.writeStringProperty("element_type", a.elementType().name().toLowerCase(Locale.ROOT));
    out.writeNumberProperty("count", a.count());
    out.writeArrayPropertyStart(a.count() > ELEMENTS_PRINTED ? "first" : "values");
    switch (a.elementType()) {
      case STRING -> first(Arrays.asList(a.strings())).forEach(out::writeString);
      case BOOL -> {
        for (boolean b : Arrays.copyOf(a.booleans(), Math.min(a.count(), ELEMENTS_PRINTED))) {
          out.writeBoolean(b);
        }
      }
      case ARRAY -> first(a.arrays()).forEach(nested -> array(out, nested));
      case FLOAT32, FLOAT64 ->
          Arrays.stream(a.doubles())
              .limit(ELEMENTS_PRINTED)
              .forEach(v -> real(out, v, a.elementType() == GgufType.FLOAT32));
      default -> Arrays.stream(a.longs()).limit(ELEMENTS_PRINTED).forEach(out::writeNumber);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void real(JsonGenerator out, double value, boolean single) {
    if (!Double.isFinite(value)) {
      out.writeNull();
    } else if (single) {
      out.writeNumber((float) value);
    } else {
      out.writeNumber(value);
    }
  }

  private static <T> List<T> first(List<T> all) {
    return new ArrayList<>(all.subList(0, Math.min(all.size(), ELEMENTS_PRINTED)));
  }
}
