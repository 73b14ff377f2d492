package dev.ocelli.engine.quant;

/**
 * IQ2_S: 256 values in 16 groups of 16; f16 d, 32 low bytes of 10-bit grid numbers, 32 sign bytes,
 * 8 bytes of the numbers' upper bit pairs, 8 bytes of 4-bit scales s; value = d (s + 0.5) / 4 *
 * sign * grid value. 82 bytes.
 */
final class BlocksIQ2_S {
  private BlocksIQ2_S() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 82, o += 256) {
      float d = Bytes.f16(in, i);
      for (int k = 0; k < 32; k++) {
        int number = (in[i + 2 + k] & 0xff) | (in[i + 66 + (k >> 2)] >> (2 * (k & 3)) & 3) << 8;
        int s = in[i + 74 + (k >> 2)] >> (4 * (k >> 1 & 1)) & 15;
        float scale = d * (0.5f + s) * 0.25f;
        IqGrids.eight(IqGrids.IQ2_S, number, scale, in[i + 34 + k], out, o + 8 * k);
      }
    }
  }
}
