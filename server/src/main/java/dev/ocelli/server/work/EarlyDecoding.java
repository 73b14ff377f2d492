package dev.ocelli.server.work;

import dev.ocelli.engine.runtime.PlannedMedia;
import dev.ocelli.engine.vision.PictureClip;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.server.media.EarlyPicture;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Decodes all pictures of a request before anything is sent to the client, so that one that cannot
 * be decoded is a 400 whatever follows. Pictures whose encoding is known are not decoded at all.
 */
final class EarlyDecoding {
  /** Pixels that are kept for the encoder; those of further frames are decoded again. */
  private static final long MOST_PIXELS = 100_000_000;

  private EarlyDecoding() {}

  /**
   * Decodes.
   *
   * @param media that will be encoded
   * @return milliseconds that it took
   */
  static double decode(List<PlannedMedia> media, BooleanSupplier cancelled) {
    long start = System.nanoTime();
    long pixels = 0;
    for (PlannedMedia m : media) {
      List<PictureSource> pictures =
          switch (m) {
            case PlannedMedia.Picture p -> List.of(p.picture());
            case PlannedMedia.Clip c -> pictures(c);
          };
      for (PictureSource p : pictures) {
        if (cancelled.getAsBoolean()) {
          return 0;
        }
        pixels += (long) p.width() * p.height();
        if (p instanceof EarlyPicture upload) {
          upload.decodeEarly(pixels <= MOST_PIXELS);
        }
      }
    }
    return media.isEmpty() ? 0 : (System.nanoTime() - start) / 1e6;
  }

  /** The frames of a clip that are pictures; those of a video file are decoded one by one later. */
  private static List<PictureSource> pictures(PlannedMedia.Clip c) {
    return c.clip() instanceof PictureClip p
        ? Arrays.stream(c.plan().sampling().indices())
            .distinct()
            .mapToObj(i -> p.frames().get(i))
            .toList()
        : List.of();
  }
}
