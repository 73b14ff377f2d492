package dev.ocelli.engine.quant;

/**
 * Q5_K: 256 values in 8 groups of 32; f16 d, f16 dmin, 12 bytes of 6-bit scales s and minimums m
 * ({@link KScales}), 32 bytes of fifth bits, 128 bytes of nibbles; value = (d s) q - (dmin m). 176
 * bytes.
 *
 * <p>Nibbles lie as in Q4_K; bit g of fifth-bit byte j belongs to value j of group g.
 */
final class BlocksQ5_K {
  private BlocksQ5_K() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 176, o += 256) {
      float d = Bytes.f16(in, i);
      float dmin = Bytes.f16(in, i + 2);
      for (int g = 0; g < 8; g++) {
        float scale = d * KScales.scale(in, i + 4, g);
        float min = dmin * KScales.min(in, i + 4, g);
        int q = i + 48 + 32 * (g >> 1);
        int shift = 4 * (g & 1);
        int fifth = i + 16;
        int bit = g;
        int y = o + 32 * g;
        for (int j = 0; j < 32; j++) {
          out[y + j] = scale * ((in[q + j] >> shift & 15) | (in[fifth + j] >> bit & 1) << 4) - min;
        }
      }
    }
  }
}
