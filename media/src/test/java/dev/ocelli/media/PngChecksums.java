package dev.ocelli.media;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Makes the check sums of changed PNG files right again, so that changes reach the decoder. */
final class PngChecksums {
  private PngChecksums() {}

  static void repair(byte[] png) {
    ByteBuffer b = ByteBuffer.wrap(png);
    int at = 8;
    while (at + 12 <= png.length) {
      int length = b.getInt(at);
      if (length < 0 || length > png.length - at - 12) {
        return;
      }
      CRC32 crc = new CRC32();
      crc.update(png, at + 4, length + 4);
      b.putInt(at + 8 + length, (int) crc.getValue());
      at += 12 + length;
    }
  }
}
