package dev.ocelli.engine.vision;

import dev.ocelli.engine.OcelliException;
import java.util.OptionalInt;

/**
 * What the user chose about a picture; absent choices are the model's.
 *
 * @param preprocessing whose preprocessing is followed
 * @param minTokens smaller pictures are enlarged to about this many tokens
 * @param maxTokens larger pictures are shrunk to about this many tokens
 */
public record ImageOptions(
    Preprocessing preprocessing, OptionalInt minTokens, OptionalInt maxTokens) {

  /** The model's own limits, preprocessed like Hugging Face does by default. */
  public static final ImageOptions DEFAULT =
      new ImageOptions(Preprocessing.HF, OptionalInt.empty(), OptionalInt.empty());

  /** Refuses token numbers that no picture can have. */
  public ImageOptions {
    if (minTokens.isPresent() && minTokens.getAsInt() < 1
        || maxTokens.isPresent() && maxTokens.getAsInt() < 1) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "min-tokens is %s and max-tokens is %s: each must be at least 1"
              .formatted(text(minTokens), text(maxTokens)));
    }
    if (minTokens.isPresent()
        && maxTokens.isPresent()
        && minTokens.getAsInt() > maxTokens.getAsInt()) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "the minimum of "
              + minTokens.getAsInt()
              + " tokens a picture is above the maximum of "
              + maxTokens.getAsInt()
              + ": lower the minimum or raise the maximum");
    }
  }

  /** The same with another preprocessing. */
  public ImageOptions with(Preprocessing newPreprocessing) {
    return new ImageOptions(newPreprocessing, minTokens, maxTokens);
  }

  /** The same with other limits. */
  public ImageOptions withTokens(OptionalInt newMinTokens, OptionalInt newMaxTokens) {
    return new ImageOptions(preprocessing, newMinTokens, newMaxTokens);
  }

  /** The same choices, with the choices that {@code picture} makes for one picture before them. */
  public ImageOptions overriddenBy(OptionalInt pictureMinTokens, OptionalInt pictureMaxTokens) {
    return new ImageOptions(
        preprocessing,
        pictureMinTokens.isPresent() ? pictureMinTokens : minTokens,
        pictureMaxTokens.isPresent() ? pictureMaxTokens : maxTokens);
  }

  /**
   * The limits in pixels.
   *
   * <p>A chosen limit wins over the other limit's default: a maximum below the model's minimum
   * lowers the minimum to it, a minimum above the model's maximum raises the maximum to it.
   *
   * @param model the model's own limits; llama.cpp's preprocessing has its own
   */
  public ImageLimits limits(ImageLimits model, PatchSpec spec) {
    long pixels = spec.pixelsPerToken();
    ImageLimits base =
        preprocessing == Preprocessing.LLAMA_CPP
            ? new ImageLimits(
                LlamaCppResize.MIN_TOKENS * pixels, LlamaCppResize.MAX_TOKENS * pixels)
            : model;
    long min = minTokens.isPresent() ? minTokens.getAsInt() * pixels : base.minPixels();
    long max = maxTokens.isPresent() ? maxTokens.getAsInt() * pixels : base.maxPixels();
    if (min > max) {
      if (minTokens.isPresent()) {
        max = min;
      } else {
        min = max;
      }
    }
    return new ImageLimits(min, max);
  }

  private static String text(OptionalInt tokens) {
    return tokens.isPresent() ? String.valueOf(tokens.getAsInt()) : "the model's";
  }
}
