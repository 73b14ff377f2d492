package dev.ocelli.cli.quality;

import dev.ocelli.cli.console.Json;
import dev.ocelli.engine.runtime.Reply;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts right answers by kind. */
final class EvalScore {

  /** The counts of one kind. */
  private static final class Count {
    int lines;
    int right;
    int referenced;
    int asReference;
  }

  private final String against;
  private final Map<String, Count> kinds = new LinkedHashMap<>();
  private final Count all = new Count();
  private int otherPromptTokens;

  EvalScore(String against) {
    this.against = against;
  }

  /** Counts an answer. */
  void add(EvalSet.Question question, Reply reply) {
    for (Count c : new Count[] {kinds.computeIfAbsent(question.kind(), k -> new Count()), all}) {
      c.lines++;
      c.right += reply.text().equals(question.expected()) ? 1 : 0;
      if (question.reference() != null) {
        c.referenced++;
        c.asReference += Objects.equals(reply.text(), question.reference()) ? 1 : 0;
      }
    }
    Integer expected = question.promptTokens();
    if (expected != null && expected != reply.promptTokens()) {
      otherPromptTokens++;
    }
  }

  /** Share of right answers, 0 to 1. */
  double share() {
    return share(all.right, all.lines);
  }

  /** Share of answers that equal the reference implementation's, 0 to 1. */
  double referenceShare() {
    return share(all.asReference, all.referenced);
  }

  /** Lines whose prompt has another number of tokens than the set says. */
  int otherPromptTokens() {
    return otherPromptTokens;
  }

  /** For people. */
  String table() {
    boolean referenced = all.referenced > 0;
    StringBuilder s = new StringBuilder();
    s.append(String.format(Locale.ROOT, "%-16s %6s %10s", "kind", "lines", against));
    s.append(referenced ? String.format(Locale.ROOT, " %10s%n", "as hf") : "\n");
    kinds.forEach((kind, count) -> row(s, kind, count, referenced));
    row(s, "all", all, referenced);
    if (otherPromptTokens > 0) {
      s.append(otherPromptTokens)
          .append(" prompts have another number of tokens than the set says\n");
    }
    return s.toString();
  }

  private static void row(StringBuilder s, String kind, Count c, boolean referenced) {
    s.append(
        String.format(
            Locale.ROOT, "%-16s %6d %9.1f%%", kind, c.lines, 100 * share(c.right, c.lines)));
    if (referenced) {
      s.append(
          c.referenced == 0
              ? String.format(Locale.ROOT, " %10s", "-")
              : String.format(Locale.ROOT, " %9.1f%%", 100 * share(c.asReference, c.referenced)));
    }
    s.append('\n');
  }

  /** For machines. */
  String json() {
    return Json.line(out -> {
      out.writeStartObject();
      out.writeStringProperty("against", against);
      out.writeObjectPropertyStart("kinds");
      kinds.forEach((kind, c) -> {
        out.writeObjectPropertyStart(kind);
        counts(out, c);
        out.writeEndObject();
      });
      out.writeEndObject();
      counts(out, all);
      out.writeNumberProperty("other_prompt_tokens", otherPromptTokens);
      out.writeEndObject();
    });
  }

  private static void counts(tools.jackson.core.JsonGenerator out, Count c) {
    out.writeNumberProperty("lines", c.lines);
    out.writeNumberProperty("right", c.right);
    Json.rounded(out, "share", share(c.right, c.lines));
    if (c.referenced > 0) {
      out.writeNumberProperty("as_hf", c.asReference);
      Json.rounded(out, "as_hf_share", share(c.asReference, c.referenced));
    }
  }

  private static double share(int part, int whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
