package dev.ocelli.engine.gguf;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.tensor.Printable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of a GGUF header one after the other and checks every length against what is
 * left of the file before anything is allocated. Not thread-safe.
 */
final class GgufCursor {
  /** No key or name is longer in the specification. */
  private static final int MAX_NAME = 65_535;

  /** The longest string known in a file is a copy of tokenizer.json of some 12 MB. */
  private static final int MAX_STRING = 256 << 20;

  private static final int MAX_NESTING = 8;

  private final MemorySegment file;
  private final String origin;
  private long position;

  GgufCursor(MemorySegment file, String origin) {
    this.file = file;
    this.origin = origin;
  }

  long position() {
    return position;
  }

  long remaining() {
    return file.byteSize() - position;
  }

  MemorySegment file() {
    return file;
  }

  /** An error about the bytes at some offset. */
  OcelliException damaged(long at, String problem) {
    return new OcelliException(
        OcelliException.Kind.MODEL,
        origin
            + ": "
            + problem
            + " (byte offset "
            + at
            + "); the file is damaged or was not downloaded completely; download it again");
  }

  private long take(long bytes, String field) {
    if (bytes > remaining()) {
      throw damaged(
          position,
          "truncated: %s needs %d bytes, but the file ends after %d of them"
              .formatted(field, bytes, remaining()));
    }
    long at = position;
    position += bytes;
    return at;
  }

  int int32(String field) {
    return file.get(GgufArray.I32, take(4, field));
  }

  long int64(String field) {
    return file.get(GgufArray.I64, take(8, field));
  }

  /**
   * A count of things, each of which takes at least so many bytes of the file.
   *
   * @throws OcelliException when the rest of the file cannot hold them
   */
  int count(String field, int bytesEach) {
    long at = position;
    long n = int64(field);
    if (n < 0 || n > remaining() / bytesEach || n > Integer.MAX_VALUE - 8) {
      throw damaged(
          at,
          "%s is %s, but only %d bytes follow"
              .formatted(field, Long.toUnsignedString(n), remaining()));
    }
    return (int) n;
  }

  /** A key or a tensor's name. */
  String name(String field) {
    String s = string(field, MAX_NAME);
    if (s.isEmpty()) {
      throw damaged(position - 8, field + " is empty");
    }
    return s;
  }

  private String string(String field, int limit) {
    long at = position;
    int length = stringLength(field, limit);
    byte[] utf8 = new byte[length];
    MemorySegment.copy(file, ValueLayout.JAVA_BYTE, at + 8, utf8, 0, length);
    position += length;
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** Reads a string's length and checks it; the position is then at its first byte. */
  private int stringLength(String field, int limit) {
    long at = position;
    long length = int64(field);
    if (length < 0 || length > remaining()) {
      throw damaged(
          at,
          "%s is said to be %s bytes long, but only %d bytes follow"
              .formatted(field, Long.toUnsignedString(length), remaining()));
    }
    if (length > limit) {
      throw damaged(
          at, "%s is %d bytes long; at most %d are allowed".formatted(field, length, limit));
    }
    return (int) length;
  }

  /** A metadata value with its type. */
  GgufValue value(String key) {
    String field = "the value of metadata key '" + Printable.of(key) + "'";
    GgufType type = type(field);
    return switch (type) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 ->
          new GgufValue.Whole(type, GgufArray.whole(file, type, take(type.bytes(), field)));
      case FLOAT32 -> new GgufValue.Real(type, file.get(GgufArray.F32, take(4, field)));
      case FLOAT64 -> new GgufValue.Real(type, file.get(GgufArray.F64, take(8, field)));
      case BOOL -> {
        bools(1, field);
        yield new GgufValue.Bool(file.get(ValueLayout.JAVA_BYTE, position - 1) != 0);
      }
      case STRING -> new GgufValue.Text(string(field, MAX_STRING));
      case ARRAY -> array(field, 0);
    };
  }

  private GgufType type(String field) {
    long at = position;
    int number = int32("the type of " + field);
    GgufType type = GgufType.of(number);
    if (type == null) {
      throw damaged(
          at,
          "%s has the unknown type number %s; 0 to 12 are known"
              .formatted(field, Integer.toUnsignedString(number)));
    }
    return type;
  }

  /** An array, nested so deep. */
  GgufArray array(int depth) {
    return array("an array", depth);
  }

  private GgufArray array(String field, int depth) {
    if (depth >= MAX_NESTING) {
      throw damaged(position, field + " has arrays nested more than " + MAX_NESTING + " deep");
    }
    GgufType type = type("an element of " + field);
    int smallest =
        switch (type) {
          case STRING -> 8;
          case ARRAY -> 12;
          default -> type.bytes();
        };
    int count = count("the number of elements of " + field, smallest);
    long start = position;
    switch (type) {
      case STRING -> {
        for (int i = 0; i < count; i++) {
          int length = stringLength(field, MAX_STRING);
          position += length;
        }
      }
      case ARRAY -> {
        for (int i = 0; i < count; i++) {
          array(field, depth + 1);
        }
      }
      case BOOL -> bools(count, field);
      default -> take((long) count * type.bytes(), field);
    }
    return new GgufArray(type, count, file.asSlice(start, position - start));
  }

  private void bools(int count, String field) {
    long start = take(count, field);
    for (long i = start; i < position; i++) {
      int b = file.get(ValueLayout.JAVA_BYTE, i) & 0xff;
      if (b > 1) {
        throw damaged(i, "%s is boolean, but holds the byte %d".formatted(field, b));
      }
    }
  }
}
