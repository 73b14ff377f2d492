package dev.ocelli.engine.quant;

import java.util.Arrays;

/**
 * Searches for the factor, or factor and offset, with which a group of up to 32 values is rounded
 * to few levels at the least weighted error. Callers fill in {@link #x} and {@link #w}; results are
 * returned and in {@link #q}.
 *
 * <p>The optimum for given levels is linear least squares; levels follow from a factor by rounding.
 * So factors around the one that spans all values are tried in turn. Which ones, and in what order
 * sums are added, are those of {@code ggml}, so that its files are reproduced.
 */
final class Fit {
  /** Groups whose greatest magnitude is below are all zero. */
  static final float TINY = 1e-15f;

  private static final int ROUNDS = 5;

  /** The values. */
  final float[] x = new float[32];

  /** Their weights; 0 or more. */
  final float[] w = new float[32];

  /** Levels. */
  final int[] q = new int[32];

  /** What {@link #affine} found to be subtracted; 0 or more. */
  float offset;

  private final int[] trial = new int[32];

  /**
   * Which factors {@link #affine} tries.
   *
   * @param first how many levels more than all span the values at the first try
   * @param step how many more at each further try
   * @param tries how many, less one
   * @param absolute whether errors count by magnitude rather than square
   */
  record Search(float first, float step, int tries, boolean absolute) {}

  /** Weighs each value by its square. */
  void weighBySquare(int n) {
    for (int i = 0; i < n; i++) {
      w[i] = x[i] * x[i];
    }
  }

  /** {@code x = factor * q}, q from -levels to levels - 1. The factor may be negative. */
  float symmetric(int n, int levels) {
    float farthest = Rounding.farthestFromZero(x, 0, n);
    if (Math.abs(farthest) < TINY) {
      Arrays.fill(q, 0, n, -levels); // any will do; ggml stores zero bits
      return 0;
    }
    float factor = 0;
    float best = 0;
    float inverse = 0;
    for (int t = 0; t < 19; t++) {
      int step = t == 0 ? 0 : t < 10 ? t - 10 : t - 9;
      float candidate = -(levels + 0.1f * step) / farthest;
      float xq = 0;
      float qq = 0;
      for (int i = 0; i < n; i++) {
        int l = Rounding.nearestEven(candidate * x[i], -levels, levels - 1);
        xq += w[i] * x[i] * l;
        qq += w[i] * l * l;
      }
      if (t == 0 || (qq > 0 && xq * xq > best * qq)) {
        factor = qq > 0 ? xq / qq : 0;
        best = factor * xq;
        inverse = candidate;
      }
    }
    for (int i = 0; i < n; i++) {
      q[i] = Rounding.nearestEven(inverse * x[i], -levels, levels - 1);
    }
    return factor;
  }

  /** As {@link #symmetric}, but levels change one by one as long as that helps. */
  float symmetricByDescent(int n, int levels) {
    float farthest = Rounding.farthestFromZero(x, 0, n);
    if (Math.abs(farthest) < TINY) {
      Arrays.fill(q, 0, n, -levels); // any will do; ggml stores zero bits
      return 0;
    }
    float inverse = -levels / farthest;
    float xq = 0;
    float qq = 0;
    for (int i = 0; i < n; i++) {
      q[i] = Rounding.nearestEven(inverse * x[i], -levels, levels - 1);
      xq += w[i] * x[i] * q[i];
      qq += w[i] * q[i] * q[i];
    }
    return descend(n, -levels, levels - 1, xq, qq);
  }

  /** {@code x = factor * q}, q from 0 to levels, for values of 0 or more. */
  float positive(int n, int levels) {
    float max = 0;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, x[i]);
    }
    if (max < TINY) {
      Arrays.fill(q, 0, n, 0);
      return 0;
    }
    float inverse = 0;
    float least = 0;
    for (int t = 0; t < 9; t++) {
      int step = t == 0 ? 0 : t < 5 ? t - 5 : t - 4;
      float candidate = (0.1f * step + levels) / max;
      float factor = 1 / candidate;
      float error = 0;
      for (int i = 0; i < n; i++) {
        int l = Math.min(levels, Rounding.nearestEven(candidate * x[i]));
        float diff = x[i] - factor * l;
        error += w[i] * diff * diff;
      }
      if (t == 0 || error < least) {
        least = error;
        inverse = candidate;
      }
    }
    float xq = 0;
    float qq = 0;
    for (int i = 0; i < n; i++) {
      q[i] = Math.min(levels, Rounding.nearestEven(inverse * x[i]));
      xq += w[i] * x[i] * q[i];
      qq += w[i] * q[i] * q[i];
    }
    return descend(n, 0, levels, xq, qq);
  }

  /** Moves single levels to where the factor that suits the others puts them. */
  private float descend(int n, int from, int to, float xq, float qq) {
    for (int round = 0; round < ROUNDS; round++) {
      boolean changed = false;
      for (int i = 0; i < n; i++) {
        float otherXq = xq - w[i] * x[i] * q[i];
        float otherQq = qq - w[i] * q[i] * q[i];
        if (otherXq <= 0 || otherQq <= 0) {
          continue;
        }
        int l = Rounding.nearestEven(x[i] * otherQq / otherXq, from, to);
        if (l == q[i]) {
          continue;
        }
        otherXq += w[i] * x[i] * l;
        otherQq += w[i] * l * l;
        if (otherQq > 0 && otherXq * otherXq * qq > xq * xq * otherQq) {
          q[i] = l;
          xq = otherXq;
          qq = otherQq;
          changed = true;
        }
      }
      if (!changed) {
        break;
      }
    }
    return qq > 0 ? xq / qq : 0;
  }

  /** {@code x = factor * q - offset}, q from 0 to levels; returns the factor. */
  float affine(int n, int levels, Search search) {
    float min = x[0];
    float max = x[0];
    float sumW = w[0];
    float sumX = w[0] * x[0];
    for (int i = 1; i < n; i++) {
      min = Math.min(min, x[i]);
      max = Math.max(max, x[i]);
      sumW += w[i];
      sumX += w[i] * x[i];
    }
    min = Math.min(min, 0);
    if (max == min) {
      Arrays.fill(q, 0, n, 0);
      offset = -min;
      return 0;
    }
    float inverse = levels / (max - min);
    float factor = 1 / inverse;
    float shift = min;
    for (int i = 0; i < n; i++) {
      q[i] = Rounding.nearestEven(inverse * (x[i] - min), 0, levels);
    }
    float least = error(n, q, factor, shift, search.absolute);
    for (int t = 0; t <= search.tries; t++) {
      // A better offset is where the next tries start from.
      float candidate = (search.first + search.step * t + levels) / (max - shift);
      float sumQ = 0;
      float sumQq = 0;
      float sumXq = 0;
      for (int i = 0; i < n; i++) {
        int l = Rounding.nearestEven(candidate * (x[i] - shift), 0, levels);
        trial[i] = l;
        sumQ += w[i] * l;
        sumQq += w[i] * l * l;
        sumXq += w[i] * l * x[i];
      }
      float determinant = sumW * sumQq - sumQ * sumQ;
      if (!(determinant > 0)) {
        continue;
      }
      float f = (sumW * sumXq - sumX * sumQ) / determinant;
      float m = (sumQq * sumX - sumQ * sumXq) / determinant;
      if (m > 0) {
        m = 0;
        f = sumXq / sumQq;
      }
      float e = error(n, trial, f, m, search.absolute);
      if (e < least) {
        System.arraycopy(trial, 0, q, 0, n);
        least = e;
        factor = f;
        shift = m;
      }
    }
    offset = -shift;
    return factor;
  }

  private float error(int n, int[] levels, float factor, float shift, boolean absolute) {
    float error = 0;
    for (int i = 0; i < n; i++) {
      float diff = factor * levels[i] + shift - x[i];
      error += w[i] * (absolute ? Math.abs(diff) : diff * diff);
    }
    return error;
  }
}
