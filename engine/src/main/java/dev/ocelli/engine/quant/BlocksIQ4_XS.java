package dev.ocelli.engine.quant;

/**
 * IQ4_XS: 256 values in 8 groups of 32; f16 d, 16 upper scale bit pairs, 4 bytes of lower scale
 * nibbles, 128 bytes of nibbles that index {@link BlocksIQ4_NL#LEVELS}; value = (d (s - 32)) level.
 * 136 bytes.
 *
 * <p>Each group takes 16 bytes: byte j holds value j in its low and value j + 16 in its high
 * nibble.
 */
final class BlocksIQ4_XS {
  private BlocksIQ4_XS() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 136, o += 256) {
      float d = Bytes.f16(in, i);
      int high = Bytes.u16(in, i + 2);
      for (int g = 0; g < 8; g++) {
        int s = (in[i + 4 + (g >> 1)] >> (4 * (g & 1)) & 15) | (high >> (2 * g) & 3) << 4;
        float scale = d * (s - 32);
        int q = i + 8 + 16 * g;
        int y = o + 32 * g;
        for (int j = 0; j < 16; j++) {
          out[y + j] = scale * BlocksIQ4_NL.LEVELS[in[q + j] & 15];
          out[y + 16 + j] = scale * BlocksIQ4_NL.LEVELS[in[q + j] >> 4 & 15];
        }
      }
    }
  }
}
