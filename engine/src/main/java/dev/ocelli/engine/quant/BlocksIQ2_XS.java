package dev.ocelli.engine.quant;

/**
 * IQ2_XS: 256 values in 16 groups of 16; f16 d, 32 16-bit codes of a 9-bit grid number and a 7-bit
 * sign code for 8 values each, 8 bytes of 4-bit scales s; value = d (s + 0.5) / 4 * sign * grid
 * value. 74 bytes.
 */
final class BlocksIQ2_XS {
  private BlocksIQ2_XS() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 74, o += 256) {
      float d = Bytes.f16(in, i);
      for (int k = 0; k < 32; k++) {
        int code = Bytes.u16(in, i + 2 + 2 * k);
        int s = in[i + 66 + (k >> 2)] >> (4 * (k >> 1 & 1)) & 15;
        float scale = d * (0.5f + s) * 0.25f;
        int signs = IqGrids.signs(code >> 9);
        IqGrids.eight(IqGrids.IQ2_XS, code & 511, scale, signs, out, o + 8 * k);
      }
    }
  }
}
