package dev.ocelli.engine.safetensors;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.tensor.ModelFiles;
import dev.ocelli.engine.tensor.Printable;
import java.nio.file.Path;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fields of a JSON object in a model's folder. A wrong or missing field is an error that names
 * file, field and what was found; a field that is null counts as missing.
 */
final class JsonFields {
  static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final long MAX_FILE = 64 << 20;

  private final String file;
  private final String path;
  private final JsonNode node;

  JsonFields(String file, String path, JsonNode node) {
    this.file = file;
    this.path = path;
    this.node = node;
  }

  /** Reads a file that holds one object. */
  static JsonFields read(Path file) {
    byte[] bytes = ModelFiles.read(file, "a JSON file", MAX_FILE);
    JsonNode node;
    try {
      node = MAPPER.readTree(bytes);
    } catch (JacksonException e) {
      throw error(file.toString(), badJson(e, 0) + "; download the file again");
    }
    if (!node.isObject()) {
      throw error(file.toString(), "the file holds no JSON object; download it again");
    }
    return new JsonFields(file.toString(), "", node);
  }

  /** What is wrong with a JSON text, and where, in one line. */
  static String badJson(JacksonException e, long base) {
    TokenStreamLocation at = e.getLocation();
    long offset = at == null ? -1 : at.getByteOffset();
    String where = offset < 0 ? "" : " (byte offset " + (base + offset) + ")";
    return "not well-formed JSON: " + Printable.of(String.valueOf(e.getOriginalMessage())) + where;
  }

  private static OcelliException error(String file, String problem) {
    return new OcelliException(OcelliException.Kind.MODEL, file + ": " + problem);
  }

  /** The file, for error messages. */
  String file() {
    return file;
  }

  Collection<String> names() {
    return node.propertyNames();
  }

  boolean has(String name) {
    return find(name) != null;
  }

  private @Nullable JsonNode find(String name) {
    JsonNode v = node.get(name);
    return v == null || v.isNull() ? null : v;
  }

  private JsonNode need(String name, String wanted) {
    JsonNode v = find(name);
    if (v == null) {
      throw error(
          file,
          "field '%s' is missing, %s is needed; the file is incomplete or of another architecture"
              .formatted(path + Printable.of(name), wanted));
    }
    return v;
  }

  /** An error about the value of a field. */
  OcelliException wrong(String name, String wanted) {
    return error(
        file,
        "field '%s' must be %s, but is %s; the file is damaged or of another architecture"
            .formatted(
                path + Printable.of(name), wanted, Printable.of(String.valueOf(node.get(name)))));
  }

  JsonFields object(String name) {
    JsonNode v = need(name, "an object");
    if (!v.isObject()) {
      throw wrong(name, "an object");
    }
    return new JsonFields(file, path + Printable.of(name) + ".", v);
  }

  @Nullable JsonFields findObject(String name) {
    return has(name) ? object(name) : null;
  }

  /** A whole number from 0 to 2^31 - 1. */
  int natural(String name) {
    return natural(name, need(name, "a whole number"));
  }

  int natural(String name, int fallback) {
    JsonNode v = find(name);
    return v == null ? fallback : natural(name, v);
  }

  @Nullable Integer findNatural(String name) {
    JsonNode v = find(name);
    return v == null ? null : (Integer) natural(name, v);
  }

  private int natural(String name, JsonNode v) {
    // Some writers give whole numbers as 2.0.
    double d = v.isNumber() ? v.doubleValue() : -1;
    if (d < 0 || d > Integer.MAX_VALUE || d != Math.rint(d)) {
      throw wrong(name, "a whole number from 0 to 2147483647");
    }
    return (int) d;
  }

  /** A whole number above 0. */
  int positive(String name) {
    int n = natural(name);
    requireAboveZero(name, n);
    return n;
  }

  int positive(String name, int fallback) {
    return has(name) ? positive(name) : fallback;
  }

  private void requireAboveZero(String name, double number) {
    if (number <= 0) {
      throw wrong(name, "above 0");
    }
  }

  double number(String name) {
    return number(name, need(name, "a number"));
  }

  double number(String name, double fallback) {
    JsonNode v = find(name);
    return v == null ? fallback : number(name, v);
  }

  @Nullable Double findNumber(String name) {
    JsonNode v = find(name);
    return v == null ? null : (Double) number(name, v);
  }

  double positiveNumber(String name) {
    double d = number(name);
    requireAboveZero(name, d);
    return d;
  }

  private double number(String name, JsonNode v) {
    double d = v.isNumber() ? v.doubleValue() : Double.NaN;
    if (!Double.isFinite(d)) {
      throw wrong(name, "a number");
    }
    return d;
  }

  @Nullable Boolean findBool(String name) {
    JsonNode v = find(name);
    if (v == null) {
      return null;
    }
    if (!v.isBoolean()) {
      throw wrong(name, "true or false");
    }
    return v.booleanValue();
  }

  boolean bool(String name, boolean fallback) {
    Boolean v = findBool(name);
    return v == null ? fallback : v;
  }

  String text(String name) {
    JsonNode v = need(name, "a string");
    if (!v.isString()) {
      throw wrong(name, "a string");
    }
    return v.stringValue();
  }

  @Nullable String findText(String name) {
    return has(name) ? text(name) : null;
  }

  /** A string; null when the field is missing or something else. */
  @Nullable String textOrNull(String name) {
    JsonNode v = find(name);
    return v != null && v.isString() ? v.stringValue() : null;
  }

  boolean isObject(String name) {
    JsonNode v = find(name);
    return v != null && v.isObject();
  }

  /** An array of whole numbers from 0 to 2^31 - 1. */
  int[] naturals(String name) {
    JsonNode v = need(name, "an array of whole numbers");
    if (!v.isArray()) {
      throw wrong(name, "an array of whole numbers");
    }
    int[] out = new int[v.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = natural(name, v.get(i));
    }
    return out;
  }

  /** A whole number or an array of them. */
  int[] naturalOrNaturals(String name) {
    JsonNode v = need(name, "a whole number or an array of them");
    return v.isArray() ? naturals(name) : new int[] {natural(name, v)};
  }

  float[] floats(String name) {
    JsonNode v = need(name, "an array of numbers");
    if (!v.isArray()) {
      throw wrong(name, "an array of numbers");
    }
    float[] out = new float[v.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) number(name, v.get(i));
    }
    return out;
  }
}
