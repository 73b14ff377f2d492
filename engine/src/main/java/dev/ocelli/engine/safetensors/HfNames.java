package dev.ocelli.engine.safetensors;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tensor names of Hugging Face's Qwen3-VL checkpoints in terms of the GGUF names (specification
 * sections 7.2 and 7.4).
 *
 * <p>Names are understood with and without the prefixes that versions of transformers put before
 * them: {@code model.language_model.}, {@code language_model.model.}, {@code model.}, {@code
 * model.visual.}, {@code visual.}.
 */
public final class HfNames {
  private static final Map<String, String> TEXT =
      Map.of("embed_tokens", "token_embd", "norm", "output_norm", "lm_head", "output");

  private static final Map<String, String> LAYER =
      Map.ofEntries(
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("post_attention_layernorm", "ffn_norm"),
          Map.entry("self_attn.q_proj", "attn_q"),
          Map.entry("self_attn.k_proj", "attn_k"),
          Map.entry("self_attn.v_proj", "attn_v"),
          Map.entry("self_attn.o_proj", "attn_output"),
          Map.entry("self_attn.q_norm", "attn_q_norm"),
          Map.entry("self_attn.k_norm", "attn_k_norm"),
          Map.entry("mlp.gate_proj", "ffn_gate"),
          Map.entry("mlp.up_proj", "ffn_up"),
          Map.entry("mlp.down_proj", "ffn_down"),
          Map.entry("mlp.gate", "ffn_gate_inp"));

  private static final Map<String, String> VISION =
      Map.of(
          "patch_embed.proj", "v.patch_embd",
          "pos_embed", "v.position_embd",
          "merger.norm", "v.post_ln",
          "merger.linear_fc1", "mm.0",
          "merger.linear_fc2", "mm.2");

  private static final Map<String, String> BLOCK =
      Map.of(
          "norm1", "ln1",
          "norm2", "ln2",
          "attn.qkv", "attn_qkv",
          "attn.proj", "attn_out",
          "mlp.linear_fc1", "ffn_up",
          "mlp.linear_fc2", "ffn_down");

  private static final Map<String, String> DEEPSTACK =
      Map.of("norm", "norm", "linear_fc1", "fc1", "linear_fc2", "fc2");

  /** The fused projections of all experts, which have no {@code .weight} in their names. */
  private static final Pattern FUSED =
      Pattern.compile("layers\\.(\\d{1,4})\\.mlp\\.experts\\.(gate_up|down)_proj(_scale_inv)?");

  private static final Pattern LEAF = Pattern.compile("(.+)\\.(weight|bias|weight_scale_inv)");
  private static final Pattern NUMBERED =
      Pattern.compile("(layers|blocks|deepstack_merger_list)\\.(\\d{1,4})\\.(.+)");
  private static final Pattern EXPERT =
      Pattern.compile("mlp\\.experts\\.(\\d{1,5})\\.(gate|up|down)_proj");

  private HfNames() {}

  /** What a tensor of a checkpoint is. */
  public sealed interface Meaning {

    /** The tensor of that GGUF name as it is. */
    record Plain(String canonical) implements Meaning {}

    /**
     * The weight of the patch convolution {@code [hidden, channels, time, y, x]}, which GGUF splits
     * in time.
     */
    record PatchEmbedding() implements Meaning {}

    /**
     * The feature merger number {@code index}, whose GGUF name has the vision block's number
     * instead.
     *
     * @param part what follows that number, such as {@code fc1.weight}
     */
    record Deepstack(int index, String part) implements Meaning {}

    /**
     * A projection of all experts of a layer, or its scales.
     *
     * @param down the down projection; otherwise gate and up in one
     */
    record FusedExperts(int layer, boolean down, boolean scale) implements Meaning {}

    /** A projection of one expert, to be stacked into the tensor of that GGUF name. */
    record Expert(int number, String canonical) implements Meaning {}

    /** A name that Qwen3-VL does not have. */
    record Unknown() implements Meaning {}
  }

  /** Explains a tensor's name. */
  public static Meaning meaning(String name) {
    String rest = name;
    boolean stripped = true;
    while (stripped) {
      stripped = false;
      for (String prefix : new String[] {"model.", "language_model."}) {
        if (rest.startsWith(prefix)) {
          rest = rest.substring(prefix.length());
          stripped = true;
        }
      }
    }
    boolean vision = rest.startsWith("visual.");
    Matcher fused = FUSED.matcher(rest);
    if (fused.matches()) {
      return new Meaning.FusedExperts(
          Integer.parseInt(fused.group(1)), fused.group(2).equals("down"), fused.group(3) != null);
    }
    Matcher leaf = LEAF.matcher(vision ? rest.substring("visual.".length()) : rest);
    if (!leaf.matches()) {
      return new Meaning.Unknown();
    }
    String ending = leaf.group(2).equals("weight_scale_inv") ? "weight.scale_inv" : leaf.group(2);
    return vision ? vision(leaf.group(1), ending) : text(leaf.group(1), ending);
  }

  private static Meaning text(String module, String ending) {
    Matcher numbered = NUMBERED.matcher(module);
    if (!numbered.matches() || !numbered.group(1).equals("layers")) {
      return plain("", TEXT.get(module), ending);
    }
    String layer = "blk." + Integer.parseInt(numbered.group(2)) + ".";
    Matcher expert = EXPERT.matcher(numbered.group(3));
    if (expert.matches()) {
      return new Meaning.Expert(
          Integer.parseInt(expert.group(1)), layer + "ffn_" + expert.group(2) + "_exps." + ending);
    }
    return plain(layer, LAYER.get(numbered.group(3)), ending);
  }

  private static Meaning vision(String module, String ending) {
    if (module.equals("patch_embed.proj") && ending.equals("weight")) {
      return new Meaning.PatchEmbedding();
    }
    Matcher numbered = NUMBERED.matcher(module);
    if (!numbered.matches()) {
      return plain("", VISION.get(module), ending);
    }
    int n = Integer.parseInt(numbered.group(2));
    return switch (numbered.group(1)) {
      case "blocks" -> plain("v.blk." + n + ".", BLOCK.get(numbered.group(3)), ending);
      case "deepstack_merger_list" -> {
        String part = DEEPSTACK.get(numbered.group(3));
        yield part == null ? new Meaning.Unknown() : new Meaning.Deepstack(n, part + "." + ending);
      }
      default -> new Meaning.Unknown();
    };
  }

  private static Meaning plain(String prefix, @Nullable String name, String ending) {
    return name == null ? new Meaning.Unknown() : new Meaning.Plain(prefix + name + "." + ending);
  }
}
