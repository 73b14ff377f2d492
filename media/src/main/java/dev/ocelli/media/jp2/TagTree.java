package dev.ocelli.media.jp2;

import java.io.IOException;
import java.util.Arrays;

/** Numbers of a grid, told by the least of four, of four times four, and so on (B.10.2). */
final class TagTree {
  private static final int UNKNOWN = Integer.MAX_VALUE;

  private final int[] widths;
  private final int[] starts;
  private final int[] values;

  /** Below which each value is known not to be. */
  private final int[] least;

  TagTree(int width, int height) {
    int levels = 1;
    for (int w = width, h = height; w > 1 || h > 1; w = (w + 1) / 2, h = (h + 1) / 2) {
      levels++;
    }
    widths = new int[levels];
    starts = new int[levels];
    int nodes = 0;
    int w = width;
    int h = height;
    for (int level = 0; level < levels; level++) {
      widths[level] = w;
      starts[level] = nodes;
      nodes += w * h;
      w = (w + 1) / 2;
      h = (h + 1) / 2;
    }
    values = new int[nodes];
    least = new int[nodes];
    Arrays.fill(values, UNKNOWN);
  }

  /** Reads until it is known whether a value is below a threshold. */
  boolean isBelow(PacketBits in, int x, int y, int threshold) throws IOException {
    int low = 0;
    for (int level = widths.length - 1; level >= 0; level--) {
      int node = starts[level] + (y >> level) * widths[level] + (x >> level);
      low = Math.max(low, least[node]);
      while (low < threshold && low < values[node]) {
        if (in.bit() == 1) {
          values[node] = low;
        } else {
          low++;
        }
      }
      least[node] = low;
    }
    return values[starts[0] + y * widths[0] + x] < threshold;
  }
}
