package dev.ocelli.engine.testing;

import dev.ocelli.engine.model.ModelFiles;

/**
 * The tiny models of the fixtures, with the small picture limits of the processor files beside
 * them.
 */
public final class TinyModels {
  private TinyModels() {}

  /**
   * A GGUF pair: for example {@code gguf("tiny-dense", "tiny-dense-f32", "tiny-dense-mmproj-f32")}.
   */
  public static ModelFiles gguf(String folder, String model, String mmproj) {
    String base = "models/" + folder + "/";
    return ModelFiles.open(
        Fixtures.path(base + model + ".gguf"), Fixtures.path(base + mmproj + ".gguf"), true);
  }

  /** A folder of safetensors. */
  public static ModelFiles snapshot(String folder) {
    return ModelFiles.open(Fixtures.path("models/" + folder), null, true);
  }

  public static ModelFiles dense() {
    return gguf("tiny-dense", "tiny-dense-f32", "tiny-dense-mmproj-f32");
  }

  public static ModelFiles moe() {
    return gguf("tiny-moe", "tiny-moe-f32", "tiny-moe-mmproj-f16");
  }

  /** The wide model in a quantization: {@code Q8_0} or {@code Q4_K_M}. */
  public static ModelFiles wide(String quantization) {
    return gguf("tiny-wide", "tiny-wide-" + quantization, "tiny-wide-mmproj-f16");
  }
}
