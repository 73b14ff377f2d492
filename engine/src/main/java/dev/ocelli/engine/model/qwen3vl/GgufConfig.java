package dev.ocelli.engine.model.qwen3vl;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig.Experts;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig.Rope;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig.Text;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig.Vision;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig.Yarn;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads the sizes of a Qwen3-VL model from GGUF metadata (QWEN3VL sections 7.1 and 7.3) and checks
 * that they make sense.
 */
public final class GgufConfig {
  /** Architectures of language model files. */
  public static final List<String> ARCHITECTURES = List.of("qwen3vl", "qwen3vlmoe");

  private GgufConfig() {}

  /** The language model's sizes. */
  public static Text text(GgufFile f) {
    String a = f.metadata().getString("general.architecture");
    if (a.equals("clip")) {
      throw error(
          f,
          "general.architecture",
          "is 'clip': this is the vision file (mmproj) of a model; name the language model with -m and this file with --mmproj");
    }
    if (!ARCHITECTURES.contains(a)) {
      throw error(
          f,
          "general.architecture",
          "is '%s', which Ocelli does not run; it runs %s (Qwen3-VL)"
              .formatted(a, String.join(" and ", ARCHITECTURES)));
    }
    Keys k = new Keys(f, a + ".");
    int hidden = k.size("embedding_length", 1 << 20);
    int heads = k.size("attention.head_count", 1 << 16);
    int kvHeads =
        f.metadata().has(a + ".attention.head_count_kv")
            ? k.size("attention.head_count_kv", 1 << 16)
            : heads;
    int headDim =
        f.metadata().has(a + ".attention.key_length")
            ? k.size("attention.key_length", 4096)
            : hidden / heads;
    if (heads % kvHeads != 0) {
      throw error(
          f,
          a + ".attention.head_count_kv",
          "is %d, which does not divide the %d query heads".formatted(kvHeads, heads));
    }
    if (headDim % 8 != 0) {
      throw error(
          f, a + ".attention.key_length", "is %d; it must be a multiple of 8".formatted(headDim));
    }
    if (f.metadata().has(a + ".attention.value_length")
        && f.metadata().getInt(a + ".attention.value_length") != headDim) {
      throw error(
          f,
          a + ".attention.value_length",
          "is %d, but keys have %d values; they must be equal"
              .formatted(f.metadata().getInt(a + ".attention.value_length"), headDim));
    }
    Experts experts =
        a.equals("qwen3vlmoe")
            ? new Experts(
                k.size("expert_count", 1 << 16),
                k.size("expert_used_count", 1 << 16),
                k.size("expert_feed_forward_length", 1 << 20))
            : null;
    if (experts != null && experts.used() > experts.count()) {
      throw error(
          f,
          a + ".expert_used_count",
          "is %d, but there are %d experts".formatted(experts.used(), experts.count()));
    }
    long vocabulary = f.get("token_embd.weight").rows();
    int layers = k.size("block_count", 4096);
    int deepstack = f.metadata().getInt(a + ".n_deepstack_layers", 0);
    if (deepstack < 0 || deepstack > layers) {
      throw error(
          f,
          a + ".n_deepstack_layers",
          "is %d, but the model has %d layers".formatted(deepstack, layers));
    }
    return new Text(
        layers,
        hidden,
        heads,
        kvHeads,
        headDim,
        experts == null
            ? k.size("feed_forward_length", 1 << 22)
            : f.metadata().getInt(a + ".feed_forward_length", 0),
        Math.toIntExact(Math.min(vocabulary, Integer.MAX_VALUE)),
        k.size("context_length", Integer.MAX_VALUE),
        k.epsilon("attention.layer_norm_rms_epsilon"),
        rope(f, k, headDim),
        experts,
        deepstack);
  }

  private static Rope rope(GgufFile f, Keys k, int headDim) {
    double theta = f.metadata().getFloat(k.prefix + "rope.freq_base", 5_000_000f);
    if (!(theta > 1) || Double.isInfinite(theta)) {
      throw error(f, k.prefix + "rope.freq_base", "is %s; it must be above 1".formatted(theta));
    }
    int[] s = f.metadata().getInts(k.prefix + "rope.dimension_sections");
    if (s.length < 3
        || s[0] < 0
        || s[1] < 0
        || s[2] < 0
        || (long) s[0] + s[1] + s[2] != headDim / 2
        || s.length > 3 && s[3] != 0) {
      throw error(
          f,
          k.prefix + "rope.dimension_sections",
          "is %s; the first three must add up to half of the head's %d values, and a fourth must be 0"
              .formatted(java.util.Arrays.toString(s), headDim));
    }
    return new Rope(theta, new int[] {s[0], s[1], s[2]}, yarn(f, k));
  }

  private static @org.jspecify.annotations.Nullable Yarn yarn(GgufFile f, Keys k) {
    String p = k.prefix + "rope.scaling.";
    String type = f.metadata().has(p + "type") ? f.metadata().getString(p + "type") : "none";
    return switch (type) {
      case "none" -> null;
      case "yarn" -> {
        double factor = f.metadata().getFloat(p + "factor");
        int original = k.size("rope.scaling.original_context_length", Integer.MAX_VALUE);
        if (!(factor >= 1) || factor > 1000) {
          throw error(f, p + "factor", "is %s; it must be between 1 and 1000".formatted(factor));
        }
        Yarn d = Yarn.of(factor, original);
        yield new Yarn(
            factor,
            original,
            f.metadata().getFloat(p + "yarn_beta_fast", (float) d.betaFast()),
            f.metadata().getFloat(p + "yarn_beta_slow", (float) d.betaSlow()),
            d.attentionFactor()
                * f.metadata()
                    .getFloat(
                        p + "yarn_attn_factor", f.metadata().getFloat(p + "attn_factor", 1f)));
      }
      default ->
          throw error(
              f, p + "type", "is '%s'; only 'yarn' and 'none' are supported".formatted(type));
    };
  }

  /** The vision tower's sizes. */
  public static Vision vision(GgufFile f) {
    String a = f.metadata().getString("general.architecture");
    if (!a.equals("clip")) {
      throw error(
          f, "general.architecture", "is '%s'; a vision file (mmproj) has 'clip'".formatted(a));
    }
    if (!f.metadata().getBoolean("clip.has_vision_encoder", true)) {
      throw error(f, "clip.has_vision_encoder", "is false: the file has no vision tower");
    }
    String projector =
        f.metadata().has("clip.projector_type")
            ? f.metadata().getString("clip.projector_type")
            : f.metadata().getString("clip.vision.projector_type");
    if (!projector.equals("qwen3vl_merger")) {
      throw error(
          f,
          "clip.projector_type",
          "is '%s'; a Qwen3-VL vision file has 'qwen3vl_merger'".formatted(projector));
    }
    Keys k = new Keys(f, "clip.vision.");
    int depth = k.size("block_count", 4096);
    int hidden = k.size("embedding_length", 1 << 20);
    int heads = k.size("attention.head_count", 1 << 16);
    if (hidden % heads != 0 || hidden / heads % 4 != 0) {
      throw error(
          f,
          "clip.vision.attention.head_count",
          "is %d; it must divide the width %d into heads of a multiple of 4 values"
              .formatted(heads, hidden));
    }
    boolean[] taps = f.metadata().getBooleans("clip.vision.is_deepstack_layers");
    if (taps.length != depth) {
      throw error(
          f,
          "clip.vision.is_deepstack_layers",
          "has %d entries for %d blocks".formatted(taps.length, depth));
    }
    long table = f.get("v.position_embd.weight").rows();
    int side = (int) Math.round(Math.sqrt(table));
    if ((long) side * side != table) {
      throw error(f, "v.position_embd.weight", "has %d rows, which is no square".formatted(table));
    }
    int patch = k.size("patch_size", 256);
    int merge =
        f.metadata().has("clip.vision.spatial_merge_size") ? k.size("spatial_merge_size", 16) : 2;
    return new Vision(
        depth,
        hidden,
        heads,
        k.size("feed_forward_length", 1 << 22),
        patch,
        2,
        merge,
        side,
        k.size("projection_dim", 1 << 20),
        IntStream.range(0, depth).filter(i -> taps[i]).toArray(),
        k.epsilon("attention.layer_norm_epsilon"),
        channels(f, "clip.vision.image_mean"),
        channels(f, "clip.vision.image_std"));
  }

  private static float[] channels(GgufFile f, String key) {
    float[] v = f.metadata().getFloats(key);
    if (v.length != 3) {
      throw error(f, key, "has %d values; it must have 3, one a channel".formatted(v.length));
    }
    for (float x : v) {
      if (!Float.isFinite(x) || x <= 0 && key.endsWith("std")) {
        throw error(
            f,
            key,
            "has the value %s; it must be a finite number%s"
                .formatted(x, key.endsWith("std") ? " above 0" : ""));
      }
    }
    return v;
  }

  private static OcelliException error(GgufFile f, String key, String what) {
    return new OcelliException(
        OcelliException.Kind.MODEL, "%s: %s %s".formatted(f.origin(), key, what));
  }

  private record Keys(GgufFile file, String prefix) {
    int size(String key, int max) {
      long v = file.metadata().getLong(prefix + key);
      if (v < 1 || v > max) {
        throw error(file, prefix + key, "is %d; it must be between 1 and %d".formatted(v, max));
      }
      return (int) v;
    }

    float epsilon(String key) {
      float v = file.metadata().getFloat(prefix + key);
      if (!(v > 0 && v < 1)) {
        throw error(file, prefix + key, "is %s; it must be between 0 and 1".formatted(v));
      }
      return v;
    }
  }
}
