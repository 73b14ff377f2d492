package dev.ocelli.engine.quant;

/**
 * Q2_K: 256 values in 16 groups of 16; 16 bytes of a 4-bit scale s (low) and minimum m (high), 64
 * bytes of 2-bit q, f16 d, f16 dmin; value = (d s) q - (dmin m). 84 bytes.
 *
 * <p>Each half of 128 values takes 32 bytes of q: runs of 32 values come from bits 0-1, 2-3, 4-5,
 * 6-7.
 */
final class BlocksQ2_K {
  private BlocksQ2_K() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 84, o += 256) {
      float d = Bytes.f16(in, i + 80);
      float dmin = Bytes.f16(in, i + 82);
      for (int g = 0; g < 16; g++) {
        float scale = d * (in[i + g] & 15);
        float min = dmin * (in[i + g] >> 4 & 15);
        int q = i + 16 + 32 * (g >> 3) + 16 * (g & 1);
        int shift = 2 * (g >> 1 & 3);
        int y = o + 16 * g;
        for (int j = 0; j < 16; j++) {
          out[y + j] = scale * (in[q + j] >> shift & 3) - min;
        }
      }
    }
  }
}
