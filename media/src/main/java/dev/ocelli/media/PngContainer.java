package dev.ocelli.media;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.io.IOException;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A PNG file (W3C PNG specification, third edition).
 *
 * <p>Only the chunks that pixels need go to the decoder: text and colour profiles, whose compressed
 * forms can be bombs, are never inflated.
 */
final class PngContainer implements Container {
  private static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";
  private static final int PALETTE_TYPE = 3;

  /** No deflate stream inflates to more than about 1032 times its size. */
  private static final long MAX_RATIO = 1040;

  private static final List<String> CRITICAL = List.of("IHDR", "PLTE", "IDAT", "IEND");

  private final Bytes file;

  /** Signature, header and palette. */
  private final Parts head = new Parts();

  /** Image data and end. */
  private final Parts imageData = new Parts();

  /** Offset and length of the chunk tRNS with its frame; 0 if there is none. */
  private int transparencyAt;

  private int transparencyLength;

  private int width;
  private int height;
  private int bits;
  private int colorType;
  private int orientation = 1;
  private int frames = 1;
  private boolean palette;
  private boolean data;
  private long dataLength;

  private PngContainer(byte[] data) {
    this.file = Bytes.bigEndian(data);
  }

  static boolean recognises(Bytes file) {
    return file.is(0, SIGNATURE);
  }

  static PngContainer of(byte[] data) throws BadPictureException {
    PngContainer png = new PngContainer(data);
    png.walk();
    return png;
  }

  @Override
  public ImageHeader header() {
    boolean alpha = colorType >= 4 || transparencyLength > 0;
    return new ImageHeader(
        PictureFormat.PNG, new ImageSize(width, height), orientation, frames, alpha, bits);
  }

  @Override
  public RgbImage decode(AlphaMode alphaMode) throws IOException, BadPictureException {
    Parts parts = new Parts();
    parts.addAll(head);
    if (alphaMode != AlphaMode.DROP && transparencyLength > 0) {
      parts.add(transparencyAt, transparencyLength);
    }
    parts.addAll(imageData);
    byte[] clean = parts.join(file);
    return Rasters.toRgb(Reader.PNG.read(clean), alphaMode);
  }

  private void walk() throws BadPictureException {
    head.add(0, 8);
    long at = 8;
    while (true) {
      long length = file.u32(at, "the chunk list");
      String type = file.tag(at + 4, "the chunk list");
      if (length > Integer.MAX_VALUE) {
        throw BadPictureException.damaged("the chunk " + type + " has an impossible length", at);
      }
      file.need(at, 12 + length, "the chunk " + type);
      if (at == 8 && !type.equals("IHDR")) {
        throw BadPictureException.damaged("the first chunk is " + type + ", not IHDR", at);
      }
      checkSum(type, (int) at, (int) length);
      chunk(type, (int) at, (int) length);
      if (type.equals("IEND")) {
        break;
      }
      at += 12 + length;
    }
    if (!data) {
      throw BadPictureException.damaged("there is no image data before the end", at);
    }
    int samples = colorType == 2 ? 3 : colorType == 4 ? 2 : colorType == 6 ? 4 : 1;
    double bytes = (double) width * height * samples * bits / 8;
    if (bytes > MAX_RATIO * (dataLength + 1.0)) {
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

  private void chunk(String type, int at, int length) throws BadPictureException {
    switch (type) {
      case "IHDR" -> {
        imageHeader(at, length);
        head.add(at, 12 + length);
      }
      case "PLTE" -> {
        if (length == 0 || length % 3 != 0 || length > 3 * 256) {
          throw BadPictureException.damaged("the palette has " + length + " bytes", at);
        }
        // A suggested palette of a true colour picture says nothing about its pixels.
        if (colorType == PALETTE_TYPE && !palette && !data) {
          head.add(at, 12 + length);
          palette = true;
        }
      }
      case "IDAT" -> {
        if (colorType == PALETTE_TYPE && !palette) {
          throw BadPictureException.damaged("there is no palette before the image data", at);
        }
        data = true;
        dataLength += length;
        imageData.add(at, 12 + length);
      }
      case "IEND" -> imageData.add(at, 12 + length);
      case "tRNS" -> {
        if (!data && transparencyLength == 0 && colorType < 4) {
          transparencyAt = at;
          transparencyLength = 12 + length;
        }
      }
      case "eXIf" -> orientation = Exif.orientation(file.part(at + 8, length, type));
      case "acTL" -> {
        if (length >= 4) {
          frames = Math.max(1, file.i32(at + 8, type));
        }
      }
      case "CgBI" -> throw BadPictureException.unsupported("Apple's altered PNG format (CgBI)");
      default -> {
        if (Character.isUpperCase(type.charAt(0))) {
          throw BadPictureException.damaged("the critical chunk " + type + " is unknown", at);
        }
      }
    }
  }

  private void imageHeader(int at, int length) throws BadPictureException {
    if (width != 0 || length != 13) {
      throw BadPictureException.damaged("there is a wrong or second chunk IHDR", at);
    }
    width = file.i32(at + 8, "IHDR");
    height = file.i32(at + 12, "IHDR");
    bits = file.u8(at + 16, "IHDR");
    colorType = file.u8(at + 17, "IHDR");
    int methods =
        file.u8(at + 18, "IHDR") | file.u8(at + 19, "IHDR") | file.u8(at + 20, "IHDR") >> 1;
    boolean possible =
        switch (colorType) {
          case 0 -> bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
          case PALETTE_TYPE -> bits == 1 || bits == 2 || bits == 4 || bits == 8;
          case 2, 4, 6 -> bits == 8 || bits == 16;
          default -> false;
        };
    if (width < 1 || height < 1 || !possible || methods != 0) {
      throw BadPictureException.damaged(
          "the header announces "
              + Integer.toUnsignedString(width)
              + " x "
              + Integer.toUnsignedString(height)
              + " pixels, colour type "
              + colorType
              + " with "
              + bits
              + " bits, which does not exist",
          at);
    }
  }

  private void checkSum(String type, int at, int length) throws BadPictureException {
    if (!CRITICAL.contains(type) && !type.equals("tRNS")) {
      return;
    }
    CRC32 crc = new CRC32();
    crc.update(file.array(), file.start(at + 4), length + 4);
    if (crc.getValue() != file.u32(at + 8 + length, type)) {
      throw BadPictureException.damaged("the check sum of the chunk " + type + " is wrong", at);
    }
  }
}
