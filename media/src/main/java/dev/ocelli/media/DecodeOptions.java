package dev.ocelli.media;

/**
 * How pictures are decoded.
 *
 * @param limits what a picture may cost
 * @param alphaMode what becomes of transparent pixels
 */
public record DecodeOptions(DecodeLimits limits, AlphaMode alphaMode) {
  /** The reference's pixels within the usual limits. */
  public static final DecodeOptions DEFAULT =
      new DecodeOptions(DecodeLimits.DEFAULT, AlphaMode.DROP);
}
