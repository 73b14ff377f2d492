package dev.ocelli.engine.vision;

import dev.ocelli.engine.OcelliException;

/**
 * How many pixels a picture, or all frames of a clip together, may have after resizing.
 *
 * <p>These are the pixel counts that {@code preprocessor_config.json} calls {@code shortest_edge}
 * and {@code longest_edge}. They steer the target size and are not strict: rounding to whole tokens
 * and a side of at least one token can leave them by a little (QWEN3VL section 5.1).
 *
 * @param minPixels smaller pictures are enlarged to this many pixels
 * @param maxPixels larger pictures are shrunk to this many pixels
 */
public record ImageLimits(long minPixels, long maxPixels) {

  /** What Qwen publishes for pictures: 64 to 16,384 tokens. */
  public static final ImageLimits PUBLISHED_IMAGE = new ImageLimits(65_536, 16_777_216);

  /** What Qwen publishes for the frames of a clip together. */
  public static final ImageLimits PUBLISHED_VIDEO = new ImageLimits(4_096, 25_165_824);

  /** Refuses limits that no picture can meet. */
  public ImageLimits {
    if (minPixels < 1 || maxPixels < minPixels) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "picture limits of "
              + minPixels
              + " to "
              + maxPixels
              + " pixels cannot be met: give 1 <= minimum <= maximum");
    }
  }
}
