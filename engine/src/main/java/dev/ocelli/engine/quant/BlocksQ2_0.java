package dev.ocelli.engine.quant;

/** Q2_0: 64 values of two bits; f16 d, 16 bytes, lowest pair first; value = (q - 1) d. 18 bytes. */
final class BlocksQ2_0 {
  private BlocksQ2_0() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 18, o += 64) {
      float d = Bytes.f16(in, i);
      for (int j = 0; j < 64; j++) {
        out[o + j] = ((in[i + 2 + (j >> 2)] >> (2 * (j & 3)) & 3) - 1) * d;
      }
    }
  }
}
