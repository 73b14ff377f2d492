package dev.ocelli.media;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Finds the size that a JPEG stream inside a document announces. */
final class JpegSize {
  private JpegSize() {}

  /**
   * Refuses a stream that announces more pixels than are allowed.
   *
   * @throws IOException when it announces none
   */
  static void check(InputStream stream, DecodeLimits limits) throws IOException {
    InputStream in = new BufferedInputStream(stream);
    while (true) {
      int b = in.read();
      while (b >= 0 && b != 0xFF) {
        b = in.read();
      }
      int marker = 0xFF;
      while (marker == 0xFF) {
        marker = in.read();
      }
      if (b < 0 || marker < 0) {
        throw new IOException("a JPEG picture announces no size");
      }
      boolean alone = marker == 0 || marker == 1 || marker >= 0xD0 && marker <= 0xD8;
      if (alone) {
        continue;
      }
      int length = u16(in);
      boolean frame =
          marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
      if (frame) {
        in.skipNBytes(1);
        int height = u16(in);
        int width = u16(in);
        PdfInspection.checkPicture(width, height, limits);
        return;
      }
      in.skipNBytes(Math.max(0, length - 2));
    }
  }

  private static int u16(InputStream in) throws IOException {
    int high = in.read();
    int low = in.read();
    if (low < 0) {
      throw new IOException("a JPEG picture is cut off");
    }
    return high << 8 | low;
  }
}
