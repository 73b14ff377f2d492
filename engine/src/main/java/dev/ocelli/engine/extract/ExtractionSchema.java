package dev.ocelli.engine.extract;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.grammar.Constraint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is to be read out of a picture, and the form in which the model is made to answer.
 *
 * <p>A schema that has a property {@code bbox_2d} anywhere asks for boxes itself: the box of a
 * field is that of the object it belongs to, and its numbers are held to 0..1000 where the schema
 * does not say otherwise. Otherwise, where boxes are wanted, each value of the schema is asked for
 * as {@code {"value": ..., "bbox_2d": [x1, y1, x2, y2] or null}}, and the wrapping is taken off the
 * reply again.
 *
 * @param schema JSON Schema of the result
 * @param asked JSON Schema of the reply
 * @param wrapped whether values are wrapped in the reply
 */
public record ExtractionSchema(JsonNode schema, JsonNode asked, boolean wrapped) {
  /** The property that boxes have, as Qwen3-VL was taught. */
  static final String BOX = "bbox_2d";

  /** The property of a wrapped value. */
  static final String VALUE = "value";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /**
   * Reads a schema.
   *
   * @param text JSON Schema
   * @param boxes whether boxes are wanted where the schema does not ask for them
   * @throws OcelliException USAGE when it is no JSON Schema that replies can be held to
   */
  public static ExtractionSchema of(String text, boolean boxes) {
    JsonNode schema;
    try {
      schema = JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      String why = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      throw new OcelliException(
          Kind.USAGE, "the JSON Schema is no JSON text: %s; mend it".formatted(why), e);
    }
    new Constraint.JsonSchema(text).check();
    boolean wrapped = boxes && !hasBox(schema);
    ExtractionSchema all =
        new ExtractionSchema(schema, wrapped ? wrap(schema) : bounded(schema), wrapped);
    all.constraint().check();
    return all;
  }

  /** What replies are held to. */
  public Constraint constraint() {
    return new Constraint.JsonSchema(asked.toString());
  }

  private static boolean hasBox(JsonNode schema) {
    return schema.path("properties").has(BOX)
        || schema.valueStream().anyMatch(ExtractionSchema::hasBox);
  }

  /** The schema with boxes that lie in the picture. */
  private static JsonNode bounded(JsonNode schema) {
    JsonNode out = schema.deepCopy();
    boundBoxes(out);
    return out;
  }

  private static void boundBoxes(JsonNode schema) {
    boundBox(schema.path("properties").path(BOX));
    schema.forEach(ExtractionSchema::boundBoxes);
  }

  private static void boundBox(JsonNode box) {
    box.path("anyOf").forEach(ExtractionSchema::boundBox);
    box.path("oneOf").forEach(ExtractionSchema::boundBox);
    if (!(box instanceof ObjectNode array) || !box.path("type").asString("").equals("array")) {
      return;
    }
    putAbsent(array, "minItems", 4);
    putAbsent(array, "maxItems", 4);
    String type = box.path("items").path("type").asString("");
    if (box.path("items") instanceof ObjectNode number
        && (type.equals("integer") || type.equals("number"))) {
      if (!number.has("exclusiveMinimum")) {
        putAbsent(number, "minimum", 0);
      }
      if (!number.has("exclusiveMaximum")) {
        putAbsent(number, "maximum", 1000);
      }
    }
  }

  private static void putAbsent(ObjectNode object, String name, int value) {
    if (!object.has(name)) {
      object.put(name, value);
    }
  }

  /** The schema with each value wrapped. */
  private static JsonNode wrap(JsonNode schema) {
    if (!(schema instanceof ObjectNode object)) {
      return wrapped(schema);
    }
    ObjectNode out = JSON.objectNode();
    boolean leaf = leaf(object);
    for (Map.Entry<String, JsonNode> e : object.properties()) {
      switch (e.getKey()) {
        case "$defs", "definitions" -> out.set(e.getKey(), wrapAll(e.getValue()));
        case "properties" -> out.set(e.getKey(), wrapAll(e.getValue()));
        case "items", "additionalProperties" ->
            out.set(
                e.getKey(), e.getValue().isObject() && !leaf ? wrap(e.getValue()) : e.getValue());
        case "prefixItems", "anyOf", "oneOf" ->
            out.set(e.getKey(), leaf ? e.getValue() : wrapEach(e.getValue()));
        default -> out.set(e.getKey(), e.getValue());
      }
    }
    return leaf ? hoisted(out) : out;
  }

  /** Definitions stay where references look for them. */
  private static JsonNode hoisted(ObjectNode leaf) {
    List<String> names = List.of("$defs", "definitions");
    ObjectNode definitions = JSON.objectNode();
    for (String name : names) {
      JsonNode d = leaf.remove(name);
      if (d != null) {
        definitions.set(name, d);
      }
    }
    ObjectNode out = wrapped(leaf);
    out.setAll(definitions);
    return out;
  }

  private static JsonNode wrapAll(JsonNode schemas) {
    ObjectNode out = JSON.objectNode();
    schemas.properties().forEach(e -> out.set(e.getKey(), wrap(e.getValue())));
    return out;
  }

  private static JsonNode wrapEach(JsonNode schemas) {
    ArrayNode out = JSON.arrayNode();
    schemas.forEach(s -> out.add(wrap(s)));
    return out;
  }

  /** Whether the schema is of values rather than of objects and lists of them. */
  private static boolean leaf(JsonNode schema) {
    if (schema.has("$ref") || schema.has("properties") || schema.has("additionalProperties")) {
      return false;
    }
    if (schema.has("enum") || schema.has("const")) {
      return true;
    }
    if (schema.path("items").isObject() || schema.has("prefixItems")) {
      return false;
    }
    List<JsonNode> branches = new ArrayList<>();
    schema.path("anyOf").forEach(branches::add);
    schema.path("oneOf").forEach(branches::add);
    return branches.stream().allMatch(ExtractionSchema::leaf);
  }

  private static ObjectNode wrapped(JsonNode leaf) {
    ObjectNode number =
        JSON.objectNode().put("type", "integer").put("minimum", 0).put("maximum", 1000);
    ObjectNode box = JSON.objectNode().put("type", "array").put("minItems", 4).put("maxItems", 4);
    box.set("items", number);
    ObjectNode maybe = JSON.objectNode();
    maybe.putArray("anyOf").add(box).add(JSON.objectNode().put("type", "null"));
    ObjectNode out = JSON.objectNode().put("type", "object");
    ObjectNode properties = out.putObject("properties");
    properties.set(VALUE, leaf);
    properties.set(BOX, maybe);
    out.putArray("required").add(VALUE).add(BOX);
    out.put("additionalProperties", false);
    return out;
  }
}
