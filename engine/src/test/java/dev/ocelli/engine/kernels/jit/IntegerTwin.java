package dev.ocelli.engine.kernels.jit;

import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The arithmetic of {@link SuperblockEmitter} and {@link BlockEmitter} in plain Java, one output at
 * a time, straight from the file's blocks: the oracle of bit equality.
 */
final class IntegerTwin {
  /** Activations of a row: bytes, and for each block of 256 or 32 a scale. */
  record Row(byte[] a, float[] scales) {
    int sum(int from, int count) {
      int s = 0;
      for (int i = 0; i < count; i++) {
        s += a[from + i];
      }
      return s;
    }

    /** The values that the bytes stand for. */
    double value(int i) {
      return (double) scales[i / (a.length / scales.length)] * a[i];
    }
  }

  private static final int[] IQ4 = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };
  private static final int[] FP4 = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  private IntegerTwin() {}

  static Row quantize(DType type, float[] x) {
    int block = type.blockValues();
    Row r = new Row(new byte[x.length], new float[x.length / block]);
    for (int b = 0; b < r.scales.length; b++) {
      float most = 0x1p-119f;
      for (int i = 0; i < block; i++) {
        most = Math.max(most, Math.abs(x[b * block + i]));
      }
      r.scales[b] = most / 127f;
      float inverse = 127f / most;
      for (int i = 0; i < block; i++) {
        r.a[b * block + i] = (byte) Math.rint(x[b * block + i] * inverse);
      }
    }
    return r;
  }

  /** One output: a row of weights at a byte offset times a row of activations. */
  static float product(DType type, MemorySegment weights, long offset, Row x) {
    float acc = 0;
    for (int b = 0; b < x.scales.length; b++) {
      MemorySegment block =
          weights.asSlice(offset + (long) b * type.blockBytes(), type.blockBytes());
      acc =
          type.blockValues() == 256
              ? superblock(type, new Bytes(block), x, b, acc)
              : block(type, new Bytes(block), x, b, acc);
    }
    return acc;
  }

  private record Bytes(MemorySegment block) {
    int u8(int i) {
      return block.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
    }

    int s8(int i) {
      return block.get(ValueLayout.JAVA_BYTE, i);
    }

    int u16(int i) {
      return u8(i) | u8(i + 1) << 8;
    }

    float f16(int i) {
      return Float.float16ToFloat((short) u16(i));
    }

    /** The upper halves of every other byte, lowest first. */
    float f16OfNibbles(int i) {
      int bits = high(i) | high(i + 2) << 4 | high(i + 4) << 8 | high(i + 6) << 12;
      return Float.float16ToFloat((short) bits);
    }

    int low(int i) {
      return u8(i) & 15;
    }

    int high(int i) {
      return u8(i) >> 4;
    }
  }

  /** Types that are rewritten: whole numbers come from the exact values. */
  private static float recoded(DType type, Bytes w, Row x, int b, float acc) {
    float[] values = new float[256];
    Quants.dequantize(type, w.block, 0, values, 0, 256);
    float d =
        switch (type) {
          case IQ1_M -> w.f16OfNibbles(49);
          case TQ1_0 -> w.f16(52);
          case TQ2_0 -> w.f16(64);
          default -> w.f16(0);
        };
    float unit =
        switch (type) {
          case IQ3_XXS -> d / 4;
          case IQ3_S, TQ1_0, TQ2_0 -> d;
          default -> d / 8;
        };
    int dot = 0;
    for (int k = 0; k < 256; k++) {
      dot += unit == 0 ? 0 : (int) Math.rint((double) values[k] / unit) * x.a[b * 256 + k];
    }
    return Math.fma((float) dot * unit, x.scales[b], acc);
  }

  private static float superblock(DType type, Bytes w, Row x, int b, float acc) {
    if (SuperblockType.valueOf(type.name()).isRecoded()) {
      return recoded(type, w, x, b, acc);
    }
    int sub = type == DType.Q4_K || type == DType.Q5_K || type == DType.IQ4_XS ? 32 : 16;
    int dot = 0;
    int mins = 0;
    for (int s = 0; s < 256 / sub; s++) {
      int part = 0;
      for (int i = 0; i < sub; i++) {
        int k = s * sub + i;
        part += quant(type, w, k) * x.a[b * 256 + k];
      }
      dot += part * scale(type, w, s);
      mins += min(type, w, s) * x.sum(b * 256 + s * sub, sub);
    }
    boolean hasMins = type == DType.Q2_K || type == DType.Q4_K || type == DType.Q5_K;
    int d =
        switch (type) {
          case Q2_K -> 80;
          case Q3_K -> 108;
          case Q6_K -> 208;
          default -> 0;
        };
    float v = (float) dot * w.f16(d);
    if (hasMins) {
      v = Math.fma(-(float) mins, w.f16(d + 2), v);
    }
    return Math.fma(v, x.scales[b], acc);
  }

  private static int quant(DType type, Bytes w, int k) {
    int n = k / 128;
    int j = k % 128 / 32;
    int l = k % 32;
    return switch (type) {
      case Q2_K -> w.u8(16 + 32 * n + l) >> 2 * j & 3;
      case Q3_K -> (w.u8(32 + 32 * n + l) >> 2 * j & 3) - ((w.u8(l) >> 4 * n + j & 1) != 0 ? 0 : 4);
      case Q4_K -> w.u8(16 + k / 64 * 32 + l) >> k / 32 % 2 * 4 & 15;
      case Q5_K ->
          (w.u8(48 + k / 64 * 32 + l) >> k / 32 % 2 * 4 & 15) | (w.u8(16 + l) >> k / 32 & 1) << 4;
      case Q6_K ->
          ((w.u8(64 * n + 32 * (j % 2) + l) >> j / 2 * 4 & 15)
                  | (w.u8(128 + 32 * n + l) >> 2 * j & 3) << 4)
              - 32;
      case IQ4_XS -> IQ4[w.u8(8 + k / 32 * 16 + l % 16) >> l / 16 * 4 & 15];
      default -> throw new IllegalArgumentException(type.name());
    };
  }

  private static int scale(DType type, Bytes w, int s) {
    return switch (type) {
      case Q2_K -> w.low(s);
      case Q3_K -> {
        int low = s < 8 ? w.low(96 + s) : w.high(96 + s - 8);
        yield (low | (w.u8(104 + s % 4) >> s / 4 * 2 & 3) << 4) - 32;
      }
      case Q4_K, Q5_K -> s < 4 ? w.u8(4 + s) & 63 : w.low(4 + s + 4) | w.u8(4 + s - 4) >> 6 << 4;
      case Q6_K -> w.s8(192 + s);
      case IQ4_XS -> (w.u8(4 + s / 2) >> s % 2 * 4 & 15 | (w.u16(2) >> 2 * s & 3) << 4) - 32;
      default -> throw new IllegalArgumentException(type.name());
    };
  }

  private static int min(DType type, Bytes w, int s) {
    return switch (type) {
      case Q2_K -> w.high(s);
      case Q4_K, Q5_K -> s < 4 ? w.u8(8 + s) & 63 : w.high(4 + s + 4) | w.u8(4 + s) >> 6 << 4;
      default -> 0;
    };
  }

  private static float block(DType type, Bytes w, Row x, int b, float acc) {
    int dot = 0;
    for (int k = 0; k < 32; k++) {
      dot += weight(type, w, k) * x.a[b * 32 + k];
    }
    float d = w.f16(0);
    if (type == DType.MXFP4) {
      int e = w.u8(0);
      d = Float.intBitsToFloat(e < 2 ? 0x00200000 << e : e - 1 << 23);
    }
    float v = (float) dot * d;
    acc = Math.fma(v, x.scales[b], acc);
    if (type == DType.Q4_1 || type == DType.Q5_1) {
      acc = Math.fma(w.f16(2), x.scales[b] * (float) x.sum(b * 32, 32), acc);
    }
    return acc;
  }

  private static int weight(DType type, Bytes w, int k) {
    return switch (type) {
      case Q8_0 -> w.s8(2 + k);
      case Q4_0 -> nibble(w, 2, k) - 8;
      case Q4_1 -> nibble(w, 4, k);
      case Q5_0 -> (nibble(w, 6, k) | bit(w, 2, k) << 4) - 16;
      case Q5_1 -> nibble(w, 8, k) | bit(w, 4, k) << 4;
      case IQ4_NL -> IQ4[nibble(w, 2, k)];
      case MXFP4 -> FP4[nibble(w, 1, k)];
      default -> throw new IllegalArgumentException(type.name());
    };
  }

  private static int nibble(Bytes w, int at, int k) {
    return w.u8(at + k % 16) >> k / 16 * 4 & 15;
  }

  private static int bit(Bytes w, int at, int k) {
    return w.u8(at + k / 8) >> k % 8 & 1;
  }
}
