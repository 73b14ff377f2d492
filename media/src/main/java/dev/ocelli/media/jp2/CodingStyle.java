package dev.ocelli.media.jp2;

import java.io.IOException;

/**
 * How a component is cut and coded (segments COD and COC).
 *
 * @param levels of the wavelet, 0 to 32
 * @param blockWidth as power of 2
 * @param blockHeight as power of 2
 * @param style flags of {@link BlockDecoder}
 * @param reversible wavelet 5/3 of integers; else 9/7 of fractions
 * @param precincts their width (lower four bits) and height (upper four) as powers of 2, from the
 *     coarsest resolution
 */
record CodingStyle(
    int levels, int blockWidth, int blockHeight, int style, boolean reversible, int[] precincts) {
  private static final int HIGH_THROUGHPUT = 0x40;

  static CodingStyle read(Input in, boolean withPrecincts) throws IOException {
    int levels = in.u8();
    int blockWidth = in.u8() + 2;
    int blockHeight = in.u8() + 2;
    int style = in.u8();
    int transform = in.u8();
    if (levels > 32 || blockWidth > 10 || blockHeight > 10 || blockWidth + blockHeight > 12) {
      throw new IOException("the coding style is impossible");
    }
    if ((style & HIGH_THROUGHPUT) != 0) {
      throw new UnsupportedJp2Exception("high-throughput JPEG 2000");
    }
    if (transform > 1) {
      throw new UnsupportedJp2Exception("the wavelet " + transform + " of JPEG 2000");
    }
    int[] precincts = new int[levels + 1];
    for (int r = 0; r <= levels; r++) {
      precincts[r] = withPrecincts ? in.u8() : 0xFF;
      boolean empty = (precincts[r] & 0x0F) == 0 || precincts[r] >> 4 == 0;
      if (r > 0 && empty) {
        throw new IOException("a precinct has no size");
      }
    }
    return new CodingStyle(levels, blockWidth, blockHeight, style, transform == 1, precincts);
  }

  int precinctWidth(int resolution) {
    return precincts[resolution] & 0x0F;
  }

  int precinctHeight(int resolution) {
    return precincts[resolution] >> 4;
  }
}
