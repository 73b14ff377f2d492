package dev.ocelli.engine.quant;

/**
 * TQ2_0: 256 values of -1 to 2; 64 bytes of bit pairs q, f16 d; value = (q - 1) d. 66 bytes.
 *
 * <p>Each half of 128 values takes 32 bytes: runs of 32 values come from bits 0-1, 2-3, 4-5, 6-7.
 */
final class BlocksTQ2_0 {
  private BlocksTQ2_0() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 66, o += 256) {
      float d = Bytes.f16(in, i + 64);
      for (int run = 0; run < 8; run++) {
        int q = i + 32 * (run >> 2);
        int shift = 2 * (run & 3);
        int y = o + 32 * run;
        for (int j = 0; j < 32; j++) {
          out[y + j] = ((in[q + j] >> shift & 3) - 1) * d;
        }
      }
    }
  }
}
