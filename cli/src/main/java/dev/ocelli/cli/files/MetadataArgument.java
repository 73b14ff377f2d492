package dev.ocelli.cli.files;

import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.gguf.GgufArray;
import dev.ocelli.engine.gguf.GgufType;
import dev.ocelli.engine.gguf.GgufValue;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A metadata entry as it is written on the command line: {@code KEY=TYPE:VALUE}. */
record MetadataArgument(String key, GgufValue value) {
  private static final int MOST_TEXT = 64 << 20;

  private static final Map<String, GgufType> TYPES =
      Map.ofEntries(
          Map.entry("u8", GgufType.UINT8),
          Map.entry("i8", GgufType.INT8),
          Map.entry("u16", GgufType.UINT16),
          Map.entry("i16", GgufType.INT16),
          Map.entry("u32", GgufType.UINT32),
          Map.entry("i32", GgufType.INT32),
          Map.entry("u64", GgufType.UINT64),
          Map.entry("i64", GgufType.INT64),
          Map.entry("f32", GgufType.FLOAT32),
          Map.entry("f64", GgufType.FLOAT64),
          Map.entry("bool", GgufType.BOOL),
          Map.entry("str", GgufType.STRING));

  /**
   * Reads an entry.
   *
   * @throws OcelliException (USAGE) when it is none, or its value does not fit its type
   */
  static MetadataArgument parse(String text) {
    int equals = text.indexOf('=');
    int colon = text.indexOf(':', equals);
    if (equals < 1 || colon < 0) {
      throw usage(text, "is no entry; write it as in general.name=str:Mine");
    }
    String type = text.substring(equals + 1, colon);
    String value = text.substring(colon + 1);
    boolean list = type.endsWith("[]");
    GgufType known = TYPES.get(list ? type.substring(0, type.length() - 2) : type);
    if (type.equals("file")) {
      return new MetadataArgument(
          text.substring(0, equals), new GgufValue.Text(text(InputFiles.path(value))));
    }
    if (known == null) {
      throw usage(
          text,
          "has the unknown type '%s'; choose u8 i8 u16 i16 u32 i32 u64 i64 f32 f64 bool str, with [] for a list, or file"
              .formatted(type));
    }
    try {
      return new MetadataArgument(
          text.substring(0, equals), list ? array(known, value) : single(known, value));
    } catch (IllegalArgumentException | JacksonException e) {
      throw usage(
          text,
          "has the value '%s', which is no %s%s"
              .formatted(value, type, list ? "; write a list as in [1,2]" : ""));
    }
  }

  /** The text of a file, such as a chat template. */
  static String text(Path file) {
    return InputFiles.text(file, "text", MOST_TEXT);
  }

  private static GgufValue single(GgufType type, String value) {
    return switch (type) {
      case STRING -> new GgufValue.Text(value);
      case BOOL -> new GgufValue.Bool(bool(value));
      case FLOAT32 -> new GgufValue.Real(type, real(value, true));
      case FLOAT64 -> new GgufValue.Real(type, real(value, false));
      default -> new GgufValue.Whole(type, whole(type, value));
    };
  }

  private static boolean bool(String value) {
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException(value);
    }
    return value.equals("true");
  }

  private static double real(String value, boolean single) {
    double v = single ? Float.parseFloat(value) : Double.parseDouble(value);
    if (!Double.isFinite(v)) {
      throw new IllegalArgumentException(value);
    }
    return v;
  }

  private static long whole(GgufType type, String value) {
    return type == GgufType.UINT64 ? Long.parseUnsignedLong(value) : Long.parseLong(value);
  }

  private static GgufArray array(GgufType type, String json) {
    JsonNode list = JsonMapper.shared().readTree(json);
    if (!list.isArray()) {
      throw new IllegalArgumentException(json);
    }
    List<String> values = new ArrayList<>();
    for (JsonNode v : list) {
      boolean fits =
          switch (type) {
            case STRING -> v.isString();
            case BOOL -> v.isBoolean();
            case FLOAT32, FLOAT64 -> v.isNumber();
            default -> v.isIntegralNumber();
          };
      if (!fits) {
        throw new IllegalArgumentException(json);
      }
      values.add(v.isIntegralNumber() ? new BigInteger(v.asString()).toString() : v.asString());
    }
    return array(type, values);
  }

  private static GgufArray array(GgufType type, List<String> values) {
    int n = values.size();
    switch (type) {
      case STRING -> {
        return GgufArray.ofStrings(values);
      }
      case BOOL -> {
        boolean[] all = new boolean[n];
        for (int i = 0; i < n; i++) {
          all[i] = bool(values.get(i));
        }
        return GgufArray.ofBooleans(all);
      }
      case FLOAT32 -> {
        float[] all = new float[n];
        for (int i = 0; i < n; i++) {
          all[i] = (float) real(values.get(i), true);
        }
        return GgufArray.ofFloats(all);
      }
      case FLOAT64 -> {
        return GgufArray.ofDoubles(values.stream().mapToDouble(v -> real(v, false)).toArray());
      }
      default -> {
        return GgufArray.ofWhole(type, values.stream().mapToLong(v -> whole(type, v)).toArray());
      }
    }
  }

  private static OcelliException usage(String text, String problem) {
    return new OcelliException(Kind.USAGE, "--set '%s' %s".formatted(text, problem));
  }
}
