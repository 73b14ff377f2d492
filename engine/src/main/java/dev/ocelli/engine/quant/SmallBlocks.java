package dev.ocelli.engine.quant;

import dev.ocelli.engine.tensor.DType;
import java.util.Arrays;

/** Encodes the types whose factors follow from the values at once, without any search. */
final class SmallBlocks {
  private SmallBlocks() {}

  /** The encoder of a type; it disregards importance. */
  static BlockEncoder of(DType type) {
    return switch (type) {
      case TQ1_0 -> (x, importance, at, out, o) -> tq1(x, at, out, o);
      case TQ2_0 -> (x, importance, at, out, o) -> tq2(x, at, out, o);
      case MXFP4 -> (x, importance, at, out, o) -> mxfp4(x, at, out, o);
      case NVFP4 -> (x, importance, at, out, o) -> nvfp4(x, at, out, o);
      case Q1_0 -> (x, importance, at, out, o) -> q1(x, at, out, o);
      case Q2_0 -> (x, importance, at, out, o) -> q2(x, at, out, o);
      default -> throw new IllegalArgumentException(type.name());
    };
  }

  private static float largest(float[] x, int at, int n) {
    return Math.abs(Rounding.farthestFromZero(x, at, n));
  }

  /** The base-3 digits of {@link BlocksTQ1_0}. */
  private static void tq1(float[] x, int at, byte[] out, int o) {
    float d = largest(x, at, 256);
    float inverse = d == 0 ? 0 : 1 / d;
    digits(x, at, inverse, 32, 5, out, o);
    digits(x, at + 160, inverse, 16, 5, out, o + 32);
    digits(x, at + 240, inverse, 4, 4, out, o + 48);
    Bytes.putF16(out, o + 52, d);
  }

  private static void digits(
      float[] x, int at, float inverse, int bytes, int digits, byte[] out, int o) {
    for (int j = 0; j < bytes; j++) {
      int number = 0;
      for (int n = 0; n < 5; n++) {
        number *= 3;
        if (n < digits) {
          number += Rounding.halfAway(x[at + n * bytes + j] * inverse) + 1;
        }
      }
      out[o + j] = (byte) Math.ceilDiv(number * 256, 243);
    }
  }

  private static void tq2(float[] x, int at, byte[] out, int o) {
    float d = largest(x, at, 256);
    float inverse = d == 0 ? 0 : 1 / d;
    Arrays.fill(out, o, o + 64, (byte) 0);
    for (int i = 0; i < 256; i++) {
      int q = Rounding.halfAway(x[at + i] * inverse) + 1;
      out[o + 32 * (i >> 7) + (i & 31)] |= (byte) (q << 2 * (i >> 5 & 3));
    }
    Bytes.putF16(out, o + 64, d);
  }

  private static void mxfp4(float[] x, int at, byte[] out, int o) {
    float largest = largest(x, at, 32);
    // The largest 4-bit float is 1.5 * 2^2.
    int e = largest == 0 ? 0 : Math.max(0, Math.getExponent(largest) - 2 + 127);
    out[o] = (byte) e;
    float half = BlocksMXFP4.halfPower(e);
    for (int j = 0; j < 16; j++) {
      out[o + 1 + j] = (byte) (e2m1(x[at + j], half) | e2m1(x[at + 16 + j], half) << 4);
    }
  }

  private static void nvfp4(float[] x, int at, byte[] out, int o) {
    for (int g = 0; g < 4; g++) {
      int from = at + 16 * g;
      int scale = BlocksNVFP4.nearestScale(largest(x, from, 16) / 6);
      out[o + g] = (byte) scale;
      float half = BlocksNVFP4.halfScale(scale);
      for (int j = 0; j < 8; j++) {
        out[o + 4 + 8 * g + j] =
            (byte) (e2m1(x[from + j], half) | e2m1(x[from + 8 + j], half) << 4);
      }
    }
  }

  /** The first of the 4-bit floats that are nearest. */
  private static int e2m1(float x, float half) {
    int best = 0;
    float least = Math.abs(x);
    for (int i = 1; i < 16; i++) {
      float distance = Math.abs(BlocksMXFP4.TWICE_E2M1[i] * half - x);
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return best;
  }

  private static void q1(float[] x, int at, byte[] out, int o) {
    float sum = 0;
    Arrays.fill(out, o, o + 18, (byte) 0);
    for (int i = 0; i < 128; i++) {
      sum += Math.abs(x[at + i]);
      out[o + 2 + (i >> 3)] |= (byte) ((x[at + i] >= 0 ? 1 : 0) << (i & 7));
    }
    Bytes.putF16(out, o, sum / 128);
  }

  private static void q2(float[] x, int at, byte[] out, int o) {
    float d = largest(x, at, 64);
    float inverse = d == 0 ? 0 : 1 / d;
    Arrays.fill(out, o, o + 18, (byte) 0);
    for (int i = 0; i < 64; i++) {
      int q = Rounding.halfAway(x[at + i] * inverse) + 1;
      out[o + 2 + (i >> 2)] |= (byte) (q << 2 * (i & 3));
    }
    Bytes.putF16(out, o, d);
  }
}
