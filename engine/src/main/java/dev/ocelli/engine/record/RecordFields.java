package dev.ocelli.engine.record;

import dev.ocelli.engine.OcelliException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An object of a record that is read. Errors name the field.
 *
 * @param node the object
 * @param path where it is in the record; empty for the whole
 */
record RecordFields(JsonNode node, String path) {

  OcelliException error(String field, String what) {
    return new OcelliException(
        OcelliException.Kind.INPUT,
        "%s %s; give the record as it was written".formatted(at(field), what));
  }

  private String at(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  boolean has(String field) {
    return node.has(field);
  }

  JsonNode require(String field) {
    JsonNode value = node.get(field);
    if (value == null) {
      throw error(field, "is missing");
    }
    return value;
  }

  String text(String field) {
    JsonNode value = require(field);
    if (!value.isString()) {
      throw error(field, "is no text");
    }
    return value.stringValue();
  }

  @Nullable String textOrNull(String field) {
    return has(field) ? text(field) : null;
  }

  boolean isText(String field, String text) {
    JsonNode value = node.get(field);
    return value != null && value.isString() && value.stringValue().equals(text);
  }

  boolean bool(String field) {
    JsonNode value = require(field);
    if (!value.isBoolean()) {
      throw error(field, "is neither true nor false");
    }
    return value.booleanValue();
  }

  double number(String field) {
    JsonNode value = require(field);
    if (!value.isNumber()) {
      throw error(field, "is no number");
    }
    return value.doubleValue();
  }

  int integer(String field) {
    return integer(field, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  int integer(String field, int least, int most) {
    return integer(require(field), field, least, most);
  }

  private int integer(JsonNode value, String field, int least, int most) {
    if (!value.isNumber() || !value.canConvertToExactIntegral() || !value.canConvertToInt()) {
      throw error(field, "is no whole number");
    }
    int i = value.intValue();
    if (i < least || i > most) {
      throw error(field, "is %d, which cannot be".formatted(i));
    }
    return i;
  }

  OptionalInt limit(String field) {
    return has(field) ? OptionalInt.of(integer(field, 1, Integer.MAX_VALUE)) : OptionalInt.empty();
  }

  long seed(String field) {
    try {
      return Long.parseLong(text(field));
    } catch (NumberFormatException e) {
      throw error(field, "is no whole number in a text");
    }
  }

  /** Numbers from 0 to below a bound. */
  int[] ids(String field, int bound) {
    JsonNode list = list(field);
    int[] out = new int[list.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = integer(list.get(i), "%s[%d]".formatted(field, i), 0, bound - 1);
    }
    return out;
  }

  List<String> texts(String field) {
    List<String> out = new ArrayList<>();
    for (JsonNode value : list(field)) {
      if (!value.isString()) {
        throw error(field, "holds something that is no text");
      }
      out.add(value.stringValue());
    }
    return out;
  }

  private JsonNode list(String field) {
    JsonNode value = require(field);
    if (!value.isArray()) {
      throw error(field, "is no list");
    }
    return value;
  }

  RecordFields object(String field) {
    return object(require(field), field);
  }

  List<RecordFields> objects(String field) {
    List<RecordFields> out = new ArrayList<>();
    for (JsonNode value : list(field)) {
      out.add(object(value, "%s[%d]".formatted(field, out.size())));
    }
    return out;
  }

  private RecordFields object(JsonNode value, String field) {
    if (!value.isObject()) {
      throw error(field, "is no object");
    }
    return new RecordFields(value, at(field));
  }

  @SuppressWarnings("unchecked") // names of a JSON object are texts
  List<Map<String, Object>> maps(String field) {
    List<Map<String, Object>> out = new ArrayList<>();
    for (RecordFields o : objects(field)) {
      out.add((Map<String, Object>) RecordWriter.MAPPER.convertValue(o.node(), Map.class));
    }
    return out;
  }

  /** Makes something whose own checks name no place in the record. */
  <T> T checked(Supplier<T> make) {
    try {
      return make.get();
    } catch (OcelliException e) {
      throw e.kind() == OcelliException.Kind.INPUT
          ? e
          : new OcelliException(OcelliException.Kind.INPUT, path + ": " + e.getMessage(), e);
    }
  }
}
