package dev.ocelli.engine.vision;

import dev.ocelli.engine.OcelliException;

/**
 * What will become of a clip, known from the size and number of its frames alone.
 *
 * @param source the size of every frame
 * @param canvas the size to which every frame is stretched: multiples of a token's side
 * @param sampling the frames that the model sees
 * @param grid the patches: one {@code t} for every two frames
 * @param tokens placeholder tokens in the prompt, all frames together; time stamps not counted
 */
public record VideoPlan(
    ImageSize source, ImageSize canvas, FrameSampling sampling, Grid grid, int tokens) {

  /**
   * Plans a clip, whose frames are stamped with the times that it says.
   *
   * @param limits pixels of all sampled frames together, unless the options say less
   * @throws OcelliException if the clip is too short or too long, or its frames have an impossible
   *     shape
   */
  public static VideoPlan of(
      ClipSource clip, VideoOptions options, ImageLimits limits, PatchSpec spec) {
    FrameSampling sampling = sampling(clip.frameCount(), clip.fps(), options);
    return of(clip.size(), sampling.timedBy(clip), options, limits, spec);
  }

  /**
   * Plans a clip of which no more is known than its size and number of frames.
   *
   * @param total frames in the clip
   * @param fps frames per second of the clip
   * @param limits pixels of all sampled frames together
   * @throws OcelliException if the clip is too short or too long, or its frames have an impossible
   *     shape
   */
  public static VideoPlan of(
      ImageSize source,
      int total,
      double fps,
      VideoOptions options,
      ImageLimits limits,
      PatchSpec spec) {
    return of(source, sampling(total, fps, options), options, limits, spec);
  }

  private static FrameSampling sampling(int total, double fps, VideoOptions options) {
    if (total < 1) {
      throw new OcelliException(OcelliException.Kind.INPUT, "a clip without frames cannot be seen");
    }
    if (options.selection() == VideoOptions.Selection.EVERY_FRAME && total > options.maxFrames()) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "the clip has "
              + total
              + " frames, but at most "
              + options.maxFrames()
              + " are used: give fewer frames, let them be sampled, or raise the maximum");
    }
    return switch (options.selection()) {
      case EVERY_FRAME -> FrameSampling.all(total, fps);
      case UNIFORM -> FrameSampling.uniform(total, fps, options);
    };
  }

  /** Plans a clip of which frames are already chosen. */
  public static VideoPlan of(
      ImageSize source,
      FrameSampling sampling,
      VideoOptions options,
      ImageLimits limits,
      PatchSpec spec) {
    int frames = sampling.frames();
    ImageLimits most = options.limits(limits, spec);
    ImageLimits used =
        options.capPixelsPerFrame() ? SmartResize.capPixelsPerFrame(frames, spec, most) : most;
    ImageSize canvas = SmartResize.video(frames, source, spec, used);
    int t = Math.ceilDiv(frames, spec.temporalPatch());
    Grid grid = new Grid(t, canvas.height() / spec.patch(), canvas.width() / spec.patch());
    return new VideoPlan(source, canvas, sampling, grid, grid.tokens(spec.merge()));
  }

  /** Whether frames lose pixels, gain some, or stay as they are. */
  public ImagePlan.Scaling scaling() {
    if (canvas.equals(source)) {
      return ImagePlan.Scaling.NONE;
    }
    return canvas.pixels() < source.pixels() ? ImagePlan.Scaling.DOWN : ImagePlan.Scaling.UP;
  }

  /** Bytes of the patch rows in float32. */
  public long patchBytes(PatchSpec spec) {
    return 4L * grid.patches() * spec.rowLength();
  }
}
