package dev.ocelli.engine.safetensors;

import dev.ocelli.engine.OcelliException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code preprocessor_config.json} or {@code video_preprocessor_config.json}.
 *
 * @param origin the file, for error messages
 * @param minPixels least pixels of a picture or a whole clip; null when not given
 * @param maxPixels most pixels of a picture or a whole clip; null when not given
 * @param patch side of a patch in pixels
 * @param temporalPatch frames of a patch
 * @param merge patches of a token's side
 * @param mean of the channels after scaling to 0 to 1
 * @param std of the channels
 * @param video sampling of frames; null when the file says nothing of it
 */
@SuppressWarnings("ArrayRecordComponent") // read once; nobody compares such records
public record HfPreprocessor(
    String origin,
    @Nullable Integer minPixels,
    @Nullable Integer maxPixels,
    int patch,
    int temporalPatch,
    int merge,
    float[] mean,
    float[] std,
    @Nullable Video video) {

  /** Sampling of frames. */
  public record Video(double fps, int minFrames, int maxFrames) {}

  /** Reads the file for pictures of a model's folder; null when there is none. */
  public static @Nullable HfPreprocessor findForImages(Path folder) {
    return find(folder.resolve("preprocessor_config.json"));
  }

  /** Reads the file for clips of a model's folder; null when there is none. */
  public static @Nullable HfPreprocessor findForVideos(Path folder) {
    return find(folder.resolve("video_preprocessor_config.json"));
  }

  /**
   * Reads a file.
   *
   * @throws OcelliException when it has a wrong field
   */
  private static @Nullable HfPreprocessor find(Path file) {
    if (!Files.exists(file)) {
      return null;
    }
    JsonFields f = JsonFields.read(file);
    JsonFields size = f.findObject("size");
    Integer min = limit(f, "min_pixels", size, "shortest_edge");
    Integer max = limit(f, "max_pixels", size, "longest_edge");
    if (min != null && max != null && min > max) {
      throw f.wrong(f.has("min_pixels") ? "min_pixels" : "size", "not above the greatest size");
    }
    return new HfPreprocessor(
        file.toString(),
        min,
        max,
        f.positive("patch_size"),
        f.positive("temporal_patch_size"),
        f.positive("merge_size"),
        channels(f, "image_mean"),
        channels(f, "image_std"),
        video(f));
  }

  /** A number of pixels, in spite of the names of the newer fields. */
  private static @Nullable Integer limit(
      JsonFields f, String older, @Nullable JsonFields size, String newer) {
    if (size != null && size.has(newer)) {
      return size.positive(newer);
    }
    return f.has(older) ? (Integer) f.positive(older) : null;
  }

  private static float[] channels(JsonFields f, String name) {
    if (!f.has(name)) {
      return new float[] {0.5f, 0.5f, 0.5f};
    }
    float[] values = f.floats(name);
    if (values.length != 3) {
      throw f.wrong(name, "three numbers");
    }
    for (float v : values) {
      if (name.endsWith("std") && !(v > 0)) {
        throw f.wrong(name, "three numbers above 0");
      }
    }
    return values;
  }

  private static @Nullable Video video(JsonFields f) {
    if (!f.has("fps") && !f.has("min_frames") && !f.has("max_frames")) {
      return null;
    }
    return new Video(
        f.has("fps") ? f.positiveNumber("fps") : 2,
        f.positive("min_frames", 4),
        f.positive("max_frames", 768));
  }
}
