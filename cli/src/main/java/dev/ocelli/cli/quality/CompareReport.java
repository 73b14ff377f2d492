package dev.ocelli.cli.quality;

import dev.ocelli.cli.console.Json;
import dev.ocelli.engine.quality.Agreement;
import dev.ocelli.engine.quality.Agreement.Cosines;
import dev.ocelli.engine.quality.Agreement.Difference;
import dev.ocelli.engine.quality.Agreement.Likeness;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Prints how far two models agree.
 *
 * @param first the first model's files
 * @param second the second model's
 * @param all what was compared
 */
record CompareReport(String first, String second, List<Agreement> all) {
  /** Longer names are cut in the table. */
  private static final int NAME = 40;

  /** Sums over all questions. */
  private record Sum(int positions, int same, double meanKld, double maxKld, int differing) {
    static Sum of(List<Agreement> all) {
      int positions = all.stream().mapToInt(Agreement::positions).sum();
      return new Sum(
          positions,
          all.stream().mapToInt(Agreement::same).sum(),
          all.stream().mapToDouble(a -> a.meanKld() * a.positions()).sum() / Math.max(1, positions),
          all.stream().mapToDouble(Agreement::maxKld).max().orElse(0),
          (int) all.stream().filter(a -> a.difference() != null).count());
    }
  }

  /** What makes the figures mean less than they seem to. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (all.stream().anyMatch(a -> !a.samePrompt())) {
      notes.add(
          "the models' chat templates write different prompts, which is a part of the differences");
    }
    return notes;
  }

  String table() {
    int width = 10;
    for (Agreement a : all) {
      width = Math.max(width, name(a).length());
    }
    StringBuilder s = new StringBuilder();
    s.append("A: ").append(first).append("\nB: ").append(second).append("\n\n");
    s.append("| ").append(pad("question", width));
    s.append(" | positions |   same % | differs at |  mean KLD |   max KLD | pictures' cosine |\n");
    s.append("|-").append("-".repeat(width));
    s.append(
        "-|----------:|---------:|-----------:|----------:|----------:|------------------:|\n");
    for (Agreement a : all) {
      Difference d = a.difference();
      row(
          s,
          pad(name(a), width),
          new Sum(a.positions(), a.same(), a.meanKld(), a.maxKld(), 0),
          d == null ? "" : String.valueOf(d.position() + 1),
          cosine(a.pictures()));
    }
    Sum sum = Sum.of(all);
    row(s, pad("all " + all.size(), width), sum, sum.differing + " replies", cosine(likeness()));
    for (Agreement a : all) {
      Difference d = a.difference();
      if (d != null) {
        s.append(
            format(
                "\n%s: token %d is %s in A, %s in B\n  A: %s\n  B: %s\n",
                a.name(),
                d.position() + 1,
                quoted(d.first()),
                quoted(d.second()),
                indented(a.reply()),
                indented(d.reply())));
      }
    }
    return s.toString();
  }

  private static void row(StringBuilder s, String name, Sum sum, String differs, String cosine) {
    s.append(
        format(
            "| %s | %9d | %8.2f | %10s | %9.6f | %9.6f | %17s |\n",
            name,
            sum.positions,
            100.0 * sum.same / Math.max(1, sum.positions),
            differs,
            sum.meanKld,
            sum.maxKld,
            cosine));
  }

  private static String name(Agreement a) {
    String one = a.name().replaceAll("\\s+", " ").replace('|', '/');
    return one.length() <= NAME ? one : one.substring(0, NAME - 3) + "...";
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static String quoted(String token) {
    return '"' + token.replace("\n", "\\n") + '"';
  }

  private static String indented(String reply) {
    return reply.strip().replace("\n", "\n     ");
  }

  private static String cosine(@Nullable Likeness l) {
    return l == null ? "" : format("%.6f", l.merged().mean());
  }

  /** Of all pictures; null when there are none or some cannot be compared. */
  private @Nullable Likeness likeness() {
    List<Likeness> known = new ArrayList<>();
    for (Agreement a : all) {
      Likeness l = a.pictures();
      if (l == null) {
        return null;
      }
      known.add(l);
    }
    Cosines merged = together(known.stream().map(Likeness::merged).toList());
    List<Cosines> deep = new ArrayList<>();
    for (Likeness l : known) {
      Cosines c = l.deepstack();
      if (c != null) {
        deep.add(c);
      }
    }
    return merged == null ? null : new Likeness(merged, together(deep));
  }

  private static @Nullable Cosines together(List<Cosines> parts) {
    long rows = parts.stream().mapToLong(Cosines::rows).sum();
    return rows == 0
        ? null
        : new Cosines(
            rows,
            parts.stream().mapToDouble(c -> c.mean() * c.rows()).sum() / rows,
            parts.stream().mapToDouble(Cosines::least).min().orElse(1));
  }

  String csv() {
    StringBuilder s =
        new StringBuilder(
            "question,positions,same,differs_at,mean_kld,max_kld,cosine_mean,cosine_least,deepstack_cosine_mean,deepstack_cosine_least,reply_a,reply_b\n");
    for (Agreement a : all) {
      Difference d = a.difference();
      Likeness l = a.pictures();
      Cosines deep = l == null ? null : l.deepstack();
      String reply = d == null ? a.reply() : d.reply();
      s.append(
          String.join(
              ",",
              field(a.name()),
              String.valueOf(a.positions()),
              String.valueOf(a.same()),
              d == null ? "" : String.valueOf(d.position()),
              format("%.9f", a.meanKld()),
              format("%.9f", a.maxKld()),
              value(l == null ? null : l.merged(), Cosines::mean),
              value(l == null ? null : l.merged(), Cosines::least),
              value(deep, Cosines::mean),
              value(deep, Cosines::least),
              field(a.reply()),
              field(reply)));
      s.append('\n');
    }
    return s.toString();
  }

  private static String value(@Nullable Cosines c, ToDoubleFunction<Cosines> what) {
    return c == null ? "" : format("%.9f", what.applyAsDouble(c));
  }

  private static String field(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  String json() {
    Sum sum = Sum.of(all);
    return Json.line(out -> {
      out.writeStartObject();
      out.writeStringProperty("a", first);
      out.writeStringProperty("b", second);
      out.writeNumberProperty("questions", all.size());
      out.writeNumberProperty("differing", sum.differing);
      out.writeNumberProperty("positions", sum.positions);
      out.writeNumberProperty("same", sum.same);
      Json.number(out, "mean_kld", sum.meanKld);
      Json.number(out, "max_kld", sum.maxKld);
      likeness(out, likeness());
      out.writeArrayPropertyStart("results");
      all.forEach(a -> result(out, a));
      out.writeEndArray();
      out.writeEndObject();
    });
  }

  private static void result(JsonGenerator out, Agreement a) {
    out.writeStartObject();
    out.writeStringProperty("question", a.name());
    out.writeNumberProperty("positions", a.positions());
    out.writeNumberProperty("same", a.same());
    Json.number(out, "mean_kld", a.meanKld());
    Json.number(out, "max_kld", a.maxKld());
    out.writeStringProperty("reply_a", a.reply());
    Difference d = a.difference();
    if (d != null) {
      out.writeNumberProperty("differs_at", d.position());
      out.writeStringProperty("token_a", d.first());
      out.writeStringProperty("token_b", d.second());
      out.writeStringProperty("reply_b", d.reply());
    }
    likeness(out, a.pictures());
    out.writeBooleanProperty("same_prompt", a.samePrompt());
    out.writeEndObject();
  }

  private static void likeness(JsonGenerator out, @Nullable Likeness l) {
    if (l != null) {
      cosines(out, "cosine", l.merged());
      Cosines deep = l.deepstack();
      if (deep != null) {
        cosines(out, "deepstack_cosine", deep);
      }
    }
  }

  private static void cosines(JsonGenerator out, String name, Cosines c) {
    out.writeObjectPropertyStart(name);
    out.writeNumberProperty("rows", c.rows());
    Json.number(out, "mean", c.mean());
    Json.number(out, "least", c.least());
    out.writeEndObject();
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
