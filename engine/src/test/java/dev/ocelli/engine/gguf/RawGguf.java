package dev.ocelli.engine.gguf;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Puts GGUF fields one after the other without any check, to make files that are wrong. */
final class RawGguf {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A file that begins with magic, version 3 and the two counts. */
  static RawGguf header(long tensors, long entries) {
    return new RawGguf().text("GGUF").i32(3).i64(tensors).i64(entries);
  }

  RawGguf text(String ascii) {
    out.writeBytes(ascii.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  RawGguf i8(int v) {
    out.write(v);
    return this;
  }

  RawGguf i32(int v) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(v).array());
    return this;
  }

  RawGguf i64(long v) {
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(v).array());
    return this;
  }

  RawGguf string(String s) {
    byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
    i64(utf8.length);
    out.writeBytes(utf8);
    return this;
  }

  /** A metadata entry of UINT32. */
  RawGguf entry(String key, int value) {
    return string(key).i32(GgufType.UINT32.number()).i32(value);
  }

  /** A tensor's entry; dimensions innermost first. */
  RawGguf tensor(String name, int type, long offset, long... dimensions) {
    string(name).i32(dimensions.length);
    for (long d : dimensions) {
      i64(d);
    }
    return i32(type).i64(offset);
  }

  /** Zeros up to a multiple of the alignment, then so many bytes of data. */
  RawGguf data(int alignment, int bytes) {
    while (out.size() % alignment != 0) {
      out.write(0);
    }
    out.writeBytes(new byte[bytes]);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** Reads the bytes as file {@code x.gguf}. */
  GgufFile read() {
    return GgufFile.of(MemorySegment.ofArray(bytes()), "x.gguf");
  }
}
