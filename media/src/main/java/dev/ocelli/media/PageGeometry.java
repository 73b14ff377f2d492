package dev.ocelli.media;

import dev.ocelli.engine.vision.ImageSize;

/**
 * Where a page's pixels lie on the page.
 *
 * <p>There are three spaces. <em>User space</em> is the document's own: points, y upward, as
 * stored. <em>Shown</em> is the page as a reader sees it: cropped and turned, points from the upper
 * left corner. <em>Picture</em> is the rendered page: pixels from the upper left corner, of which
 * each side is stretched on its own.
 *
 * @param left left edge of the crop box in user space
 * @param bottom its lower edge
 * @param right its right edge, above {@code left}
 * @param top its upper edge, above {@code bottom}
 * @param rotation by how much the page is turned clockwise for showing: 0, 90, 180 or 270 degrees
 */
public record PageGeometry(double left, double bottom, double right, double top, int rotation) {

  /** Checks that the page is not empty and is turned by right angles. */
  public PageGeometry {
    boolean finite =
        Double.isFinite(left)
            && Double.isFinite(bottom)
            && Double.isFinite(right)
            && Double.isFinite(top);
    if (!finite || !(right > left) || !(top > bottom)) {
      throw new IllegalArgumentException(
          "a page from (%s, %s) to (%s, %s)".formatted(left, bottom, right, top));
    }
    if (rotation < 0 || rotation > 270 || rotation % 90 != 0) {
      throw new IllegalArgumentException("a page turned by " + rotation + " degrees");
    }
  }

  /** A page whose points are the pixels of a stored picture. */
  public static PageGeometry ofPixels(ImageSize size) {
    return new PageGeometry(0, 0, size.width(), size.height(), 0);
  }

  /** Points from left to right as shown. */
  public double width() {
    return rotation % 180 == 0 ? right - left : top - bottom;
  }

  /** Points from top to bottom as shown. */
  public double height() {
    return rotation % 180 == 0 ? top - bottom : right - left;
  }

  /** User space to shown. */
  public PagePoint userToShown(PagePoint user) {
    return switch (rotation) {
      case 90 -> new PagePoint(user.y() - bottom, user.x() - left);
      case 180 -> new PagePoint(right - user.x(), user.y() - bottom);
      case 270 -> new PagePoint(top - user.y(), right - user.x());
      default -> new PagePoint(user.x() - left, top - user.y());
    };
  }

  /** Shown to user space. */
  public PagePoint shownToUser(PagePoint shown) {
    return switch (rotation) {
      case 90 -> new PagePoint(left + shown.y(), bottom + shown.x());
      case 180 -> new PagePoint(right - shown.x(), bottom + shown.y());
      case 270 -> new PagePoint(right - shown.y(), top - shown.x());
      default -> new PagePoint(left + shown.x(), top - shown.y());
    };
  }

  /**
   * Shown to the pixels of a picture.
   *
   * @param picture size of the rendered page
   */
  public PagePoint shownToPicture(PagePoint shown, ImageSize picture) {
    return new PagePoint(
        shown.x() * picture.width() / width(), shown.y() * picture.height() / height());
  }

  /**
   * Pixels of a picture to shown.
   *
   * @param picture size of the rendered page
   */
  public PagePoint pictureToShown(PagePoint pixel, ImageSize picture) {
    return new PagePoint(
        pixel.x() * width() / picture.width(), pixel.y() * height() / picture.height());
  }

  /** The size of the picture of the page at a resolution, each side at least one pixel. */
  public ImageSize pixels(double dpi) {
    return new ImageSize(side(width(), dpi), side(height(), dpi));
  }

  private static int side(double points, double dpi) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.rint(points * dpi / 72)));
  }
}
