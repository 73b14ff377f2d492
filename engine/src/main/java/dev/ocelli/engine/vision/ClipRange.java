package dev.ocelli.engine.vision;

import dev.ocelli.engine.OcelliException;
import java.util.Arrays;

/**
 * A part of a clip. Its frames keep the times that they have in the whole.
 *
 * @param whole the clip
 * @param first frame of the part, counted in the whole
 * @param frameCount frames of the part
 */
public record ClipRange(ClipSource whole, int first, int frameCount) implements ClipSource {

  /**
   * The frames that are shown first at {@code from} or later, and before {@code to}; the whole clip
   * where both say nothing.
   *
   * @param from seconds, or 0
   * @param to seconds, or infinity
   * @throws OcelliException USAGE when there is none
   */
  public static ClipSource of(ClipSource whole, double from, double to) {
    int n = whole.frameCount();
    int first = firstAt(whole, from);
    int end = firstAt(whole, to);
    if (first == 0 && end == n) {
      return whole;
    }
    if (first >= end) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "%s: no frame is shown first from %s to %s seconds; its frames are from 0 to %.3f seconds"
              .formatted(whole.name(), from, to, whole.seconds(n - 1)));
    }
    return new ClipRange(whole, first, end - first);
  }

  /** The first frame that is shown at a time or later; the number of frames where none is. */
  private static int firstAt(ClipSource clip, double seconds) {
    int low = 0;
    int high = clip.frameCount();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (clip.seconds(middle) < seconds) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public String name() {
    return whole.name();
  }

  @Override
  public ImageSize size() {
    return whole.size();
  }

  @Override
  public double fps() {
    return whole.fps();
  }

  @Override
  public double seconds(int index) {
    return whole.seconds(first + index);
  }

  @Override
  public String identity(int[] indices) {
    return whole.identity(inWhole(indices));
  }

  @Override
  public long heldBytes() {
    return whole.heldBytes();
  }

  @Override
  public FrameStream open(int[] indices) {
    return whole.open(inWhole(indices));
  }

  private int[] inWhole(int[] indices) {
    return Arrays.stream(indices).map(i -> first + i).toArray();
  }
}
