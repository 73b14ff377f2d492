package dev.ocelli.engine.quant;

/**
 * MXFP4 (OCP microscaling): 32 values; an exponent byte e, 16 bytes of 4-bit floats (E2M1); value =
 * 2^(e - 128) * twice the 4-bit float. 17 bytes.
 *
 * <p>Byte j holds value j in its low and value j + 16 in its high nibble.
 */
final class BlocksMXFP4 {
  /** Twice the value of each 4-bit float, so that all are whole numbers. */
  static final byte[] TWICE_E2M1 = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  private BlocksMXFP4() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 17, o += 32) {
      float d = halfPower(in[i] & 0xff);
      for (int j = 0; j < 16; j++) {
        int q = in[i + 1 + j];
        out[o + j] = TWICE_E2M1[q & 15] * d;
        out[o + 16 + j] = TWICE_E2M1[q >> 4 & 15] * d;
      }
    }
  }

  /** 2^(e - 128): below 2 it is a subnormal float. */
  static float halfPower(int e) {
    return Float.intBitsToFloat(e < 2 ? 0x00200000 << e : (e - 1) << 23);
  }
}
