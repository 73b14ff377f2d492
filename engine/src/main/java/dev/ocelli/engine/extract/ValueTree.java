package dev.ocelli.engine.extract;

import dev.ocelli.engine.OcelliException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** JSON with the places of its values in the text. */
sealed interface ValueTree {
  /** An object. */
  record Members(Map<String, ValueTree> all) implements ValueTree {}

  /** A list. */
  record Elements(List<ValueTree> all) implements ValueTree {}

  /**
   * A text, number, boolean or null.
   *
   * @param start of its first character, a quotation mark excluded
   * @param end behind its last one
   */
  record Value(JsonNode value, int start, int end) implements ValueTree {}

  /**
   * Reads a reply.
   *
   * @throws OcelliException INPUT when it is no JSON, which means that it was cut
   */
  static ValueTree read(String text) {
    try (JsonParser in = JsonMapper.shared().createParser(text)) {
      in.nextToken();
      ValueTree tree = next(in, text);
      if (in.nextToken() != null) {
        throw broken(null);
      }
      return tree;
    } catch (JacksonException e) {
      throw broken(e);
    }
  }

  private static OcelliException broken(@org.jspecify.annotations.Nullable Throwable cause) {
    return new OcelliException(
        OcelliException.Kind.INPUT,
        "the reply is no whole JSON value; give it more tokens, or a schema with fewer or shorter values",
        cause);
  }

  private static ValueTree next(JsonParser in, String text) {
    JsonToken token = in.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Map<String, ValueTree> all = new LinkedHashMap<>();
      while (in.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = in.currentName();
        in.nextToken();
        all.put(name, next(in, text));
      }
      return new Members(all);
    }
    if (token == JsonToken.START_ARRAY) {
      List<ValueTree> all = new ArrayList<>();
      while (in.nextToken() != JsonToken.END_ARRAY) {
        all.add(next(in, text));
      }
      return new Elements(all);
    }
    if (token == null || !token.isScalarValue()) {
      throw broken(null);
    }
    int start = (int) in.currentTokenLocation().getCharOffset();
    JsonNodeFactory json = JsonNodeFactory.instance;
    String written = in.getString();
    JsonNode value =
        switch (token) {
          case VALUE_STRING -> json.stringNode(written);
          case VALUE_NUMBER_INT -> json.numberNode(in.getBigIntegerValue());
          case VALUE_NUMBER_FLOAT -> json.numberNode(in.getDecimalValue());
          case VALUE_TRUE -> json.booleanNode(true);
          case VALUE_FALSE -> json.booleanNode(false);
          default -> json.nullNode();
        };
    if (token != JsonToken.VALUE_STRING) {
      return new Value(value, start, start + written.length());
    }
    int end = start + 1;
    while (text.charAt(end) != '"') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    return new Value(value, start + 1, end);
  }
}
