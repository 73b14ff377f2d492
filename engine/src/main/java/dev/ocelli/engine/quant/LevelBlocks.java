package dev.ocelli.engine.quant;

import dev.ocelli.engine.tensor.DType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Encodes IQ4_NL and IQ4_XS, whose values are among 16 uneven levels. */
final class LevelBlocks implements BlockEncoder {
  private static final byte[] LEVELS = BlocksIQ4_NL.LEVELS;
  private static final int GROUP = 32;

  /** Factors tried in each direction from the one that maps the farthest value to an end. */
  private static final int TRIES = 7;

  private final boolean nested;
  private final int groups;
  private final float[] w = new float[GROUP];
  private final float[] scales = new float[8];

  LevelBlocks(DType type) {
    nested = type == DType.IQ4_XS;
    groups = nested ? 8 : 1;
  }

  @Override
  public void encode(float[] x, float @Nullable [] importance, int at, byte[] out, int o) {
    float mean = 2 * BlockEncoder.meanSquare(x, at, groups * GROUP);
    for (int g = 0; g < groups; g++) {
      int from = at + g * GROUP;
      for (int i = 0; i < GROUP; i++) {
        float v = x[from + i];
        w[i] = importance == null ? v * v : importance[from + i] * (float) Math.sqrt(mean + v * v);
      }
      scales[g] = factor(x, from);
    }
    if (nested) {
      store(x, at, out, o);
    } else {
      Bytes.putF16(out, o, scales[0]);
      storeGroup(x, at, scales[0] == 0 ? 0 : 1 / scales[0], out, o + 2);
    }
  }

  private float factor(float[] x, int from) {
    float farthest = Rounding.farthestFromZero(x, from, GROUP);
    if (Math.abs(farthest) < Fit.TINY) {
      return 0;
    }
    float factor = 0;
    float best = 0;
    for (int t = 0; t <= 2 * TRIES + 1; t++) {
      // First exactly at the lower end, then around it.
      float inverse = t == 0 ? 1 / (-farthest / LEVELS[0]) : (t - 1 - TRIES + LEVELS[0]) / farthest;
      float xq = 0;
      float qq = 0;
      for (int i = 0; i < GROUP; i++) {
        float v = x[from + i];
        float level = LEVELS[nearest(inverse * v)];
        xq += w[i] * level * v;
        qq += w[i] * level * level;
      }
      if (t == 0 || (qq > 0 && xq * xq > best * qq)) {
        factor = qq > 0 ? xq / qq : 0;
        best = factor * xq;
      }
    }
    return factor;
  }

  /** The index of the level nearest to a value. */
  static int nearest(float v) {
    int low = 0;
    int high = LEVELS.length - 1;
    if (v <= LEVELS[0]) {
      return 0;
    }
    if (v >= LEVELS[high]) {
      return high;
    }
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (v < LEVELS[middle]) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return v - LEVELS[low] < LEVELS[high] - v ? low : high;
  }

  private void store(float[] x, int at, byte[] out, int o) {
    Arrays.fill(out, o, o + DType.IQ4_XS.blockBytes(), (byte) 0);
    float farthest = Rounding.farthestFromZero(scales, 0, groups);
    float d = -farthest / 32;
    float inverse = d == 0 ? 0 : 1 / d;
    Bytes.putF16(out, o, d);
    int high = 0;
    for (int g = 0; g < groups; g++) {
      int s = Rounding.nearestEven(inverse * scales[g], -32, 31);
      float scale = d * s;
      storeGroup(x, at + g * GROUP, scale == 0 ? 0 : 1 / scale, out, o + 8 + 16 * g);
      out[o + 4 + (g >> 1)] |= (byte) ((s + 32 & 15) << 4 * (g & 1));
      high |= s + 32 >> 4 << 2 * g;
    }
    Bytes.putU16(out, o + 2, high);
  }

  private static void storeGroup(float[] x, int from, float inverse, byte[] out, int o) {
    for (int j = 0; j < 16; j++) {
      int low = nearest(inverse * x[from + j]);
      int high = nearest(inverse * x[from + 16 + j]);
      out[o + j] = (byte) (low | high << 4);
    }
  }
}
