package dev.ocelli.engine.record;

import dev.ocelli.engine.cache.Hasher;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * A hash of a JSON object that other programs may have written again: neither the order of fields
 * nor white space nor {@code 1.0} in place of {@code 1} changes it.
 */
public final class Checksum {
  private Checksum() {}

  /** Of all fields but {@link RecordWriter#CHECKSUM}. */
  public static String of(JsonNode record) {
    Hasher to = Hasher.of("record");
    Map<String, JsonNode> fields = sorted(record);
    fields.remove(RecordWriter.CHECKSUM);
    fields(fields, to);
    return to.hex();
  }

  private static Map<String, JsonNode> sorted(JsonNode object) {
    Map<String, JsonNode> out = new TreeMap<>();
    object.properties().forEach(e -> out.put(e.getKey(), e.getValue()));
    return out;
  }

  private static void fields(Map<String, JsonNode> fields, Hasher to) {
    to.text("object").number(fields.size());
    fields.forEach((name, value) -> add(value, to.text(name)));
  }

  private static void add(JsonNode value, Hasher to) {
    if (value.isObject()) {
      fields(sorted(value), to);
    } else if (value.isArray()) {
      to.text("array").number(value.size());
      value.forEach(v -> add(v, to));
    } else if (value.isNumber()) {
      to.text("number").number(value.doubleValue());
    } else {
      to.text(value.getNodeType().name()).text(value.asString());
    }
  }
}
