package dev.ocelli.engine.quant;

/**
 * TQ1_0: 256 values of -1, 0, 1; 48 bytes of five digits, 4 bytes of four digits, f16 d; value =
 * (digit - 1) d. 54 bytes.
 *
 * <p>A byte is a base-3 fraction of 256, rounded up: multiplying it by 3^n (mod 256) and taking the
 * upper byte of three times that gives digit n. Digit n of the first 32 bytes are values 32 n and
 * on, of the next 16 bytes values 160 + 16 n and on, of the last 4 values 240 + 4 n and on.
 */
final class BlocksTQ1_0 {
  private BlocksTQ1_0() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 54, o += 256) {
      float d = Bytes.f16(in, i + 52);
      digits(in, i, 32, 5, d, out, o);
      digits(in, i + 32, 16, 5, d, out, o + 160);
      digits(in, i + 48, 4, 4, d, out, o + 240);
    }
  }

  private static void digits(byte[] in, int i, int bytes, int digits, float d, float[] out, int o) {
    for (int n = 0, power = 1; n < digits; n++, power *= 3) {
      for (int j = 0; j < bytes; j++) {
        int digit = ((in[i + j] * power & 0xff) * 3) >> 8;
        out[o + n * bytes + j] = (digit - 1) * d;
      }
    }
  }
}
