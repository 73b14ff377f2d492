package dev.ocelli.media;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.io.IOException;

/** A Windows or OS/2 bitmap file: uncompressed, with bit masks, or run-length encoded. */
final class BmpContainer implements Container {
  private static final int NONE = 0;
  private static final int RLE8 = 1;
  private static final int RLE4 = 2;
  private static final int BIT_FIELDS = 3;
  private static final int ALPHA_BIT_FIELDS = 6;
  private static final String HEADER = "the header";

  private final byte[] data;
  private final ImageHeader header;

  private BmpContainer(byte[] data, ImageHeader header) {
    this.data = data;
    this.header = header;
  }

  static boolean recognises(Bytes file) {
    // Two letters prove little: the sizes of the two headers must fit as well.
    return file.is(0, "BM") && file.length() < 18 || file.is(0, "BM") && plausible(file);
  }

  private static boolean plausible(Bytes file) {
    try {
      long header = file.withOrder(false).u32(14, HEADER);
      return header >= 12 && header <= 124;
    } catch (BadPictureException e) {
      return false;
    }
  }

  static BmpContainer of(byte[] data) throws BadPictureException {
    Bytes file = Bytes.littleEndian(data);
    long pixels = file.u32(10, HEADER);
    int headerSize = (int) file.u32(14, HEADER);
    boolean os2 = headerSize == 12;
    int width = os2 ? file.u16(18, HEADER) : file.i32(18, HEADER);
    int height = os2 ? file.u16(20, HEADER) : file.i32(22, HEADER);
    int bits = file.u16(os2 ? 24 : 28, HEADER);
    int compression = os2 ? NONE : file.i32(30, HEADER);
    if (width < 1 || height == 0 || height == Integer.MIN_VALUE) {
      throw BadPictureException.damaged(
          "the header announces " + width + " x " + height + " pixels", 18);
    }
    boolean rle = compression == RLE8 && bits == 8 || compression == RLE4 && bits == 4;
    boolean plain =
        compression == NONE
            && (bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32);
    boolean masks =
        (compression == BIT_FIELDS || compression == ALPHA_BIT_FIELDS)
            && (bits == 16 || bits == 32);
    if (!rle && !plain && !masks) {
      throw BadPictureException.unsupported(
          "a bitmap of " + bits + " bits with compression " + compression);
    }
    if (!rle) {
      long stride = ((long) width * bits + 31) / 32 * 4;
      file.need(pixels, stride * Math.abs((long) height), "the image data");
    } else {
      file.need(pixels, 2, "the image data");
    }
    ImageSize size = new ImageSize(width, Math.abs(height));
    return new BmpContainer(data, new ImageHeader(PictureFormat.BMP, size, 1, 1, false, bits));
  }

  @Override
  public ImageHeader header() {
    return header;
  }

  @Override
  public RgbImage decode(AlphaMode alphaMode) throws IOException, BadPictureException {
    // The size that the header states is often wrong or 0; the decoder would believe it.
    byte[] clean = data.clone();
    for (int i = 0; i < 4; i++) {
      clean[2 + i] = (byte) (data.length >> 8 * i);
    }
    return Rasters.toRgb(Reader.BMP.read(clean), AlphaMode.DROP);
  }
}
