package dev.ocelli.media.webp;

import java.io.EOFException;

/** Reads bits of a part of an array, the lowest bit of a byte first. */
final class BitReader {
  private final byte[] data;
  private final int end;
  private int at;
  private long window;

  /** Bits of {@link #window} that are not used up; zeros of behind the end do not count. */
  private int available;

  BitReader(byte[] data, int from, int length) {
    this.data = data;
    this.at = from;
    this.end = from + length;
  }

  /** The next bits without using them up, at most 32; zeros behind the end. */
  int peek(int count) {
    if (available < count) {
      fill();
    }
    return (int) (window & (1L << count) - 1);
  }

  /** Uses up bits that were peeked at. */
  void skip(int count) throws EOFException {
    if (count > available) {
      throw new EOFException("the VP8L data is incomplete");
    }
    window >>>= count;
    available -= count;
  }

  int read(int count) throws EOFException {
    int bits = peek(count);
    skip(count);
    return bits;
  }

  boolean flag() throws EOFException {
    return read(1) != 0;
  }

  private void fill() {
    while (available <= 56 && at < end) {
      window |= (data[at++] & 0xFFL) << available;
      available += 8;
    }
  }
}
