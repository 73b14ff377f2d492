package dev.ocelli.engine.vision;

import dev.ocelli.engine.OcelliException;

/**
 * The target sizes of llama.cpp's preprocessing (QWEN3VL section 5.6), for comparing with it.
 *
 * <p>Float32 arithmetic, halves away from zero, sides of at least one token, no check of the aspect
 * ratio; the picture keeps its aspect ratio and is centred on black.
 */
public final class LlamaCppResize {
  /** The fewest tokens that llama.cpp makes of a picture unless told otherwise. */
  public static final int MIN_TOKENS = 8;

  /** The most tokens that llama.cpp makes of a picture unless told otherwise. */
  public static final int MAX_TOKENS = 4096;

  private LlamaCppResize() {}

  /** The size of the canvas. */
  public static ImageSize canvas(ImageSize source, int factor, ImageLimits limits) {
    float f = factor;
    float h = source.height();
    float w = source.width();
    long hBar = Math.max(factor, round(h / f) * factor);
    long wBar = Math.max(factor, round(w / f) * factor);
    if (hBar * wBar > limits.maxPixels()) {
      float beta = (float) Math.sqrt(h * w / (float) limits.maxPixels());
      hBar = Math.max(factor, (long) Math.floor(h / beta / f) * factor);
      wBar = Math.max(factor, (long) Math.floor(w / beta / f) * factor);
    } else if (hBar * wBar < limits.minPixels()) {
      float beta = (float) Math.sqrt((float) limits.minPixels() / (h * w));
      hBar = (long) Math.ceil(h * beta / f) * factor;
      wBar = (long) Math.ceil(w * beta / f) * factor;
    }
    if (hBar > Integer.MAX_VALUE / 3 / wBar) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "resizing to at least "
              + limits.minPixels()
              + " pixels gives a picture of "
              + wBar
              + " x "
              + hBar
              + ", which is too large: lower the limits");
    }
    return new ImageSize((int) wBar, (int) hBar);
  }

  /** Where the resized picture lies on its canvas. */
  public static Placement letterbox(ImageSize source, ImageSize canvas) {
    if (source.equals(canvas)) {
      return new Placement(0, 0, canvas.width(), canvas.height());
    }
    float scale =
        Math.min(
            canvas.width() / (float) source.width(), canvas.height() / (float) source.height());
    int width = Math.min((int) Math.ceil(source.width() * scale), canvas.width());
    int height = Math.min((int) Math.ceil(source.height() * scale), canvas.height());
    return new Placement(
        (canvas.width() - width) / 2, (canvas.height() - height) / 2, width, height);
  }

  /** C's {@code std::round} of a positive value: halves away from zero. */
  private static long round(float value) {
    return (long) Math.floor(value + 0.5f);
  }
}
