package dev.ocelli.media;

import dev.ocelli.engine.vision.RgbImage;

/** Turns stored pictures upright by their EXIF orientation. */
final class Orientation {
  private Orientation() {}

  /** Applies an orientation, 1 to 8, as Pillow's {@code ImageOps.exif_transpose} does. */
  static RgbImage apply(RgbImage image, int orientation) {
    if (orientation == 1) {
      return image;
    }
    int w = image.width();
    int h = image.height();
    boolean swapped = orientation >= 5;
    byte[] in = image.rgb();
    byte[] out = new byte[in.length];
    // Where the stored pixel (0, 0) goes, and how far a step right and a step down lead, in pixels.
    int right = swapped ? h : 1;
    int down = swapped ? 1 : w;
    int start = 0;
    if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) {
      start += right * (w - 1);
      right = -right;
    }
    if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) {
      start += down * (h - 1);
      down = -down;
    }
    for (int y = 0, from = 0; y < h; y++) {
      int to = 3 * (start + y * down);
      for (int x = 0; x < w; x++, from += 3, to += 3 * right) {
        out[to] = in[from];
        out[to + 1] = in[from + 1];
        out[to + 2] = in[from + 2];
      }
    }
    return swapped ? new RgbImage(h, w, out) : new RgbImage(w, h, out);
  }
}
