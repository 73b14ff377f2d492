package dev.ocelli.engine.grammar;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Two JSON Schemas that must both hold as one. Neither has {@code $ref} or {@code allOf} at its
 * top.
 */
final class SchemaMerge {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int MOST_BRANCHES = 64;
  private static final Set<String> LOWEST = Set.of("minLength", "minItems", "minimum");
  private static final Set<String> HIGHEST = Set.of("maxLength", "maxItems", "maximum");

  /** Two keywords that cannot be merged. */
  static final class Unmergeable extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String keyword;

    Unmergeable(String keyword) {
      super(keyword, null, false, false);
      this.keyword = keyword;
    }

    String keyword() {
      return keyword;
    }
  }

  private SchemaMerge() {}

  /**
   * The schema of what both allow, or null where no type or value fits both.
   *
   * @throws Unmergeable when that cannot be said in one schema
   */
  static @Nullable ObjectNode merge(ObjectNode a, ObjectNode b) {
    ObjectNode out = a.deepCopy();
    properties(a, b, out);
    for (Map.Entry<String, JsonNode> e : b.properties()) {
      String key = e.getKey();
      JsonNode other = e.getValue();
      JsonNode own = a.get(key);
      if (key.equals("properties") || key.equals("additionalProperties")) {
        continue;
      }
      JsonNode merged = own == null || own.equals(other) ? other : both(key, own, other);
      if (merged == null) {
        return null;
      }
      out.set(key, merged);
    }
    return out;
  }

  private static @Nullable JsonNode both(String key, JsonNode a, JsonNode b) {
    if (JsonSchemaGrammar.isAnnotation(key)) {
      return a;
    }
    if (LOWEST.contains(key) && a.isNumber() && b.isNumber()) {
      return decimal(a).compareTo(decimal(b)) >= 0 ? a : b;
    }
    if (HIGHEST.contains(key) && a.isNumber() && b.isNumber()) {
      return decimal(a).compareTo(decimal(b)) <= 0 ? a : b;
    }
    return switch (key) {
      case "type" -> types(a, b);
      case "enum" -> common(a, b);
      case "const" -> null; // they differ
      case "required" -> union(a, b);
      case "exclusiveMinimum" -> decimal(a).compareTo(decimal(b)) >= 0 ? a : b;
      case "exclusiveMaximum" -> decimal(a).compareTo(decimal(b)) <= 0 ? a : b;
      case "items" -> conjunction(a, b);
      case "anyOf" -> product(a, b);
      default -> throw new Unmergeable(key);
    };
  }

  private static BigDecimal decimal(JsonNode n) {
    if (!n.isNumber()) {
      throw new Unmergeable("exclusiveMinimum");
    }
    return n.decimalValue();
  }

  /** A schema that both must hold; merged when it is its turn. */
  private static JsonNode conjunction(JsonNode a, JsonNode b) {
    if (a.isBoolean()) {
      return a.booleanValue() ? b : a;
    }
    if (b.isBoolean()) {
      return b.booleanValue() ? a : b;
    }
    return NODES.objectNode().set("allOf", NODES.arrayNode().add(a).add(b));
  }

  private static @Nullable JsonNode types(JsonNode a, JsonNode b) {
    Set<String> left = names(a);
    Set<String> right = names(b);
    ArrayNode out = NODES.arrayNode();
    for (String type : left) {
      boolean narrowed = type.equals("number") && right.contains("integer");
      if (right.contains(type) || type.equals("integer") && right.contains("number")) {
        out.add(type);
      } else if (narrowed) {
        out.add("integer");
      }
    }
    return out.isEmpty() ? null : out;
  }

  static Set<String> names(JsonNode type) {
    Set<String> out = new LinkedHashSet<>();
    if (type.isArray()) {
      type.forEach(t -> out.add(t.asString("")));
    } else {
      out.add(type.asString(""));
    }
    return out;
  }

  private static @Nullable JsonNode common(JsonNode a, JsonNode b) {
    ArrayNode out = NODES.arrayNode();
    for (JsonNode v : a) {
      for (JsonNode w : b) {
        if (v.equals(w)) {
          out.add(v);
        }
      }
    }
    return out.isEmpty() ? null : out;
  }

  private static JsonNode union(JsonNode a, JsonNode b) {
    Set<JsonNode> all = new LinkedHashSet<>();
    a.forEach(all::add);
    b.forEach(all::add);
    return NODES.arrayNode().addAll(new ArrayList<>(all));
  }

  private static JsonNode product(JsonNode a, JsonNode b) {
    ArrayNode out = NODES.arrayNode();
    if ((long) a.size() * b.size() > MOST_BRANCHES) {
      throw new Unmergeable("anyOf");
    }
    for (JsonNode x : a) {
      for (JsonNode y : b) {
        out.add(conjunction(x, y));
      }
    }
    return out;
  }

  /**
   * Properties of both; one that only one side names must also fit what the other says of further
   * properties.
   */
  private static void properties(ObjectNode a, ObjectNode b, ObjectNode out) {
    JsonNode left = a.path("properties");
    JsonNode right = b.path("properties");
    JsonNode leftOthers = a.get("additionalProperties");
    JsonNode rightOthers = b.get("additionalProperties");
    if (leftOthers != null && rightOthers != null) {
      out.set("additionalProperties", conjunction(leftOthers, rightOthers));
    } else if (rightOthers != null) {
      out.set("additionalProperties", rightOthers);
    }
    if (left.isMissingNode() && right.isMissingNode()) {
      return;
    }
    ObjectNode all = NODES.objectNode();
    for (Map.Entry<String, JsonNode> e : left.properties()) {
      JsonNode other = right.get(e.getKey());
      other = other == null ? rightOthers : other;
      all.set(e.getKey(), other == null ? e.getValue() : conjunction(e.getValue(), other));
    }
    for (Map.Entry<String, JsonNode> e : right.properties()) {
      if (!left.has(e.getKey())) {
        all.set(
            e.getKey(), leftOthers == null ? e.getValue() : conjunction(e.getValue(), leftOthers));
      }
    }
    out.set("properties", all);
  }

  /** Whether no value can fit both: then exactly one of them is the same as any of them. */
  static boolean disjoint(JsonNode a, JsonNode b) {
    if (!a.isObject() || !b.isObject()) {
      return a.isBoolean() && !a.booleanValue() || b.isBoolean() && !b.booleanValue();
    }
    JsonNode type = a.get("type");
    JsonNode otherType = b.get("type");
    if (type != null && otherType != null && types(type, otherType) == null) {
      return true;
    }
    List<JsonNode> values = values(a);
    List<JsonNode> others = values(b);
    if (values != null && others != null) {
      return values.stream().noneMatch(others::contains);
    }
    return isObject(type) && isObject(otherType) && toldApart(a, b);
  }

  private static boolean isObject(@Nullable JsonNode type) {
    return type != null && names(type).equals(Set.of("object"));
  }

  /** Whether a property that both require has values that differ. */
  private static boolean toldApart(JsonNode a, JsonNode b) {
    for (JsonNode name : a.path("required")) {
      boolean shared = false;
      for (JsonNode other : b.path("required")) {
        shared |= other.equals(name);
      }
      JsonNode own = a.path("properties").path(name.asString(""));
      JsonNode others = b.path("properties").path(name.asString(""));
      if (shared && own.isObject() && others.isObject() && disjoint(own, others)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable List<JsonNode> values(JsonNode schema) {
    if (schema.has("const")) {
      return List.of(schema.path("const"));
    }
    if (!schema.has("enum")) {
      return null;
    }
    List<JsonNode> out = new ArrayList<>();
    schema.path("enum").forEach(out::add);
    return out;
  }
}
