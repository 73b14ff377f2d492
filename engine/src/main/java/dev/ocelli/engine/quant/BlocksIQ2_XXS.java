package dev.ocelli.engine.quant;

/**
 * IQ2_XXS: 256 values in 8 groups of 32; f16 d, then 8 bytes a group: four grid numbers, and 32
 * bits of four 7-bit sign codes and a 4-bit scale s; value = d (s + 0.5) / 4 * sign * grid value.
 * 66 bytes.
 */
final class BlocksIQ2_XXS {
  private BlocksIQ2_XXS() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 66, o += 256) {
      float d = Bytes.f16(in, i);
      for (int g = 0; g < 8; g++) {
        int q = i + 2 + 8 * g;
        int codes = Bytes.i32(in, q + 4);
        float scale = d * (0.5f + (codes >>> 28)) * 0.25f;
        for (int k = 0; k < 4; k++) {
          int signs = IqGrids.signs(codes >> (7 * k) & 127);
          IqGrids.eight(IqGrids.IQ2_XXS, in[q + k] & 0xff, scale, signs, out, o + 32 * g + 8 * k);
        }
      }
    }
  }
}
