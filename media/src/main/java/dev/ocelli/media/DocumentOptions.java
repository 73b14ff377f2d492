package dev.ocelli.media;

import dev.ocelli.engine.OcelliException;
import org.jspecify.annotations.Nullable;

/**
 * How documents are opened and their pages rendered, and what they may cost.
 *
 * @param password of encrypted documents, or null
 * @param dpi pixels an inch of a rendered page before it is fitted to the limits of pictures; 0 for
 *     {@link #AUTO_DPI}, or fewer where the page is so large that it would have more than {@link
 *     #AUTO_PIXELS} pixels
 * @param limits what the file and a page's picture may cost
 * @param maxPages more are refused
 * @param pageMillis longest time of rendering a page
 */
public record DocumentOptions(
    @Nullable String password, double dpi, DecodeLimits limits, int maxPages, long pageMillis) {
  /** At which print of usual size is read well: a page of A4 has about 1,900 tokens. */
  public static final double AUTO_DPI = 144;

  /** Of a page, where the resolution is chosen for it: 4,096 tokens. */
  public static final long AUTO_PIXELS = 4L << 20;

  private static final double MOST_DPI = 2400;

  /** What the program uses. */
  public static final DocumentOptions DEFAULT =
      new DocumentOptions(null, 0, DecodeLimits.DEFAULT, 100_000, 60_000);

  /** Refuses resolutions that make no sense. */
  public DocumentOptions {
    if (dpi != 0 && !(dpi >= 1 && dpi <= MOST_DPI)) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "a resolution of %s dpi is out of range; give 1 to %.0f, or 0 for one that fits the page"
              .formatted(dpi, MOST_DPI));
    }
  }

  /** The same with a password and a resolution. */
  public DocumentOptions with(@Nullable String newPassword, double newDpi) {
    return new DocumentOptions(newPassword, newDpi, limits, maxPages, pageMillis);
  }

  /** The same with other limits of files and pictures. */
  public DocumentOptions with(DecodeLimits newLimits) {
    return new DocumentOptions(password, dpi, newLimits, maxPages, pageMillis);
  }
}
