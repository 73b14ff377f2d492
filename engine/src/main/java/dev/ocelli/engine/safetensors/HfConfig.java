package dev.ocelli.engine.safetensors;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.tensor.Printable;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code config.json} of a Qwen3-VL model, as transformers 4.57 and 5 write it.
 *
 * @param origin the file, for error messages
 * @param modelType {@code qwen3_vl} or {@code qwen3_vl_moe}
 * @param text the language model
 * @param vision the vision tower
 * @param tokens ids with a meaning for the engine
 * @param tiedEmbeddings whether the head is the embedding table
 * @param quantization how FP8 weights are scaled; null when there are none
 */
public record HfConfig(
    String origin,
    String modelType,
    Text text,
    Vision vision,
    Tokens tokens,
    boolean tiedEmbeddings,
    @Nullable Quantization quantization) {

  /**
   * The language model.
   *
   * @param contextLength {@code max_position_embeddings}
   * @param moe sizes of the sparse layers; null in a dense model
   */
  public record Text(
      int hidden,
      int layers,
      int heads,
      int kvHeads,
      int headDim,
      int feedForward,
      int vocabulary,
      int contextLength,
      float rmsEps,
      Rope rope,
      @Nullable Moe moe) {}

  /**
   * Rotary positions.
   *
   * @param sections frequencies of the time, height and width axes; they sum to half the head
   * @param interleaved whether the axes take turns
   * @param yarn long-context scaling; null when there is none
   */
  @SuppressWarnings("ArrayRecordComponent") // read once; nobody compares such records
  public record Rope(double theta, int[] sections, boolean interleaved, @Nullable Yarn yarn) {}

  /**
   * YaRN scaling; null where the file leaves a value to the formula's default.
   *
   * @param originalContext context length before scaling
   */
  public record Yarn(
      double factor,
      int originalContext,
      @Nullable Double attentionFactor,
      @Nullable Double betaFast,
      @Nullable Double betaSlow) {}

  /**
   * Mixture of experts.
   *
   * @param used experts a token
   * @param feedForward inner width of one expert
   * @param normalize whether the used experts' weights are scaled to sum 1
   * @param step layer i is sparse when {@code (i + 1) % step == 0} and it is not a dense layer
   * @param denseLayers layers that are dense in any case
   */
  @SuppressWarnings("ArrayRecordComponent") // read once; nobody compares such records
  public record Moe(
      int experts, int used, int feedForward, boolean normalize, int step, int[] denseLayers) {}

  /**
   * The vision tower.
   *
   * @param positions rows of the position table, a square number
   * @param outHidden width of the merged rows: the language model's hidden size
   * @param deepstackBlocks blocks whose outputs are merged too, ascending
   */
  @SuppressWarnings("ArrayRecordComponent") // read once; nobody compares such records
  public record Vision(
      int depth,
      int hidden,
      int heads,
      int feedForward,
      int channels,
      int patch,
      int temporalPatch,
      int spatialMerge,
      int positions,
      int outHidden,
      int[] deepstackBlocks) {}

  /** Ids of the placeholder tokens and what encloses them. */
  public record Tokens(int image, int video, int visionStart, int visionEnd) {}

  /**
   * FP8 weights. Which ones are FP8 their own types tell, not {@code modules_to_not_convert}; and
   * activations are not rounded, whatever {@code activation_scheme} says of other engines.
   *
   * @param blockRows rows of a block with one scale
   * @param blockColumns columns of a block with one scale
   */
  public record Quantization(int blockRows, int blockColumns) {}

  /**
   * Reads {@code config.json} of a model's folder.
   *
   * @throws OcelliException when it is missing, is of another architecture, or lacks a field
   */
  public static HfConfig read(Path folder) {
    JsonFields f = JsonFields.read(folder.resolve("config.json"));
    String type = f.text("model_type");
    if (!type.equals("qwen3_vl") && !type.equals("qwen3_vl_moe")) {
      throw f.wrong("model_type", "'qwen3_vl' or 'qwen3_vl_moe', the architectures supported");
    }
    JsonFields t = f.object("text_config");
    Text text = text(t, type.equals("qwen3_vl_moe"));
    Vision vision = vision(f.object("vision_config"));
    Boolean tied = f.findBool("tie_word_embeddings");
    return new HfConfig(
        f.file(),
        type,
        text,
        vision,
        new Tokens(
            f.natural("image_token_id"),
            f.natural("video_token_id"),
            f.natural("vision_start_token_id"),
            f.natural("vision_end_token_id")),
        tied == null ? t.bool("tie_word_embeddings", false) : tied,
        quantization(f.findObject("quantization_config")));
  }

  private static Text text(JsonFields t, boolean sparse) {
    if (t.has("hidden_act") && !t.text("hidden_act").equals("silu")) {
      throw t.wrong("hidden_act", "'silu'");
    }
    int hidden = t.positive("hidden_size");
    int heads = t.positive("num_attention_heads");
    int kvHeads = t.positive("num_key_value_heads", heads);
    if (heads % kvHeads != 0) {
      throw t.wrong("num_key_value_heads", "a divisor of num_attention_heads " + heads);
    }
    int headDim = t.positive("head_dim", Math.max(1, hidden / heads));
    if (headDim % 2 != 0) {
      throw t.wrong("head_dim", "even");
    }
    int feedForward = sparse ? t.natural("intermediate_size", 0) : t.positive("intermediate_size");
    return new Text(
        hidden,
        t.positive("num_hidden_layers"),
        heads,
        kvHeads,
        headDim,
        feedForward,
        t.positive("vocab_size"),
        t.positive("max_position_embeddings"),
        (float) t.positiveNumber("rms_norm_eps"),
        rope(t, headDim),
        sparse ? moe(t) : null);
  }

  /** transformers 5 has everything in rope_parameters, 4.57 in rope_scaling and rope_theta. */
  private static Rope rope(JsonFields t, int headDim) {
    JsonFields parameters = t.findObject("rope_parameters");
    JsonFields r = parameters == null ? t.findObject("rope_scaling") : parameters;
    double theta =
        parameters != null && parameters.has("rope_theta")
            ? parameters.positiveNumber("rope_theta")
            : t.positiveNumber("rope_theta");
    int[] sections = {24, 20, 20};
    if (r == null) {
      return new Rope(theta, sections, true, null);
    }
    if (r.has("mrope_section")) {
      sections = r.naturals("mrope_section");
      long sum = 0;
      for (int s : sections) {
        sum += s;
      }
      if (sections.length != 3 || sum != headDim / 2) {
        throw r.wrong("mrope_section", "three numbers that sum to half of head_dim " + headDim);
      }
    }
    String key = r.has("rope_type") || !r.has("type") ? "rope_type" : "type";
    String type = r.has(key) ? r.text(key) : "default";
    Yarn yarn =
        switch (type) {
          // "mrope" is what older configurations call the default with sections.
          case "default", "mrope" -> null;
          case "yarn" ->
              new Yarn(
                  r.positiveNumber("factor"),
                  r.positive(
                      "original_max_position_embeddings", t.positive("max_position_embeddings")),
                  r.findNumber("attention_factor"),
                  r.findNumber("beta_fast"),
                  r.findNumber("beta_slow"));
          default -> throw r.wrong(key, "'default' or 'yarn'");
        };
    return new Rope(theta, sections, r.bool("mrope_interleaved", true), yarn);
  }

  private static Moe moe(JsonFields t) {
    int experts = t.positive(t.has("num_experts") ? "num_experts" : "num_local_experts");
    int used = t.positive("num_experts_per_tok");
    if (used > experts) {
      throw t.wrong("num_experts_per_tok", "at most the number of experts " + experts);
    }
    return new Moe(
        experts,
        used,
        t.positive("moe_intermediate_size"),
        t.bool("norm_topk_prob", true),
        t.positive("decoder_sparse_step", 1),
        t.has("mlp_only_layers") ? t.naturals("mlp_only_layers") : new int[0]);
  }

  private static Vision vision(JsonFields v) {
    if (v.has("hidden_act") && !v.text("hidden_act").equals("gelu_pytorch_tanh")) {
      throw v.wrong("hidden_act", "'gelu_pytorch_tanh'");
    }
    int depth = v.positive("depth");
    int[] deepstack = v.naturals("deepstack_visual_indexes");
    for (int i = 0; i < deepstack.length; i++) {
      if (deepstack[i] >= depth || (i > 0 && deepstack[i] <= deepstack[i - 1])) {
        throw v.wrong("deepstack_visual_indexes", "ascending and below depth " + depth);
      }
    }
    int hidden = v.positive("hidden_size");
    int heads = v.positive("num_heads");
    if (hidden % heads != 0) {
      throw v.wrong("num_heads", "a divisor of hidden_size " + hidden);
    }
    int positions = v.positive("num_position_embeddings");
    int side = (int) Math.round(Math.sqrt(positions));
    if ((long) side * side != positions) {
      throw v.wrong("num_position_embeddings", "a square number");
    }
    return new Vision(
        depth,
        hidden,
        heads,
        v.positive("intermediate_size"),
        v.positive("in_channels", 3),
        v.positive("patch_size"),
        v.positive("temporal_patch_size"),
        v.positive("spatial_merge_size"),
        positions,
        v.positive("out_hidden_size"),
        deepstack);
  }

  private static @Nullable Quantization quantization(@Nullable JsonFields q) {
    if (q == null) {
      return null;
    }
    requireOnly(q, "quant_method", "fp8");
    if (q.has("fmt")) {
      requireOnly(q, "fmt", "e4m3");
    }
    int[] block =
        q.has("weight_block_size") ? q.naturals("weight_block_size") : new int[] {128, 128};
    if (block.length != 2 || block[0] < 1 || block[1] < 1) {
      throw q.wrong("weight_block_size", "two whole numbers above 0");
    }
    return new Quantization(block[0], block[1]);
  }

  private static void requireOnly(JsonFields q, String field, String computed) {
    String found = q.text(field);
    if (!found.equals(computed)) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          "%s: quantization_config.%s is '%s'; of quantized snapshots only '%s' is computed, use the bf16 snapshot or a GGUF file of the model"
              .formatted(q.file(), field, Printable.of(found), computed));
    }
  }
}
