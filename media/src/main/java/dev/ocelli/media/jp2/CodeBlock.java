package dev.ocelli.media.jp2;

import java.util.ArrayList;
import java.util.List;

/** A block of coefficients and where its data lie. */
final class CodeBlock {
  /** Passes that are coded together. */
  static final class Segment {
    final int mostPasses;
    int passes;
    int length;
    private int[] ranges = new int[2];
    private int count;

    Segment(int mostPasses) {
      this.mostPasses = mostPasses;
    }

    void add(int at, int bytes) {
      if (count == ranges.length) {
        ranges = java.util.Arrays.copyOf(ranges, 2 * count);
      }
      ranges[count++] = at;
      ranges[count++] = bytes;
      length += bytes;
    }

    void copy(byte[] from, byte[] to) {
      int at = 0;
      for (int i = 0; i < count; i += 2) {
        System.arraycopy(from, ranges[i], to, at, ranges[i + 1]);
        at += ranges[i + 1];
      }
    }
  }

  final Area area;
  final List<Segment> segments = new ArrayList<>(1);

  /** Planes of bits above the first that is coded. */
  int zeroPlanes;

  /** How many bits the lengths of data have. */
  int lengthBits = 3;

  CodeBlock(Area area) {
    this.area = area;
  }

  boolean isIncluded() {
    return !segments.isEmpty();
  }

  /** The segment that the next pass belongs to. */
  Segment segment(int style) {
    Segment last = segments.isEmpty() ? null : segments.getLast();
    if (last != null && last.passes < last.mostPasses) {
      return last;
    }
    Segment next = new Segment(mostPasses(last, style));
    segments.add(next);
    return next;
  }

  private static int mostPasses(
      CodeBlock.@org.jspecify.annotations.Nullable Segment before, int style) {
    if ((style & BlockDecoder.TERMINATE) != 0) {
      return 1;
    }
    if ((style & BlockDecoder.BYPASS) != 0) {
      // The first planes, then by turns two raw passes and one that is not.
      return before == null ? BlockDecoder.FIRST_RAW_PASS : before.mostPasses == 2 ? 1 : 2;
    }
    return Integer.MAX_VALUE;
  }
}
