package dev.ocelli.media;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All frames of a GIF file (GIF89a specification), each laid over those before it.
 *
 * <p>What no frame has covered, and what is cleared, has the colour of the transparent index, or of
 * the background index where nothing is transparent. Delays of 0 and 10 milliseconds are taken as
 * 100, as browsers do.
 */
final class GifAnimation implements Animation.Container {
  private static final String WHERE = "the block list";
  private static final int CLEAR = 2;
  private static final int RESTORE = 3;

  /** What a graphic control extension says of the frame behind it. */
  private record Control(int disposal, int delay, int transparent) {
    static final Control NONE = new Control(0, 0, -1);

    double seconds() {
      return delay <= 1 ? 0.1 : delay / 100.0;
    }
  }

  /** A palette in the file; 0 colours where there is none. */
  private record Palette(int at, int colors) {}

  private record Frame(
      Control control, Rectangle place, boolean interlaced, Palette palette, int codeSizeAt) {}

  private record Rectangle(int x, int y, int width, int height) {}

  private final Bytes file;
  private final List<Frame> frames = new ArrayList<>();
  private final ImageSize size;
  private final int background;

  private GifAnimation(Bytes file) throws BadPictureException {
    this.file = file;
    int flags = file.u8(10, "the header");
    this.background = file.u8(11, "the header");
    Palette global = (flags & 0x80) == 0 ? new Palette(13, 0) : new Palette(13, 2 << (flags & 7));
    file.need(0, 13 + 3L * global.colors(), "the header");
    walk(global);
    int width = file.u16(6, "the header");
    int height = file.u16(8, "the header");
    // As with pictures, a first frame that is larger than the screen enlarges it.
    Rectangle first = frames.getFirst().place();
    this.size =
        new ImageSize(
            Math.max(width, first.x() + first.width()),
            Math.max(height, first.y() + first.height()));
  }

  static GifAnimation of(byte[] data) throws BadPictureException {
    return new GifAnimation(Bytes.littleEndian(data));
  }

  private void walk(Palette global) throws BadPictureException {
    int at = 13 + 3 * global.colors();
    Control control = Control.NONE;
    while (true) {
      int kind = file.u8(at, WHERE);
      switch (kind) {
        case 0x21 -> {
          int end = skipBlocks(at + 2);
          if (file.u8(at + 1, WHERE) == 0xF9 && end - at == 8) {
            int flags = file.u8(at + 3, WHERE);
            control =
                new Control(
                    flags >> 2 & 7,
                    file.u16(at + 4, WHERE),
                    (flags & 1) != 0 ? file.u8(at + 6, WHERE) : -1);
          }
          at = end;
        }
        case 0x2C -> {
          at = frame(at, control, global);
          control = Control.NONE;
          if (frames.size() > Animation.MAX_FRAMES) {
            throw new BadPictureException(
                "has more than " + Animation.MAX_FRAMES + " frames; give a shorter clip");
          }
        }
        case 0x3B -> {
          if (frames.isEmpty()) {
            throw BadPictureException.damaged("there is no picture before the end", at);
          }
          return;
        }
        default ->
            throw BadPictureException.damaged(
                String.format("the block 0x%02X is unknown", kind), at);
      }
    }
  }

  private int frame(int at, Control control, Palette global) throws BadPictureException {
    String where = "frame " + frames.size();
    Rectangle place =
        new Rectangle(
            file.u16(at + 1, where),
            file.u16(at + 3, where),
            file.u16(at + 5, where),
            file.u16(at + 7, where));
    if (place.width() == 0 || place.height() == 0) {
      throw BadPictureException.damaged(where + " is empty", at);
    }
    int flags = file.u8(at + 9, where);
    Palette palette = (flags & 0x80) == 0 ? global : new Palette(at + 10, 2 << (flags & 7));
    int data = at + 10 + ((flags & 0x80) == 0 ? 0 : 3 * palette.colors());
    int codeSize = file.u8(data, where);
    if (codeSize < 1 || codeSize > 8) {
      throw BadPictureException.damaged("the code size is " + codeSize, data);
    }
    frames.add(new Frame(control, place, (flags & 0x40) != 0, palette, data));
    return skipBlocks(data + 1);
  }

  /** The offset behind a chain of sub-blocks. */
  private int skipBlocks(int from) throws BadPictureException {
    int at = from;
    while (true) {
      int length = file.u8(at, WHERE);
      at += 1 + length;
      if (length == 0) {
        return at;
      }
    }
  }

  @Override
  public ImageSize size() {
    return size;
  }

  @Override
  public double[] durations() {
    return frames.stream().mapToDouble(f -> f.control().seconds()).toArray();
  }

  @Override
  public Animation.Frames frames() {
    return new Screen();
  }

  /** The screen on which frames are laid over each other. */
  private final class Screen implements Animation.Frames {
    private final byte[] rgb = new byte[Math.multiplyExact(size.width() * 3, size.height())];
    private int drawn;
    private byte @Nullable [] before;

    @Override
    public RgbImage frame(int index) throws BadPictureException {
      for (; drawn <= index; drawn++) {
        if (drawn > 0) {
          dispose(frames.get(drawn - 1));
        }
        Frame f = frames.get(drawn);
        if (drawn == 0) {
          fill(new Rectangle(0, 0, size.width(), size.height()), free(f));
        }
        if (f.control().disposal() == RESTORE) {
          before = rgb.clone();
        }
        draw(f);
      }
      return new RgbImage(size.width(), size.height(), rgb.clone());
    }

    private void dispose(Frame f) throws BadPictureException {
      if (f.control().disposal() == CLEAR) {
        fill(f.place(), free(f));
      } else if (f.control().disposal() == RESTORE && before != null) {
        System.arraycopy(before, 0, rgb, 0, rgb.length);
        before = null;
      }
    }

    private void fill(Rectangle r, int color) {
      int endX = Math.min(size.width(), r.x() + r.width());
      int endY = Math.min(size.height(), r.y() + r.height());
      for (int y = r.y(); y < endY; y++) {
        for (int x = r.x(); x < endX; x++) {
          put((y * size.width() + x) * 3, color);
        }
      }
    }

    private void draw(Frame f) throws BadPictureException {
      int[] colors = colors(f.palette());
      Rectangle r = f.place();
      long pixels = (long) r.width() * r.height();
      // A part outside the screen is lost, but its data is there.
      if (pixels > 4L * size.width() * size.height() + 65_536) {
        throw new BadPictureException(
            "is damaged: frame %d is %d x %d pixels on a screen of %s; get another copy or save it anew"
                .formatted(drawn, r.width(), r.height(), size));
      }
      byte[] indices = GifLzw.unpack(packed(f), codeSize(f), (int) pixels);
      int transparent = f.control().transparent();
      int from = 0;
      for (GifContainer.Pass pass : GifContainer.passes(f.interlaced())) {
        for (int y = pass.start(); y < r.height(); y += pass.step()) {
          int row = (r.y() + y) * size.width() + r.x();
          for (int x = 0; x < r.width(); x++, from++) {
            int index = indices[from] & 0xFF;
            if (index != transparent && r.x() + x < size.width() && r.y() + y < size.height()) {
              put((row + x) * 3, colors[index]);
            }
          }
        }
      }
    }

    private void put(int at, int color) {
      rgb[at] = (byte) (color >> 16);
      rgb[at + 1] = (byte) (color >> 8);
      rgb[at + 2] = (byte) color;
    }
  }

  private int free(Frame f) throws BadPictureException {
    int transparent = f.control().transparent();
    return colors(f.palette())[transparent >= 0 ? transparent : background];
  }

  private int codeSize(Frame f) throws BadPictureException {
    return file.u8(f.codeSizeAt(), WHERE);
  }

  private byte[] packed(Frame f) throws BadPictureException {
    Parts parts = new Parts();
    int at = f.codeSizeAt() + 1;
    for (int length = file.u8(at, WHERE); length > 0; length = file.u8(at, WHERE)) {
      parts.add(at + 1, length);
      at += 1 + length;
    }
    return parts.join(file);
  }

  /** 256 colours: those of the file, black behind them, or greys if the file has none. */
  private int[] colors(Palette palette) throws BadPictureException {
    int[] colors = new int[256];
    if (palette.colors() == 0) {
      Arrays.setAll(colors, i -> i * 0x010101);
    }
    for (int i = 0; i < palette.colors(); i++) {
      long at = palette.at() + 3L * i;
      colors[i] = file.u8(at, WHERE) << 16 | file.u8(at + 1, WHERE) << 8 | file.u8(at + 2, WHERE);
    }
    return colors;
  }
}
