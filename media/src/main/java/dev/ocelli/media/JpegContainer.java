package dev.ocelli.media;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.IOException;

/**
 * A JPEG file (ITU-T T.81; colours as in libjpeg).
 *
 * <p>The decoder gets the picture without its application segments and returns samples before
 * colour conversion, so no profile or odd marker can alter or refuse a picture; the conversion is
 * done here as libjpeg and Pillow do it. With the JDK's decoder (libjpeg 6b, exact integer DCT,
 * smooth chroma upsampling) the pixels equal those of Pillow, except that pictures whose chroma is
 * subsampled only vertically are upsampled less smoothly.
 */
final class JpegContainer implements Container {
  /** More scans than any encoder writes; each costs a pass over the picture. */
  private static final int MAX_SCANS = 256;

  private static final int START_OF_IMAGE = 0xD8;
  private static final int END_OF_IMAGE = 0xD9;
  private static final int START_OF_SCAN = 0xDA;

  private final Bytes file;

  /** The file without application segments and comments. */
  private final Parts clean = new Parts();

  private int width;
  private int height;
  private int components;
  private String componentIds = "";
  private int orientation = 1;
  private boolean jfif;

  /** The transform of an Adobe segment; -1 if there is none. */
  private int adobeTransform = -1;

  private JpegContainer(byte[] data) {
    this.file = Bytes.bigEndian(data);
  }

  static boolean recognises(Bytes file) {
    return file.is(0, "\u00FF\u00D8\u00FF");
  }

  static JpegContainer of(byte[] data) throws BadPictureException {
    JpegContainer jpeg = new JpegContainer(data);
    jpeg.walk();
    return jpeg;
  }

  @Override
  public ImageHeader header() {
    return new ImageHeader(
        PictureFormat.JPEG, new ImageSize(width, height), orientation, 1, false, 8);
  }

  @Override
  public RgbImage decode(AlphaMode alphaMode) throws IOException {
    Raster raster = Reader.JPEG.readSamples(clean.join(file));
    if (raster.getWidth() != width
        || raster.getHeight() != height
        || raster.getNumBands() != components
        || !(raster.getSampleModel() instanceof PixelInterleavedSampleModel)) {
      throw new IOException("the decoder returned another kind of picture than announced");
    }
    return new RgbImage(width, height, toRgb(raster));
  }

  private void walk() throws BadPictureException {
    clean.add(0, 2);
    int at = 2;
    int scans = 0;
    long dataLength = 0;
    while (true) {
      if (file.u8(at, "the marker segments") != 0xFF) {
        throw BadPictureException.damaged("a marker is missing", at);
      }
      int marker = file.u8(at + 1, "the marker segments");
      if (marker == 0xFF) {
        at++;
        continue;
      }
      if (marker == END_OF_IMAGE) {
        clean.add(at, 2);
        break;
      }
      if (marker == 0x00 || marker == 0x01 || marker >= 0xD0 && marker <= START_OF_IMAGE) {
        throw BadPictureException.damaged(
            String.format("marker 0x%02X is out of place", marker), at);
      }
      int length = file.u16(at + 2, "the marker segments");
      String where = String.format("the segment 0x%02X", marker);
      file.need(at, 2 + (long) length, where);
      if (length < 2) {
        throw BadPictureException.damaged(where + " has an impossible length", at);
      }
      segment(marker, at + 4, length - 2);
      if (marker < 0xE0) {
        clean.add(at, 2 + length);
      }
      at += 2 + length;
      if (marker == START_OF_SCAN) {
        if (width == 0) {
          throw BadPictureException.damaged("image data comes before the frame header", at);
        }
        if (++scans > MAX_SCANS) {
          throw BadPictureException.damaged("there are more than " + MAX_SCANS + " scans", at);
        }
        int end = endOfScan(at);
        clean.add(at, end - at);
        dataLength += end - at;
        at = end;
      }
    }
    if (scans == 0) {
      throw BadPictureException.damaged("there is no image data before the end", at);
    }
    // Every block of 8 x 8 pixels takes a code of at least one bit.
    if (Math.ceilDiv(width, 8) * (long) Math.ceilDiv(height, 8) > 8 * dataLength) {
      throw BadPictureException.damaged(
          "the image data of "
              + dataLength
              + " bytes is too short for "
              + width
              + " x "
              + height
              + " pixels",
          at);
    }
  }

  /** The offset of the next marker that is neither a stuffed byte nor a restart marker. */
  private int endOfScan(int from) throws BadPictureException {
    byte[] data = file.array();
    int end = file.start(file.length()) - 1;
    for (int i = file.start(from); i < end; i++) {
      if (data[i] == (byte) 0xFF) {
        int next = data[i + 1] & 0xFF;
        if (next != 0 && next != 0xFF && !(next >= 0xD0 && next <= 0xD7)) {
          return i - file.start(0);
        }
      }
    }
    throw BadPictureException.cutOff("the image data", file.length());
  }

  private void segment(int marker, int at, int length) throws BadPictureException {
    switch (marker) {
      case 0xC0, 0xC1, 0xC2 -> frameHeader(at, length);
      case 0xC3 -> throw BadPictureException.unsupported("lossless JPEG compression");
      case 0xC5, 0xC6, 0xC7 -> throw BadPictureException.unsupported("hierarchical JPEG frames");
      case 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF ->
          throw BadPictureException.unsupported("arithmetic JPEG coding");
      case 0xDC -> throw BadPictureException.unsupported("a JPEG height after the image data");
      case 0xE0 -> jfif |= length >= 14 && file.is(at, "JFIF\0");
      case 0xE1 -> {
        if (length > 6 && file.is(at, "Exif\0\0")) {
          orientation = Exif.orientation(file.part(at + 6, length - 6, "EXIF"));
        }
      }
      case 0xEE -> {
        if (length >= 12 && file.is(at, "Adobe")) {
          adobeTransform = file.u8(at + 11, "the Adobe segment");
        }
      }
      default -> {}
    }
  }

  private void frameHeader(int at, int length) throws BadPictureException {
    if (width != 0) {
      throw BadPictureException.damaged("there is a second frame header", at);
    }
    String where = "the frame header";
    int precision = file.u8(at, where);
    height = file.u16(at + 1, where);
    width = file.u16(at + 3, where);
    components = file.u8(at + 5, where);
    if (length != 6 + 3 * components || width == 0) {
      throw BadPictureException.damaged("the frame header is wrong", at);
    }
    if (height == 0) {
      throw BadPictureException.unsupported("a JPEG height after the image data");
    }
    if (precision != 8) {
      throw BadPictureException.unsupported("JPEG samples of " + precision + " bits");
    }
    if (components != 1 && components != 3 && components != 4) {
      throw BadPictureException.unsupported(components + " JPEG components");
    }
    StringBuilder ids = new StringBuilder();
    for (int i = 0; i < components; i++) {
      ids.append((char) file.u8(at + 6 + 3L * i, where));
    }
    componentIds = ids.toString();
  }

  /** The colour space of three components, by libjpeg's rules. */
  private boolean isRgb() {
    if (jfif) {
      return false;
    }
    return adobeTransform >= 0 ? adobeTransform == 0 : componentIds.equals("RGB");
  }

  private byte[] toRgb(Raster raster) {
    byte[] rgb = new byte[width * height * 3];
    byte[] row = new byte[width * components];
    boolean convert = components == 4 ? adobeTransform > 0 : !isRgb();
    YccToRgb ycc = new YccToRgb();
    for (int y = 0; y < height; y++) {
      raster.getDataElements(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      int to = y * width * 3;
      switch (components) {
        case 1 -> {
          for (int x = 0; x < width; x++, to += 3) {
            rgb[to] = row[x];
            rgb[to + 1] = row[x];
            rgb[to + 2] = row[x];
          }
        }
        case 3 -> {
          if (convert) {
            ycc.convert(row, 3, width, rgb, to);
          } else {
            System.arraycopy(row, 0, rgb, to, width * 3);
          }
        }
        default -> {
          // Adobe's inks are stored inverted: what looks like R, G, B of YCCK is the amount of ink.
          if (convert) {
            ycc.convert(row, 4, width, rgb, to);
          } else {
            for (int x = 0; x < width; x++) {
              System.arraycopy(row, 4 * x, rgb, to + 3 * x, 3);
            }
          }
          for (int x = 0; x < width; x++) {
            int paper = row[4 * x + 3] & 0xFF;
            for (int c = 0; c < 3; c++) {
              int at = to + 3 * x + c;
              int ink = convert ? rgb[at] & 0xFF : 255 - (rgb[at] & 0xFF);
              rgb[at] = Rasters.underInk(ink, paper);
            }
          }
        }
      }
    }
    return rgb;
  }

  /** JFIF's YCbCr to RGB in libjpeg's 16-bit fixed point. */
  static final class YccToRgb {
    private final int[] crToRed = new int[256];
    private final int[] cbToBlue = new int[256];
    private final int[] crToGreen = new int[256];
    private final int[] cbToGreen = new int[256];

    YccToRgb() {
      for (int i = 0; i < 256; i++) {
        int x = i - 128;
        crToRed[i] = (fixed(1.40200) * x + 32768) >> 16;
        cbToBlue[i] = (fixed(1.77200) * x + 32768) >> 16;
        crToGreen[i] = -fixed(0.71414) * x;
        cbToGreen[i] = -fixed(0.34414) * x + 32768;
      }
    }

    /** Converts the first three of {@code stride} samples a pixel. */
    void convert(byte[] row, int stride, int width, byte[] rgb, int at) {
      int from = 0;
      int to = at;
      for (int x = 0; x < width; x++, from += stride, to += 3) {
        int y = row[from] & 0xFF;
        int cb = row[from + 1] & 0xFF;
        int cr = row[from + 2] & 0xFF;
        rgb[to] = Rasters.clamp(y + crToRed[cr]);
        rgb[to + 1] = Rasters.clamp(y + ((cbToGreen[cb] + crToGreen[cr]) >> 16));
        rgb[to + 2] = Rasters.clamp(y + cbToBlue[cb]);
      }
    }

    private static int fixed(double x) {
      return (int) (x * 65536 + 0.5);
    }
  }
}
