package dev.ocelli.engine.quant;

/**
 * NVFP4: 64 values in 4 groups of 16; 4 scale bytes (unsigned E4M3), 32 bytes of 4-bit floats
 * (E2M1); value = scale / 2 * twice the 4-bit float. 36 bytes.
 *
 * <p>Each group takes 8 bytes: byte j holds value j in its low and value j + 8 in its high nibble.
 */
final class BlocksNVFP4 {
  /**
   * Half the scale of each byte, whose top bit is ignored; of the two NaN patterns 0x7f counts as 0
   * and 0xff as 480, as in {@code ggml}.
   */
  private static final float[] HALF_SCALE = halfScales();

  private BlocksNVFP4() {}

  static void decode(byte[] in, int blocks, float[] out, int at) {
    for (int b = 0, i = 0, o = at; b < blocks; b++, i += 36, o += 64) {
      for (int g = 0; g < 4; g++) {
        float d = HALF_SCALE[in[i + g] & 0xff];
        int q = i + 4 + 8 * g;
        int y = o + 16 * g;
        for (int j = 0; j < 8; j++) {
          out[y + j] = BlocksMXFP4.TWICE_E2M1[in[q + j] & 15] * d;
          out[y + 8 + j] = BlocksMXFP4.TWICE_E2M1[in[q + j] >> 4 & 15] * d;
        }
      }
    }
  }

  /** Half the scale that a byte stands for. */
  static float halfScale(int scale) {
    return HALF_SCALE[scale];
  }

  /** The byte of the nearest scale of 0 or more; the greatest is 448. */
  static int nearestScale(float scale) {
    int low = 0;
    int high = 0x7e;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (scale < 2 * HALF_SCALE[middle]) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return scale - 2 * HALF_SCALE[low] < 2 * HALF_SCALE[high] - scale ? low : high;
  }

  private static float[] halfScales() {
    float[] t = new float[256];
    for (int x = 0; x < 256; x++) {
      int exponent = x >> 3 & 15;
      t[x] = exponent == 15 ? (x & 7) * 16 + 128 : Math.abs(F8.value(x)) * 0.5f;
    }
    t[0x7f] = 0;
    return t;
  }
}
