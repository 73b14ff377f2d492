package dev.ocelli.cli.quality;

import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelFiles.PictureRules;
import dev.ocelli.engine.selftest.ReferenceData;
import dev.ocelli.engine.vision.ImageLimits;
import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.DecodeLimits;
import dev.ocelli.media.DecodeOptions;
import dev.ocelli.media.ImageFile;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reference cases inside the program: models with random weights, small enough that every stage
 * of transformers' float32 computation could be kept.
 */
final class ShippedReference implements ReferenceData {
  /** The limits in the processor files of all tiny models. */
  private static final ImageLimits PICTURES = new ImageLimits(8_192, 262_144);

  private static final ImageLimits CLIPS = new ImageLimits(4_096, 262_144);

  /**
   * A model in the program.
   *
   * @param name as in {@code general.name} of its files
   * @param label what to call it, with its weights' type
   * @param file the language model's file below {@code models/}
   * @param mmproj the vision file
   * @param cases its cases
   * @param logits suffix of the folder that has logits of quantized weights; empty for float32
   */
  record Tiny(
      String name, String label, String file, String mmproj, List<String> cases, String logits) {
    /** The folder of a case. */
    String folder(String testCase) {
      return "golden/" + name + "/" + testCase;
    }

    /** Prefix of the files with a case's logits. */
    String logitsOf(String testCase) {
      return logits.isEmpty()
          ? folder(testCase) + "/"
          : "golden/" + name + logits + "/" + testCase + ".";
    }
  }

  private static final List<String> QUANTIZED = List.of("image_a", "text", "two_images");

  /** Every model that ships with the program, apart from nano. */
  static final List<Tiny> MODELS =
      List.of(
          new Tiny(
              "tiny-dense",
              "tiny-dense F32",
              "tiny-dense-f32",
              "tiny-dense-mmproj-f32",
              List.of(
                  "chat_images",
                  "image_a",
                  "image_extreme",
                  "image_resize_down",
                  "image_resize_odd",
                  "image_resize_up",
                  "image_square",
                  "image_tall",
                  "image_wide",
                  "text",
                  "two_images",
                  "two_images_adjacent",
                  "video",
                  "video_and_image"),
              ""),
          new Tiny(
              "tiny-moe",
              "tiny-moe F32",
              "tiny-moe-f32",
              "tiny-moe-mmproj-f16",
              List.of("image_a", "text", "two_images", "video"),
              ""),
          new Tiny(
              "tiny-wide",
              "tiny-wide Q8_0",
              "tiny-wide-Q8_0",
              "tiny-wide-mmproj-f16",
              QUANTIZED,
              "-Q8_0"),
          new Tiny(
              "tiny-wide",
              "tiny-wide Q4_K_M",
              "tiny-wide-Q4_K_M",
              "tiny-wide-mmproj-f16",
              QUANTIZED,
              "-Q4_K_M"));

  /** The shipped model of that name whose cases are in float32. */
  static Optional<Tiny> named(String name) {
    return MODELS.stream().filter(t -> t.name().equals(name) && t.logits().isEmpty()).findFirst();
  }

  /** Opens a shipped model; its memory belongs to the garbage collector. */
  ModelFiles model(Tiny tiny) {
    Arena arena = Arena.ofAuto();
    ModelFiles files =
        ModelFiles.of(
            gguf(tiny.name() + "/" + tiny.file(), arena),
            gguf(tiny.name() + "/" + tiny.mmproj(), arena));
    return files.withPictures(new PictureRules(files.pictures().spec(), PICTURES, CLIPS));
  }

  private GgufFile gguf(String name, Arena arena) {
    byte[] bytes = require("models/" + name + ".gguf");
    MemorySegment memory = arena.allocate(bytes.length, 64);
    memory.copyFrom(MemorySegment.ofArray(bytes));
    return GgufFile.of(memory, name + ".gguf (embedded)");
  }

  @Override
  public @Nullable InputStream open(String path) {
    return ShippedReference.class.getResourceAsStream("/reference/" + path);
  }

  @Override
  public RgbImage decode(byte[] png) {
    return picture(png);
  }

  /** Decodes a picture of the reference. */
  static RgbImage picture(byte[] png) {
    return ImageFile.of(png, "reference picture", DecodeLimits.DEFAULT)
        .decode(DecodeOptions.DEFAULT);
  }
}
