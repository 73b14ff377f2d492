package dev.ocelli.media;

import java.nio.charset.StandardCharsets;

/** Reads numbers out of a file's bytes; reading past the end says that the file is cut off. */
final class Bytes {
  private final byte[] data;
  private final int from;
  private final int to;
  private final boolean bigEndian;

  Bytes(byte[] data, int from, int to, boolean bigEndian) {
    this.data = data;
    this.from = from;
    this.to = to;
    this.bigEndian = bigEndian;
  }

  static Bytes bigEndian(byte[] data) {
    return new Bytes(data, 0, data.length, true);
  }

  static Bytes littleEndian(byte[] data) {
    return new Bytes(data, 0, data.length, false);
  }

  /** A part with offsets of its own; it must lie inside. */
  Bytes part(int offset, int length, String where) throws BadPictureException {
    need(offset, length, where);
    return new Bytes(data, from + offset, from + offset + length, bigEndian);
  }

  Bytes withOrder(boolean big) {
    return new Bytes(data, from, to, big);
  }

  int length() {
    return to - from;
  }

  boolean has(long offset, long length) {
    return offset >= 0 && length >= 0 && offset + length <= length();
  }

  void need(long offset, long length, String where) throws BadPictureException {
    if (!has(offset, length)) {
      throw BadPictureException.cutOff(where, to);
    }
  }

  int u8(long offset, String where) throws BadPictureException {
    need(offset, 1, where);
    return data[from + (int) offset] & 0xFF;
  }

  int u16(long offset, String where) throws BadPictureException {
    need(offset, 2, where);
    int a = data[from + (int) offset] & 0xFF;
    int b = data[from + (int) offset + 1] & 0xFF;
    return bigEndian ? a << 8 | b : b << 8 | a;
  }

  int u24(long offset, String where) throws BadPictureException {
    int low = u16(bigEndian ? offset + 1 : offset, where);
    return u8(bigEndian ? offset : offset + 2, where) << 16 | low;
  }

  long u32(long offset, String where) throws BadPictureException {
    long first = u16(offset, where);
    long second = u16(offset + 2, where);
    return bigEndian ? first << 16 | second : second << 16 | first;
  }

  int i32(long offset, String where) throws BadPictureException {
    return (int) u32(offset, where);
  }

  /** Whether the bytes at an offset are the given ISO 8859-1 text. */
  boolean is(long offset, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
    if (!has(offset, wanted.length)) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (data[from + (int) offset + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  /** Four characters, made printable. */
  String tag(long offset, String where) throws BadPictureException {
    need(offset, 4, where);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      int c = u8(offset + i, where);
      out.append(c >= 0x20 && c < 0x7F ? (char) c : '?');
    }
    return out.toString();
  }

  /** The array behind, for copying: index {@code start(offset)} is the byte at {@code offset}. */
  byte[] array() {
    return data;
  }

  int start(int offset) {
    return from + offset;
  }
}
