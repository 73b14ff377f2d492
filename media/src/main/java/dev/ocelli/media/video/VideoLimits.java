package dev.ocelli.media.video;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.media.DecodeLimits;
import java.time.Duration;

/**
 * What a video file may cost.
 *
 * @param pictures size of a frame, and bytes of files that are read into memory
 * @param frames most frames that a file may have, used or not
 * @param stall longest time that a frame, or the reading of a file's list of frames, may keep us
 *     waiting without a byte
 * @param total longest time that a process may run
 */
public record VideoLimits(DecodeLimits pictures, int frames, Duration stall, Duration total) {
  /** Ten hours of 30 frames a second; a minute for a frame; an hour for a file. */
  public static final VideoLimits DEFAULT =
      new VideoLimits(DecodeLimits.DEFAULT, 1_080_000, Duration.ofMinutes(1), Duration.ofHours(1));

  /** Refuses limits that no video can meet. */
  public VideoLimits {
    if (frames < 1 || stall.isNegative() || stall.isZero() || total.compareTo(stall) < 0) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "video limits of %d frames, %s without a byte and %s in all: give at least 1 frame, and 0 < stall <= total"
              .formatted(frames, stall, total));
    }
  }
}
