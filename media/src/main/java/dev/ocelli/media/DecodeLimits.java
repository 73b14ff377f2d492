package dev.ocelli.media;

import dev.ocelli.engine.OcelliException;

/**
 * What a picture may cost. All limits are checked from the container, before pixels are allocated.
 *
 * @param maxBytes size of the encoded file
 * @param maxPixels width times height; decoding takes up to about 10 bytes a pixel for a moment
 * @param maxSide width or height
 */
public record DecodeLimits(long maxBytes, long maxPixels, int maxSide) {

  /**
   * 256 MiB, the 178,956,970 pixels at which Pillow raises its decompression bomb error, and
   * 100,000 pixels a side.
   */
  public static final DecodeLimits DEFAULT = new DecodeLimits(256L << 20, 178_956_970, 100_000);

  /** The most bytes and pixels that arrays of the Java platform can hold. */
  private static final long LARGEST = Integer.MAX_VALUE - 16;

  /** Refuses limits that no picture can meet or no array can hold. */
  public DecodeLimits {
    if (maxBytes < 1 || maxBytes > LARGEST || maxPixels < 1 || maxPixels > LARGEST / 4) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "a picture limit of "
              + maxBytes
              + " bytes and "
              + maxPixels
              + " pixels: give 1 to "
              + LARGEST
              + " bytes and 1 to "
              + LARGEST / 4
              + " pixels");
    }
    if (maxSide < 1) {
      throw new OcelliException(
          OcelliException.Kind.USAGE, "a picture side limit of " + maxSide + ": give at least 1");
    }
  }
}
