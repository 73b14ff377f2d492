package dev.ocelli.engine.quant;

/**
 * Q3_K: 256 values in 16 groups of 16; 32 bytes of third bits, 64 bytes of low bit pairs, 12 bytes
 * of 6-bit scales s, f16 d; value = (d (s - 32)) (q - 4). 110 bytes.
 *
 * <p>The low bit pairs lie as in Q2_K; bit r of third-bit byte j belongs to value j of run r (runs
 * of 32 values). Scale g has its low nibble in the low (g below 8) or high half of scale byte g mod
 * 8, and its upper two bits at 2 (g / 4) of byte 8 + g mod 4.
 */
final class BlocksQ3_K {
  private BlocksQ3_K() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 110, o += 256) {
      float d = Bytes.f16(in, i + 108);
      for (int g = 0; g < 16; g++) {
        int low = in[i + 96 + (g & 7)] >> (g < 8 ? 0 : 4) & 15;
        int high = in[i + 104 + (g & 3)] >> (2 * (g >> 2)) & 3;
        float scale = d * ((low | high << 4) - 32);
        int q = i + 32 + 32 * (g >> 3) + 16 * (g & 1);
        int shift = 2 * (g >> 1 & 3);
        int third = i + 16 * (g & 1);
        int bit = g >> 1;
        int y = o + 16 * g;
        for (int j = 0; j < 16; j++) {
          out[y + j] = scale * (((in[q + j] >> shift & 3) | (in[third + j] >> bit & 1) << 2) - 4);
        }
      }
    }
  }
}
