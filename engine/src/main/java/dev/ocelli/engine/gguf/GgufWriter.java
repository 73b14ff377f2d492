package dev.ocelli.engine.gguf;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes GGUF files, version 3, little endian. Collect metadata and tensors, then {@link #write}
 * streams them; only the header is held in memory.
 *
 * <pre>{@code
 * new GgufWriter()
 *     .put("general.architecture", "qwen3vl")
 *     .put("qwen3vl.block_count", 36)
 *     .tensor("output_norm.weight", DType.F32, new long[] {4096}, bytes)
 *     .write(Path.of("model.gguf"));
 * }</pre>
 */
public final class GgufWriter {
  /** The alignment of tensors unless metadata say otherwise, in bytes. */
  static final long DEFAULT_ALIGNMENT = 32;

  private static final String ALIGNMENT = "general.alignment";

  private final Map<String, GgufValue> metadata = new LinkedHashMap<>();
  private final Map<String, Entry> tensors = new LinkedHashMap<>();

  /** Gives a tensor's bytes when they are written. */
  @FunctionalInterface
  public interface Body {
    /** Writes exactly the tensor's bytes, in as many pieces as it likes. */
    void writeTo(OutputStream out) throws IOException;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Entry(String name, DType type, long[] shape, Body body) {
    long bytes() {
      long values = 1;
      for (long d : shape) {
        values = Math.multiplyExact(values, d);
      }
      return type.bytes(values);
    }
  }

  /** Makes a writer of a file without metadata and tensors. */
  public GgufWriter() {}

  /**
   * Adds a metadata entry of any type. {@code general.alignment} sets the alignment of the tensors.
   *
   * @throws IllegalArgumentException when the key is there already or is no proper key
   */
  public GgufWriter put(String key, GgufValue value) {
    int length = key.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > 65_535) {
      throw new IllegalArgumentException("a key has 1 to 65535 bytes, not " + length);
    }
    if (key.equals(ALIGNMENT)
        && !(value instanceof GgufValue.Whole w
            && w.type() == GgufType.UINT32
            && Long.bitCount(w.value()) == 1
            && w.value() <= 1 << 20)) {
      throw new IllegalArgumentException("the alignment is a UINT32 power of two, not " + value);
    }
    if (metadata.putIfAbsent(key, value) != null) {
      throw new IllegalArgumentException("metadata key '" + key + "' is there already");
    }
    return this;
  }

  /** Adds a string. */
  public GgufWriter put(String key, String value) {
    return put(key, new GgufValue.Text(value));
  }

  /** Adds a whole number as {@code UINT32}, as converters do; it must not be negative. */
  public GgufWriter put(String key, int value) {
    return put(key, new GgufValue.Whole(GgufType.UINT32, value));
  }

  /** Adds a {@code FLOAT32}. */
  public GgufWriter put(String key, float value) {
    return put(key, new GgufValue.Real(GgufType.FLOAT32, value));
  }

  /** Adds a boolean. */
  public GgufWriter put(String key, boolean value) {
    return put(key, new GgufValue.Bool(value));
  }

  /** Adds a tensor of another file as it is. */
  public GgufWriter tensor(Tensor tensor) {
    return tensor(tensor.name(), tensor.type(), tensor.shape(), tensor.data());
  }

  /**
   * Adds a tensor.
   *
   * @param shape dimensions, outermost first
   * @param data exactly the tensor's bytes; read when the file is written
   */
  public GgufWriter tensor(String name, DType type, long[] shape, MemorySegment data) {
    return tensor(
        name,
        type,
        shape,
        out -> {
          byte[] buffer = new byte[(int) Math.min(1 << 20, data.byteSize())];
          for (long at = 0; at < data.byteSize(); ) {
            int n = (int) Math.min(buffer.length, data.byteSize() - at);
            MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at, buffer, 0, n);
            out.write(buffer, 0, n);
            at += n;
          }
        });
  }

  /**
   * Adds a tensor whose bytes are made while the file is written.
   *
   * @param shape dimensions, outermost first: 1 to 4, none of them 0
   * @throws IllegalArgumentException when a GGUF file cannot hold such a tensor
   */
  public GgufWriter tensor(String name, DType type, long[] shape, Body body) {
    if (type.ggmlType() < 0) {
      throw new IllegalArgumentException("GGUF has no type " + type);
    }
    if (shape.length < 1 || shape.length > 4) {
      throw new IllegalArgumentException("a tensor has 1 to 4 dimensions, not " + shape.length);
    }
    for (long d : shape) {
      if (d < 1) {
        throw new IllegalArgumentException("a dimension is at least 1, not " + d);
      }
    }
    if (shape[shape.length - 1] % type.blockValues() != 0) {
      throw new IllegalArgumentException(
          "rows of %d values are no whole number of %s blocks"
              .formatted(shape[shape.length - 1], type));
    }
    if (tensors.putIfAbsent(name, new Entry(name, type, shape.clone(), body)) != null) {
      throw new IllegalArgumentException("tensor '" + name + "' is there already");
    }
    return this;
  }

  /** Bytes of the finished file. */
  public long bytes() {
    Counted header = new Counted(OutputStream.nullOutputStream());
    try {
      writeHeader(header);
    } catch (IOException e) {
      throw new AssertionError("nothing is written", e);
    }
    long bytes = header.count;
    for (Entry t : tensors.values()) {
      bytes += padded(t.bytes(), alignment());
    }
    return bytes;
  }

  /**
   * Writes the file. It appears under its name only when it is complete. An existing file is
   * replaced.
   *
   * @throws OcelliException (RESOURCE) when the file cannot be written or the disk has not room
   *     enough
   * @throws IllegalStateException when a tensor's body wrote another number of bytes than its shape
   *     needs
   */
  public void write(Path file) {
    write(OutputFile.replacing(file));
  }

  /**
   * Writes the file: first the header, whose offsets follow from types and shapes, then one tensor
   * after the other as their bodies give them.
   *
   * @throws OcelliException (RESOURCE) when the file cannot be written or the disk has not room
   *     enough
   * @throws IllegalStateException when a tensor's body wrote another number of bytes than its shape
   *     needs
   */
  public void write(OutputFile file) {
    file.requireRoom(bytes());
    file.write(this::writeAll);
  }

  private long alignment() {
    return metadata.get(ALIGNMENT) instanceof GgufValue.Whole w ? w.value() : DEFAULT_ALIGNMENT;
  }

  private static long padded(long bytes, long alignment) {
    return Math.ceilDiv(bytes, alignment) * alignment;
  }

  private void writeHeader(Counted out) throws IOException {
    long alignment = alignment();
    out.write("GGUF".getBytes(StandardCharsets.US_ASCII));
    out.int32(3);
    out.int64(tensors.size());
    out.int64(metadata.size());
    for (Map.Entry<String, GgufValue> e : metadata.entrySet()) {
      out.string(e.getKey());
      out.int32(e.getValue().type().number());
      out.value(e.getValue());
    }
    long offset = 0;
    for (Entry t : tensors.values()) {
      out.string(t.name);
      out.int32(t.shape.length);
      for (int d = t.shape.length - 1; d >= 0; d--) {
        out.int64(t.shape[d]);
      }
      out.int32(t.type.ggmlType());
      out.int64(offset);
      offset += padded(t.bytes(), alignment);
    }
    out.pad(alignment);
  }

  private void writeAll(OutputStream stream) throws IOException {
    long alignment = alignment();
    Counted out = new Counted(new BufferedOutputStream(stream, 1 << 20));
    writeHeader(out);
    for (Entry t : tensors.values()) {
      long start = out.count;
      t.body.writeTo(out);
      if (out.count - start != t.bytes()) {
        throw new IllegalStateException(
            "tensor '%s' has %d bytes, but %d were written"
                .formatted(t.name, t.bytes(), out.count - start));
      }
      out.pad(alignment);
    }
    out.flush();
  }

  /** Little-endian fields, and how many bytes were written. */
  private static final class Counted extends OutputStream {
    private final OutputStream out;
    private long count;

    Counted(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      count++;
    }

    @Override
    public void write(byte[] b, int from, int n) throws IOException {
      out.write(b, from, n);
      count += n;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    void number(long value, int bytes) throws IOException {
      ByteBuffer b = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
      write(b.array(), 0, bytes);
    }

    void int32(int value) throws IOException {
      number(value, 4);
    }

    void int64(long value) throws IOException {
      number(value, 8);
    }

    void string(String s) throws IOException {
      byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
      int64(utf8.length);
      write(utf8);
    }

    void value(GgufValue value) throws IOException {
      switch (value) {
        case GgufValue.Whole w -> number(w.value(), w.type().bytes());
        case GgufValue.Real r when r.type() == GgufType.FLOAT32 ->
            int32(Float.floatToRawIntBits((float) r.value()));
        case GgufValue.Real r -> int64(Double.doubleToRawLongBits(r.value()));
        case GgufValue.Bool b -> write(b.value() ? 1 : 0);
        case GgufValue.Text t -> string(t.value());
        case GgufArray a -> {
          int32(a.elementType().number());
          int64(a.count());
          write(a.elements().toArray(ValueLayout.JAVA_BYTE));
        }
      }
    }

    void pad(long alignment) throws IOException {
      while (count % alignment != 0) {
        write(0);
      }
    }
  }
}
