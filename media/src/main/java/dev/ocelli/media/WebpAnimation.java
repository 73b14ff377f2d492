package dev.ocelli.media;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All frames of a WebP file (RFC 9649, section 2.7.1), each laid over those before it; a still
 * picture is a clip of one frame.
 *
 * <p>The canvas begins black and transparent, and so does what is cleared, as in libwebp. Durations
 * of up to 10 milliseconds are taken as 100, as browsers do.
 */
final class WebpAnimation implements Animation.Container {
  private static final String WHERE = "the chunk list";
  private static final int NO_BLENDING = 2;
  private static final int CLEAR = 1;

  /**
   * A frame.
   *
   * @param at offset of its chunks
   * @param length of its chunks
   */
  private record Frame(int at, int length, int x, int y, int millis, int flags) {}

  private final Bytes file;
  private final ImageSize size;
  private final List<Frame> frames = new ArrayList<>();

  private WebpAnimation(byte[] data) throws BadPictureException {
    this.file = Bytes.littleEndian(data);
    ImageHeader header = WebpContainer.of(data).header();
    this.size = header.stored();
    long end = Math.min(file.length(), 8 + file.u32(4, "the header"));
    long at = 12;
    while (at + 8 <= end) {
      long length = file.u32(at + 4, WHERE);
      file.need(at, 8 + length, WHERE);
      if (file.is(at, "ANMF")) {
        frame((int) at + 8, (int) length);
      }
      at += 8 + length + (length & 1);
    }
    if (frames.isEmpty()) {
      frames.add(new Frame(12, (int) end - 12, 0, 0, 0, NO_BLENDING));
    }
  }

  static WebpAnimation of(byte[] data) throws BadPictureException {
    return new WebpAnimation(data);
  }

  private void frame(int data, int length) throws BadPictureException {
    String where = "frame " + frames.size();
    if (length < 24) {
      throw BadPictureException.damaged(where + " is too short", data);
    }
    int x = 2 * file.u24(data, where);
    int y = 2 * file.u24(data + 3L, where);
    int width = file.u24(data + 6L, where) + 1;
    int height = file.u24(data + 9L, where) + 1;
    if (x + width > size.width() || y + height > size.height()) {
      throw BadPictureException.damaged(
          "%s of %d x %d pixels does not fit the canvas of %s"
              .formatted(where, width, height, size),
          data);
    }
    int millis = file.u24(data + 12L, where);
    frames.add(new Frame(data + 16, length - 16, x, y, millis, file.u8(data + 15L, where)));
    if (frames.size() > Animation.MAX_FRAMES) {
      throw new BadPictureException(
          "has more than " + Animation.MAX_FRAMES + " frames; give a shorter clip");
    }
  }

  @Override
  public ImageSize size() {
    return size;
  }

  @Override
  public double[] durations() {
    return frames.stream().mapToDouble(f -> f.millis() <= 10 ? 0.1 : f.millis() / 1e3).toArray();
  }

  @Override
  public Animation.Frames frames() {
    return new Canvas();
  }

  /** A frame as a file of its own, so that it is checked and decoded like a picture. */
  private WebpContainer alone(Frame f) throws BadPictureException {
    byte[] alone = new byte[12 + f.length()];
    byte[] riff = {'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'E', 'B', 'P'};
    System.arraycopy(riff, 0, alone, 0, riff.length);
    int length = alone.length - 8;
    for (int i = 0; i < 4; i++) {
      alone[4 + i] = (byte) (length >> 8 * i);
    }
    System.arraycopy(file.array(), file.start(f.at()), alone, 12, f.length());
    return WebpContainer.of(alone);
  }

  /** The canvas on which frames are laid over each other. */
  private final class Canvas implements Animation.Frames {
    private final byte[] rgb = new byte[Math.multiplyExact(size.width() * 3, size.height())];

    /** Opacity of the canvas. */
    private final byte[] alpha = new byte[size.width() * size.height()];

    private int drawn;

    @Override
    public RgbImage frame(int index) throws IOException, BadPictureException {
      for (; drawn <= index; drawn++) {
        Frame f = frames.get(drawn);
        WebpContainer.Layer layer = alone(f).layer();
        if (f.x() + layer.rgb().width() > size.width()
            || f.y() + layer.rgb().height() > size.height()) {
          throw new BadPictureException(
              "is damaged: its picture is larger than it announces; get another copy or save it anew");
        }
        draw(f, layer);
        if (drawn < index && (f.flags() & CLEAR) != 0) {
          clear(f, layer.rgb().width(), layer.rgb().height());
        } else if (drawn == index) {
          byte[] shown = rgb.clone();
          if ((f.flags() & CLEAR) != 0) {
            clear(f, layer.rgb().width(), layer.rgb().height());
          }
          drawn++;
          return new RgbImage(size.width(), size.height(), shown);
        }
      }
      throw new IllegalStateException("frame " + index + " has been passed");
    }

    private void draw(Frame f, WebpContainer.Layer layer) {
      byte[] opacity = layer.opacity();
      boolean over = (f.flags() & NO_BLENDING) == 0 && opacity != null;
      int width = layer.rgb().width();
      for (int y = 0, from = 0; y < layer.rgb().height(); y++) {
        int to = (f.y() + y) * size.width() + f.x();
        for (int x = 0; x < width; x++, from++, to++) {
          int a = opacity == null ? 255 : opacity[from] & 0xFF;
          if (over) {
            blend(layer.rgb().rgb(), from, a, to);
          } else {
            System.arraycopy(layer.rgb().rgb(), 3 * from, rgb, 3 * to, 3);
            alpha[to] = (byte) a;
          }
        }
      }
    }

    /** Source over destination, not premultiplied, in libwebp's fixed-point arithmetic. */
    private void blend(byte[] source, int from, int a, int to) {
      if (a == 0) {
        return;
      }
      if (a == 255) {
        System.arraycopy(source, 3 * from, rgb, 3 * to, 3);
        alpha[to] = -1;
        return;
      }
      int below = (alpha[to] & 0xFF) * (256 - a) >> 8;
      int sum = a + below;
      int scale = (1 << 24) / sum;
      for (int c = 0; c < 3; c++) {
        long mixed = (source[3 * from + c] & 0xFFL) * a + (rgb[3 * to + c] & 0xFFL) * below;
        rgb[3 * to + c] = (byte) (mixed * scale >> 24);
      }
      alpha[to] = (byte) sum;
    }

    private void clear(Frame f, int width, int height) {
      for (int y = f.y(); y < f.y() + height; y++) {
        int from = y * size.width() + f.x();
        Arrays.fill(rgb, 3 * from, 3 * (from + width), (byte) 0);
        Arrays.fill(alpha, from, from + width, (byte) 0);
      }
    }
  }
}
