package dev.ocelli.media;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.util.Arrays;
import java.util.List;

/**
 * A GIF file (GIF89a specification): its first frame on the logical screen.
 *
 * <p>As in Pillow, what the frame leaves free has the colour of the transparent index, or of index
 * 0 if nothing is transparent; a frame that is larger than the screen enlarges it.
 */
final class GifContainer implements Container {
  private static final String FRAME = "the first frame";

  /** Every {@code step}-th row from {@code start} on. */
  record Pass(int start, int step) {}

  private static final List<Pass> SEQUENTIAL = List.of(new Pass(0, 1));
  private static final List<Pass> INTERLACED =
      List.of(new Pass(0, 8), new Pass(4, 8), new Pass(2, 4), new Pass(1, 2));

  /** The order of a frame's rows. */
  static List<Pass> passes(boolean interlaced) {
    return interlaced ? INTERLACED : SEQUENTIAL;
  }

  private final Bytes file;

  /** The packed pixels of the first frame. */
  private final Parts packed = new Parts();

  private int codeSize;
  private boolean interlaced;

  private int screenWidth;
  private int screenHeight;
  private int frameX;
  private int frameY;
  private int frameWidth;
  private int frameHeight;
  private int frames;
  private int transparentIndex = -1;

  /** Offset of the palette of the first frame, and its number of colours; 0 if it has none. */
  private int paletteAt;

  private int paletteSize;

  private GifContainer(byte[] data) {
    this.file = Bytes.littleEndian(data);
  }

  static boolean recognises(Bytes file) {
    return file.is(0, "GIF87a") || file.is(0, "GIF89a");
  }

  static GifContainer of(byte[] data) throws BadPictureException {
    GifContainer gif = new GifContainer(data);
    gif.walk();
    return gif;
  }

  @Override
  public ImageHeader header() {
    ImageSize size =
        new ImageSize(
            Math.max(screenWidth, frameX + frameWidth),
            Math.max(screenHeight, frameY + frameHeight));
    return new ImageHeader(PictureFormat.GIF, size, 1, frames, transparentIndex >= 0, 8);
  }

  @Override
  public RgbImage decode(AlphaMode alphaMode) throws BadPictureException {
    ImageSize size = header().stored();
    int[] colors = palette();
    boolean onWhite = alphaMode == AlphaMode.WHITE;
    if (onWhite && transparentIndex >= 0) {
      colors[transparentIndex] = 0xFFFFFF;
    }
    byte[] pixels = GifLzw.unpack(packed.join(file), codeSize, frameWidth * frameHeight);
    byte[] rgb = new byte[size.width() * size.height() * 3];
    int free = colors[Math.max(transparentIndex, 0)];
    if (free != 0) {
      for (int i = 0; i < rgb.length; i += 3) {
        put(rgb, i, free);
      }
    }
    int from = 0;
    for (Pass pass : passes(interlaced)) {
      for (int y = pass.start(); y < frameHeight; y += pass.step()) {
        int to = ((frameY + y) * size.width() + frameX) * 3;
        for (int x = 0; x < frameWidth; x++, from++, to += 3) {
          put(rgb, to, colors[pixels[from] & 0xFF]);
        }
      }
    }
    return new RgbImage(size.width(), size.height(), rgb);
  }

  private static void put(byte[] rgb, int at, int color) {
    rgb[at] = (byte) (color >> 16);
    rgb[at + 1] = (byte) (color >> 8);
    rgb[at + 2] = (byte) color;
  }

  /** 256 colours: those of the file, black behind them, or greys if the file has none. */
  private int[] palette() throws BadPictureException {
    int[] colors = new int[256];
    if (paletteSize == 0) {
      Arrays.setAll(colors, i -> i * 0x010101);
    }
    for (int i = 0; i < paletteSize; i++) {
      long at = paletteAt + 3L * i;
      colors[i] =
          file.u8(at, "the palette") << 16
              | file.u8(at + 1, "the palette") << 8
              | file.u8(at + 2, "the palette");
    }
    return colors;
  }

  private void walk() throws BadPictureException {
    screenWidth = file.u16(6, "the header");
    screenHeight = file.u16(8, "the header");
    int flags = file.u8(10, "the header");
    int at = 13;
    if ((flags & 0x80) != 0) {
      paletteAt = at;
      paletteSize = 2 << (flags & 7);
      at += 3 * paletteSize;
    }
    file.need(0, at, "the header");
    at = untilFirstFrame(at);
    frames = 1 + countFrames(at);
  }

  /** Returns the offset behind the first frame. */
  private int untilFirstFrame(int from) throws BadPictureException {
    int at = from;
    while (true) {
      int kind = file.u8(at, "the block list");
      switch (kind) {
        case 0x21 -> {
          int label = file.u8(at + 1, "an extension");
          int end = skipBlocks(at + 2, "an extension");
          if (label == 0xF9 && end - at == 8) {
            int flags = file.u8(at + 3, "an extension");
            transparentIndex = (flags & 1) != 0 ? file.u8(at + 6, "an extension") : -1;
          }
          at = end;
        }
        case 0x2C -> {
          return firstFrame(at);
        }
        case 0x3B -> throw BadPictureException.damaged("there is no picture before the end", at);
        default ->
            throw BadPictureException.damaged(
                String.format("the block 0x%02X is unknown", kind), at);
      }
    }
  }

  private int firstFrame(int at) throws BadPictureException {
    frameX = file.u16(at + 1, FRAME);
    frameY = file.u16(at + 3, FRAME);
    frameWidth = file.u16(at + 5, FRAME);
    frameHeight = file.u16(at + 7, FRAME);
    if (frameWidth == 0 || frameHeight == 0) {
      throw BadPictureException.damaged("the first frame is empty", at);
    }
    int flags = file.u8(at + 9, FRAME);
    int data = at + 10;
    if ((flags & 0x80) != 0) {
      paletteAt = data;
      paletteSize = 2 << (flags & 7);
      data += 3 * paletteSize;
    }
    interlaced = (flags & 0x40) != 0;
    codeSize = file.u8(data, FRAME);
    if (codeSize < 1 || codeSize > 8) {
      throw BadPictureException.damaged("the code size is " + codeSize, data);
    }
    int end = skipBlocks(data + 1, FRAME);
    for (int block = data + 1; block < end; ) {
      int length = file.u8(block, FRAME);
      packed.add(block + 1, length);
      block += 1 + length;
    }
    return end;
  }

  /** Complete frames behind an offset; what is wrong there does not matter to the first frame. */
  private int countFrames(int from) {
    int count = 0;
    int at = from;
    try {
      while (true) {
        int kind = file.u8(at, FRAME);
        if (kind == 0x21) {
          at = skipBlocks(at + 2, FRAME);
        } else if (kind == 0x2C) {
          int flags = file.u8(at + 9, FRAME);
          int palette = (flags & 0x80) != 0 ? 3 * (2 << (flags & 7)) : 0;
          at = skipBlocks(at + 11 + palette, FRAME);
          count++;
        } else {
          return count;
        }
      }
    } catch (BadPictureException e) {
      return count;
    }
  }

  /** The offset behind a chain of sub-blocks. */
  private int skipBlocks(int from, String where) throws BadPictureException {
    int at = from;
    while (true) {
      int length = file.u8(at, where);
      at += 1 + length;
      if (length == 0) {
        return at;
      }
    }
  }
}
