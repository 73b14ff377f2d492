package dev.ocelli.engine.selftest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads NumPy files: format 1 to 3, C order, little endian. */
public final class Npy {
  private static final Pattern DESCRIPTION = Pattern.compile("'descr':\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([^)]*)\\)");

  private Npy() {}

  /**
   * An array.
   *
   * @param type NumPy's name: {@code <f4}, {@code <f8}, {@code <i4}, {@code <i8}, {@code |u1},
   *     {@code |i1}, {@code |b1} or {@code <f2}
   * @param shape dimensions, outermost first; empty for a single value
   * @param bytes the values as they lie in the file
   */
  public record Array(String type, int[] shape, byte[] bytes) {

    /** The number of values. */
    public int size() {
      return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    /** All values in C order; the array must be {@code <f4} or {@code <f2}. */
    public float[] floats() {
      float[] out = new float[size()];
      switch (type) {
        case "<f4" -> data().asFloatBuffer().get(out);
        case "<f2" -> {
          ByteBuffer data = data();
          for (int i = 0; i < out.length; i++) {
            out[i] = Float.float16ToFloat(data.getShort(2 * i));
          }
        }
        default -> throw wrongType("float");
      }
      return out;
    }

    /** All values in C order; the array must be {@code <f8}. */
    public double[] doubles() {
      expect("<f8");
      double[] out = new double[size()];
      data().asDoubleBuffer().get(out);
      return out;
    }

    /** All values in C order; the array must be {@code <i4}. */
    public int[] ints() {
      expect("<i4");
      int[] out = new int[size()];
      data().asIntBuffer().get(out);
      return out;
    }

    /** All values in C order; the array must be {@code <i8}. */
    public long[] longs() {
      expect("<i8");
      long[] out = new long[size()];
      data().asLongBuffer().get(out);
      return out;
    }

    private ByteBuffer data() {
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void expect(String wanted) {
      if (!type.equals(wanted)) {
        throw wrongType(wanted);
      }
    }

    private IllegalStateException wrongType(String wanted) {
      return new IllegalStateException("the array is " + type + ", not " + wanted);
    }
  }

  /** Reads a file. */
  public static Array read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a class path resource.
   *
   * @param name from the root, for example {@code "/reference/golden/tiny-dense/text/lm_norm.npy"}
   */
  public static Array resource(String name) {
    try (InputStream in = Npy.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + name);
      }
      return read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a stream to its end; the caller closes it. */
  public static Array read(InputStream in) throws IOException {
    byte[] file = in.readAllBytes();
    ByteBuffer b = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < 12 || b.getInt(0) != 0x4D554E93) {
      throw new IOException("not a NumPy file");
    }
    boolean version1 = file[6] == 1;
    int headerStart = version1 ? 10 : 12;
    int headerLength = version1 ? b.getShort(8) & 0xFFFF : b.getInt(8);
    String header = new String(file, headerStart, headerLength, StandardCharsets.ISO_8859_1);
    if (find(ORDER, header).equals("True")) {
      throw new IOException("the array is in Fortran order");
    }
    int[] shape =
        Arrays.stream(find(SHAPE, header).split(","))
            .map(String::strip)
            .filter(s -> !s.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
    String type = find(DESCRIPTION, header);
    Array array =
        new Array(type, shape, Arrays.copyOfRange(file, headerStart + headerLength, file.length));
    int expected = Math.multiplyExact(array.size(), type.charAt(2) - '0');
    if (array.bytes().length != expected) {
      throw new IOException(array.bytes().length + " bytes of data instead of " + expected);
    }
    return array;
  }

  private static String find(Pattern pattern, String header) throws IOException {
    Matcher m = pattern.matcher(header);
    if (!m.find()) {
      throw new IOException("the header has no " + pattern.pattern() + ": " + header);
    }
    return m.group(1);
  }
}
