package dev.ocelli.engine.grounding;

import dev.ocelli.engine.vision.ImagePlan;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.Placement;

/**
 * Carries shapes between a picture as the model saw it and the picture as it is looked at.
 *
 * <p>The model writes parts of a thousand of the canvas that it saw. Coordinate {@code r} lies at
 * {@code (r * canvas - 1000 * offset) * source / (1000 * placed)} pixels of the upright picture;
 * where the picture fills the canvas, as it does unless llama.cpp's letterbox is followed, that is
 * {@code r * source / 1000}. For whole {@code r} the numerator is exact in float64, so that the
 * result is the true one rounded once; and as {@code r * source / 1000} has at most three decimals,
 * three decimals are enough to write it exactly. {@link #relative} takes it back: rounded to a
 * whole number, it gives {@code r} again for every picture.
 *
 * @param source size of the upright picture in pixels
 * @param canvas what the model saw
 * @param placement where on it the picture lay
 */
public record PictureFrame(ImageSize source, ImageSize canvas, Placement placement) {
  private static final double PARTS = 1000;

  /** The frame of a planned picture. */
  public static PictureFrame of(ImagePlan plan) {
    return new PictureFrame(plan.source(), plan.canvas(), plan.placement());
  }

  /** The frame of a picture that fills what the model saw of it. */
  public static PictureFrame filling(ImageSize source) {
    return new PictureFrame(source, source, new Placement(0, 0, source.width(), source.height()));
  }

  /** Pixels of the upright picture, kept within it. */
  public Shape pixels(Shape relative) {
    return relative.map(
        x -> pixel(x, source.width(), canvas.width(), placement.x(), placement.width()),
        y -> pixel(y, source.height(), canvas.height(), placement.y(), placement.height()));
  }

  /** Parts of a thousand of what the model saw. */
  public Shape relative(Shape pixels) {
    return pixels.map(
        x -> part(x, source.width(), canvas.width(), placement.x(), placement.width()),
        y -> part(y, source.height(), canvas.height(), placement.y(), placement.height()));
  }

  private static double pixel(double r, int source, int canvas, int offset, int placed) {
    double at = (r * canvas - PARTS * offset) * source / (PARTS * placed);
    return Math.clamp(at, 0, source);
  }

  private static double part(double pixel, int source, int canvas, int offset, int placed) {
    return (pixel * placed + (double) offset * source) * PARTS / ((double) source * canvas);
  }

  /** A number of pixels with three decimals, as it is written. */
  public static double rounded(double pixels) {
    return Math.rint(pixels * PARTS) / PARTS;
  }
}
