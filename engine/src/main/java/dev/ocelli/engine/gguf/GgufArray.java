package dev.ocelli.engine.gguf;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A metadata array, left as it lies in the file: a vocabulary costs nothing until its strings are
 * asked for. Every accessor decodes anew, so ask once and keep the result.
 *
 * <p>An array of a file must not be used after the file was closed.
 */
public final class GgufArray implements GgufValue {
  static final ValueLayout.OfShort I16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfDouble F64 =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final GgufType elementType;
  private final int count;
  private final MemorySegment elements;

  /**
   * Wraps checked elements.
   *
   * @param elements exactly the elements as the file holds them, after type and count
   */
  GgufArray(GgufType elementType, int count, MemorySegment elements) {
    this.elementType = elementType;
    this.count = count;
    this.elements = elements;
  }

  /** An array of strings. */
  public static GgufArray ofStrings(List<String> values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String s : values) {
      byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
      MemorySegment length = heap(8);
      length.set(I64, 0, utf8.length);
      out.writeBytes(length.toArray(ValueLayout.JAVA_BYTE));
      out.writeBytes(utf8);
    }
    return new GgufArray(GgufType.STRING, values.size(), MemorySegment.ofArray(out.toByteArray()));
  }

  /**
   * An array of whole numbers of some width.
   *
   * @throws IllegalArgumentException when the type cannot hold one of them
   */
  public static GgufArray ofWhole(GgufType type, long... values) {
    MemorySegment out = heap((long) values.length * type.bytes());
    for (int i = 0; i < values.length; i++) {
      long v = new Whole(type, values[i]).value();
      long at = (long) i * type.bytes();
      switch (type.bytes()) {
        case 1 -> out.set(ValueLayout.JAVA_BYTE, at, (byte) v);
        case 2 -> out.set(I16, at, (short) v);
        case 4 -> out.set(I32, at, (int) v);
        default -> out.set(I64, at, v);
      }
    }
    return new GgufArray(type, values.length, out);
  }

  /** An array of {@link GgufType#INT32}. */
  public static GgufArray ofInts(int... values) {
    MemorySegment out = heap(4L * values.length);
    MemorySegment.copy(values, 0, out, I32, 0, values.length);
    return new GgufArray(GgufType.INT32, values.length, out);
  }

  /** An array of {@link GgufType#FLOAT32}. */
  public static GgufArray ofFloats(float... values) {
    MemorySegment out = heap(4L * values.length);
    MemorySegment.copy(values, 0, out, F32, 0, values.length);
    return new GgufArray(GgufType.FLOAT32, values.length, out);
  }

  /** An array of {@link GgufType#FLOAT64}. */
  public static GgufArray ofDoubles(double... values) {
    MemorySegment out = heap(8L * values.length);
    MemorySegment.copy(values, 0, out, F64, 0, values.length);
    return new GgufArray(GgufType.FLOAT64, values.length, out);
  }

  /** An array of {@link GgufType#BOOL}. */
  public static GgufArray ofBooleans(boolean... values) {
    byte[] b = new byte[values.length];
    for (int i = 0; i < b.length; i++) {
      b[i] = (byte) (values[i] ? 1 : 0);
    }
    return new GgufArray(GgufType.BOOL, b.length, MemorySegment.ofArray(b));
  }

  /** An array of arrays. */
  public static GgufArray ofArrays(List<GgufArray> values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (GgufArray a : values) {
      MemorySegment head = heap(12);
      head.set(I32, 0, a.elementType.number());
      head.set(I64, 4, a.count);
      out.writeBytes(head.toArray(ValueLayout.JAVA_BYTE));
      out.writeBytes(a.elements.toArray(ValueLayout.JAVA_BYTE));
    }
    return new GgufArray(GgufType.ARRAY, values.size(), MemorySegment.ofArray(out.toByteArray()));
  }

  private static MemorySegment heap(long bytes) {
    return MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]);
  }

  @Override
  public GgufType type() {
    return GgufType.ARRAY;
  }

  /** The type of every element. */
  public GgufType elementType() {
    return elementType;
  }

  /** The number of elements. */
  public int count() {
    return count;
  }

  /** The elements as the file holds them, after type and count. */
  MemorySegment elements() {
    return elements;
  }

  /** The elements of an array of strings. */
  public String[] strings() {
    require(elementType == GgufType.STRING);
    return strings(count);
  }

  private String[] strings(int limit) {
    String[] out = new String[limit];
    byte[] buffer = new byte[256];
    long at = 0;
    for (int i = 0; i < limit; i++) {
      int length = Math.toIntExact(elements.get(I64, at));
      if (length > buffer.length) {
        buffer = new byte[Math.max(length, 2 * buffer.length)];
      }
      MemorySegment.copy(elements, ValueLayout.JAVA_BYTE, at + 8, buffer, 0, length);
      out[i] = new String(buffer, 0, length, StandardCharsets.UTF_8);
      at += 8L + length;
    }
    return out;
  }

  /** The elements of an array of whole numbers of any width; {@code UINT64} as its 64 bits. */
  public long[] longs() {
    require(elementType.isWhole());
    long[] out = new long[count];
    for (int i = 0; i < count; i++) {
      out[i] = whole(elements, elementType, (long) i * elementType.bytes());
    }
    return out;
  }

  /** The elements of an array of numbers of any type. */
  public double[] doubles() {
    require(elementType.isWhole() || elementType.isReal());
    double[] out = new double[count];
    for (int i = 0; i < count; i++) {
      long at = (long) i * elementType.bytes();
      out[i] =
          switch (elementType) {
            case FLOAT32 -> elements.get(F32, at);
            case FLOAT64 -> elements.get(F64, at);
            default -> whole(elements, elementType, at);
          };
    }
    return out;
  }

  /** The elements of an array of booleans. */
  public boolean[] booleans() {
    require(elementType == GgufType.BOOL);
    boolean[] out = new boolean[count];
    for (int i = 0; i < count; i++) {
      out[i] = elements.get(ValueLayout.JAVA_BYTE, i) != 0;
    }
    return out;
  }

  /** The elements of an array of arrays. */
  public List<GgufArray> arrays() {
    require(elementType == GgufType.ARRAY);
    List<GgufArray> out = new ArrayList<>();
    GgufCursor cursor = new GgufCursor(elements, "array");
    for (int i = 0; i < count; i++) {
      out.add(cursor.array(0));
    }
    return out;
  }

  private void require(boolean rightType) {
    if (!rightType) {
      throw new IllegalStateException("the elements are " + elementType);
    }
  }

  static long whole(MemorySegment s, GgufType type, long at) {
    return switch (type) {
      case UINT8 -> s.get(ValueLayout.JAVA_BYTE, at) & 0xff;
      case INT8 -> s.get(ValueLayout.JAVA_BYTE, at);
      case UINT16 -> s.get(I16, at) & 0xffff;
      case INT16 -> s.get(I16, at);
      case UINT32 -> s.get(I32, at) & 0xffffffffL;
      case INT32 -> s.get(I32, at);
      case UINT64, INT64 -> s.get(I64, at);
      default -> throw new IllegalArgumentException(type + " is no type of whole numbers");
    };
  }

  /** The first elements, for reports, such as {@code [24, 20, 20, ... 61 more]}. */
  public String preview(int limit) {
    int n = Math.min(limit, count);
    StringBuilder out = new StringBuilder("[");
    GgufArray head = n == count ? this : new GgufArray(elementType, n, elements);
    switch (elementType) {
      case STRING -> append(out, n, java.util.Arrays.asList(head.strings())::get);
      case ARRAY -> {
        List<GgufArray> nested = head.arrays();
        append(out, n, i -> nested.get(i).preview(limit));
      }
      case BOOL -> {
        boolean[] v = head.booleans();
        append(out, n, i -> v[i]);
      }
      case FLOAT32 -> {
        double[] v = head.doubles();
        append(out, n, i -> (float) v[i]);
      }
      case FLOAT64 -> {
        double[] v = head.doubles();
        append(out, n, i -> v[i]);
      }
      case UINT64 -> {
        long[] v = head.longs();
        append(out, n, i -> Long.toUnsignedString(v[i]));
      }
      default -> {
        long[] v = head.longs();
        append(out, n, i -> v[i]);
      }
    }
    if (n < count) {
      out.append(n == 0 ? "" : ", ").append("... ").append(count - n).append(" more");
    }
    return out.append(']').toString();
  }

  private static void append(
      StringBuilder out, int n, java.util.function.IntFunction<Object> element) {
    for (int i = 0; i < n; i++) {
      out.append(i == 0 ? "" : ", ").append(element.apply(i));
    }
  }

  @Override
  public String toString() {
    return elementType + " " + preview(8);
  }
}
