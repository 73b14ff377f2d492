package dev.ocelli.engine.quant;

/**
 * IQ4_NL: 32 values; f16 d, 16 bytes of nibbles that index a table of 16 levels; value = d level.
 * 18 bytes.
 *
 * <p>Byte j holds value j in its low and value j + 16 in its high nibble.
 */
final class BlocksIQ4_NL {
  /** The levels, denser near zero. */
  static final byte[] LEVELS = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private BlocksIQ4_NL() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 18, o += 32) {
      float d = Bytes.f16(in, i);
      for (int j = 0; j < 16; j++) {
        int q = in[i + 2 + j];
        out[o + j] = d * LEVELS[q & 15];
        out[o + 16 + j] = d * LEVELS[q >> 4 & 15];
      }
    }
  }
}
