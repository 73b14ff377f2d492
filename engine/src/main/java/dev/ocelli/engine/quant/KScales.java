package dev.ocelli.engine.quant;

/**
 * The eight 6-bit scales and eight 6-bit minimums that Q4_K and Q5_K pack in 12 bytes.
 *
 * <p>Bytes 0 to 3 hold scales 0 to 3 and bytes 4 to 7 minimums 0 to 3 in their low six bits; their
 * top two bits are the top bits of scales and minimums 4 to 7, whose low nibbles are in bytes 8 to
 * 11.
 */
final class KScales {
  private KScales() {}

  /** Scale number g (0 to 7) of the packed bytes at i. */
  static int scale(byte[] in, int i, int g) {
    return g < 4 ? in[i + g] & 63 : (in[i + g + 4] & 15) | (in[i + g - 4] & 0xff) >> 6 << 4;
  }

  /** Minimum number g (0 to 7) of the packed bytes at i. */
  static int min(byte[] in, int i, int g) {
    return g < 4 ? in[i + g + 4] & 63 : (in[i + g + 4] & 0xff) >> 4 | (in[i + g] & 0xff) >> 6 << 4;
  }

  /** Adds scale and minimum number g to packed bytes that were zero. */
  static void put(byte[] out, int o, int g, int scale, int min) {
    if (g < 4) {
      out[o + g] |= (byte) scale;
      out[o + g + 4] |= (byte) min;
    } else {
      out[o + g + 4] = (byte) ((scale & 15) | (min & 15) << 4);
      out[o + g - 4] |= (byte) (scale >> 4 << 6);
      out[o + g] |= (byte) (min >> 4 << 6);
    }
  }
}
