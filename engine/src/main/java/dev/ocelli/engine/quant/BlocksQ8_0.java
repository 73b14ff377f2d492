package dev.ocelli.engine.quant;

/** Q8_0: 32 values; f16 scale d, then 32 signed bytes q; value = q d. 34 bytes. */
final class BlocksQ8_0 {
  private BlocksQ8_0() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 34, o += 32) {
      float d = Bytes.f16(in, i);
      for (int j = 0; j < 32; j++) {
        out[o + j] = in[i + 2 + j] * d;
      }
    }
  }

  static void encode(float[] in, int at, int blocks, byte[] out) {
    for (int b = 0, i = at, o = 0; b < blocks; b++, i += 32, o += 34) {
      float d = Math.abs(Rounding.farthestFromZero(in, i, 32)) / 127;
      float inverse = d == 0 ? 0 : 1 / d;
      Bytes.putF16(out, o, d);
      for (int j = 0; j < 32; j++) {
        out[o + 2 + j] = (byte) Rounding.halfAway(in[i + j] * inverse);
      }
    }
  }
}
