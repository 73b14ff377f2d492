package dev.ocelli.media.webp;

/** The arithmetic decoder of VP8 (RFC 6386 section 7) over a part of an array. */
final class BoolDecoder {
  private final byte[] data;
  private final int end;
  private int at;

  /** Bits read so far and not yet used up; the topmost 8 are compared with the split. */
  private long value;

  /** Bits of {@link #value} behind the topmost 8; negative if more must be read. */
  private int bits = -8;

  private int range = 255;
  private boolean exhausted;

  BoolDecoder(byte[] data, int from, int length) {
    this.data = data;
    this.at = from;
    this.end = from + length;
  }

  /** Whether bits behind the end were asked for; they are zero. */
  boolean exhausted() {
    return exhausted;
  }

  /** One bit; {@code probability / 256} is how likely it is 0. */
  int bit(int probability) {
    if (bits < 0) {
      load();
    }
    int split = 1 + (((range - 1) * probability) >> 8);
    long bigSplit = (long) split << bits;
    int bit;
    if (value >= bigSplit) {
      value -= bigSplit;
      range -= split;
      bit = 1;
    } else {
      range = split;
      bit = 0;
    }
    int shift = Integer.numberOfLeadingZeros(range) - 24;
    range <<= shift;
    bits -= shift;
    return bit;
  }

  boolean flag() {
    return bit(128) != 0;
  }

  boolean flag(int probability) {
    return bit(probability) != 0;
  }

  /** An unsigned number, its highest bit first. */
  int number(int count) {
    int v = 0;
    for (int i = 0; i < count; i++) {
      v = v << 1 | bit(128);
    }
    return v;
  }

  /** A magnitude and then a sign. */
  int signed(int count) {
    int v = number(count);
    return flag() ? -v : v;
  }

  /** A signed number behind a flag; 0 if the flag is not set. */
  int optional(int count) {
    return flag() ? signed(count) : 0;
  }

  private void load() {
    while (bits < 0 || bits < 40 && at < end) {
      int next = 0;
      if (at < end) {
        next = data[at++] & 0xFF;
      } else {
        exhausted = true;
      }
      value = value << 8 | next;
      bits += 8;
    }
  }
}
