package dev.ocelli.engine.quant;

/**
 * Q4_1: 32 values; f16 d, f16 m, 16 bytes of nibbles q; value = q d + m. 20 bytes.
 *
 * <p>Byte j holds value j in its low and value j + 16 in its high nibble.
 */
final class BlocksQ4_1 {
  private BlocksQ4_1() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 20, o += 32) {
      float d = Bytes.f16(in, i);
      float m = Bytes.f16(in, i + 2);
      for (int j = 0; j < 16; j++) {
        int q = in[i + 4 + j];
        out[o + j] = (q & 15) * d + m;
        out[o + 16 + j] = (q >> 4 & 15) * d + m;
      }
    }
  }

  static void encode(float[] in, int at, int blocks, byte[] out) {
    for (int b = 0, i = at, o = 0; b < blocks; b++, i += 32, o += 20) {
      float min = Rounding.min(in, i, 32);
      float d = (Rounding.max(in, i, 32) - min) / 15;
      float inverse = d == 0 ? 0 : 1 / d;
      Bytes.putF16(out, o, d);
      Bytes.putF16(out, o + 2, min);
      for (int j = 0; j < 16; j++) {
        int low = Math.min(15, (int) ((in[i + j] - min) * inverse + 0.5f));
        int high = Math.min(15, (int) ((in[i + 16 + j] - min) * inverse + 0.5f));
        out[o + 4 + j] = (byte) (low | high << 4);
      }
    }
  }
}
