package dev.ocelli.media;

import dev.ocelli.engine.vision.RgbImage;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Decoded pictures to 8-bit RGB as Pillow's {@code convert("RGB")} does it: samples are taken as
 * they are, whatever the colour profile says; 16-bit samples keep their upper eight bits.
 */
final class Rasters {
  private Rasters() {}

  /**
   * Converts a picture.
   *
   * @throws BadPictureException if it has samples or colours of a kind that is not known here
   */
  static RgbImage toRgb(BufferedImage image, AlphaMode alphaMode) throws BadPictureException {
    if (image.isAlphaPremultiplied()) {
      image.coerceData(false);
    }
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[width * height * 3];
    RowConverter converter = converter(image);
    byte[] alpha = new byte[width];
    boolean onWhite =
        alphaMode == AlphaMode.WHITE
            && image.getColorModel().getTransparency() != Transparency.OPAQUE;
    for (int y = 0; y < height; y++) {
      int to = y * width * 3;
      converter.row(y, rgb, to, alpha);
      if (onWhite) {
        layOnWhite(rgb, to, alpha, 0, width);
      }
    }
    return new RgbImage(width, height, rgb);
  }

  static byte clamp(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }

  /** One of R, G, B of a pixel with ink under black: Pillow's CMYK conversion. */
  static byte underInk(int ink, int notBlack) {
    int product = ink * notBlack + 128;
    return clamp(notBlack - (((product >> 8) + product) >> 8));
  }

  /** Lays a row on white paper by its opacity. */
  static void layOnWhite(byte[] rgb, int at, byte[] alpha, int alphaAt, int width) {
    for (int x = 0, i = at; x < width; x++) {
      int a = alpha[alphaAt + x] & 0xFF;
      for (int c = 0; c < 3; c++, i++) {
        int mixed = (rgb[i] & 0xFF) * a + 255 * (255 - a);
        rgb[i] = (byte) ((mixed + 127) / 255);
      }
    }
  }

  /** Writes a row's pixels, and their opacity if there is any. */
  private interface RowConverter {
    void row(int y, byte[] rgb, int at, byte[] alpha);
  }

  private static RowConverter converter(BufferedImage image) throws BadPictureException {
    Raster raster = image.getRaster();
    ColorModel model = image.getColorModel();
    return switch (model) {
      case IndexColorModel index -> palette(raster, index);
      case DirectColorModel direct -> packed(raster, direct);
      case ComponentColorModel component -> components(raster, component);
      default -> throw BadPictureException.unsupported("an unknown kind of pixels");
    };
  }

  private static RowConverter palette(Raster raster, IndexColorModel model) {
    int width = raster.getWidth();
    int[] colors = new int[model.getMapSize()];
    model.getRGBs(colors);
    int[] row = new int[width];
    return (y, rgb, at, alpha) -> {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int x = 0, to = at; x < width; x++, to += 3) {
        int color = row[x] < colors.length ? colors[row[x]] : 0xFF000000;
        rgb[to] = (byte) (color >> 16);
        rgb[to + 1] = (byte) (color >> 8);
        rgb[to + 2] = (byte) color;
        alpha[x] = (byte) (color >> 24);
      }
    };
  }

  private static RowConverter packed(Raster raster, DirectColorModel model) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    int[] row = new int[width * bands];
    int[] largest = new int[bands];
    for (int b = 0; b < bands; b++) {
      largest[b] = (1 << model.getComponentSize(b)) - 1;
    }
    return (y, rgb, at, alpha) -> {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0, from = 0, to = at; x < width; x++, from += bands, to += 3) {
        for (int c = 0; c < 3; c++) {
          rgb[to + c] = (byte) (row[from + c] * 255 / largest[c]);
        }
        alpha[x] = bands == 4 ? (byte) (row[from + 3] * 255 / largest[3]) : -1;
      }
    };
  }

  private static RowConverter components(Raster raster, ComponentColorModel model)
      throws BadPictureException {
    int type = raster.getTransferType();
    if (type != DataBuffer.TYPE_BYTE && type != DataBuffer.TYPE_USHORT) {
      throw BadPictureException.unsupported("pixels that are not 8 or 16 bits");
    }
    int shift = type == DataBuffer.TYPE_USHORT ? 8 : 0;
    int colors = model.getNumColorComponents();
    int space = model.getColorSpace().getType();
    boolean known =
        colors == 1 && space == ColorSpace.TYPE_GRAY
            || colors == 3 && space == ColorSpace.TYPE_RGB
            || colors == 4 && space == ColorSpace.TYPE_CMYK;
    if (!known) {
      throw BadPictureException.unsupported("colours that are neither grey, RGB nor CMYK");
    }
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    boolean hasAlpha = model.hasAlpha() && bands > colors;
    int[] row = new int[width * bands];
    return (y, rgb, at, alpha) -> {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0, from = 0, to = at; x < width; x++, from += bands, to += 3) {
        switch (colors) {
          case 1 -> {
            byte grey = (byte) (row[from] >> shift);
            rgb[to] = grey;
            rgb[to + 1] = grey;
            rgb[to + 2] = grey;
          }
          case 3 -> {
            rgb[to] = (byte) (row[from] >> shift);
            rgb[to + 1] = (byte) (row[from + 1] >> shift);
            rgb[to + 2] = (byte) (row[from + 2] >> shift);
          }
          default -> {
            int notBlack = 255 - (row[from + 3] >> shift);
            for (int c = 0; c < 3; c++) {
              rgb[to + c] = underInk(row[from + c] >> shift, notBlack);
            }
          }
        }
        alpha[x] = hasAlpha ? (byte) (row[from + colors] >> shift) : -1;
      }
    };
  }
}
