package dev.ocelli.engine.model;

import dev.ocelli.engine.sampling.SamplingOverrides;
import dev.ocelli.engine.vision.ImageLimits;

/**
 * What GGUF files of a model leave out: limits of pictures (which transformers keeps in {@code
 * preprocessor_config.json}) and, where the model was made for it, greedy sampling.
 *
 * @param name {@code general.name} of the files
 * @param image limits of a picture
 * @param video limits of a clip
 * @param sampling recommended sampling, possibly nothing
 */
record KnownModel(String name, ImageLimits image, ImageLimits video, SamplingOverrides sampling) {
  /**
   * The small model that comes with Ocelli: trained on pictures from 8,192 pixels on, exact
   * answers.
   */
  private static final KnownModel NANO =
      new KnownModel(
          "qwen3vl-nano",
          new ImageLimits(8_192, 4_194_304),
          new ImageLimits(8_192, 4_194_304),
          SamplingOverrides.GREEDY);

  /** The limits of nano for a file of that name, else those of all published Qwen3-VL models. */
  static KnownModel named(String name) {
    return name.equals(NANO.name)
        ? NANO
        : new KnownModel(
            name, ImageLimits.PUBLISHED_IMAGE, ImageLimits.PUBLISHED_VIDEO, SamplingOverrides.NONE);
  }
}
