package dev.ocelli.engine.vision;

/**
 * A picture as the model's preprocessing takes it: 8-bit RGB, upright (EXIF applied), no alpha.
 *
 * @param width pixels in a row
 * @param height rows
 * @param rgb {@code height * width * 3} bytes, row by row, red green blue
 */
public record RgbImage(int width, int height, byte[] rgb) {
  /** Checks the size of the data. */
  public RgbImage {
    if (width < 1
        || height < 1
        || rgb.length != Math.multiplyExact(Math.multiplyExact(width, height), 3)) {
      throw new IllegalArgumentException(
          "an image of " + width + " x " + height + " cannot have " + rgb.length + " bytes");
    }
  }
}
