package dev.ocelli.server.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields of an object that a {@link Schema} has checked. A null in JSON is no field. */
public final class Fields {
  private final ObjectNode object;
  private final String path;

  Fields(ObjectNode object, String path) {
    this.object = object;
    this.path = path;
  }

  /** Where a field stands in the request: {@code messages[0].content}. */
  public String path(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  /** A 400 about a field. */
  public ApiError error(String field, String message) {
    return ApiError.field(path(field), message);
  }

  /** The value, or null. */
  public @Nullable JsonNode node(String field) {
    JsonNode node = object.get(field);
    return node == null || node.isNull() ? null : node;
  }

  /** The value. */
  public JsonNode require(String field) {
    JsonNode node = node(field);
    if (node == null) {
      throw error(field, "is missing");
    }
    return node;
  }

  public boolean has(String field) {
    return node(field) != null;
  }

  public @Nullable String string(String field) {
    JsonNode node = node(field);
    return node == null ? null : node.stringValue();
  }

  public String string(String field, String otherwise) {
    String s = string(field);
    return s == null ? otherwise : s;
  }

  public String requireString(String field) {
    JsonNode node = require(field);
    if (!node.isString()) {
      throw error(field, "must be a string");
    }
    return node.stringValue();
  }

  public @Nullable Double number(String field) {
    JsonNode node = node(field);
    if (node == null) {
      return null;
    }
    double value = node.doubleValue();
    if (!Double.isFinite(value)) {
      throw error(field, "is too large a number");
    }
    return value;
  }

  public double number(String field, double otherwise) {
    Double n = number(field);
    return n == null ? otherwise : n;
  }

  public @Nullable Integer integer(String field) {
    Long value = longInteger(field);
    if (value == null) {
      return null;
    }
    if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
      throw error(field, "is out of range");
    }
    return value.intValue();
  }

  /** A whole number in a range, or another where there is none. */
  public int integer(String field, int otherwise, int min, int max) {
    Integer n = integer(field);
    if (n == null) {
      return otherwise;
    }
    if (n < min || n > max) {
      throw error(field, "is %d; allowed are %d to %d".formatted(n, min, max));
    }
    return n;
  }

  public @Nullable Long longInteger(String field) {
    JsonNode node = node(field);
    if (node == null) {
      return null;
    }
    double value = node.doubleValue();
    if (!(Math.abs(value) < 0x1p63)) {
      throw error(field, "is out of range");
    }
    return node.isIntegralNumber() ? node.longValue() : (long) value;
  }

  public boolean bool(String field, boolean otherwise) {
    JsonNode node = node(field);
    return node == null ? otherwise : node.booleanValue();
  }

  /** A string or an array of strings as a list; empty where there is none. */
  public List<String> strings(String field) {
    JsonNode node = node(field);
    List<String> out = new ArrayList<>();
    if (node == null) {
      return out;
    }
    if (node.isString()) {
      out.add(node.stringValue());
      return out;
    }
    if (!node.isArray()) {
      throw error(field, "must be a string or an array of strings");
    }
    for (JsonNode element : node) {
      if (!element.isString()) {
        throw error("%s[%d]".formatted(field, out.size()), "must be a string");
      }
      out.add(element.stringValue());
    }
    return out;
  }

  /**
   * Refuses a setting that is not supported unless it is off anyway.
   *
   * @param off the value that changes nothing
   */
  public void mustBeOff(String field, double off, String instead) {
    Double value = number(field);
    if (value != null && value != off) {
      throw error(field, "is not supported; " + instead);
    }
  }
}
