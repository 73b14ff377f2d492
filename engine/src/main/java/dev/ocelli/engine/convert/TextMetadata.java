package dev.ocelli.engine.convert;

import dev.ocelli.engine.gguf.GgufArray;
import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.quantize.FileType;
import dev.ocelli.engine.safetensors.HfConfig;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Sizes and constants of the language model. */
final class TextMetadata {
  private final GgufWriter out;
  private final String architecture;
  private final HfConfig config;

  TextMetadata(GgufWriter out, String architecture, HfConfig config) {
    this.out = out;
    this.architecture = architecture;
    this.config = config;
  }

  void write(FileType type) {
    HfConfig.Text t = config.text();
    put("block_count", t.layers());
    put("context_length", t.contextLength());
    put("embedding_length", t.hidden());
    if (t.feedForward() > 0) {
      put("feed_forward_length", t.feedForward());
    }
    put("attention.head_count", t.heads());
    put("attention.head_count_kv", t.kvHeads());
    HfConfig.Yarn yarn = t.rope().yarn();
    if (yarn != null) {
      yarn(yarn);
    }
    out.put(
        key("rope.dimension_sections"), GgufArray.ofInts(Arrays.copyOf(t.rope().sections(), 4)));
    put("rope.freq_base", (float) t.rope().theta());
    put("attention.layer_norm_rms_epsilon", t.rmsEps());
    HfConfig.Moe moe = t.moe();
    if (moe != null) {
      put("expert_count", moe.experts());
      put("expert_used_count", moe.used());
    }
    put("attention.key_length", t.headDim());
    put("attention.value_length", t.headDim());
    out.put("general.file_type", type.number());
    if (moe != null) {
      put("expert_feed_forward_length", moe.feedForward());
    }
    put("n_deepstack_layers", config.vision().deepstackBlocks().length);
  }

  private void yarn(HfConfig.Yarn yarn) {
    String p = "rope.scaling.";
    out.put(key(p + "type"), "yarn");
    put(p + "factor", (float) yarn.factor());
    put(p + "original_context_length", yarn.originalContext());
    put(p + "yarn_attn_factor", yarn.attentionFactor());
    put(p + "yarn_beta_fast", yarn.betaFast());
    put(p + "yarn_beta_slow", yarn.betaSlow());
  }

  private String key(String name) {
    return architecture + "." + name;
  }

  private void put(String name, int value) {
    out.put(key(name), value);
  }

  private void put(String name, float value) {
    out.put(key(name), value);
  }

  private void put(String name, @Nullable Double value) {
    if (value != null) {
      put(name, value.floatValue());
    }
  }
}
