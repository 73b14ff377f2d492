package dev.ocelli.engine.gguf;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.tensor.Printable;
import java.util.Collections;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a GGUF file with typed access. A number may be stored in any integer width, and a
 * float may be stored as a whole number.
 *
 * <p>Getters with a fallback give it only when the key is absent; a value of a wrong type is an
 * error in either form. Errors are {@link OcelliException}s that name file, key, the type needed
 * and the value found. Arrays are decoded at every call, and not after the file was closed.
 */
public final class GgufMetadata {
  private final String origin;
  private final SequencedMap<String, GgufValue> values;

  GgufMetadata(String origin, SequencedMap<String, GgufValue> values) {
    this.origin = origin;
    this.values = Collections.unmodifiableSequencedMap(values);
  }

  /** The file, for error messages. */
  public String origin() {
    return origin;
  }

  /** All entries in the order of the file. */
  public Map<String, GgufValue> entries() {
    return values;
  }

  /** The value of a key, or null. */
  public @Nullable GgufValue find(String key) {
    return values.get(key);
  }

  /** Whether there is such a key. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** A whole number that fits in 32 bits. */
  public int getInt(String key) {
    return toInt(key, need(key, "a whole number"));
  }

  /** A whole number that fits in 32 bits, or the fallback when absent. */
  public int getInt(String key, int fallback) {
    GgufValue v = find(key);
    return v == null ? fallback : toInt(key, v);
  }

  /** A whole number. */
  public long getLong(String key) {
    return toLong(key, need(key, "a whole number"));
  }

  /** A whole number, or the fallback when absent. */
  public long getLong(String key, long fallback) {
    GgufValue v = find(key);
    return v == null ? fallback : toLong(key, v);
  }

  /** A number, rounded to float32. */
  public float getFloat(String key) {
    return (float) getDouble(key);
  }

  /** A number, rounded to float32, or the fallback when absent. */
  public float getFloat(String key, float fallback) {
    GgufValue v = find(key);
    return v == null ? fallback : (float) toDouble(key, v);
  }

  /** A number. */
  public double getDouble(String key) {
    return toDouble(key, need(key, "a number"));
  }

  /** A number, or the fallback when absent. */
  public double getDouble(String key, double fallback) {
    GgufValue v = find(key);
    return v == null ? fallback : toDouble(key, v);
  }

  /** True or false. */
  public boolean getBoolean(String key) {
    return toBoolean(key, need(key, "a boolean"));
  }

  /** True or false, or the fallback when absent. */
  public boolean getBoolean(String key, boolean fallback) {
    GgufValue v = find(key);
    return v == null ? fallback : toBoolean(key, v);
  }

  /** A string. */
  public String getString(String key) {
    return toText(key, need(key, "a string"));
  }

  /** A string, or the fallback when absent. */
  public String getString(String key, String fallback) {
    GgufValue v = find(key);
    return v == null ? fallback : toText(key, v);
  }

  /** A string, or null when absent. */
  public @Nullable String findString(String key) {
    GgufValue v = find(key);
    return v == null ? null : toText(key, v);
  }

  /** An array of any type. */
  public GgufArray getArray(String key) {
    return array(key, "an array");
  }

  /** An array of strings. */
  public String[] getStrings(String key) {
    GgufArray a = array(key, "an array of strings");
    if (a.elementType() == GgufType.STRING) {
      return a.strings();
    }
    throw wrongType(key, "an array of strings", a);
  }

  /** An array of whole numbers that fit in 32 bits. */
  public int[] getInts(String key) {
    long[] all = getLongs(key);
    int[] out = new int[all.length];
    for (int i = 0; i < all.length; i++) {
      out[i] = (int) all[i];
      if (out[i] != all[i]) {
        throw tooLarge("%s[%d]".formatted(key, i), all[i]);
      }
    }
    return out;
  }

  /** An array of whole numbers. */
  public long[] getLongs(String key) {
    GgufArray a = array(key, "an array of whole numbers");
    if (a.elementType().isWhole()) {
      return a.longs();
    }
    throw wrongType(key, "an array of whole numbers", a);
  }

  /** An array of numbers, rounded to float32. */
  public float[] getFloats(String key) {
    GgufArray a = array(key, "an array of numbers");
    if (!a.elementType().isWhole() && !a.elementType().isReal()) {
      throw wrongType(key, "an array of numbers", a);
    }
    double[] all = a.doubles();
    float[] out = new float[all.length];
    for (int i = 0; i < all.length; i++) {
      out[i] = (float) all[i];
    }
    return out;
  }

  /** An array of booleans. */
  public boolean[] getBooleans(String key) {
    GgufArray a = array(key, "an array of booleans");
    if (a.elementType() == GgufType.BOOL) {
      return a.booleans();
    }
    throw wrongType(key, "an array of booleans", a);
  }

  private GgufArray array(String key, String wanted) {
    GgufValue v = need(key, wanted);
    if (v instanceof GgufArray a) {
      return a;
    }
    throw wrongType(key, wanted, v);
  }

  private GgufValue need(String key, String wanted) {
    GgufValue v = find(key);
    if (v == null) {
      throw error(
          "metadata key '%s' is missing, %s is needed; the file is incomplete or of another architecture"
              .formatted(key, wanted));
    }
    return v;
  }

  private long toLong(String key, GgufValue v) {
    if (!(v instanceof GgufValue.Whole w)) {
      throw wrongType(key, "a whole number", v);
    }
    if (w.type() == GgufType.UINT64 && w.value() < 0) {
      throw tooLarge(key, w.value());
    }
    return w.value();
  }

  private int toInt(String key, GgufValue v) {
    long n = toLong(key, v);
    if (n != (int) n) {
      throw tooLarge(key, n);
    }
    return (int) n;
  }

  private double toDouble(String key, GgufValue v) {
    return switch (v) {
      case GgufValue.Real r -> r.value();
      case GgufValue.Whole w -> toLong(key, w);
      default -> throw wrongType(key, "a number", v);
    };
  }

  private boolean toBoolean(String key, GgufValue v) {
    if (v instanceof GgufValue.Bool b) {
      return b.value();
    }
    throw wrongType(key, "a boolean", v);
  }

  private String toText(String key, GgufValue v) {
    if (v instanceof GgufValue.Text t) {
      return t.value();
    }
    throw wrongType(key, "a string", v);
  }

  private OcelliException wrongType(String key, String wanted, GgufValue found) {
    return error(
        "metadata key '%s' must be %s, but is %s; the file is damaged or made by an incompatible converter"
            .formatted(key, wanted, describe(found)));
  }

  private OcelliException tooLarge(String key, long n) {
    return error(
        "metadata key '%s' is %s, which is out of range; the file is damaged"
            .formatted(key, Long.toUnsignedString(n)));
  }

  private OcelliException error(String problem) {
    return new OcelliException(OcelliException.Kind.MODEL, origin + ": " + problem);
  }

  private static String describe(GgufValue v) {
    return switch (v) {
      case GgufValue.Whole w -> w.type() + " " + w.value();
      case GgufValue.Real r -> r.type() + " " + r.value();
      case GgufValue.Bool b -> "BOOL " + b.value();
      case GgufValue.Text t -> "STRING '" + Printable.of(t.value()) + "'";
      case GgufArray a -> "an ARRAY of " + a.count() + " " + a.elementType();
    };
  }
}
