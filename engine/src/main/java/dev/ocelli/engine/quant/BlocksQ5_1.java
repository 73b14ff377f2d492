package dev.ocelli.engine.quant;

/**
 * Q5_1: 32 values; f16 d, f16 m, 32 fifth bits, 16 bytes of nibbles; value = q d + m. 24 bytes.
 *
 * <p>Nibbles and fifth bits lie as in Q5_0.
 */
final class BlocksQ5_1 {
  private BlocksQ5_1() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 24, o += 32) {
      float d = Bytes.f16(in, i);
      float m = Bytes.f16(in, i + 2);
      int fifth = Bytes.i32(in, i + 4);
      for (int j = 0; j < 16; j++) {
        int q = in[i + 8 + j];
        out[o + j] = ((q & 15) | (fifth >> j & 1) << 4) * d + m;
        out[o + 16 + j] = ((q >> 4 & 15) | (fifth >> (j + 16) & 1) << 4) * d + m;
      }
    }
  }

  static void encode(float[] in, int at, int blocks, byte[] out) {
    for (int b = 0, i = at, o = 0; b < blocks; b++, i += 32, o += 24) {
      float min = Rounding.min(in, i, 32);
      float d = (Rounding.max(in, i, 32) - min) / 31;
      float inverse = d == 0 ? 0 : 1 / d;
      Bytes.putF16(out, o, d);
      Bytes.putF16(out, o + 2, min);
      int fifth = 0;
      for (int j = 0; j < 16; j++) {
        int low = Math.min(31, (int) ((in[i + j] - min) * inverse + 0.5f));
        int high = Math.min(31, (int) ((in[i + 16 + j] - min) * inverse + 0.5f));
        out[o + 8 + j] = (byte) ((low & 15) | high << 4);
        fifth |= low >> 4 << j | high >> 4 << (j + 16);
      }
      Bytes.putI32(out, o + 4, fifth);
    }
  }
}
