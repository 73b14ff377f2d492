package dev.ocelli.engine.quant;

/** Q1_0: 128 values of one bit; f16 d, 16 bytes, lowest bit first; value = d or -d. 18 bytes. */
final class BlocksQ1_0 {
  private BlocksQ1_0() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 18, o += 128) {
      float d = Bytes.f16(in, i);
      for (int j = 0; j < 128; j++) {
        out[o + j] = (2 * (in[i + 2 + (j >> 3)] >> (j & 7) & 1) - 1) * d;
      }
    }
  }
}
