package dev.ocelli.media;

/** Reads the orientation out of EXIF data, and nothing else. */
final class Exif {
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int UPRIGHT = 1;

  private Exif() {}

  /**
   * The orientation, 1 to 8.
   *
   * <p>EXIF data is a TIFF header and directory. Cameras and editors write much nonsense here that
   * has nothing to do with the pixels, so whatever cannot be understood means upright, as in
   * Pillow.
   */
  static int orientation(Bytes exif) {
    try {
      boolean big = exif.is(0, "MM");
      if (!big && !exif.is(0, "II")) {
        return UPRIGHT;
      }
      Bytes tiff = exif.withOrder(big);
      long directory = tiff.u32(4, "EXIF");
      int entries = tiff.u16(directory, "EXIF");
      for (int i = 0; i < entries; i++) {
        long entry = directory + 2 + 12L * i;
        if (tiff.u16(entry, "EXIF") == ORIENTATION) {
          long value =
              switch (tiff.u16(entry + 2, "EXIF")) {
                case SHORT -> tiff.u16(entry + 8, "EXIF");
                case LONG -> tiff.u32(entry + 8, "EXIF");
                default -> UPRIGHT;
              };
          return value >= 1 && value <= 8 ? (int) value : UPRIGHT;
        }
      }
      return UPRIGHT;
    } catch (BadPictureException e) {
      return UPRIGHT;
    }
  }
}
