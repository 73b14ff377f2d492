package dev.ocelli.engine.vision;

import dev.ocelli.engine.OcelliException;

/**
 * How frames of a clip are chosen and sized.
 *
 * @param selection which frames are used
 * @param fps frames per second that uniform sampling takes
 * @param minFrames the fewest frames that uniform sampling takes, if the clip has them
 * @param maxFrames the most frames of a clip
 * @param capPixelsPerFrame whether a frame has at most 768 tokens, as in qwen-vl-utils
 */
public record VideoOptions(
    Selection selection, double fps, int minFrames, int maxFrames, boolean capPixelsPerFrame) {

  /** Which frames are used. */
  public enum Selection {
    /** Every frame: the list was sampled before. */
    EVERY_FRAME,
    /** Frames at even distances. */
    UNIFORM
  }

  /** What Hugging Face does with a video file: 2 frames a second, 4 to 768 frames. */
  public static final VideoOptions SAMPLED = new VideoOptions(Selection.UNIFORM, 2, 4, 768, false);

  /** What Hugging Face does with a list of sampled frames: it uses all of them. */
  public static final VideoOptions FRAME_LIST =
      new VideoOptions(Selection.EVERY_FRAME, 2, 4, 768, false);

  /** Checks the ranges. */
  public VideoOptions {
    if (!(fps > 0 && fps < 1e6)) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "sampling "
              + fps
              + " frames per second of a clip: give a number above 0 and below 1000000");
    }
    if (minFrames < 1 || maxFrames < minFrames) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "between "
              + minFrames
              + " and "
              + maxFrames
              + " frames of a clip: give 1 <= minimum <= maximum");
    }
  }
}
