package dev.ocelli.media;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.webp.Vp8Decoder;
import dev.ocelli.media.webp.Vp8Frame;
import dev.ocelli.media.webp.Vp8lDecoder;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A WebP file (RFC 9649): still, or the first frame of an animation.
 *
 * <p>As in libwebp, what an animation's first frame leaves free is black and transparent.
 */
final class WebpContainer implements Container {
  private static final int ALPHA_FLAG = 0x10;
  private static final String WHERE = "the chunk list";
  private static final String FRAME = "the first frame";

  private final Bytes file;
  private int canvasWidth;
  private int canvasHeight;
  private int frameX;
  private int frameY;
  private int frameWidth;
  private int frameHeight;
  private int frames;
  private int orientation = 1;
  private boolean alpha;

  /** Offsets of the first picture's chunks; 0 if there is none. */
  private int imageChunk;

  private int alphaChunk;
  private boolean lossless;

  private WebpContainer(byte[] data) {
    this.file = Bytes.littleEndian(data);
  }

  static boolean recognises(Bytes file) {
    return file.is(0, "RIFF") && file.is(8, "WEBP");
  }

  static WebpContainer of(byte[] data) throws BadPictureException {
    WebpContainer webp = new WebpContainer(data);
    webp.walk();
    return webp;
  }

  @Override
  public ImageHeader header() {
    return new ImageHeader(
        PictureFormat.WEBP,
        new ImageSize(canvasWidth, canvasHeight),
        orientation,
        Math.max(frames, 1),
        alpha,
        8);
  }

  @Override
  public RgbImage decode(AlphaMode alphaMode) throws IOException, BadPictureException {
    RgbImage frame = lossless ? lossless(alphaMode) : lossy(alphaMode);
    if (frame.width() != frameWidth || frame.height() != frameHeight) {
      throw new IOException("the decoder returned another size than announced");
    }
    if (frameWidth == canvasWidth && frameHeight == canvasHeight) {
      return frame;
    }
    byte[] rgb = new byte[canvasWidth * canvasHeight * 3];
    if (alphaMode == AlphaMode.WHITE) {
      Arrays.fill(rgb, (byte) 255);
    }
    for (int y = 0; y < frameHeight; y++) {
      int to = ((frameY + y) * canvasWidth + frameX) * 3;
      System.arraycopy(frame.rgb(), y * frameWidth * 3, rgb, to, frameWidth * 3);
    }
    return new RgbImage(canvasWidth, canvasHeight, rgb);
  }

  /**
   * The first frame alone, not on its canvas.
   *
   * @param opacity of each pixel, or null where all are opaque
   */
  record Layer(RgbImage rgb, byte @Nullable [] opacity) {}

  /** Decodes the first frame with its opacity. */
  Layer layer() throws IOException, BadPictureException {
    if (!lossless) {
      return new Layer(lossy(AlphaMode.DROP), alphaChunk == 0 ? null : opacity());
    }
    int[] pixels = losslessPixels();
    byte[] rgb = new byte[pixels.length * 3];
    byte[] opacity = new byte[pixels.length];
    for (int i = 0, to = 0; i < pixels.length; i++, to += 3) {
      rgb[to] = (byte) (pixels[i] >> 16);
      rgb[to + 1] = (byte) (pixels[i] >> 8);
      rgb[to + 2] = (byte) pixels[i];
      opacity[i] = (byte) (pixels[i] >> 24);
    }
    return new Layer(new RgbImage(frameWidth, frameHeight, rgb), opacity);
  }

  private int[] losslessPixels() throws IOException, BadPictureException {
    int length = file.i32(imageChunk + 4L, WHERE);
    return Vp8lDecoder.decode(
        file.array(), file.start(imageChunk + 8), length, frameWidth, frameHeight);
  }

  private RgbImage lossless(AlphaMode alphaMode) throws IOException, BadPictureException {
    int[] pixels = losslessPixels();
    byte[] rgb = new byte[pixels.length * 3];
    byte[] opacity = new byte[frameWidth];
    for (int y = 0, i = 0, to = 0; y < frameHeight; y++) {
      for (int x = 0; x < frameWidth; x++, i++, to += 3) {
        int p = pixels[i];
        rgb[to] = (byte) (p >> 16);
        rgb[to + 1] = (byte) (p >> 8);
        rgb[to + 2] = (byte) p;
        opacity[x] = (byte) (p >> 24);
      }
      if (alphaMode == AlphaMode.WHITE) {
        Rasters.layOnWhite(rgb, y * frameWidth * 3, opacity, 0, frameWidth);
      }
    }
    return new RgbImage(frameWidth, frameHeight, rgb);
  }

  private RgbImage lossy(AlphaMode alphaMode) throws IOException, BadPictureException {
    int length = file.i32(imageChunk + 4L, WHERE);
    Vp8Frame frame = Vp8Decoder.decode(file.array(), file.start(imageChunk + 8), length);
    byte[] rgb = frame.toRgb();
    if (alphaMode == AlphaMode.WHITE && alphaChunk != 0) {
      byte[] opacity = opacity();
      for (int y = 0; y < frameHeight; y++) {
        Rasters.layOnWhite(rgb, y * frameWidth * 3, opacity, y * frameWidth, frameWidth);
      }
    }
    return new RgbImage(frame.width(), frame.height(), rgb);
  }

  /** The chunk ALPH: opacity, raw or as the green of a lossless picture, with a filter. */
  private byte[] opacity() throws IOException, BadPictureException {
    String where = "the chunk ALPH";
    int length = file.i32(alphaChunk + 4L, where);
    int data = alphaChunk + 8;
    int flags = file.u8(data, where);
    int count = frameWidth * frameHeight;
    byte[] values = new byte[count];
    switch (flags & 3) {
      case 0 -> {
        if (length - 1 < count) {
          throw BadPictureException.damaged(where + " is too short", data);
        }
        System.arraycopy(file.array(), file.start(data + 1), values, 0, count);
      }
      case 1 -> {
        int[] pixels =
            Vp8lDecoder.decodeAlpha(
                file.array(), file.start(data + 1), length - 1, frameWidth, frameHeight);
        for (int i = 0; i < count; i++) {
          values[i] = (byte) (pixels[i] >> 8);
        }
      }
      default ->
          throw BadPictureException.damaged(where + " is compressed in an unknown way", data);
    }
    unfilter(values, flags >> 2 & 3);
    return values;
  }

  /** Undoes the prediction of opacity from its neighbours: 1 left, 2 above, 3 gradient. */
  private void unfilter(byte[] v, int filter) {
    int w = frameWidth;
    if (filter == 0) {
      return;
    }
    for (int i = 0; i < v.length; i++) {
      int x = i % w;
      int left = x > 0 ? v[i - 1] & 0xFF : 0;
      int above = i >= w ? v[i - w] & 0xFF : 0;
      int predicted;
      if (i < w) {
        predicted = left;
      } else if (x == 0 || filter == 2) {
        predicted = above;
      } else if (filter == 1) {
        predicted = left;
      } else {
        predicted = Math.max(0, Math.min(255, left + above - (v[i - w - 1] & 0xFF)));
      }
      v[i] += (byte) predicted;
    }
  }

  private void walk() throws BadPictureException {
    long end = 8 + file.u32(4, "the header");
    // The padding byte of the last chunk is often forgotten.
    file.need(0, Math.max(end - 1, 20), WHERE);
    end = Math.min(end, file.length());
    boolean extended = false;
    long at = 12;
    while (at + 8 <= end) {
      String type = file.tag(at, WHERE);
      long length = file.u32(at + 4, WHERE);
      file.need(at, 8 + length, "the chunk " + type);
      int data = (int) at + 8;
      switch (type) {
        case "VP8X" -> {
          extended = true;
          alpha = (file.u8(data, type) & ALPHA_FLAG) != 0;
          canvasWidth = file.u24(data + 4L, type) + 1;
          canvasHeight = file.u24(data + 7L, type) + 1;
        }
        case "ANMF" -> {
          if (frames++ == 0) {
            animationFrame(data, (int) length);
          }
        }
        case "EXIF" -> {
          int skip = file.is(data, "Exif\0\0") ? 6 : 0;
          orientation = Exif.orientation(file.part(data + skip, (int) length - skip, type));
        }
        default -> image(type, (int) at, (int) length);
      }
      at += 8 + length + (length & 1);
    }
    if (imageChunk == 0) {
      throw BadPictureException.damaged("there is no picture before the end", at);
    }
    if (!extended) {
      canvasWidth = frameWidth;
      canvasHeight = frameHeight;
    }
    boolean fits =
        frames > 0
            ? frameX + frameWidth <= canvasWidth && frameY + frameHeight <= canvasHeight
            : frameWidth == canvasWidth && frameHeight == canvasHeight;
    if (!fits) {
      throw BadPictureException.damaged(
          "the picture of "
              + frameWidth
              + " x "
              + frameHeight
              + " does not fit its canvas of "
              + canvasWidth
              + " x "
              + canvasHeight,
          imageChunk);
    }
  }

  private void animationFrame(int data, int length) throws BadPictureException {
    frameX = 2 * file.u24(data, FRAME);
    frameY = 2 * file.u24(data + 3L, FRAME);
    int width = file.u24(data + 6L, FRAME) + 1;
    int height = file.u24(data + 9L, FRAME) + 1;
    long at = data + 16L;
    long end = (long) data + length;
    while (at + 8 <= end) {
      long size = file.u32(at + 4, FRAME);
      if (at + 8 + size > end) {
        throw BadPictureException.damaged("a chunk of the first frame is too long", at);
      }
      image(file.tag(at, FRAME), (int) at, (int) size);
      at += 8 + size + (size & 1);
    }
    if (imageChunk == 0 || width != frameWidth || height != frameHeight) {
      throw BadPictureException.damaged("the first frame is not what it announces", data);
    }
  }

  /** Notes a chunk of the first picture and reads the size from it. */
  private void image(String type, int at, int length) throws BadPictureException {
    if (imageChunk != 0) {
      return;
    }
    int data = at + 8;
    switch (type) {
      case "ALPH" -> alphaChunk = at;
      case "VP8 " -> {
        if (length < 10
            || (file.u8(data, type) & 1) != 0
            || file.u24(data + 3L, type) != 0x2A019D) {
          throw BadPictureException.damaged("the VP8 picture has no key frame header", at);
        }
        frameWidth = file.u16(data + 6L, type) & 0x3FFF;
        frameHeight = file.u16(data + 8L, type) & 0x3FFF;
        if (frameWidth == 0 || frameHeight == 0) {
          throw BadPictureException.damaged("the picture is empty", at);
        }
        alpha |= alphaChunk != 0;
        imageChunk = at;
      }
      case "VP8L" -> {
        long bits = length < 5 ? -1 : file.u32(data + 1L, type);
        if (file.u8(data, type) != 0x2F || bits >> 29 != 0) {
          throw BadPictureException.damaged("the VP8L picture has no header", at);
        }
        frameWidth = (int) (bits & 0x3FFF) + 1;
        frameHeight = (int) (bits >> 14 & 0x3FFF) + 1;
        alpha |= (bits >> 28 & 1) != 0;
        alphaChunk = 0;
        lossless = true;
        imageChunk = at;
      }
      default -> {}
    }
  }
}
