package dev.ocelli.media.jp2;

import java.io.EOFException;
import java.io.IOException;

/** Big-endian numbers of a range of bytes. */
final class Input {
  final byte[] data;
  final int end;
  int at;

  /** What the range is, for messages: behind its end the file is cut off "inside" it. */
  private final String what;

  Input(byte[] data, int from, int end, String what) {
    this.data = data;
    this.at = from;
    this.end = end;
    this.what = what;
  }

  int left() {
    return end - at;
  }

  int u8() throws IOException {
    need(1);
    return data[at++] & 0xFF;
  }

  int u16() throws IOException {
    need(2);
    int value = (data[at] & 0xFF) << 8 | data[at + 1] & 0xFF;
    at += 2;
    return value;
  }

  long u32() throws IOException {
    long high = u16();
    return high << 16 | u16();
  }

  /** Of a range that the standard keeps below 2^31. */
  int i31(String name) throws IOException {
    long value = u32();
    if (value > Integer.MAX_VALUE) {
      throw new IOException("the " + name + " " + value + " is out of range");
    }
    return (int) value;
  }

  /** The next bytes as a range of their own. */
  Input part(long length, String name) throws IOException {
    need(length);
    Input part = new Input(data, at, at + (int) length, name);
    at += (int) length;
    return part;
  }

  /** The next two bytes, which stay; -1 at the end. */
  int peek16() {
    return left() < 2 ? -1 : (data[at] & 0xFF) << 8 | data[at + 1] & 0xFF;
  }

  void need(long bytes) throws IOException {
    if (bytes < 0 || bytes > left()) {
      throw new EOFException(what);
    }
  }
}
