package dev.ocelli.engine.quant;

import dev.ocelli.engine.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * Encodes Q4_0, Q4_1, Q5_0 and Q5_1 by importance. Values are weighed with regard to the typical
 * one of the whole row.
 */
final class LegacyBlocks implements BlockEncoder {
  private static final int VALUES = 32;
  private static final Fit.Search SEARCH = new Fit.Search(-0.9f, 0.05f, 36, false);

  private final DType type;
  private final float mean;
  private final Fit fit = new Fit();

  /**
   * @param mean mean square of the row
   */
  LegacyBlocks(DType type, float mean) {
    this.type = type;
    this.mean = mean;
  }

  @Override
  public void encode(float[] x, float @Nullable [] importance, int at, byte[] out, int o) {
    for (int i = 0; i < VALUES; i++) {
      float v = x[at + i];
      fit.x[i] = v;
      fit.w[i] = importance == null ? 1 : importance[at + i] * (float) Math.sqrt(mean + v * v);
    }
    boolean five = type == DType.Q5_0 || type == DType.Q5_1;
    int half = five ? 16 : 8;
    int field = o + 2;
    if (type == DType.Q4_0 || type == DType.Q5_0) {
      Bytes.putF16(out, o, fit.symmetric(VALUES, half));
      for (int i = 0; i < VALUES; i++) {
        fit.q[i] += half;
      }
    } else {
      Bytes.putF16(out, o, fit.affine(VALUES, 2 * half - 1, SEARCH));
      Bytes.putF16(out, o + 2, -fit.offset);
      field = o + 4;
    }
    if (five) {
      int fifth = 0;
      for (int i = 0; i < VALUES; i++) {
        fifth |= fit.q[i] >> 4 << i;
      }
      Bytes.putI32(out, field, fifth);
      field += 4;
    }
    for (int j = 0; j < 16; j++) {
      out[field + j] = (byte) ((fit.q[j] & 15) | (fit.q[16 + j] & 15) << 4);
    }
  }
}
