package dev.ocelli.cli.files;

import dev.ocelli.engine.safetensors.HfNames;
import java.util.Locale;

/** Parts of a model whose sizes people ask for. */
enum TensorGroup {
  EMBEDDING,
  ATTENTION,
  FEED_FORWARD,
  EXPERTS,
  NORMS,
  OUTPUT,
  VISION_ATTENTION,
  VISION_FEED_FORWARD,
  VISION_OTHER,
  MERGERS,
  OTHER;

  /** The group of a tensor by its name in GGUF files or snapshots. */
  static TensorGroup of(String name) {
    return switch (HfNames.meaning(name)) {
      case HfNames.Meaning.Plain p -> ofGguf(p.canonical());
      case HfNames.Meaning.PatchEmbedding unused -> VISION_OTHER;
      case HfNames.Meaning.Deepstack unused -> MERGERS;
      case HfNames.Meaning.FusedExperts unused -> EXPERTS;
      case HfNames.Meaning.Expert unused -> EXPERTS;
      case HfNames.Meaning.Unknown unused -> ofGguf(name);
    };
  }

  private static TensorGroup ofGguf(String name) {
    if (name.startsWith("mm.") || name.startsWith("v.deepstack.") || name.startsWith("v.post_ln")) {
      return MERGERS;
    }
    if (name.startsWith("v.")) {
      return name.contains(".attn_")
          ? VISION_ATTENTION
          : name.contains(".ffn_") ? VISION_FEED_FORWARD : VISION_OTHER;
    }
    if (name.endsWith("_norm.weight")) {
      return NORMS;
    }
    if (name.startsWith("token_embd")) {
      return EMBEDDING;
    }
    if (name.startsWith("output.")) {
      return OUTPUT;
    }
    if (name.contains(".attn_")) {
      return ATTENTION;
    }
    if (name.contains("_exps.")) {
      return EXPERTS;
    }
    return name.contains(".ffn_") ? FEED_FORWARD : OTHER;
  }

  /** As reports name it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
