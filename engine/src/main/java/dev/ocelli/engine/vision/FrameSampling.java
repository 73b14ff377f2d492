package dev.ocelli.engine.vision;

import dev.ocelli.engine.OcelliException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which frames of a clip the model sees (QWEN3VL section 5.5).
 *
 * @param indices frames in order, counted from 0; a frame may occur twice
 * @param times when each of these frames is shown first, in seconds from the clip's beginning
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares samplings
public record FrameSampling(int[] indices, double[] times) {

  /** Checks the ranges. */
  public FrameSampling {
    if (indices.length == 0) {
      throw new OcelliException(OcelliException.Kind.INPUT, "a clip without frames cannot be seen");
    }
    if (indices.length != times.length) {
      throw new IllegalArgumentException(indices.length + " frames, " + times.length + " times");
    }
  }

  /**
   * Frames at equal distances.
   *
   * @param fps frames per second of the clip that is sampled, not of the samples
   */
  public FrameSampling(int[] indices, double fps) {
    this(indices, times(indices, fps));
  }

  private static double[] times(int[] indices, double fps) {
    checkFps(fps);
    return Arrays.stream(indices).mapToDouble(i -> i / fps).toArray();
  }

  /** The same frames at the times that the clip says. */
  FrameSampling timedBy(ClipSource clip) {
    return new FrameSampling(indices, Arrays.stream(indices).mapToDouble(clip::seconds).toArray());
  }

  /** Every one of {@code total} frames. */
  public static FrameSampling all(int total, double fps) {
    int[] indices = new int[total];
    for (int i = 0; i < total; i++) {
      indices[i] = i;
    }
    return new FrameSampling(indices, fps);
  }

  /**
   * Hugging Face's default: about {@code options.fps()} frames a second, spread evenly from the
   * first frame to the last.
   */
  public static FrameSampling uniform(int total, double fps, VideoOptions options) {
    checkFps(fps);
    double wanted = total / fps * options.fps();
    // Python's int() truncates; a clip of absurd length is cut by the maximum in any case.
    int n = (int) Math.min(wanted, Integer.MAX_VALUE);
    n = Math.min(Math.min(Math.max(n, options.minFrames()), options.maxFrames()), total);
    return spread(total, fps, n);
  }

  /** {@code count} frames, spread evenly from the first of {@code total} frames to the last. */
  public static FrameSampling spread(int total, double fps, int count) {
    int[] indices = new int[Math.max(count, 0)];
    // numpy.linspace: the step is rounded once, and the last value is the end itself.
    double step = (total - 1) / (double) Math.max(count - 1, 1);
    for (int i = 0; i < indices.length; i++) {
      indices[i] = (int) Math.rint(i * step);
    }
    if (count > 1) {
      indices[count - 1] = total - 1;
    }
    return new FrameSampling(indices, fps);
  }

  /** The number of frames that the model sees. */
  public int frames() {
    return indices.length;
  }

  /**
   * The time of every group of {@code temporalPatch} frames in seconds: the mean of the first and
   * the last frame's time, where the clip's last frame is repeated as often as needed.
   */
  public double[] seconds(int temporalPatch) {
    double[] out = new double[(times.length + temporalPatch - 1) / temporalPatch];
    for (int i = 0; i < out.length; i++) {
      double first = times[i * temporalPatch];
      double last = times[Math.min((i + 1) * temporalPatch, times.length) - 1];
      out[i] = (first + last) / 2;
    }
    return out;
  }

  /** The time stamps in the words of the prompt: {@code <0.2 seconds>}. */
  public List<String> timestamps(int temporalPatch) {
    List<String> out = new ArrayList<>();
    for (double s : seconds(temporalPatch)) {
      out.add(timestamp(s));
    }
    return out;
  }

  /**
   * A time stamp in the words of the prompt, rounded like Python's {@code f"{seconds:.1f}"}: to the
   * nearest decimal of the exact binary value, ties to even.
   */
  public static String timestamp(double seconds) {
    return "<" + new BigDecimal(seconds).setScale(1, RoundingMode.HALF_EVEN) + " seconds>";
  }

  private static void checkFps(double fps) {
    if (!(fps >= 1e-6 && fps < 1e6)) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "a clip of " + fps + " frames per second: give a number from 0.000001 to 1000000");
    }
  }
}
