package dev.ocelli.engine.quant;

/**
 * IQ3_XXS: 256 values in 8 groups of 32; f16 d, 64 grid numbers for 4 values each, then 32 bits a
 * group of four 7-bit sign codes and a 4-bit scale s; value = d (s + 0.5) / 2 * sign * grid value.
 * 98 bytes.
 */
final class BlocksIQ3_XXS {
  private BlocksIQ3_XXS() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 98, o += 256) {
      float d = Bytes.f16(in, i);
      for (int g = 0; g < 8; g++) {
        int codes = Bytes.i32(in, i + 66 + 4 * g);
        float scale = d * (0.5f + (codes >>> 28)) * 0.5f;
        for (int k = 0; k < 4; k++) {
          int signs = IqGrids.signs(codes >> (7 * k) & 127);
          int q = i + 2 + 8 * g + 2 * k;
          int y = o + 32 * g + 8 * k;
          IqGrids.four(IqGrids.IQ3_XXS, in[q] & 0xff, scale, signs, out, y);
          IqGrids.four(IqGrids.IQ3_XXS, in[q + 1] & 0xff, scale, signs >> 4, out, y + 4);
        }
      }
    }
  }
}
