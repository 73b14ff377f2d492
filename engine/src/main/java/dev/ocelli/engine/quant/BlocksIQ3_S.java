package dev.ocelli.engine.quant;

/**
 * IQ3_S: 256 values in 8 groups of 32; f16 d, 64 low bytes of 9-bit grid numbers for 4 values each,
 * 8 bytes of their ninth bits, 32 sign bytes, 4 bytes of 4-bit scales s; value = d (2 s + 1) * sign
 * * grid value. 110 bytes.
 */
final class BlocksIQ3_S {
  private BlocksIQ3_S() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 110, o += 256) {
      float d = Bytes.f16(in, i);
      for (int k = 0; k < 64; k++) {
        int number = (in[i + 2 + k] & 0xff) | (in[i + 66 + (k >> 3)] >> (k & 7) & 1) << 8;
        int s = in[i + 106 + (k >> 4)] >> (4 * (k >> 3 & 1)) & 15;
        int signs = in[i + 74 + (k >> 1)] >> (4 * (k & 1));
        IqGrids.four(IqGrids.IQ3_S, number, d * (1 + 2 * s), signs, out, o + 4 * k);
      }
    }
  }
}
