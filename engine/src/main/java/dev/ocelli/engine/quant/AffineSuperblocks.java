package dev.ocelli.engine.quant;

import dev.ocelli.engine.tensor.DType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Encodes Q2_K, Q4_K and Q5_K: groups with a scale and a minimum each. */
final class AffineSuperblocks implements BlockEncoder {
  private static final int VALUES = 256;

  /** With importance all types search alike. */
  private static final Fit.Search WEIGHTED = new Fit.Search(-0.9f, 0.05f, 36, false);

  private final DType type;
  private final int group;
  private final int levels;
  private final int scaleLevels;
  private final Fit.Search search;

  private final Fit fit = new Fit();
  private final int[] q = new int[VALUES];
  private final Factors scales = new Factors();
  private final Factors mins = new Factors();
  private final float[] sums = new float[16];

  /** Factors of the groups and what they become. */
  private static final class Factors {
    final float[] values = new float[16];
    final int[] levels = new int[16];

    /** The factor of all factors, rounded as it is stored. */
    float common;
  }

  AffineSuperblocks(DType type) {
    this.type = type;
    group = type == DType.Q2_K ? 16 : 32;
    levels = type == DType.Q2_K ? 3 : type == DType.Q4_K ? 15 : 31;
    scaleLevels = type == DType.Q2_K ? 15 : 63;
    search =
        switch (type) {
          case Q2_K -> new Fit.Search(-0.5f, 0.1f, 15, true);
          case Q4_K -> new Fit.Search(-1f, 0.1f, 20, false);
          case Q5_K -> new Fit.Search(-0.5f, 0.1f, 15, false);
          default -> throw new IllegalArgumentException(type.name());
        };
  }

  @Override
  public void encode(float[] x, float @Nullable [] importance, int at, byte[] out, int o) {
    int groups = VALUES / group;
    float mean = BlockEncoder.meanSquare(x, at, VALUES) * (type == DType.Q2_K ? 1 : 2);
    for (int g = 0; g < groups; g++) {
      int from = at + g * group;
      System.arraycopy(x, from, fit.x, 0, group);
      weigh(importance, from, mean);
      sums[g] = 0;
      for (int i = 0; i < group; i++) {
        sums[g] += fit.w[i];
      }
      scales.values[g] = fit.affine(group, levels, importance == null ? search : WEIGHTED);
      mins.values[g] = fit.offset;
      System.arraycopy(fit.q, 0, q, g * group, group);
    }
    round(scales, groups, importance != null);
    round(mins, groups, importance != null);
    for (int g = 0; g < groups; g++) {
      requantize(x, at, g);
    }
    Arrays.fill(out, o, o + type.blockBytes(), (byte) 0);
    if (type == DType.Q2_K) {
      storeQ2(out, o);
    } else {
      storeQ4(out, o);
    }
  }

  private void weigh(float @Nullable [] importance, int from, float mean) {
    float typical =
        importance == null && type != DType.Q2_K
            ? (float) Math.sqrt(BlockEncoder.meanSquare(fit.x, 0, group))
            : 0;
    for (int i = 0; i < group; i++) {
      float v = fit.x[i];
      fit.w[i] =
          importance == null
              ? typical + Math.abs(v)
              : importance[from + i] * (float) Math.sqrt(mean + v * v);
    }
  }

  /** Rounds factors to whole multiples of a common one. */
  private void round(Factors f, int groups, boolean weighted) {
    if (weighted) {
      System.arraycopy(f.values, 0, fit.x, 0, groups);
      System.arraycopy(sums, 0, fit.w, 0, groups);
      f.common = Bytes.half(fit.positive(groups, scaleLevels));
      System.arraycopy(fit.q, 0, f.levels, 0, groups);
      return;
    }
    float max = Math.max(0, Rounding.max(f.values, 0, groups));
    float inverse = max > 0 ? scaleLevels / max : 0;
    for (int g = 0; g < groups; g++) {
      f.levels[g] = Math.min(scaleLevels, Rounding.nearestEven(inverse * f.values[g]));
    }
    f.common = Bytes.half(max / scaleLevels);
  }

  /** A group whose scale became 0 keeps its levels: they count for nothing. */
  private void requantize(float[] x, int at, int g) {
    float scale = scales.common * scales.levels[g];
    if (scale == 0) {
      return;
    }
    float min = mins.common * mins.levels[g];
    for (int i = g * group; i < (g + 1) * group; i++) {
      q[i] = Rounding.nearestEven((x[at + i] + min) / scale, 0, levels);
    }
  }

  private void storeQ2(byte[] out, int o) {
    for (int g = 0; g < 16; g++) {
      out[o + g] = (byte) (scales.levels[g] | mins.levels[g] << 4);
    }
    for (int i = 0; i < VALUES; i++) {
      out[o + 16 + 32 * (i >> 7) + (i & 31)] |= (byte) (q[i] << 2 * (i >> 5 & 3));
    }
    Bytes.putF16(out, o + 80, scales.common);
    Bytes.putF16(out, o + 82, mins.common);
  }

  private void storeQ4(byte[] out, int o) {
    Bytes.putF16(out, o, scales.common);
    Bytes.putF16(out, o + 2, mins.common);
    for (int g = 0; g < 8; g++) {
      KScales.put(out, o + 4, g, scales.levels[g], mins.levels[g]);
    }
    boolean fifth = type == DType.Q5_K;
    int nibbles = o + (fifth ? 48 : 16);
    for (int i = 0; i < VALUES; i++) {
      out[nibbles + 32 * (i >> 6) + (i & 31)] |= (byte) ((q[i] & 15) << 4 * (i >> 5 & 1));
      if (fifth) {
        out[o + 16 + (i & 31)] |= (byte) (q[i] >> 4 << (i >> 5));
      }
    }
  }
}
