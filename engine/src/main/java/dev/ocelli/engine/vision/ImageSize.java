package dev.ocelli.engine.vision;

/**
 * The size of a picture.
 *
 * @param width pixels in a row, at least 1
 * @param height rows, at least 1
 */
public record ImageSize(int width, int height) {
  /** Checks that the picture is not empty. */
  public ImageSize {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("a picture cannot be " + width + " x " + height);
    }
  }

  /** The number of pixels. */
  public long pixels() {
    return (long) width * height;
  }

  @Override
  public String toString() {
    return width + " x " + height;
  }
}
