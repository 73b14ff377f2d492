package dev.ocelli.engine.vision;

/**
 * Where a picture lies on the canvas that the model sees; the rest is black.
 *
 * @param x pixels from the left
 * @param y pixels from the top
 * @param width pixels in a row of the resized picture, at least 1
 * @param height rows of the resized picture, at least 1
 */
public record Placement(int x, int y, int width, int height) {
  /** The size of the resized picture. */
  public ImageSize size() {
    return new ImageSize(width, height);
  }
}
