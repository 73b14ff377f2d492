package dev.ocelli.engine.quant;

/**
 * Q5_0: 32 values; f16 d, 32 fifth bits, 16 bytes of nibbles; value = (q - 16) d. 22 bytes.
 *
 * <p>Byte j holds value j in its low and value j + 16 in its high nibble; bit v of the 32 is the
 * fifth bit of value v.
 */
final class BlocksQ5_0 {
  private BlocksQ5_0() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 22, o += 32) {
      float d = Bytes.f16(in, i);
      int fifth = Bytes.i32(in, i + 2);
      for (int j = 0; j < 16; j++) {
        int q = in[i + 6 + j];
        out[o + j] = (((q & 15) | (fifth >> j & 1) << 4) - 16) * d;
        out[o + 16 + j] = (((q >> 4 & 15) | (fifth >> (j + 16) & 1) << 4) - 16) * d;
      }
    }
  }

  static void encode(float[] in, int at, int blocks, byte[] out) {
    for (int b = 0, i = at, o = 0; b < blocks; b++, i += 32, o += 22) {
      float d = Rounding.farthestFromZero(in, i, 32) / -16;
      float inverse = d == 0 ? 0 : 1 / d;
      Bytes.putF16(out, o, d);
      int fifth = 0;
      for (int j = 0; j < 16; j++) {
        int low = Math.min(31, (int) (in[i + j] * inverse + 16.5f));
        int high = Math.min(31, (int) (in[i + 16 + j] * inverse + 16.5f));
        out[o + 6 + j] = (byte) ((low & 15) | high << 4);
        fifth |= low >> 4 << j | high >> 4 << (j + 16);
      }
      Bytes.putI32(out, o + 2, fifth);
    }
  }
}
