package dev.ocelli.engine.grammar;

import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.JsonNodeFactory;
import dev.harrel.jsonschema.SimpleType;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Another project's judgement on whether a text fits a schema. */
final class SchemaChecker {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SchemaChecker() {}

  /** What is wrong, or an empty list; whatever is no JSON is an exception. */
  static List<String> errors(String schema, String text) {
    Validator.Result result =
        new ValidatorFactory().withJsonNodeFactory(new Factory()).validate(schema, text);
    return result.isValid()
        ? List.of()
        : result.getErrors().stream()
            .map(e -> e.getInstanceLocation() + " " + e.getError())
            .toList();
  }

  private static final class Factory implements JsonNodeFactory {
    @Override
    public JsonNode wrap(Object node) {
      return node instanceof JsonNode n ? n : new Node((tools.jackson.databind.JsonNode) node, "");
    }

    @Override
    public JsonNode create(String json) {
      return new Node(JSON.readTree(json), "");
    }
  }

  private record Node(tools.jackson.databind.JsonNode node, String pointer) implements JsonNode {
    @Override
    public String getJsonPointer() {
      return pointer;
    }

    @Override
    public SimpleType getNodeType() {
      if (node.isNumber()) {
        boolean whole = node.decimalValue().stripTrailingZeros().scale() <= 0;
        return whole ? SimpleType.INTEGER : SimpleType.NUMBER;
      }
      return node.isString()
          ? SimpleType.STRING
          : node.isArray()
              ? SimpleType.ARRAY
              : node.isObject()
                  ? SimpleType.OBJECT
                  : node.isBoolean() ? SimpleType.BOOLEAN : SimpleType.NULL;
    }

    @Override
    public boolean asBoolean() {
      return node.booleanValue();
    }

    @Override
    public String asString() {
      return node.stringValue();
    }

    @Override
    public BigInteger asInteger() {
      return node.decimalValue().toBigIntegerExact();
    }

    @Override
    public BigDecimal asNumber() {
      return node.decimalValue();
    }

    @Override
    public List<JsonNode> asArray() {
      List<JsonNode> out = new ArrayList<>();
      for (int i = 0; i < node.size(); i++) {
        out.add(new Node(node.path(i), pointer + "/" + i));
      }
      return out;
    }

    @Override
    public Map<String, JsonNode> asObject() {
      Map<String, JsonNode> out = new LinkedHashMap<>();
      node.properties()
          .forEach(e ->
              out.put(
                  e.getKey(),
                  new Node(e.getValue(), pointer + "/" + JsonNode.encodeJsonPointer(e.getKey()))));
      return out;
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Node n && n.node.equals(node);
    }

    @Override
    public int hashCode() {
      return node.hashCode();
    }
  }
}
