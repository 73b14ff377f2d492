package dev.ocelli.engine.quant;

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

  static void decode(byte[] in, int values, float[] out, int at) {
    for (int j = 0; j < values; j++) {
      out[at + j] = TABLE[in[j] & 0xff];
    }
  }
}
