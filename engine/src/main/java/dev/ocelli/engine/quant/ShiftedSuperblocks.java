package dev.ocelli.engine.quant;

import dev.ocelli.engine.tensor.DType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Encodes IQ1_S and IQ1_M: points of -1, 0 and 1, all moved by an eighth up or down, and a 3-bit
 * scale a group. IQ1_S moves the 32 values of a group together, IQ1_M each 8.
 *
 * <p>Searches as {@link GridSuperblocks} does.
 */
final class ShiftedSuperblocks implements BlockEncoder {
  private static final int VALUES = 256;
  private static final float TINY = 1e-12f;

  /** Scales that are tried: the root mean square times FIRST to FIRST + STEP * (TRIES - 1). */
  private static final float FIRST = 0.7f;

  private static final float STEP = 0.1f;
  private static final int TRIES = 14;
  private static final int REFITS = 1;

  private final GridPoints grid = GridPoints.iq1();
  private final boolean medium;
  private final int group;

  private final float[] x = new float[VALUES];
  private final float[] w = new float[VALUES];
  private final int[] points = new int[VALUES / 8];
  private final float[] shifts = new float[VALUES / 8];
  private final float[] scales = new float[16];
  private final int[] levels = new int[16];

  private double dot;
  private double square;

  ShiftedSuperblocks(DType type) {
    medium = type == DType.IQ1_M;
    group = medium ? 16 : 32;
  }

  @Override
  public void encode(float[] row, float @Nullable [] importance, int at, byte[] out, int o) {
    System.arraycopy(row, at, x, 0, VALUES);
    float mean = 2 * BlockEncoder.meanSquare(row, at, VALUES);
    for (int i = 0; i < VALUES; i++) {
      w[i] =
          importance == null
              ? mean + x[i] * x[i]
              : importance[at + i] * (float) Math.sqrt(mean + x[i] * x[i]);
    }
    float largest = 0;
    for (int g = 0; g < VALUES / group; g++) {
      scales[g] = search(g);
      largest = Math.max(largest, scales[g]);
    }
    float d = roundScales(largest);
    if (medium) {
      storeMedium(d, out, o);
    } else {
      storeSmall(d, out, o);
    }
  }

  private float search(int g) {
    float typical = (float) Math.sqrt(BlockEncoder.meanSquare(x, g * group, group));
    if (typical < TINY) {
      return 0;
    }
    float scale = 0;
    double best = -1;
    for (int t = 0; t < TRIES; t++) {
      float candidate = typical * (FIRST + STEP * t);
      for (int refit = 0; refit <= REFITS; refit++) {
        choose(g, candidate);
        if (!(dot > 0 && square > 0)) {
          break;
        }
        candidate = (float) (dot / square);
        if (dot * dot / square > best) {
          best = dot * dot / square;
          scale = candidate;
        }
      }
    }
    return scale;
  }

  /** Chooses points and shifts of a group at a scale; sums products with them. */
  private void choose(int g, float scale) {
    int first = g * group / 8;
    int count = group / 8;
    dot = 0;
    square = 0;
    if (medium) {
      for (int k = first; k < first + count; k++) {
        better(k, 1, scale);
      }
    } else {
      better(first, count, scale);
    }
  }

  /** Some eights that share a shift: the shift with the smaller error. */
  private void better(int first, int count, float scale) {
    double[] up = moved(first, count, scale, IqGrids.SHIFT);
    double[] down = moved(first, count, scale, -IqGrids.SHIFT);
    // Error up to what both have: scale^2 square - 2 scale dot.
    double errorUp = (double) scale * up[1] - 2 * up[0];
    double errorDown = (double) scale * down[1] - 2 * down[0];
    double[] better = down;
    if (errorUp <= errorDown) {
      better = moved(first, count, scale, IqGrids.SHIFT);
    }
    dot += better[0];
    square += better[1];
  }

  /** Sets points for a shift and returns their product with the values, and with themselves. */
  private double[] moved(int first, int count, float scale, float shift) {
    float inverse = 1 / scale;
    double xq = 0;
    double qq = 0;
    for (int k = first; k < first + count; k++) {
      points[k] = grid.nearest(x, w, 8 * k, inverse, shift);
      shifts[k] = shift;
      for (int i = 0; i < 8; i++) {
        float p = grid.value(points[k], i) + shift;
        xq += w[8 * k + i] * x[8 * k + i] * p;
        qq += w[8 * k + i] * p * p;
      }
    }
    return new double[] {xq, qq};
  }

  private float roundScales(float largest) {
    if (largest == 0) {
      Arrays.fill(levels, 0);
      Arrays.fill(points, 0);
      Arrays.fill(shifts, IqGrids.SHIFT);
      return 0;
    }
    float d = largest / 15;
    for (int round = 0; round < 2; round++) {
      double xq = 0;
      double qq = 0;
      for (int g = 0; g < VALUES / group; g++) {
        levels[g] = Math.clamp(Rounding.nearestEven(0.5f * (scales[g] / d - 1)), 0, 7);
        int odd = 2 * levels[g] + 1;
        choose(g, d * odd);
        xq += dot * odd;
        qq += square * odd * odd;
      }
      d = qq > 0 && xq > 0 ? (float) (xq / qq) : d;
    }
    return d;
  }

  private void storeSmall(float d, byte[] out, int o) {
    Bytes.putF16(out, o, d);
    for (int g = 0; g < 8; g++) {
      int high = levels[g] << 12 | (shifts[4 * g] < 0 ? 0x8000 : 0);
      for (int k = 0; k < 4; k++) {
        out[o + 2 + 4 * g + k] = (byte) points[4 * g + k];
        high |= points[4 * g + k] >> 8 << 3 * k;
      }
      Bytes.putU16(out, o + 34 + 2 * g, high);
    }
  }

  private void storeMedium(float d, byte[] out, int o) {
    Arrays.fill(out, o, o + DType.IQ1_M.blockBytes(), (byte) 0);
    int bits = Float.floatToFloat16(d) & 0xffff;
    for (int k = 0; k < 32; k++) {
      out[o + k] = (byte) points[k];
      int high = points[k] >> 8 | (shifts[k] < 0 ? 8 : 0);
      out[o + 32 + (k >> 1)] |= (byte) (high << 4 * (k & 1));
    }
    for (int word = 0; word < 4; word++) {
      int value = (bits >> 4 * word & 15) << 12;
      for (int g = 0; g < 4; g++) {
        value |= levels[4 * word + g] << 3 * g;
      }
      Bytes.putU16(out, o + 48 + 2 * word, value);
    }
  }
}
