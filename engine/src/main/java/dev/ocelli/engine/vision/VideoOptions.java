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
 * @param maxTokens most tokens of all sampled frames together, about; 0 for the model's own limit
 */
public record VideoOptions(
    Selection selection,
    double fps,
    int minFrames,
    int maxFrames,
    boolean capPixelsPerFrame,
    int maxTokens) {

  /** Which frames are used. */
  public enum Selection {
    /** Every frame: the list was sampled before. */
    EVERY_FRAME,
    /** Frames at even distances. */
    UNIFORM
  }

  /** What Hugging Face does with a video file: 2 frames a second, 4 to 768 frames. */
  public static final VideoOptions SAMPLED =
      new VideoOptions(Selection.UNIFORM, 2, 4, 768, false, 0);

  /** What Hugging Face does with a list of sampled frames: it uses all of them. */
  public static final VideoOptions FRAME_LIST =
      new VideoOptions(Selection.EVERY_FRAME, 2, 4, 768, false, 0);

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
    if (maxTokens < 0) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          maxTokens + " tokens for all frames of a clip: give a number above 0");
    }
  }

  /** The same with uniform sampling of so many frames a second. */
  public VideoOptions sampledAt(double newFps) {
    return new VideoOptions(
        Selection.UNIFORM, newFps, minFrames, maxFrames, capPixelsPerFrame, maxTokens);
  }

  /** The same with at most so many frames. */
  public VideoOptions withMaxFrames(int most) {
    return new VideoOptions(
        selection, fps, Math.min(minFrames, most), most, capPixelsPerFrame, maxTokens);
  }

  /** The same with at most about so many tokens of all frames together. */
  public VideoOptions withMaxTokens(int most) {
    return new VideoOptions(selection, fps, minFrames, maxFrames, capPixelsPerFrame, most);
  }

  /** The model's limits, lowered where these options ask for less. */
  ImageLimits limits(ImageLimits model, PatchSpec spec) {
    long most = (long) maxTokens * spec.pixelsPerToken() * spec.temporalPatch();
    return maxTokens == 0 || most >= model.maxPixels()
        ? model
        : new ImageLimits(Math.min(model.minPixels(), most), most);
  }
}
