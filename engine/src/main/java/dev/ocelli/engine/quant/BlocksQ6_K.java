package dev.ocelli.engine.quant;

/**
 * Q6_K: 256 values in 16 groups of 16; 128 bytes of low nibbles, 64 bytes of upper bit pairs, 16
 * signed bytes of scales s, f16 d; value = (d s) (q - 32). 210 bytes.
 *
 * <p>Each half of 128 values takes 64 nibble bytes and 32 bytes of bit pairs: runs of 32 values
 * come from the low nibbles of the first and second 32 bytes, then from their high nibbles; run r
 * has its upper bits in bit pair r.
 */
final class BlocksQ6_K {
  private BlocksQ6_K() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 210, o += 256) {
      float d = Bytes.f16(in, i + 208);
      for (int run = 0; run < 8; run++) {
        int half = run >> 2;
        int part = run & 3;
        int low = i + 64 * half + 32 * (part & 1);
        int lowShift = part >= 2 ? 4 : 0;
        int high = i + 128 + 32 * half;
        int y = o + 32 * run;
        float s0 = d * in[i + 192 + 2 * run];
        float s1 = d * in[i + 192 + 2 * run + 1];
        for (int j = 0; j < 16; j++) {
          int q = (in[low + j] >> lowShift & 15) | (in[high + j] >> (2 * part) & 3) << 4;
          out[y + j] = s0 * (q - 32);
        }
        for (int j = 16; j < 32; j++) {
          int q = (in[low + j] >> lowShift & 15) | (in[high + j] >> (2 * part) & 3) << 4;
          out[y + j] = s1 * (q - 32);
        }
      }
    }
  }
}
