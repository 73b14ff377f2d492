package dev.ocelli.engine.quant;

import dev.ocelli.engine.tensor.DType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Encodes Q3_K and Q6_K: groups of 16 values with a signed scale each. */
final class SymmetricSuperblocks implements BlockEncoder {
  private static final int VALUES = 256;
  private static final int GROUP = 16;
  private static final int GROUPS = VALUES / GROUP;

  private final DType type;
  private final int levels;
  private final Fit fit = new Fit();
  private final int[] q = new int[VALUES];
  private final float[] scales = new float[GROUPS];
  private final float[] sums = new float[GROUPS];
  private final int[] scaleLevels = new int[GROUPS];
  private float common;

  SymmetricSuperblocks(DType type) {
    this.type = type;
    levels = type == DType.Q3_K ? 4 : 32;
  }

  @Override
  public void encode(float[] x, float @Nullable [] importance, int at, byte[] out, int o) {
    Arrays.fill(out, o, o + type.blockBytes(), (byte) 0);
    Arrays.fill(q, 0);
    float mean = 2 * BlockEncoder.meanSquare(x, at, VALUES);
    for (int g = 0; g < GROUPS; g++) {
      System.arraycopy(x, at + g * GROUP, fit.x, 0, GROUP);
      scales[g] = fit(importance, at + g * GROUP, mean);
      sums[g] = 0;
      for (int i = 0; i < GROUP; i++) {
        sums[g] += fit.w[i];
        q[g * GROUP + i] = fit.q[i];
      }
    }
    if (type == DType.Q3_K) {
      roundQ3(importance != null);
    } else if (!roundQ6()) {
      return;
    }
    for (int g = 0; g < GROUPS; g++) {
      float scale = common * scaleLevels[g];
      if (scale != 0) {
        for (int i = g * GROUP; i < (g + 1) * GROUP; i++) {
          q[i] = Rounding.nearestEven(x[at + i] / scale, -levels, levels - 1);
        }
      }
    }
    if (type == DType.Q3_K) {
      storeQ3(out, o);
    } else {
      storeQ6(out, o);
    }
  }

  private float fit(float @Nullable [] importance, int from, float mean) {
    if (importance == null) {
      fit.weighBySquare(GROUP);
      return type == DType.Q3_K
          ? fit.symmetricByDescent(GROUP, levels)
          : fit.symmetric(GROUP, levels);
    }
    for (int i = 0; i < GROUP; i++) {
      fit.w[i] =
          type == DType.Q3_K
              ? importance[from + i] * (float) Math.sqrt(mean + fit.x[i] * fit.x[i])
              : importance[from + i];
    }
    return fit.symmetric(GROUP, levels);
  }

  private void roundQ3(boolean weighted) {
    if (weighted) {
      System.arraycopy(scales, 0, fit.x, 0, GROUPS);
      System.arraycopy(sums, 0, fit.w, 0, GROUPS);
      common = Bytes.half(fit.symmetric(GROUPS, 32));
      System.arraycopy(fit.q, 0, scaleLevels, 0, GROUPS);
      return;
    }
    float farthest = Rounding.farthestFromZero(scales, 0, GROUPS);
    if (farthest == 0) {
      Arrays.fill(scaleLevels, -32);
      common = 0;
      return;
    }
    float inverse = -32 / farthest;
    for (int g = 0; g < GROUPS; g++) {
      scaleLevels[g] = Rounding.nearestEven(inverse * scales[g], -32, 31);
    }
    common = Bytes.half(1 / inverse);
  }

  /** False when all values are zero. */
  private boolean roundQ6() {
    float farthest = Rounding.farthestFromZero(scales, 0, GROUPS);
    if (Math.abs(farthest) < Fit.TINY) {
      return false;
    }
    float inverse = -128 / farthest;
    common = Bytes.half(1 / inverse);
    for (int g = 0; g < GROUPS; g++) {
      scaleLevels[g] = Math.min(127, Rounding.nearestEven(inverse * scales[g]));
    }
    return true;
  }

  private void storeQ3(byte[] out, int o) {
    for (int i = 0; i < VALUES; i++) {
      int l = q[i] + 4;
      out[o + (i & 31)] |= (byte) (l >> 2 << (i >> 5));
      out[o + 32 + 32 * (i >> 7) + (i & 31)] |= (byte) ((l & 3) << 2 * (i >> 5 & 3));
    }
    for (int g = 0; g < GROUPS; g++) {
      int l = scaleLevels[g] + 32;
      out[o + 96 + (g & 7)] |= (byte) ((l & 15) << 4 * (g >> 3));
      out[o + 104 + (g & 3)] |= (byte) (l >> 4 << 2 * (g >> 2));
    }
    Bytes.putF16(out, o + 108, common);
  }

  private void storeQ6(byte[] out, int o) {
    for (int i = 0; i < VALUES; i++) {
      int l = q[i] + 32;
      int half = i >> 7;
      int part = i >> 5 & 3;
      out[o + 64 * half + 32 * (part & 1) + (i & 31)] |= (byte) ((l & 15) << 4 * (part >> 1));
      out[o + 128 + 32 * half + (i & 31)] |= (byte) (l >> 4 << 2 * part);
    }
    for (int g = 0; g < GROUPS; g++) {
      out[o + 192 + g] = (byte) scaleLevels[g];
    }
    Bytes.putF16(out, o + 208, common);
  }
}
