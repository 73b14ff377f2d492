package dev.ocelli.media.jp2;

/**
 * Decoded components, each at its own resolution.
 *
 * @param width of the picture
 * @param height of the picture
 * @param planes one for each component
 */
public record Samples(int width, int height, Plane[] planes) {

  /**
   * One component. Sample {@code (x, y)} of the picture is {@link #at}.
   *
   * @param bits of a sample, at most 8; of deeper components the upper 8 are kept
   * @param values {@code height * width} samples, in the lower bits
   * @param x0 column of the first sample on the component's grid
   * @param y0 row of the first sample on the component's grid
   * @param component how the grid relates to the picture
   * @param pictureX0 column of the picture's first pixel on the reference grid
   * @param pictureY0 row of the picture's first pixel on the reference grid
   */
  public record Plane(
      int bits, byte[] values, Area area, Component component, int pictureX0, int pictureY0) {

    /** Whether it has a sample for each pixel. */
    public boolean isWhole() {
      return component.dx() == 1 && component.dy() == 1;
    }

    /** The sample that covers a pixel. */
    public int at(int x, int y) {
      int column = Math.max((pictureX0 + x) / component.dx(), area.x0()) - area.x0();
      int row = Math.max((pictureY0 + y) / component.dy(), area.y0()) - area.y0();
      return values[
              Math.min(row, area.height() - 1) * area.width() + Math.min(column, area.width() - 1)]
          & 0xFF;
    }
  }
}
