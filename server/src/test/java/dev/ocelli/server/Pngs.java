package dev.ocelli.server;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Changes PNG files. */
final class Pngs {
  private Pngs() {}

  /** The same file with other bytes in its compressed pixels; its checksums are right. */
  static byte[] withDamagedPixels(byte[] png) {
    byte[] out = png.clone();
    ByteBuffer b = ByteBuffer.wrap(out);
    for (int at = 8; at < out.length; ) {
      int length = b.getInt(at);
      if (b.getInt(at + 4) == 0x49444154) {
        for (int i = at + 10; i < at + 8 + length; i++) {
          out[i] ^= 0x5A;
        }
        CRC32 crc = new CRC32();
        crc.update(out, at + 4, length + 4);
        b.putInt(at + 8 + length, (int) crc.getValue());
      }
      at += length + 12;
    }
    return out;
  }
}
