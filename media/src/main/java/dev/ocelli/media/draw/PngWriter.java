package dev.ocelli.media.draw;

import dev.ocelli.engine.vision.RgbImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes pictures as PNG: 8-bit RGB without metadata, so that equal pixels give equal files. */
public final class PngWriter {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A};
  private static final int CHANNELS = 3;
  private static final byte SUB = 1;

  private PngWriter() {}

  /** The file's bytes. */
  public static byte[] png(RgbImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(SIGNATURE);
    ByteBuffer header = ByteBuffer.allocate(13).putInt(image.width()).putInt(image.height());
    chunk(out, "IHDR", header.put(new byte[] {8, 2, 0, 0, 0}).array(), 13);
    pixels(out, image);
    chunk(out, "IEND", new byte[0], 0);
    return out.toByteArray();
  }

  /** The file in a URL, as web pages show it. */
  public static String dataUrl(RgbImage image) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png(image));
  }

  private static void pixels(ByteArrayOutputStream out, RgbImage image) {
    int row = image.width() * CHANNELS;
    byte[] filtered = new byte[1 + row];
    byte[] buffer = new byte[1 << 16];
    try (Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION)) {
      for (int y = 0; y < image.height(); y++) {
        filtered[0] = SUB;
        for (int i = 0, at = y * row; i < row; i++, at++) {
          int before = i < CHANNELS ? 0 : image.rgb()[at - CHANNELS];
          filtered[1 + i] = (byte) (image.rgb()[at] - before);
        }
        deflater.setInput(filtered);
        while (!deflater.needsInput()) {
          data(out, buffer, deflater.deflate(buffer));
        }
      }
      deflater.finish();
      while (!deflater.finished()) {
        data(out, buffer, deflater.deflate(buffer));
      }
    }
  }

  private static void data(ByteArrayOutputStream out, byte[] buffer, int length) {
    if (length > 0) {
      chunk(out, "IDAT", buffer, length);
    }
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data, int length) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data, 0, length);
    out.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
    out.writeBytes(name);
    out.write(data, 0, length);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
