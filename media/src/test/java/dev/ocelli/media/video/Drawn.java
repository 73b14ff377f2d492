package dev.ocelli.media.video;

import dev.ocelli.engine.vision.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;

/** Clips whose frames are known, written as files of several formats. */
final class Drawn {
  private Drawn() {}

  /** A square of a colour of its own that moves over a field of 64 colours. */
  static List<RgbImage> frames(int count, int width, int height) {
    List<RgbImage> all = new ArrayList<>();
    for (int t = 0; t < count; t++) {
      byte[] rgb = new byte[width * height * 3];
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int at = (y * width + x) * 3;
          boolean inside = Math.abs(x - 3 * t % width) < 6 && Math.abs(y - height / 2) < 6;
          rgb[at] = (byte) (inside ? 255 : x / 8 % 4 * 85);
          rgb[at + 1] = (byte) (inside ? t % 4 * 85 : y / 8 % 4 * 85);
          rgb[at + 2] = (byte) (t / 4 % 4 * 85);
        }
      }
      all.add(new RgbImage(width, height, rgb));
    }
    return all;
  }

  /** A GIF of whole frames in a palette of 4 x 4 x 4 colours. */
  static byte[] gif(List<RgbImage> frames, int centiseconds) {
    int width = frames.getFirst().width();
    int height = frames.getFirst().height();
    ByteBuffer out = buffer(4096 + frames.size() * (width * height * 2 + 64));
    text(out, "GIF89a").putShort((short) width).putShort((short) height);
    out.put((byte) 0xF7).put((byte) 0).put((byte) 0);
    palette(out);
    for (RgbImage frame : frames) {
      gifFrame(out, frame, new int[] {0, 0, 1, centiseconds, -1});
    }
    return done(out.put((byte) 0x3B));
  }

  static void palette(ByteBuffer out) {
    for (int i = 0; i < 256; i++) {
      out.put((byte) (i / 16 % 4 * 85)).put((byte) (i / 4 % 4 * 85)).put((byte) (i % 4 * 85));
    }
  }

  /**
   * A frame without compression.
   *
   * @param how x, y, disposal, delay, and the transparent index or -1
   */
  static void gifFrame(ByteBuffer out, RgbImage frame, int[] how) {
    out.put((byte) 0x21).put((byte) 0xF9).put((byte) 4);
    out.put((byte) (how[2] << 2 | (how[4] >= 0 ? 1 : 0))).putShort((short) how[3]);
    out.put((byte) Math.max(how[4], 0)).put((byte) 0);
    out.put((byte) 0x2C).putShort((short) how[0]).putShort((short) how[1]);
    out.putShort((short) frame.width()).putShort((short) frame.height()).put((byte) 0);
    out.put((byte) 8);
    ByteArrayOutputStream codes = new ByteArrayOutputStream();
    int bits = 0;
    int held = 0;
    int n = frame.width() * frame.height();
    for (int i = -1, since = 0; i <= n; i++) {
      int code;
      if (i == n) {
        code = 257;
      } else if (i < 0 || since == 200) {
        code = 256;
        since = 0;
        i -= i < 0 ? 0 : 1;
      } else {
        byte[] p = frame.rgb();
        code =
            (p[3 * i] & 0xFF) / 85 * 16
                + (p[3 * i + 1] & 0xFF) / 85 * 4
                + (p[3 * i + 2] & 0xFF) / 85;
        since++;
      }
      bits |= code << held;
      for (held += 9; held >= 8; held -= 8, bits >>>= 8) {
        codes.write(bits);
      }
    }
    codes.write(bits);
    byte[] all = codes.toByteArray();
    for (int at = 0; at < all.length; at += 255) {
      int length = Math.min(255, all.length - at);
      out.put((byte) length).put(all, at, length);
    }
    out.put((byte) 0);
  }

  static RgbImage plain(int width, int height, int r, int g, int b) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) r;
      rgb[i + 1] = (byte) g;
      rgb[i + 2] = (byte) b;
    }
    return new RgbImage(width, height, rgb);
  }

  static byte[] jpeg(RgbImage frame) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(buffered(frame), "jpeg", out);
    return out.toByteArray();
  }

  private static BufferedImage buffered(RgbImage frame) {
    BufferedImage image =
        new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0, i = 0; y < frame.height(); y++) {
      for (int x = 0; x < frame.width(); x++, i += 3) {
        byte[] p = frame.rgb();
        image.setRGB(x, y, (p[i] & 0xFF) << 16 | (p[i + 1] & 0xFF) << 8 | p[i + 2] & 0xFF);
      }
    }
    return image;
  }

  /** An AVI of one video stream; empty chunks repeat the frame before. */
  static byte[] avi(List<byte[]> chunks, String codec, int rate, int scale) {
    ByteBuffer movi = buffer(chunks.stream().mapToInt(c -> c.length + 9).sum() + 4);
    text(movi, "movi");
    for (byte[] c : chunks) {
      text(movi, "00dc").putInt(c.length).put(c);
      if (c.length % 2 == 1) {
        movi.put((byte) 0);
      }
    }
    byte[] frames = done(movi);
    ByteBuffer out = buffer(frames.length + 512);
    text(out, "RIFF").putInt(0);
    text(out, "AVI LIST").putInt(4 + 8 + 56 + 12 + 8 + 56 + 8 + 40);
    text(out, "hdrlavih").putInt(56).put(new byte[56]);
    text(out, "LIST").putInt(4 + 8 + 56 + 8 + 40);
    text(out, "strlstrh").putInt(56);
    text(out, "vids" + codec).put(new byte[12]).putInt(scale).putInt(rate).put(new byte[28]);
    text(out, "strf").putInt(40).putInt(40).put(new byte[12]);
    text(out, codec).put(new byte[20]);
    text(out, "LIST").putInt(frames.length).put(frames);
    out.putInt(4, out.position() - 8);
    return done(out);
  }

  static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  static ByteBuffer text(ByteBuffer out, String text) {
    return out.put(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static byte[] done(ByteBuffer out) {
    byte[] all = new byte[out.position()];
    out.flip().get(all);
    return all;
  }

  /**
   * Has ffmpeg write the frames.
   *
   * @param options between input and output
   */
  static Path encoded(List<RgbImage> frames, Path file, String fps, String... options)
      throws IOException, InterruptedException {
    RgbImage first = frames.getFirst();
    List<String> command = new ArrayList<>(List.of("ffmpeg", "-y", "-loglevel", "error"));
    command.addAll(List.of("-f", "rawvideo", "-pix_fmt", "rgb24", "-r", fps));
    command.addAll(List.of("-s", first.width() + "x" + first.height(), "-i", "pipe:0"));
    command.addAll(List.of(options));
    command.add(file.toString());
    Path log = Files.createTempFile("ffmpeg", ".log");
    Process p =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try (var in = p.getOutputStream()) {
      for (RgbImage f : frames) {
        in.write(f.rgb());
      }
    }
    if (!p.waitFor(60, TimeUnit.SECONDS) || p.exitValue() != 0) {
      throw new IOException(Files.readString(log));
    }
    Files.delete(log);
    return file;
  }
}
