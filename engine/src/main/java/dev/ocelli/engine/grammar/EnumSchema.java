package dev.ocelli.engine.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Values that a schema lists. */
final class EnumSchema {
  private EnumSchema() {}

  /**
   * The values of {@code enum} or {@code const}, or null where none fits.
   *
   * @param types that the schema allows
   */
  static @Nullable Expr expr(ObjectNode schema, Set<String> types, String place) {
    JsonNode constant = schema.get("const");
    JsonNode list = schema.get("enum");
    if (list != null && (!list.isArray() || list.isEmpty())) {
      throw JsonSchemaGrammar.error(place + "/enum", "a list of values is needed; mend it");
    }
    List<JsonNode> all = new ArrayList<>();
    if (list == null) {
      all.add(schema.path("const"));
    } else {
      for (JsonNode v : list) {
        if (constant == null || constant.equals(v)) {
          all.add(v);
        }
      }
    }
    all.removeIf(v -> !fits(v, types));
    for (Map.Entry<String, JsonNode> e : schema.properties()) {
      String about = JsonSchemaGrammar.typeOf(e.getKey());
      if (about != null && all.stream().anyMatch(v -> fits(v, Set.of(about)))) {
        throw JsonSchemaGrammar.error(
            place + "/" + e.getKey(),
            "beside 'enum' and 'const' this is not supported; list the values that fit");
      }
    }
    List<Expr> options = all.stream().map(v -> Expr.text(JsonSchemaGrammar.written(v))).toList();
    return options.isEmpty() ? null : new Expr.Choice(options);
  }

  private static boolean fits(JsonNode value, Set<String> types) {
    if (value.isNumber()) {
      boolean whole = value.decimalValue().stripTrailingZeros().scale() <= 0;
      return types.contains("number") || whole && types.contains("integer");
    }
    String type =
        value.isString()
            ? "string"
            : value.isObject()
                ? "object"
                : value.isArray() ? "array" : value.isBoolean() ? "boolean" : "null";
    return types.contains(type);
  }
}
