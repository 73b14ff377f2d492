package dev.ocelli.engine.convert;

import dev.ocelli.engine.gguf.GgufArray;
import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.quantize.FileType;
import dev.ocelli.engine.safetensors.HfConfig;
import dev.ocelli.engine.safetensors.HfPreprocessor;
import java.nio.file.Path;

/** Sizes and constants of the vision tower. */
final class VisionMetadata {
  private static final float[] HALVES = {0.5f, 0.5f, 0.5f};

  private VisionMetadata() {}

  static void write(GgufWriter out, HfConfig config, Path folder, FileType type) {
    HfConfig.Vision v = config.vision();
    HfPreprocessor images = HfPreprocessor.findForImages(folder);
    String p = "clip.vision.";
    out.put("general.file_type", type.number());
    out.put("clip.has_vision_encoder", true);
    out.put(p + "projection_dim", config.text().hidden());
    out.put(p + "image_size", (int) Math.round(Math.sqrt(v.positions())) * v.patch());
    out.put(p + "patch_size", v.patch());
    out.put(p + "embedding_length", v.hidden());
    out.put(p + "feed_forward_length", v.feedForward());
    out.put(p + "block_count", v.depth());
    out.put(p + "attention.head_count", v.heads());
    out.put(p + "image_mean", GgufArray.ofFloats(images == null ? HALVES : images.mean()));
    out.put(p + "image_std", GgufArray.ofFloats(images == null ? HALVES : images.std()));
    out.put("clip.projector_type", "qwen3vl_merger");
    out.put("clip.use_gelu", true);
    out.put(p + "spatial_merge_size", v.spatialMerge());
    // The tower's own constant is nowhere in a snapshot; readers expect the language model's here.
    out.put(p + "attention.layer_norm_epsilon", config.text().rmsEps());
    boolean[] deepstack = new boolean[v.depth()];
    for (int block : v.deepstackBlocks()) {
      deepstack[block] = true;
    }
    out.put(p + "is_deepstack_layers", GgufArray.ofBooleans(deepstack));
  }
}
