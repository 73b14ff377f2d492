package dev.ocelli.engine.vision;

import dev.ocelli.engine.OcelliException;

/**
 * How a model cuts pictures into patches and scales their values: from {@code
 * preprocessor_config.json} or the keys {@code clip.vision.*} of an mmproj file.
 *
 * @param patch pixels on a side of a patch (16)
 * @param merge patches on a side of a token (2)
 * @param temporalPatch frames in a patch (2)
 * @param mean per channel red, green, blue, in units of 0..1
 * @param std per channel, in units of 0..1
 */
public record PatchSpec(int patch, int merge, int temporalPatch, float[] mean, float[] std) {

  /** What every published Qwen3-VL model uses. */
  public static final PatchSpec QWEN3_VL =
      new PatchSpec(16, 2, 2, new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f});

  /** Checks the ranges. */
  public PatchSpec {
    require(patch >= 1 && patch <= 256, "patch_size", patch);
    require(merge >= 1 && merge <= 16, "merge_size", merge);
    require(temporalPatch >= 1 && temporalPatch <= 16, "temporal_patch_size", temporalPatch);
    require(mean.length == 3, "number of image_mean values", mean.length);
    require(std.length == 3, "number of image_std values", std.length);
    for (float s : std) {
      if (!(s > 0)) {
        throw new OcelliException(
            OcelliException.Kind.MODEL,
            "image_std is " + s + ", which is not positive: the model's preprocessor is damaged");
      }
    }
  }

  /** Pixels on a side of a token: sizes are multiples of it. */
  public int factor() {
    return patch * merge;
  }

  /** Pixels of a token. */
  public int pixelsPerToken() {
    return factor() * factor();
  }

  /** Values of a patch row: channels, frames, rows, columns. */
  public int rowLength() {
    return 3 * temporalPatch * patch * patch;
  }

  private static void require(boolean ok, String field, int value) {
    if (!ok) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          "the " + field + " " + value + " of the model's preprocessor is out of range");
    }
  }
}
