package dev.ocelli.engine.quant;

/**
 * IQ1_M: 256 values in 16 groups of 16; 32 low bytes of 11-bit grid numbers, 16 bytes of two upper
 * 3-bit parts each with the sign of the shift, 8 bytes of scales; value = d (2 s + 1) (grid value
 * +- 1/8). 56 bytes.
 *
 * <p>The scales are four 16-bit words: each has four 3-bit scales s, and their top nibbles together
 * are the f16 d, lowest first.
 */
final class BlocksIQ1_M {
  private BlocksIQ1_M() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 56, o += 256) {
      int bits = 0;
      for (int k = 0; k < 4; k++) {
        bits |= Bytes.u16(in, i + 48 + 2 * k) >> 12 << (4 * k);
      }
      float d = Float.float16ToFloat((short) bits);
      for (int k = 0; k < 32; k++) {
        int high = in[i + 32 + (k >> 1)] >> (4 * (k & 1)) & 15;
        int s = Bytes.u16(in, i + 48 + 2 * (k >> 3)) >> (3 * (k >> 1 & 3)) & 7;
        int number = (in[i + k] & 0xff) | (high & 7) << 8;
        float shift = high >= 8 ? -IqGrids.SHIFT : IqGrids.SHIFT;
        IqGrids.shifted(number, d * (2 * s + 1), shift, out, o + 8 * k);
      }
    }
  }
}
