package dev.ocelli.engine.vision;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Pixels to the vision tower's input: resizing, normalisation and cutting into patches (QWEN3VL
 * sections 5.2 to 5.6).
 *
 * <p>With {@link Preprocessing#HF} the rows equal those of Hugging Face transformers bit for bit.
 * Thread-safe.
 */
public final class Preprocessor {
  private final PatchSpec spec;
  private final Workers workers;

  /** {@code normalized[channel][u8]}. */
  private final float[][] normalized = new float[3][256];

  /** Makes a preprocessor for a model; it runs on the given threads. */
  public Preprocessor(PatchSpec spec, Workers workers) {
    this.spec = spec;
    this.workers = workers;
    for (int c = 0; c < 3; c++) {
      // The reference scales mean and std to 0..255 instead of the pixels to 0..1, in float32.
      float mean = spec.mean()[c] * 255f;
      float std = spec.std()[c] * 255f;
      for (int v = 0; v < 256; v++) {
        normalized[c][v] = (v - mean) / std;
      }
    }
  }

  /**
   * A picture's patch rows; the picture fills all frames of its patches.
   *
   * @param arena owns the rows' memory; all workers write to it, so it must not be confined
   * @param image the picture that the plan was made for
   */
  public PatchRows image(Arena arena, RgbImage image, ImagePlan plan) {
    RgbImage canvas = canvas(image, plan);
    Floats rows = allocate(arena, plan.grid());
    cut(List.of(canvas), plan.grid(), 0, rows);
    return new PatchRows(rows, plan.grid());
  }

  /** A picture as the model sees it: resized and, if the plan says so, centred on black. */
  public RgbImage canvas(RgbImage image, ImagePlan plan) {
    checkSize(image, plan.source(), "picture");
    Placement placement = plan.placement();
    Resampler.Precision precision =
        plan.preprocessing() == Preprocessing.HF
            ? Resampler.Precision.TORCHVISION
            : Resampler.Precision.PILLOW;
    RgbImage resized =
        Resampler.resize(image, placement.width(), placement.height(), precision, workers);
    int width = plan.canvas().width();
    int height = plan.canvas().height();
    if (placement.width() == width && placement.height() == height) {
      return resized;
    }
    byte[] rgb = new byte[width * height * 3];
    int line = placement.width() * 3;
    for (int y = 0; y < placement.height(); y++) {
      int to = ((placement.y() + y) * width + placement.x()) * 3;
      System.arraycopy(resized.rgb(), y * line, rgb, to, line);
    }
    return new RgbImage(width, height, rgb);
  }

  /** Hands over the frames of a clip one by one, so that they need not all be in memory. */
  public interface Frames {
    /** Decodes a frame; called once per sampled frame, in the order of the sampling. */
    RgbImage frame(int index);
  }

  /**
   * A clip's patch rows: neighbouring frames share a patch, the last frame is repeated if one is
   * missing.
   *
   * @param arena owns the rows' memory; all workers write to it, so it must not be confined
   * @param frames the frames of the clip, all of the plan's source size
   */
  public PatchRows video(Arena arena, Frames frames, VideoPlan plan) {
    return video(arena, frames, plan, 0, plan.grid().t());
  }

  /**
   * Patch rows of some temporal patches of a clip.
   *
   * @param from the first of them; the frames of those before it have been handed over
   * @param to the one behind the last
   */
  public PatchRows video(Arena arena, Frames frames, VideoPlan plan, int from, int to) {
    Grid grid = new Grid(to - from, plan.grid().h(), plan.grid().w());
    Floats rows = allocate(arena, grid);
    int[] indices = plan.sampling().indices();
    int depth = spec.temporalPatch();
    for (int t = from; t < to; t++) {
      RgbImage[] group = new RgbImage[depth];
      for (int k = 0; k < depth; k++) {
        int i = t * depth + k;
        group[k] = i < indices.length ? resized(frames, indices[i], plan) : group[k - 1];
      }
      cut(List.of(group), grid, t - from, rows);
    }
    return new PatchRows(rows, grid);
  }

  private RgbImage resized(Frames frames, int index, VideoPlan plan) {
    RgbImage frame = frames.frame(index);
    checkSize(frame, plan.source(), "frame " + index + " of the clip");
    return Resampler.resize(
        frame,
        plan.canvas().width(),
        plan.canvas().height(),
        Resampler.Precision.TORCHVISION,
        workers);
  }

  /**
   * Writes one temporal patch's rows {@code [block row, block column, my, mx]}, each {@code
   * [channel, time, y, x]}; a task is one row of blocks.
   *
   * @param frames the frames in order; a single one stands for all
   */
  private void cut(List<RgbImage> frames, Grid grid, int t, Floats rows) {
    int patch = spec.patch();
    int merge = spec.merge();
    int depth = spec.temporalPatch();
    int blockRows = grid.h() / merge;
    int blockColumns = grid.w() / merge;
    int perBlockRow = blockColumns * merge * merge;
    int plane = patch * patch;
    float[][] scratch = new float[workers.threads()][];
    workers.run(
        blockRows,
        (blockRow, worker) -> {
          if (scratch[worker] == null) {
            scratch[worker] = new float[spec.rowLength()];
          }
          float[] row = scratch[worker];
          int index = (t * blockRows + blockRow) * perBlockRow;
          for (int p = 0; p < perBlockRow; p++, index++) {
            int block = p / (merge * merge);
            int inside = p % (merge * merge);
            int y = (blockRow * merge + inside / merge) * patch;
            int x = (block * merge + inside % merge) * patch;
            for (int k = 0; k < depth; k++) {
              if (k < frames.size()) {
                fill(frames.get(k), x, y, row, k * plane, depth * plane);
              } else {
                for (int c = 0; c < 3; c++) {
                  int channel = c * depth * plane;
                  System.arraycopy(row, channel, row, channel + k * plane, plane);
                }
              }
            }
            MemorySegment.copy(
                row, 0, rows.segment(), ValueLayout.JAVA_FLOAT, rows.offset(index), row.length);
          }
        });
  }

  /**
   * Normalises the pixels of a patch into {@code row[at + channel * channelStride + y * patch +
   * x]}.
   */
  private void fill(RgbImage image, int x, int y, float[] row, int at, int channelStride) {
    int patch = spec.patch();
    byte[] rgb = image.rgb();
    float[] red = normalized[0];
    float[] green = normalized[1];
    float[] blue = normalized[2];
    for (int py = 0; py < patch; py++) {
      int from = ((y + py) * image.width() + x) * 3;
      int to = at + py * patch;
      for (int px = 0; px < patch; px++, from += 3, to++) {
        row[to] = red[rgb[from] & 0xFF];
        row[to + channelStride] = green[rgb[from + 1] & 0xFF];
        row[to + 2 * channelStride] = blue[rgb[from + 2] & 0xFF];
      }
    }
  }

  private Floats allocate(Arena arena, Grid grid) {
    try {
      return Floats.allocate(arena, grid.patches(), spec.rowLength());
    } catch (OutOfMemoryError e) {
      throw new OcelliException(
          OcelliException.Kind.RESOURCE,
          "no memory for "
              + 4L * grid.patches() * spec.rowLength()
              + " bytes of patches: lower the maximum number of tokens a picture",
          e);
    }
  }

  private static void checkSize(RgbImage image, ImageSize planned, String what) {
    if (image.width() != planned.width() || image.height() != planned.height()) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "the "
              + what
              + " is "
              + image.width()
              + " x "
              + image.height()
              + " pixels, but was announced as "
              + planned);
    }
  }
}
