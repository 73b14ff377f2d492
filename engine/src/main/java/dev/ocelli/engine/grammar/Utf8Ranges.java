package dev.ocelli.engine.grammar;

/** Ranges of characters as sequences of ranges of UTF-8 bytes. */
final class Utf8Ranges {
  /** Takes a sequence of byte ranges: lowest and highest of each byte. */
  interface Sink {
    void accept(int[] lowest, int[] highest);
  }

  private static final int[] LAST_OF_LENGTH = {0x7F, 0x7FF, 0xFFFF, 0x10FFFF};

  private Utf8Ranges() {}

  /** Splits the range {@code first} to {@code last} so that each part is a product of ranges. */
  static void split(int first, int last, Sink sink) {
    for (int most : LAST_OF_LENGTH) {
      if (first <= most && last > most) {
        split(first, most, sink);
        split(most + 1, last, sink);
        return;
      }
    }
    // Below: all of one length. A part must begin and end where its lower bytes do.
    for (int bits = 6; bits <= 18 && last > 0x7F; bits += 6) {
      int mask = (1 << bits) - 1;
      if ((first & ~mask) != (last & ~mask)) {
        if ((first & mask) != 0) {
          split(first, first | mask, sink);
          split((first | mask) + 1, last, sink);
          return;
        }
        if ((last & mask) != mask) {
          split(first, (last & ~mask) - 1, sink);
          split(last & ~mask, last, sink);
          return;
        }
      }
    }
    sink.accept(bytes(first), bytes(last));
  }

  private static int[] bytes(int c) {
    if (c < 0x80) {
      return new int[] {c};
    }
    if (c < 0x800) {
      return new int[] {0xC0 | c >> 6, tail(c)};
    }
    if (c < 0x10000) {
      return new int[] {0xE0 | c >> 12, tail(c >> 6), tail(c)};
    }
    return new int[] {0xF0 | c >> 18, tail(c >> 12), tail(c >> 6), tail(c)};
  }

  private static int tail(int c) {
    return 0x80 | c & 0x3F;
  }
}
