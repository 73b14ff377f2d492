package dev.ocelli.media;

import java.util.Arrays;

/** Ranges of a file to be joined: noted while walking a container, copied only when decoding. */
final class Parts {
  /** Offset and length of each range. */
  private int[] ranges = new int[32];

  private int count;
  private int size;

  void add(int at, int length) {
    if (count == ranges.length) {
      ranges = Arrays.copyOf(ranges, 2 * count);
    }
    ranges[count++] = at;
    ranges[count++] = length;
    size += length;
  }

  void addAll(Parts other) {
    for (int i = 0; i < other.count; i += 2) {
      add(other.ranges[i], other.ranges[i + 1]);
    }
  }

  /** The bytes of all ranges in the order in which they were added. */
  byte[] join(Bytes file) {
    byte[] out = new byte[size];
    int to = 0;
    for (int i = 0; i < count; i += 2) {
      System.arraycopy(file.array(), file.start(ranges[i]), out, to, ranges[i + 1]);
      to += ranges[i + 1];
    }
    return out;
  }
}
