package dev.ocelli.engine.extract;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A record as what is to be read out of a picture: its JSON Schema, and its values made of JSON.
 *
 * <p>Components may be records, {@code List}, {@code Optional}, enums, {@link String}, {@link
 * LocalDate}, {@link BigDecimal}, {@link BigInteger}, numbers and booleans. Every component must be
 * in the reply; an {@code Optional} may be null there. A property has the component's name.
 *
 * <p>This is the one place of the engine that looks at classes while it runs: a record has no other
 * description of itself. It reads components and calls canonical constructors, nothing else.
 *
 * @param <T> the record
 */
public final class RecordType<T> {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Whole numbers by class, with their smallest and largest value. */
  private static final Map<Class<?>, long[]> WHOLE =
      Map.of(
          byte.class, new long[] {Byte.MIN_VALUE, Byte.MAX_VALUE},
          Byte.class, new long[] {Byte.MIN_VALUE, Byte.MAX_VALUE},
          short.class, new long[] {Short.MIN_VALUE, Short.MAX_VALUE},
          Short.class, new long[] {Short.MIN_VALUE, Short.MAX_VALUE},
          int.class, new long[] {Integer.MIN_VALUE, Integer.MAX_VALUE},
          Integer.class, new long[] {Integer.MIN_VALUE, Integer.MAX_VALUE},
          long.class, new long[] {Long.MIN_VALUE, Long.MAX_VALUE},
          Long.class, new long[] {Long.MIN_VALUE, Long.MAX_VALUE});

  private static final Set<Class<?>> REAL =
      Set.of(double.class, Double.class, float.class, Float.class, BigDecimal.class);

  private final Class<T> type;
  private final ObjectNode schema;

  private RecordType(Class<T> type, ObjectNode schema) {
    this.type = type;
    this.schema = schema;
  }

  /**
   * Looks at a record.
   *
   * @throws OcelliException USAGE when it is none or has a component of another type; names it
   */
  public static <T> RecordType<T> of(Class<T> type) {
    if (!type.isRecord()) {
      throw new OcelliException(
          Kind.USAGE, type.getName() + " is no record; give a record whose components are wanted");
    }
    return new RecordType<>(type, schema(type, type.getSimpleName(), new HashSet<>()));
  }

  /** The JSON Schema of the record's values. */
  public ObjectNode schema() {
    return schema.deepCopy();
  }

  private static ObjectNode schema(Type type, String path, Set<Class<?>> open) {
    ObjectNode out = JSON.objectNode();
    if (type instanceof ParameterizedType p) {
      ObjectNode of = schema(p.getActualTypeArguments()[0], path, open);
      if (p.getRawType() == List.class) {
        out.put("type", "array").set("items", of);
        return out;
      }
      if (p.getRawType() == Optional.class) {
        out.putArray("anyOf").add(of).add(JSON.objectNode().put("type", "null"));
        return out;
      }
    }
    if (!(type instanceof Class<?> c)) {
      throw unsupported(type, path);
    }
    long[] range = WHOLE.get(c);
    if (range != null) {
      return out.put("type", "integer").put("minimum", range[0]).put("maximum", range[1]);
    }
    if (c == String.class) {
      return out.put("type", "string");
    } else if (c == BigInteger.class) {
      return out.put("type", "integer");
    } else if (REAL.contains(c)) {
      return out.put("type", "number");
    } else if (c == boolean.class || c == Boolean.class) {
      return out.put("type", "boolean");
    } else if (c == LocalDate.class) {
      return out.put("type", "string").put("format", "date");
    } else if (c.isEnum()) {
      ArrayNode names = out.putArray("enum");
      for (Object constant : c.getEnumConstants()) {
        names.add(((Enum<?>) constant).name());
      }
      return out;
    } else if (c.isRecord()) {
      return object(c, path, open);
    }
    throw unsupported(type, path);
  }

  private static ObjectNode object(Class<?> c, String path, Set<Class<?>> open) {
    if (!open.add(c)) {
      throw new OcelliException(
          Kind.USAGE,
          "%s: the record %s contains itself; end the nesting".formatted(path, c.getSimpleName()));
    }
    ObjectNode out = JSON.objectNode().put("type", "object");
    ObjectNode properties = out.putObject("properties");
    ArrayNode required = out.putArray("required");
    for (RecordComponent component : c.getRecordComponents()) {
      String name = component.getName();
      properties.set(name, schema(component.getGenericType(), path + "." + name, open));
      required.add(name);
    }
    out.put("additionalProperties", false);
    open.remove(c);
    return out;
  }

  private static OcelliException unsupported(Type type, String path) {
    return new OcelliException(
        Kind.USAGE,
        "%s: %s cannot be read out of a picture; use records, List, Optional, enums, String, LocalDate, BigDecimal, BigInteger, numbers or booleans"
            .formatted(path, type.getTypeName()));
  }

  /**
   * Makes a record.
   *
   * @throws OcelliException INPUT when the data is of another form, or the record refuses it
   */
  public T read(JsonNode data) {
    return type.cast(value(type, data, type.getSimpleName()));
  }

  private static Object value(Type wanted, JsonNode data, String path) {
    if (wanted instanceof ParameterizedType p) {
      Type of = p.getActualTypeArguments()[0];
      if (p.getRawType() == Optional.class) {
        return data.isNull() ? Optional.empty() : Optional.of(value(of, data, path));
      }
      if (!data.isArray()) {
        throw wrong(wanted, data, path);
      }
      List<Object> all = new ArrayList<>();
      for (JsonNode element : data) {
        all.add(value(of, element, "%s[%d]".formatted(path, all.size())));
      }
      return List.copyOf(all);
    }
    Class<?> c = (Class<?>) wanted;
    Object value = c.isRecord() ? record(c, data, path) : simple(c, data);
    if (value == null) {
      throw wrong(wanted, data, path);
    }
    return value;
  }

  /** A value that is no record; null when the data is of another form. */
  private static @Nullable Object simple(Class<?> c, JsonNode data) {
    try {
      if (WHOLE.containsKey(c) || c == BigInteger.class) {
        return data.isNumber() ? whole(c, data.decimalValue().toBigIntegerExact()) : null;
      } else if (REAL.contains(c)) {
        return data.isNumber() ? real(c, data.decimalValue()) : null;
      } else if (c == boolean.class || c == Boolean.class) {
        return data.isBoolean() ? data.booleanValue() : null;
      } else if (!data.isString()) {
        return null;
      } else if (c == String.class) {
        return data.stringValue();
      } else if (c == LocalDate.class) {
        return LocalDate.parse(data.stringValue());
      }
      for (Object constant : c.getEnumConstants()) {
        if (((Enum<?>) constant).name().equals(data.stringValue())) {
          return constant;
        }
      }
      return null;
    } catch (ArithmeticException | DateTimeException e) {
      return null;
    }
  }

  private static Object whole(Class<?> c, BigInteger n) {
    if (c == BigInteger.class) {
      return n;
    } else if (c == int.class || c == Integer.class) {
      return n.intValueExact();
    } else if (c == long.class || c == Long.class) {
      return n.longValueExact();
    } else if (c == short.class || c == Short.class) {
      return n.shortValueExact();
    }
    return n.byteValueExact();
  }

  private static Object real(Class<?> c, BigDecimal n) {
    if (c == BigDecimal.class) {
      return n;
    }
    return c == double.class || c == Double.class ? (Object) n.doubleValue() : n.floatValue();
  }

  private static @Nullable Object record(Class<?> c, JsonNode data, String path) {
    if (!data.isObject()) {
      return null;
    }
    RecordComponent[] components = c.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String at = path + "." + components[i].getName();
      JsonNode one = data.path(components[i].getName());
      types[i] = components[i].getType();
      values[i] =
          value(components[i].getGenericType(), one.isMissingNode() ? JSON.nullNode() : one, at);
    }
    try {
      Constructor<?> canonical = c.getDeclaredConstructor(types);
      canonical.setAccessible(true);
      return canonical.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new OcelliException(
          Kind.INPUT,
          "%s: what was read makes no %s (%s); look at the values"
              .formatted(path, c.getSimpleName(), e.getTargetException().getMessage()),
          e);
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      throw new OcelliException(
          Kind.USAGE,
          "%s: the record %s cannot be made from outside; open its package to dev.ocelli.engine"
              .formatted(path, c.getName()),
          e);
    }
  }

  private static OcelliException wrong(Type wanted, JsonNode data, String path) {
    String text = data.toString();
    return new OcelliException(
        Kind.INPUT,
        "%s: %s is no %s; look at the picture, or ask for a String"
            .formatted(
                path,
                text.length() > 60 ? text.substring(0, 60) + "..." : text,
                wanted instanceof Class<?> c ? c.getSimpleName() : wanted.getTypeName()));
  }
}
