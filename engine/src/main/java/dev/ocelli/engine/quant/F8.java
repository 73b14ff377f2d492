package dev.ocelli.engine.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** F8_E4M3 ("e4m3fn"): sign, 4 exponent bits (bias 7), 3 mantissa bits; no infinity. */
final class F8 {
  private static final float[] TABLE = new float[256];

  static {
    for (int x = 0; x < 256; x++) {
      TABLE[x] = value(x);
    }
  }

  private F8() {}

  /** The value of a byte; 0x7f and 0xff are NaN. */
  static float value(int x) {
    int exponent = x >> 3 & 15;
    int mantissa = x & 7;
    if (exponent == 15 && mantissa == 7) {
      return Float.NaN;
    }
    float magnitude =
        exponent == 0 ? Math.scalb(mantissa, -9) : Math.scalb(8f + mantissa, exponent - 10);
    return x < 128 ? magnitude : -magnitude;
  }

  /** The first index of a NaN, or -1. */
  static long findNan(MemorySegment in, long from, long to) {
    long at = from;
    for (; at + 8 <= to; at += 8) {
      // Without their signs bytes are at most 0x7f, so that the sum carries to no neighbour.
      long magnitudes = in.get(ValueLayout.JAVA_LONG_UNALIGNED, at) & 0x7f7f7f7f7f7f7f7fL;
      if ((magnitudes + 0x0101010101010101L & 0x8080808080808080L) != 0) {
        break;
      }
    }
    for (; at < to; at++) {
      if ((in.get(ValueLayout.JAVA_BYTE, at) & 0x7f) == 0x7f) {
        return at;
      }
    }
    return -1;
  }

  static void decode(byte[] in, int values, float[] out, int at) {
    for (int j = 0; j < values; j++) {
      out[at + j] = TABLE[in[j] & 0xff];
    }
  }
}
