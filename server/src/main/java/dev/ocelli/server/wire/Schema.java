package dev.ocelli.server.wire;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields that an object of a request may have. Requests are read by it and the OpenAPI
 * description is written from it, so that the two cannot differ.
 */
public final class Schema {
  /** What a field's value must be. */
  public enum Type {
    STRING,
    INTEGER,
    NUMBER,
    BOOLEAN,
    OBJECT,
    ARRAY,
    /** Of several types; the reader looks itself. */
    ANY;

    boolean fits(JsonNode node) {
      return switch (this) {
        case STRING -> node.isString();
        case INTEGER -> node.isNumber() && node.doubleValue() == Math.rint(node.doubleValue());
        case NUMBER -> node.isNumber();
        case BOOLEAN -> node.isBoolean();
        case OBJECT -> node.isObject();
        case ARRAY -> node.isArray();
        case ANY -> true;
      };
    }

    String phrase() {
      return switch (this) {
        case INTEGER -> "a whole number";
        case OBJECT -> "an object";
        case ARRAY -> "an array";
        case ANY -> "a value";
        default -> "a " + name().toLowerCase(Locale.ROOT);
      };
    }
  }

  /**
   * A field.
   *
   * @param ignored whether it is accepted and changes nothing
   */
  public record Field(String name, Type type, String description, boolean ignored) {}

  private final String name;
  private final Map<String, Field> fields = new LinkedHashMap<>();
  private boolean list;

  private Schema(String name) {
    this.name = name;
  }

  /** A schema without fields. */
  public static Schema named(String name) {
    return new Schema(name);
  }

  /** Adds a field. */
  public Schema field(String field, Type type, String description) {
    fields.put(field, new Field(field, type, description, false));
    return this;
  }

  /** Adds fields that are accepted, whatever their value, and change nothing. */
  public Schema ignored(String... names) {
    for (String n : names) {
      fields.put(n, new Field(n, Type.ANY, "Accepted and not used.", true));
    }
    return this;
  }

  /** Adds another schema's fields. */
  public Schema with(Schema other) {
    fields.putAll(other.fields);
    return this;
  }

  /** The body is an array of such objects. */
  public Schema list() {
    list = true;
    return this;
  }

  /**
   * Checks an array of objects.
   *
   * @throws ApiError 400 that names the element and the field
   */
  public List<Fields> readList(JsonNode node) {
    if (!node.isArray()) {
      throw new ApiError(ApiError.Kind.INVALID, "the request body is not a JSON array");
    }
    List<Fields> all = new ArrayList<>();
    for (JsonNode element : node) {
      all.add(read(element, "[%d]".formatted(all.size())));
    }
    return all;
  }

  /** What the description calls it. */
  public String name() {
    return name;
  }

  /** The fields in order. */
  public Collection<Field> fields() {
    return fields.values();
  }

  /** The field of a name, or null. */
  public @Nullable Field field(String field) {
    return fields.get(field);
  }

  /**
   * Checks an object.
   *
   * @param path where it stands in the request; empty for the request itself
   * @throws ApiError 400 that names an unknown field or one of a wrong type
   */
  public Fields read(JsonNode node, String path) {
    if (!(node instanceof ObjectNode object)) {
      throw path.isEmpty()
          ? new ApiError(ApiError.Kind.INVALID, "the request body is not a JSON object")
          : ApiError.field(path, "is not an object");
    }
    Fields read = new Fields(object, path);
    object.forEachEntry((key, value) -> {
      Field field = fields.get(key);
      if (field == null) {
        throw ApiError.field(read.path(key), "is not a field of %s%s".formatted(name, guess(key)));
      }
      // A null says nothing, as clients send for what is not set.
      if (!value.isNull() && !field.type().fits(value)) {
        throw ApiError.field(read.path(key), "must be " + field.type().phrase());
      }
    });
    return read;
  }

  private String guess(String key) {
    String best = "";
    int distance = Math.max(1, key.length() / 3) + 1;
    for (Field f : fields.values()) {
      int d = EditDistance.of(key, f.name());
      if (!f.ignored() && d < distance) {
        best = f.name();
        distance = d;
      }
    }
    return best.isEmpty() ? "" : "; did you mean " + best + "?";
  }

  /** The schema as OpenAPI writes it. */
  public ObjectNode openApi() {
    ObjectNode out = Json.object();
    out.put("type", "object");
    ObjectNode properties = out.putObject("properties");
    for (Field f : fields.values()) {
      ObjectNode p = properties.putObject(f.name());
      if (f.type() != Type.ANY) {
        p.put("type", f.type().name().toLowerCase(Locale.ROOT));
      }
      p.put("description", f.description());
      if (f.type() == Type.ARRAY) {
        p.putObject("items");
      }
    }
    out.put("additionalProperties", false);
    if (list) {
      ObjectNode array = Json.object().put("type", "array");
      array.set("items", out);
      return array;
    }
    return out;
  }
}
