package dev.ocelli.engine.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Objects of one schema: named properties in order, each there or not, then others. */
final class ObjectSchema {
  private final JsonSchemaGrammar grammar;
  private final ObjectNode schema;
  private final String place;
  private final Map<String, Expr> members = new LinkedHashMap<>();
  private final Set<String> required = new LinkedHashSet<>();

  ObjectSchema(JsonSchemaGrammar grammar, ObjectNode schema, String place) {
    this.grammar = grammar;
    this.schema = schema;
    this.place = place;
  }

  @Nullable Expr expr() {
    JsonNode properties = schema.path("properties");
    JsonNode needed = schema.path("required");
    if (!properties.isMissingNode() && !properties.isObject()) {
      throw JsonSchemaGrammar.error(
          place + "/properties", "an object of schemas is needed; mend it");
    }
    if (!needed.isMissingNode() && !needed.isArray()) {
      throw JsonSchemaGrammar.error(place + "/required", "a list of names is needed; mend it");
    }
    needed.forEach(n -> required.add(JsonSchemaGrammar.text(n, place + "/required")));
    JsonNode others = schema.get("additionalProperties");
    boolean free = properties.isEmpty() && required.isEmpty();
    if (free && (others == null || others.isBoolean() && others.booleanValue())) {
      return Expr.rule(JsonText.OBJECT);
    }
    Map<String, JsonNode> all = new LinkedHashMap<>();
    properties.properties().forEach(e -> all.put(e.getKey(), e.getValue()));
    for (String name : required) {
      all.putIfAbsent(name, others == null ? schema.booleanNode(true) : others);
    }
    for (Map.Entry<String, JsonNode> e : all.entrySet()) {
      String at = place + "/properties/" + e.getKey().replace("~", "~0").replace("/", "~1");
      Expr value = grammar.schema(e.getValue(), at);
      if (value != null) {
        members.put(e.getKey(), member(e.getKey(), value));
      } else if (required.contains(e.getKey())) {
        return null;
      }
    }
    Expr other = others == null ? null : grammar.schema(others, place + "/additionalProperties");
    return JsonText.object(body(other, all.keySet()));
  }

  private static Expr member(String name, Expr value) {
    return Expr.sequence(Expr.text(JsonSchemaGrammar.written(name)), JsonText.COLON, value);
  }

  /** A rule for what may follow each property, so that nothing is written twice. */
  private Expr body(@Nullable Expr other, Set<String> names) {
    Expr further =
        other == null
            ? null
            : grammar.rule(
                Expr.sequence(JsonText.keyOtherThan(names), JsonText.COLON, other),
                place,
                "further properties");
    Expr first = further == null ? Expr.EMPTY : JsonText.list(further, 0, Expr.Repeat.UNLIMITED);
    Expr then = further == null ? Expr.EMPTY : Expr.many(Expr.sequence(JsonText.COMMA, further));
    for (String name : new ArrayList<>(members.keySet()).reversed()) {
      Expr member = named(members.getOrDefault(name, Expr.EMPTY), name);
      Expr after = named(then, "after " + name);
      Expr begins = Expr.sequence(member, after);
      Expr follows = Expr.sequence(JsonText.COMMA, member, after);
      boolean must = required.contains(name);
      first = must ? begins : Expr.choice(begins, named(first, "without " + name));
      then = must ? follows : Expr.choice(follows, after);
    }
    return first;
  }

  private Expr named(Expr body, String what) {
    return grammar.rule(body, place, what);
  }
}
