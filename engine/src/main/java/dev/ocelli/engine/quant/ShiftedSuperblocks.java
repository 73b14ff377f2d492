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
  private static final float FIRST = 0.75f;

  private static final float STEP = 0.15f;
  private static final int TRIES = 9;
  private static final int REFITS = 2;

  private final GridPoints grid = GridPoints.iq1();
  private final boolean medium;
  private final int group;

  private final float[] x = new float[VALUES];
  private final float[] w = new float[VALUES];
  private final int[] points = new int[VALUES / 8];
  private final float[] shifts = new float[VALUES / 8];
  private final float[] scales = new float[16];
  private final int[] levels = new int[16];

  private final int[] up = new int[4];
  private double dot;
  private double square;
  private double movedDot;
  private double movedSquare;
  private double best;
  private float bestScale;

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
    best = -1;
    for (int t = 0; t < TRIES; t++) {
      tryScale(g, typical * (FIRST + STEP * t));
    }
    for (int refit = 0; refit < REFITS && best > 0; refit++) {
      tryScale(g, bestScale);
    }
    return best > 0 ? bestScale : 0;
  }

  /** Keeps the least-squares scale of the points that are chosen when it is the best so far. */
  private void tryScale(int g, float scale) {
    choose(g, scale);
    if (dot > 0 && square > 0 && dot * dot / square > best) {
      best = dot * dot / square;
      bestScale = (float) (dot / square);
    }
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
    move(first, count, scale, IqGrids.SHIFT);
    double upDot = movedDot;
    double upSquare = movedSquare;
    System.arraycopy(points, first, up, 0, count);
    move(first, count, scale, -IqGrids.SHIFT);
    // Errors up to what both have: scale^2 square - 2 scale dot.
    boolean isUp = scale * upSquare - 2 * upDot <= scale * movedSquare - 2 * movedDot;
    if (isUp) {
      System.arraycopy(up, 0, points, first, count);
      Arrays.fill(shifts, first, first + count, IqGrids.SHIFT);
    }
    dot += isUp ? upDot : movedDot;
    square += isUp ? upSquare : movedSquare;
  }

  /** Sets points for a shift, and their product with the values and with themselves. */
  private void move(int first, int count, float scale, float shift) {
    float inverse = 1 / scale;
    movedDot = 0;
    movedSquare = 0;
    for (int k = first; k < first + count; k++) {
      points[k] = grid.nearest(x, w, 8 * k, inverse, shift);
      shifts[k] = shift;
      for (int i = 0; i < 8; i++) {
        float p = grid.value(points[k], i) + shift;
        movedDot += w[8 * k + i] * x[8 * k + i] * p;
        movedSquare += w[8 * k + i] * p * p;
      }
    }
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
        levels[g] = Rounding.nearestEven(0.5f * (scales[g] / d - 1), 0, 7);
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
