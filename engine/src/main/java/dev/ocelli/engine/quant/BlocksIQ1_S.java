package dev.ocelli.engine.quant;

/**
 * IQ1_S: 256 values in 8 groups of 32; f16 d, 32 low bytes of 11-bit grid numbers, then 16 bits a
 * group of four upper 3-bit parts, a 3-bit scale s and the sign of the shift; value = d (2 s + 1)
 * (grid value +- 1/8). 50 bytes.
 */
final class BlocksIQ1_S {
  private BlocksIQ1_S() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 50, o += 256) {
      float d = Bytes.f16(in, i);
      for (int g = 0; g < 8; g++) {
        int high = Bytes.u16(in, i + 34 + 2 * g);
        float scale = d * (2 * (high >> 12 & 7) + 1);
        float shift = high >= 0x8000 ? -IqGrids.SHIFT : IqGrids.SHIFT;
        for (int k = 0; k < 4; k++) {
          int number = (in[i + 2 + 4 * g + k] & 0xff) | (high >> (3 * k) & 7) << 8;
          IqGrids.shifted(number, scale, shift, out, o + 32 * g + 8 * k);
        }
      }
    }
  }
}
