package dev.ocelli.media.video;

import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.FrameStream;
import dev.ocelli.engine.vision.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Finds where a clip cuts from one scene to another: neighbouring looks differ in many cells of a
 * coarse grid.
 */
public final class Shots {
  /** Cells on a side of the grid that frames are averaged to. */
  private static final int CELLS = 16;

  /** Of 256 steps of a channel: less is noise, compression or a slow change. */
  private static final int CHANGED = 20;

  /** A share of cells: a thing that moves or appears changes some, a cut most. */
  private static final double CUT = 0.04;

  private Shots() {}

  /** Is told how far a clip has been looked through. */
  public interface Progress {
    /** {@code done} of {@code total} looks are done. */
    void looking(int done, int total);
  }

  /**
   * A part of a clip without cuts.
   *
   * @param from its first frame
   * @param to the frame behind its last
   */
  public record Shot(int from, int to) {}

  /**
   * Looks through a clip.
   *
   * @param fps looks a second; cuts are found to this precision
   * @param cancelled asked between looks; what was found so far is returned, the rest as one shot
   * @param progress told of each look
   */
  public static List<Shot> find(
      ClipSource clip, double fps, BooleanSupplier cancelled, Progress progress) {
    int[] looks = looks(clip, fps);
    List<Shot> shots = new ArrayList<>();
    int from = 0;
    int[] before = new int[0];
    try (FrameStream frames = clip.open(looks)) {
      for (int i = 0; i < looks.length && !cancelled.getAsBoolean(); i++) {
        progress.looking(i, looks.length);
        int[] now = cells(frames.next());
        if (i > 0 && differ(before, now)) {
          shots.add(new Shot(from, looks[i]));
          from = looks[i];
        }
        before = now;
      }
    }
    shots.add(new Shot(from, clip.frameCount()));
    return List.copyOf(shots);
  }

  private static int[] looks(ClipSource clip, double fps) {
    List<Integer> looks = new ArrayList<>();
    double next = 0;
    for (int i = 0; i < clip.frameCount(); i++) {
      if (clip.seconds(i) >= next - 1e-9) {
        looks.add(i);
        next = clip.seconds(i) + 1 / fps;
      }
    }
    return looks.stream().mapToInt(i -> i).toArray();
  }

  private static boolean differ(int[] a, int[] b) {
    int changed = 0;
    for (int i = 0; i < a.length; i += 3) {
      int d = 0;
      for (int c = 0; c < 3; c++) {
        d = Math.max(d, Math.abs(a[i + c] - b[i + c]));
      }
      changed += d > CHANGED ? 1 : 0;
    }
    return changed > CUT * a.length / 3;
  }

  /** Mean colours of the cells. */
  private static int[] cells(RgbImage image) {
    long[] sums = new long[CELLS * CELLS * 3];
    int[] counts = new int[CELLS * CELLS];
    byte[] rgb = image.rgb();
    for (int y = 0, at = 0; y < image.height(); y++) {
      int row = y * CELLS / image.height() * CELLS;
      for (int x = 0; x < image.width(); x++, at += 3) {
        int cell = row + (int) ((long) x * CELLS / image.width());
        counts[cell]++;
        for (int c = 0; c < 3; c++) {
          sums[3 * cell + c] += rgb[at + c] & 0xFF;
        }
      }
    }
    int[] means = new int[sums.length];
    for (int i = 0; i < sums.length; i++) {
      means[i] = counts[i / 3] == 0 ? 0 : (int) (sums[i] / counts[i / 3]);
    }
    return means;
  }
}
