package dev.ocelli.engine.grounding;

import dev.ocelli.engine.vision.ImageSize;

/**
 * Carries shapes between an upright picture and its file, which may be stored turned or mirrored
 * (EXIF). Both ways are exact: coordinates are exchanged or counted from the other edge.
 *
 * @param stored size as stored
 * @param orientation of EXIF, 1 to 8; 1 is upright
 */
public record StoredFrame(ImageSize stored, int orientation) {
  /** Checks the orientation. */
  public StoredFrame {
    if (orientation < 1 || orientation > 8) {
      throw new IllegalArgumentException("EXIF knows no orientation " + orientation);
    }
  }

  /** Pixels of the file's own raster. */
  public Shape stored(Shape upright) {
    Shape turned = orientation >= 5 ? upright.transposed() : upright;
    return mirrored(turned);
  }

  /** Pixels of the upright picture. */
  public Shape upright(Shape inFile) {
    Shape turned = mirrored(inFile);
    return orientation >= 5 ? turned.transposed() : turned;
  }

  /** Counts from the right and lower edge where the orientation says so. */
  private Shape mirrored(Shape shape) {
    boolean right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    boolean down = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    return shape.map(x -> right ? stored.width() - x : x, y -> down ? stored.height() - y : y);
  }
}
