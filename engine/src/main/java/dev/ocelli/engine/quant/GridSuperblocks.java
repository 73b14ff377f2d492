package dev.ocelli.engine.quant;

import dev.ocelli.engine.tensor.DType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Encodes IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS and IQ3_S: magnitudes are points of a grid, signs and a
 * 4-bit scale a group come beside them.
 *
 * <p>For each group scales around the one that spans it are tried, each bettered by least squares;
 * then scales are rounded to odd multiples of a common factor, points are chosen anew, and the
 * common factor is fitted to them.
 */
final class GridSuperblocks implements BlockEncoder {
  private static final int VALUES = 256;
  private static final float TINY = 1e-8f;

  /** The largest value is mapped to the largest level times FIRST to FIRST + STEP * (TRIES - 1). */
  private static final float FIRST = 0.72f;

  private static final float STEP = 0.06f;
  private static final int TRIES = 10;
  private static final int REFITS = 2;

  private final DType type;
  private final GridPoints grid;
  private final int dimension;
  private final int group;
  private final boolean evenSigns;

  /** The value of a point with common factor 1 and scale 1. */
  private final float unit;

  private final float[] magnitudes = new float[VALUES];
  private final float[] w = new float[VALUES];
  private final int[] signs = new int[VALUES / 8];
  private final int[] points;
  private final int[] trial = new int[8];
  private final float[] scales = new float[16];
  private final int[] levels = new int[16];
  private float best;
  private float bestScale;

  GridSuperblocks(DType type) {
    this.type = type;
    grid =
        switch (type) {
          case IQ2_XXS -> GridPoints.iq2Xxs();
          case IQ2_XS -> GridPoints.iq2Xs();
          case IQ2_S -> GridPoints.iq2S();
          case IQ3_XXS -> GridPoints.iq3Xxs();
          case IQ3_S -> GridPoints.iq3S();
          default -> throw new IllegalArgumentException(type.name());
        };
    boolean three = type == DType.IQ3_XXS || type == DType.IQ3_S;
    dimension = three ? 4 : 8;
    group = type == DType.IQ2_XS || type == DType.IQ2_S ? 16 : 32;
    evenSigns = type != DType.IQ2_S && type != DType.IQ3_S;
    unit = type == DType.IQ3_S ? 1 : three ? 0.25f : 0.125f;
    points = new int[VALUES / dimension];
  }

  @Override
  public void encode(float[] x, float @Nullable [] importance, int at, byte[] out, int o) {
    float mean = BlockEncoder.meanSquare(x, at, VALUES);
    for (int i = 0; i < VALUES; i++) {
      float v = x[at + i];
      w[i] =
          importance == null ? mean + v * v : importance[at + i] * (float) Math.sqrt(mean + v * v);
    }
    for (int k = 0; k < signs.length; k++) {
      split(x, at + 8 * k, k);
    }
    float largest = 0;
    for (int g = 0; g < VALUES / group; g++) {
      scales[g] = search(g);
      largest = Math.max(largest, scales[g]);
    }
    float d = roundScales(largest);
    Arrays.fill(out, o, o + type.blockBytes(), (byte) 0);
    Bytes.putF16(out, o, d);
    store(out, o);
  }

  /** Signs and magnitudes of eight values. Where signs must be even, the least loss is taken. */
  private void split(float[] x, int at, int k) {
    int bits = 0;
    int cheapest = 0;
    float least = Float.POSITIVE_INFINITY;
    for (int i = 0; i < 8; i++) {
      float v = x[at + i];
      magnitudes[8 * k + i] = Math.abs(v);
      bits |= v < 0 ? 1 << i : 0;
      float loss = w[8 * k + i] * v * v;
      if (loss < least) {
        least = loss;
        cheapest = i;
      }
    }
    if (evenSigns && Integer.bitCount(bits) % 2 != 0) {
      bits ^= 1 << cheapest;
      magnitudes[8 * k + cheapest] = -magnitudes[8 * k + cheapest];
    }
    signs[k] = bits;
  }

  /** The best scale of a group, as multiple of the grid's own values. */
  private float search(int g) {
    int from = g * group;
    float max = 0;
    for (int i = from; i < from + group; i++) {
      max = Math.max(max, magnitudes[i]);
    }
    if (max < TINY) {
      return 0;
    }
    best = -1;
    for (int t = 0; t < TRIES; t++) {
      tryScale(g, grid.largest() * (FIRST + STEP * t) / max);
    }
    for (int refit = 0; refit < REFITS && best > 0; refit++) {
      tryScale(g, 1 / bestScale);
    }
    return best > 0 ? bestScale : 0;
  }

  /** Keeps points and their least-squares scale when they are the best so far. */
  private void tryScale(int g, float inverse) {
    int from = g * group;
    choose(trial, 0, g, inverse);
    float xq = 0;
    float qq = 0;
    for (int i = 0; i < group; i++) {
      float p = grid.value(trial[i / dimension], i % dimension);
      xq += w[from + i] * magnitudes[from + i] * p;
      qq += w[from + i] * p * p;
    }
    if (xq > 0 && qq > 0 && xq * (xq / qq) > best) {
      best = xq * (xq / qq);
      bestScale = xq / qq;
    }
  }

  /** The points of a group at the inverse of a scale. */
  private void choose(int[] into, int first, int g, float inverse) {
    for (int k = 0; k < group / dimension; k++) {
      into[first + k] = grid.nearest(magnitudes, w, g * group + k * dimension, inverse, 0);
    }
  }

  /** Rounds scales, chooses points by them, and returns the common factor. */
  private float roundScales(float largest) {
    if (largest == 0) {
      Arrays.fill(levels, 0);
      Arrays.fill(points, 0);
      return 0;
    }
    float d = largest / unit / 31;
    for (int round = 0; round < 2; round++) {
      double xq = 0;
      double qq = 0;
      for (int g = 0; g < VALUES / group; g++) {
        float step = d * unit;
        levels[g] = Rounding.nearestEven(0.5f * (scales[g] / step - 1), 0, 15);
        int odd = 2 * levels[g] + 1;
        choose(points, g * group / dimension, g, 1 / (step * odd));
        for (int i = g * group; i < (g + 1) * group; i++) {
          float p = unit * odd * grid.value(points[i / dimension], i % dimension);
          xq += w[i] * magnitudes[i] * p;
          qq += w[i] * p * p;
        }
      }
      d = qq > 0 && xq > 0 ? (float) (xq / qq) : d;
    }
    return d;
  }

  private void store(byte[] out, int o) {
    switch (type) {
      case IQ2_XXS -> {
        for (int k = 0; k < 32; k++) {
          out[o + 2 + 8 * (k >> 2) + (k & 3)] = (byte) points[k];
        }
        for (int g = 0; g < 8; g++) {
          Bytes.putI32(out, o + 6 + 8 * g, signCodes(g) | levels[g] << 28);
        }
      }
      case IQ2_XS -> {
        for (int k = 0; k < 32; k++) {
          Bytes.putU16(out, o + 2 + 2 * k, points[k] | (signs[k] & 127) << 9);
        }
        storeScales(out, o + 66);
      }
      case IQ2_S -> {
        for (int k = 0; k < 32; k++) {
          out[o + 2 + k] = (byte) points[k];
          out[o + 34 + k] = (byte) signs[k];
          out[o + 66 + (k >> 2)] |= (byte) (points[k] >> 8 << 2 * (k & 3));
        }
        storeScales(out, o + 74);
      }
      case IQ3_XXS -> {
        for (int k = 0; k < 64; k++) {
          out[o + 2 + k] = (byte) points[k];
        }
        for (int g = 0; g < 8; g++) {
          Bytes.putI32(out, o + 66 + 4 * g, signCodes(g) | levels[g] << 28);
        }
      }
      default -> {
        for (int k = 0; k < 64; k++) {
          out[o + 2 + k] = (byte) points[k];
          out[o + 66 + (k >> 3)] |= (byte) (points[k] >> 8 << (k & 7));
        }
        for (int k = 0; k < 32; k++) {
          out[o + 74 + k] = (byte) signs[k];
        }
        storeScales(out, o + 106);
      }
    }
  }

  private int signCodes(int g) {
    int codes = 0;
    for (int k = 0; k < 4; k++) {
      codes |= (signs[4 * g + k] & 127) << 7 * k;
    }
    return codes;
  }

  private void storeScales(byte[] out, int o) {
    for (int g = 0; g < VALUES / group; g++) {
      out[o + (g >> 1)] |= (byte) (levels[g] << 4 * (g & 1));
    }
  }
}
