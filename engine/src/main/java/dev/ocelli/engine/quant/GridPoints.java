package dev.ocelli.engine.quant;

import java.util.Arrays;

/**
 * Finds the point of a grid of {@link IqGrids} that is nearest to given values by weighted
 * distance.
 *
 * <p>Each value is rounded to the nearest of the few levels that any point has. Where that gives a
 * point, it is the nearest. Elsewhere the points in the nearest shells around the rounded values
 * are compared; which these are is known for all combinations of levels beforehand.
 */
final class GridPoints {
  /** Different distances whose points are candidates. */
  private static final int SHELLS = 3;

  private final int dimension;
  private final float[] values;
  private final float[] levels;
  private final float[] borders;

  /** Candidates of combination c are from starts[c] to starts[c + 1]. */
  private final int[] starts;

  private final short[] candidates;

  private GridPoints(byte[] grid, int dimension) {
    this.dimension = dimension;
    values = new float[grid.length];
    boolean[] seen = new boolean[128];
    for (int i = 0; i < grid.length; i++) {
      values[i] = grid[i];
      seen[grid[i] + 1] = true;
    }
    float[] all = new float[128];
    int count = 0;
    for (int v = 0; v < seen.length; v++) {
      if (seen[v]) {
        all[count++] = v - 1;
      }
    }
    levels = Arrays.copyOf(all, count);
    borders = new float[count - 1];
    for (int i = 0; i < borders.length; i++) {
      borders[i] = (levels[i] + levels[i + 1]) / 2;
    }
    int combinations = 1;
    for (int i = 0; i < dimension; i++) {
      combinations *= count;
    }
    starts = new int[combinations + 1];
    candidates = collect(grid);
  }

  /** Tables are made when a type is first written. */
  static GridPoints iq2Xxs() {
    return Iq2Xxs.POINTS;
  }

  static GridPoints iq2Xs() {
    return Iq2Xs.POINTS;
  }

  static GridPoints iq2S() {
    return Iq2S.POINTS;
  }

  static GridPoints iq3Xxs() {
    return Iq3Xxs.POINTS;
  }

  static GridPoints iq3S() {
    return Iq3S.POINTS;
  }

  static GridPoints iq1() {
    return Iq1.POINTS;
  }

  private static final class Iq2Xxs {
    static final GridPoints POINTS = new GridPoints(IqGrids.IQ2_XXS, 8);
  }

  private static final class Iq2Xs {
    static final GridPoints POINTS = new GridPoints(IqGrids.IQ2_XS, 8);
  }

  private static final class Iq2S {
    static final GridPoints POINTS = new GridPoints(IqGrids.IQ2_S, 8);
  }

  private static final class Iq3Xxs {
    static final GridPoints POINTS = new GridPoints(IqGrids.IQ3_XXS, 4);
  }

  private static final class Iq3S {
    static final GridPoints POINTS = new GridPoints(IqGrids.IQ3_S, 4);
  }

  private static final class Iq1 {
    static final GridPoints POINTS = new GridPoints(IqGrids.IQ1, 8);
  }

  private short[] collect(byte[] grid) {
    int points = grid.length / dimension;
    short[] found = new short[1 << 16];
    int[] distances = new int[points];
    int[] at = new int[dimension];
    int size = 0;
    for (int c = 0; c + 1 < starts.length; c++) {
      for (int i = 0, rest = c; i < dimension; i++, rest /= levels.length) {
        at[i] = (int) levels[rest % levels.length];
      }
      for (int p = 0; p < points; p++) {
        int sum = 0;
        for (int i = 0; i < dimension; i++) {
          int diff = at[i] - grid[p * dimension + i];
          sum += diff * diff;
        }
        distances[p] = sum;
      }
      int limit = limit(distances);
      for (int p = 0; p < points; p++) {
        if (distances[p] <= limit) {
          if (size == found.length) {
            found = Arrays.copyOf(found, 2 * size);
          }
          found[size++] = (short) p;
        }
      }
      starts[c + 1] = size;
    }
    return Arrays.copyOf(found, size);
  }

  /** The distance of the outermost shell that counts; 0 where there is a point. */
  private static int limit(int[] distances) {
    int limit = -1;
    for (int shell = 0; shell < SHELLS && limit != 0; shell++) {
      int next = Integer.MAX_VALUE;
      for (int d : distances) {
        next = d > limit ? Math.min(next, d) : next;
      }
      limit = next;
    }
    return limit;
  }

  /** Value i of a point. */
  float value(int point, int i) {
    return values[point * dimension + i];
  }

  /** The largest level. */
  float largest() {
    return levels[levels.length - 1];
  }

  /**
   * The point nearest to {@code x / scale - shift}.
   *
   * @param x values from index {@code at} on; so their weights w
   */
  int nearest(float[] x, float[] w, int at, float inverse, float shift) {
    int code = 0;
    for (int i = dimension - 1; i >= 0; i--) {
      float v = x[at + i] * inverse - shift;
      int l = 0;
      while (l < borders.length && v > borders[l]) {
        l++;
      }
      code = code * levels.length + l;
    }
    int best = candidates[starts[code]];
    if (starts[code + 1] == starts[code] + 1) {
      return best;
    }
    float least = Float.POSITIVE_INFINITY;
    for (int c = starts[code]; c < starts[code + 1]; c++) {
      int p = candidates[c] * dimension;
      float distance = 0;
      for (int i = 0; i < dimension; i++) {
        float diff = x[at + i] * inverse - shift - values[p + i];
        distance += w[at + i] * diff * diff;
      }
      if (distance < least) {
        least = distance;
        best = candidates[c];
      }
    }
    return best;
  }
}
