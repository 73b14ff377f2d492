package dev.ocelli.engine.vision;

import dev.ocelli.engine.OcelliException;

/**
 * The target sizes of Hugging Face's preprocessing (QWEN3VL sections 5.1 and 5.5).
 *
 * <p>Double arithmetic in exactly the reference's order; sizes are rounded to multiples of {@code
 * factor}, halves to even.
 */
public final class SmartResize {
  /** No picture may be longer than this many times its other side. */
  public static final int MAX_ASPECT_RATIO = 200;

  /** Tokens of a frame at most when pixels are capped per frame. */
  private static final int MAX_VIDEO_TOKENS = 768;

  private SmartResize() {}

  /**
   * The size of a picture.
   *
   * @throws OcelliException (INPUT) if the picture is more than 200 times as long as it is wide
   */
  public static ImageSize image(ImageSize source, int factor, ImageLimits limits) {
    int h = source.height();
    int w = source.width();
    checkAspectRatio(h, w, source);
    double f = factor;
    double hBar = Math.rint(h / f) * factor;
    double wBar = Math.rint(w / f) * factor;
    if (hBar * wBar > limits.maxPixels()) {
      double beta = Math.sqrt((double) ((long) h * w) / limits.maxPixels());
      hBar = Math.max(f, Math.floor(h / beta / f) * factor);
      wBar = Math.max(f, Math.floor(w / beta / f) * factor);
    } else if (hBar * wBar < limits.minPixels()) {
      double beta = Math.sqrt(limits.minPixels() / (double) ((long) h * w));
      hBar = Math.ceil(h * beta / f) * factor;
      wBar = Math.ceil(w * beta / f) * factor;
    }
    return size(hBar, wBar, limits);
  }

  /**
   * The size of every frame of a clip; the limits count all frames together.
   *
   * @param frames the number of sampled frames, before padding
   * @throws OcelliException (INPUT) if there are fewer frames than a patch takes, or a frame is
   *     more than 200 times as long as it is wide
   */
  public static ImageSize video(int frames, ImageSize source, PatchSpec spec, ImageLimits limits) {
    int factor = spec.factor();
    double f = factor;
    if (frames < spec.temporalPatch()) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "a clip needs at least "
              + spec.temporalPatch()
              + " frames, but this one has "
              + frames
              + ": give more frames, or send it as a picture");
    }
    int h = source.height();
    int w = source.width();
    if (h < factor || w < factor) {
      double scale = Math.max(f / h, f / w);
      h = (int) (h * scale);
      w = (int) (w * scale);
    }
    checkAspectRatio(h, w, source);
    double hBar = Math.rint(h / f) * factor;
    double wBar = Math.rint(w / f) * factor;
    double tBar = Math.rint(frames / (double) spec.temporalPatch()) * spec.temporalPatch();
    double pixels = (double) frames * h * w;
    if (tBar * hBar * wBar > limits.maxPixels()) {
      double beta = Math.sqrt(pixels / limits.maxPixels());
      hBar = Math.max(f, Math.floor(h / beta / f) * factor);
      wBar = Math.max(f, Math.floor(w / beta / f) * factor);
    } else if (tBar * hBar * wBar < limits.minPixels()) {
      double beta = Math.sqrt(limits.minPixels() / pixels);
      hBar = Math.ceil(h * beta / f) * factor;
      wBar = Math.ceil(w * beta / f) * factor;
    }
    return size(hBar, wBar, limits);
  }

  /**
   * The limits of a clip when the pixels of each frame are capped, as qwen-vl-utils and the option
   * {@code cap_pixels_per_frame} of transformers do: a frame has at most 768 tokens, and at least
   * 1.05 times the smallest clip.
   */
  public static ImageLimits capPixelsPerFrame(int frames, PatchSpec spec, ImageLimits limits) {
    long cap = (long) MAX_VIDEO_TOKENS * spec.pixelsPerToken();
    long perFrame =
        Math.max(Math.min(cap, limits.maxPixels() / frames), (long) (limits.minPixels() * 1.05));
    return new ImageLimits(limits.minPixels(), perFrame * frames);
  }

  private static void checkAspectRatio(int h, int w, ImageSize source) {
    if (Math.max(h, w) / (double) Math.min(h, w) > MAX_ASPECT_RATIO) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "the picture is "
              + source
              + " pixels, more than "
              + MAX_ASPECT_RATIO
              + " times as long as it is wide: cut it into pieces");
    }
  }

  private static ImageSize size(double h, double w, ImageLimits limits) {
    // RGB bytes of the resized picture must fit into one array.
    if (h * w > Integer.MAX_VALUE / 3) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          String.format(
              "resizing to at least %d and at most %d pixels gives a picture of %.0f x %.0f, which is"
                  + " too large: lower the limits",
              limits.minPixels(), limits.maxPixels(), w, h));
    }
    return new ImageSize((int) w, (int) h);
  }
}
