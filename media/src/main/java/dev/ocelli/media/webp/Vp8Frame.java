package dev.ocelli.media.webp;

/**
 * A decoded VP8 frame: planes of Y, U and V, chroma halved in both directions.
 *
 * <p>Planes cover whole macroblocks of 16 x 16 pixels.
 */
public final class Vp8Frame {
  private final int width;
  private final int height;
  private final int columns;
  private final int rows;
  private final byte[] luma;
  private final byte[] u;
  private final byte[] v;

  Vp8Frame(int width, int height) {
    this.width = width;
    this.height = height;
    this.columns = Math.ceilDiv(width, 16);
    this.rows = Math.ceilDiv(height, 16);
    this.luma = new byte[256 * columns * rows];
    this.u = new byte[64 * columns * rows];
    this.v = new byte[64 * columns * rows];
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** Macroblocks in a row. */
  int columns() {
    return columns;
  }

  /** Rows of macroblocks. */
  int rows() {
    return rows;
  }

  byte[] luma() {
    return luma;
  }

  byte[] u() {
    return u;
  }

  byte[] v() {
    return v;
  }

  int lumaStride() {
    return 16 * columns;
  }

  int chromaStride() {
    return 8 * columns;
  }

  static byte clamp(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }

  /**
   * The frame as RGB, {@code height * width * 3} bytes, as libwebp makes it: chroma is interpolated
   * with weights 9, 3, 3, 1 of the four nearest samples, then converted from the video range of
   * ITU-R BT.601.
   */
  public byte[] toRgb() {
    byte[] rgb = new byte[width * height * 3];
    int[] upsampledU = new int[2 * ((width + 1) / 2)];
    int[] upsampledV = new int[upsampledU.length];
    int chromaRows = (height + 1) / 2;
    for (int y = 0; y < height; y++) {
      int near = y / 2;
      int far = (y & 1) == 0 ? Math.max(near - 1, 0) : Math.min(near + 1, chromaRows - 1);
      upsample(u, near * chromaStride(), far * chromaStride(), upsampledU);
      upsample(v, near * chromaStride(), far * chromaStride(), upsampledV);
      int from = y * lumaStride();
      int to = y * width * 3;
      for (int x = 0; x < width; x++, to += 3) {
        toRgb(luma[from + x] & 0xFF, upsampledU[x], upsampledV[x], rgb, to);
      }
    }
    return rgb;
  }

  /** Interpolates a row between the nearer and the farther chroma row. */
  private void upsample(byte[] plane, int near, int far, int[] out) {
    int last = (width + 1) / 2 - 1;
    int n0 = plane[near] & 0xFF;
    int f0 = plane[far] & 0xFF;
    out[0] = (3 * n0 + f0 + 2) >> 2;
    for (int x = 1; x <= last; x++) {
      int n1 = plane[near + x] & 0xFF;
      int f1 = plane[far + x] & 0xFF;
      // The diagonals are rounded on their own, which the plain 9-3-3-1 sum would not do.
      int sum = n0 + n1 + f0 + f1 + 8;
      int rising = (sum + 2 * (n1 + f0)) >> 3;
      int falling = (sum + 2 * (n0 + f1)) >> 3;
      out[2 * x - 1] = (rising + n0) >> 1;
      out[2 * x] = (falling + n1) >> 1;
      n0 = n1;
      f0 = f1;
    }
    out[2 * last + 1] = (3 * n0 + f0 + 2) >> 2;
  }

  /** Fixed point with 14 binary places, of which 8 are dropped product by product. */
  private static void toRgb(int y, int u, int v, byte[] rgb, int at) {
    int grey = y * 19077 >> 8;
    rgb[at] = clamp((grey + (v * 26149 >> 8) - 14234) >> 6);
    rgb[at + 1] = clamp((grey - (u * 6419 >> 8) - (v * 13320 >> 8) + 8708) >> 6);
    rgb[at + 2] = clamp((grey + (u * 33050 >> 8) - 17685) >> 6);
  }
}
