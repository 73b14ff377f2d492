package dev.ocelli.media.webp;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/** A canonical prefix code of VP8L (RFC 9649 section 3.7.2). */
final class PrefixCode {
  private static final int MAX_LENGTH = 15;

  /** Codes up to this length are found in one step. */
  private static final int ROOT = 8;

  /** The order in which the lengths of the code for lengths are stored. */
  private static final int[] LENGTH_ORDER = {
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  };

  /** The number of codes of each length. */
  private final int[] counts = new int[MAX_LENGTH + 1];

  /** The symbols by length and value: the order of their codes. */
  private final int[] symbols;

  /** By the next bits: {@code symbol << 4 | length}; 0 if the code is longer than the root. */
  private final int[] root;

  private final int rootBits;

  /** Builds a code from the lengths of its symbols. */
  private PrefixCode(int[] lengths) throws IOException {
    int used = 0;
    int longest = 0;
    for (int length : lengths) {
      if (length > 0) {
        counts[length]++;
        used++;
        longest = Math.max(longest, length);
      }
    }
    symbols = new int[used];
    int[] starts = new int[MAX_LENGTH + 2];
    for (int l = 1; l <= MAX_LENGTH; l++) {
      starts[l + 1] = starts[l] + counts[l];
    }
    for (int s = 0; s < lengths.length; s++) {
      if (lengths[s] > 0) {
        symbols[starts[lengths[s]]++] = s;
      }
    }
    if (used <= 1) {
      // A single symbol needs no bits, whatever length it was given.
      rootBits = 0;
      root = new int[0];
      if (used == 0) {
        throw new IOException("a VP8L prefix code is empty");
      }
      return;
    }
    rootBits = Math.min(ROOT, longest);
    root = new int[1 << rootBits];
    fillRoot();
  }

  private void fillRoot() throws IOException {
    int code = 0;
    int index = 0;
    long left = 1;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      code <<= 1;
      left = (left << 1) - counts[length];
      for (int i = 0; i < counts[length]; i++, code++, index++) {
        if (length <= rootBits) {
          int entry = symbols[index] << 4 | length;
          int reversed = Integer.reverse(code) >>> 32 - length;
          for (int k = reversed; k < root.length; k += 1 << length) {
            root[k] = entry;
          }
        }
      }
    }
    if (left != 0) {
      throw new IOException("a VP8L prefix code is not complete");
    }
  }

  /** Reads a code of {@code alphabet} symbols. */
  static PrefixCode read(BitReader in, int alphabet) throws IOException {
    int[] lengths = new int[alphabet];
    if (in.flag()) {
      boolean two = in.flag();
      int first = in.read(in.flag() ? 8 : 1);
      mark(lengths, first);
      if (two) {
        mark(lengths, in.read(8));
      }
      return new PrefixCode(lengths);
    }
    int[] lengthLengths = new int[LENGTH_ORDER.length];
    int stored = in.read(4) + 4;
    for (int i = 0; i < stored; i++) {
      lengthLengths[LENGTH_ORDER[i]] = in.read(3);
    }
    PrefixCode lengthCode = new PrefixCode(lengthLengths);
    int limit = alphabet;
    if (in.flag()) {
      limit = 2 + in.read(2 + 2 * in.read(3));
      if (limit > alphabet) {
        throw new IOException("a VP8L prefix code has too many lengths");
      }
    }
    int previous = 8;
    int s = 0;
    for (int codes = 0; s < alphabet && codes < limit; codes++) {
      int length = lengthCode.next(in);
      if (length < 16) {
        lengths[s++] = length;
        previous = length > 0 ? length : previous;
      } else {
        int repeats =
            switch (length) {
              case 16 -> 3 + in.read(2);
              case 17 -> 3 + in.read(3);
              default -> 11 + in.read(7);
            };
        if (repeats > alphabet - s) {
          throw new IOException("a VP8L prefix code has too many lengths");
        }
        Arrays.fill(lengths, s, s + repeats, length == 16 ? previous : 0);
        s += repeats;
      }
    }
    return new PrefixCode(lengths);
  }

  private static void mark(int[] lengths, int symbol) throws IOException {
    if (symbol >= lengths.length) {
      throw new IOException("a VP8L prefix code has an impossible symbol");
    }
    lengths[symbol] = 1;
  }

  /** Reads a symbol. */
  int next(BitReader in) throws EOFException {
    if (rootBits == 0) {
      return symbols[0];
    }
    int bits = in.peek(MAX_LENGTH);
    int entry = root[bits & root.length - 1];
    if (entry != 0) {
      in.skip(entry & 15);
      return entry >> 4;
    }
    int code = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; ; length++) {
      code |= bits >> length - 1 & 1;
      int count = counts[length];
      if (code - first < count) {
        in.skip(length);
        return symbols[index + code - first];
      }
      index += count;
      first = first + count << 1;
      code <<= 1;
    }
  }
}
