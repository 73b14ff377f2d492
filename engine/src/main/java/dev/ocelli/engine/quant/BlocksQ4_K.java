package dev.ocelli.engine.quant;

/**
 * Q4_K: 256 values in 8 groups of 32; f16 d, f16 dmin, 12 bytes of 6-bit scales s and minimums m
 * ({@link KScales}), 128 bytes of nibbles; value = (d s) q - (dmin m). 144 bytes.
 *
 * <p>Each 32 bytes of nibbles hold two groups: the low nibbles are the first, the high nibbles the
 * second.
 */
final class BlocksQ4_K {
  private BlocksQ4_K() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 144, o += 256) {
      float d = Bytes.f16(in, i);
      float dmin = Bytes.f16(in, i + 2);
      for (int pair = 0; pair < 4; pair++) {
        float d0 = d * KScales.scale(in, i + 4, 2 * pair);
        float m0 = dmin * KScales.min(in, i + 4, 2 * pair);
        float d1 = d * KScales.scale(in, i + 4, 2 * pair + 1);
        float m1 = dmin * KScales.min(in, i + 4, 2 * pair + 1);
        int q = i + 16 + 32 * pair;
        int y = o + 64 * pair;
        for (int j = 0; j < 32; j++) {
          out[y + j] = d0 * (in[q + j] & 15) - m0;
        }
        for (int j = 0; j < 32; j++) {
          out[y + 32 + j] = d1 * (in[q + j] >> 4 & 15) - m1;
        }
      }
    }
  }
}
