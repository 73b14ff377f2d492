package dev.ocelli.engine.record;

import dev.ocelli.engine.runtime.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A reply beside the recorded one.
 *
 * @param differences what is not the same, a sentence each; empty when every byte is
 * @param firstToken index of the first token that differs; -1 when all are the same
 */
public record Comparison(List<String> differences, int firstToken) {

  /** Whether every byte is the same. */
  public boolean same() {
    return differences.isEmpty();
  }

  static Comparison of(RecordFields recorded, Reply reply) {
    List<String> out = new ArrayList<>();
    int[] there = recorded.ids("tokens", Integer.MAX_VALUE);
    int[] here = reply.tokens().stream().mapToInt(Reply.Token::id).toArray();
    int first = java.util.Arrays.mismatch(there, here);
    if (first >= 0) {
      out.add(
          "token %d is %s in the record, %s here"
              .formatted(first, token(there, first), token(here, first)));
    }
    ObjectNode mine = RecordWriter.MAPPER.createObjectNode();
    RecordWriter.reply(mine, reply);
    for (String field : List.of("text", "reasoning", "tool_calls", "stopped_by")) {
      if (!mine.path(field).equals(recorded.node().path(field))) {
        out.add(text(field, recorded.node().path(field), mine.path(field)));
      }
    }
    String finish = reply.finish().name().toLowerCase(Locale.ROOT);
    if (!Objects.equals(recorded.text("finish_reason"), finish)) {
      out.add(
          "finish_reason is %s in the record, %s here"
              .formatted(recorded.text("finish_reason"), finish));
    }
    return new Comparison(List.copyOf(out), first);
  }

  private static String token(int[] ids, int index) {
    return index < ids.length ? Integer.toString(ids[index]) : "none";
  }

  private static String text(String field, JsonNode there, JsonNode here) {
    String a = there.isString() ? there.stringValue() : there.toString();
    String b = here.isString() ? here.stringValue() : here.toString();
    int same = 0;
    while (same < Math.min(a.length(), b.length()) && a.charAt(same) == b.charAt(same)) {
      same++;
    }
    return "%s differs from character %d on".formatted(field, same);
  }
}
