package dev.ocelli.media;

/** The picture formats that can be decoded. */
public enum PictureFormat {
  PNG("PNG"),
  JPEG("JPEG"),
  WEBP("WebP"),
  GIF("GIF"),
  BMP("BMP"),
  TIFF("TIFF"),
  JPEG2000("JPEG 2000");

  private final String label;

  PictureFormat(String label) {
    this.label = label;
  }

  @Override
  public String toString() {
    return label;
  }
}
