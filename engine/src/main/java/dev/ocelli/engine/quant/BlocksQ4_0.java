package dev.ocelli.engine.quant;

/**
 * Q4_0: 32 values; f16 d, 16 bytes of nibbles q; value = (q - 8) d. 18 bytes.
 *
 * <p>Byte j holds value j in its low and value j + 16 in its high nibble.
 */
final class BlocksQ4_0 {
  private BlocksQ4_0() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 18, o += 32) {
      float d = Bytes.f16(in, i);
      for (int j = 0; j < 16; j++) {
        int q = in[i + 2 + j];
        out[o + j] = ((q & 15) - 8) * d;
        out[o + 16 + j] = ((q >> 4 & 15) - 8) * d;
      }
    }
  }

  static void encode(float[] in, int at, int blocks, byte[] out) {
    for (int b = 0, i = at, o = 0; b < blocks; b++, i += 32, o += 18) {
      float d = Rounding.farthestFromZero(in, i, 32) / -8;
      float inverse = d == 0 ? 0 : 1 / d;
      Bytes.putF16(out, o, d);
      for (int j = 0; j < 16; j++) {
        int low = Math.min(15, (int) (in[i + j] * inverse + 8.5f));
        int high = Math.min(15, (int) (in[i + 16 + j] * inverse + 8.5f));
        out[o + 2 + j] = (byte) (low | high << 4);
      }
    }
  }
}
