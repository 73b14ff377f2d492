package dev.ocelli.engine.model.qwen3vl;

import org.jspecify.annotations.Nullable;

/**
 * The sizes of a Qwen3-VL model; QWEN3VL sections 1 to 4 use the same words.
 *
 * @param text the language model
 * @param vision the vision tower, or null when the model is used without one
 */
public record Qwen3VlConfig(Text text, @Nullable Vision vision) {

  /**
   * The language model.
   *
   * @param layers transformer layers
   * @param hidden width of the residual stream
   * @param heads query heads
   * @param kvHeads key-value heads; consecutive {@code heads / kvHeads} query heads share one
   * @param headDim values of a head; {@code heads * headDim} need not equal {@code hidden}
   * @param ffn inner width of a dense feed-forward layer
   * @param vocabulary rows of the embedding
   * @param contextLength positions the model was made for
   * @param rmsEps epsilon of every RMS norm
   * @param rope rotary positions
   * @param experts mixture of experts, or null for a dense model
   * @param deepstack how many of the first layers get DeepStack features
   */
  public record Text(
      int layers,
      int hidden,
      int heads,
      int kvHeads,
      int headDim,
      int ffn,
      int vocabulary,
      int contextLength,
      float rmsEps,
      Rope rope,
      @Nullable Experts experts,
      int deepstack) {

    /** Query values of a token. */
    public int queryWidth() {
      return heads * headDim;
    }

    /** Key (or value) values of a token. */
    public int keyWidth() {
      return kvHeads * headDim;
    }
  }

  /**
   * Interleaved M-RoPE.
   *
   * @param theta base of the frequencies
   * @param sections how many frequencies belong to time, height and width
   * @param yarn long-context scaling, or null
   */
  public record Rope(double theta, int[] sections, @Nullable Yarn yarn) {}

  /**
   * YaRN, QWEN3VL section 3.3.
   *
   * @param factor how much longer the context becomes
   * @param originalContext positions before scaling
   * @param betaFast rotations above which a frequency stays as it is
   * @param betaSlow rotations below which a frequency is divided by the factor
   * @param attentionFactor multiplies cosine and sine
   */
  public record Yarn(
      double factor,
      int originalContext,
      double betaFast,
      double betaSlow,
      double attentionFactor) {

    /** The published defaults: beta 32 and 1, attention factor {@code 0.1 ln(factor) + 1}. */
    public static Yarn of(double factor, int originalContext) {
      return new Yarn(factor, originalContext, 32, 1, factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1);
    }
  }

  /**
   * Mixture of experts.
   *
   * @param count experts in a layer
   * @param used experts a token goes through
   * @param ffn inner width of one expert
   */
  public record Experts(int count, int used, int ffn) {}

  /**
   * The vision tower with its mergers.
   *
   * @param depth transformer blocks
   * @param hidden width
   * @param heads attention heads of {@code hidden / heads} values
   * @param ffn inner width of a feed-forward layer
   * @param patch side of a patch in pixels
   * @param temporalPatch frames of a patch
   * @param merge side of the square of patches that becomes one token
   * @param positionSide side of the square table of learned positions
   * @param outHidden width of the language model
   * @param deepstackBlocks blocks after which DeepStack features are taken, ascending
   * @param eps epsilon of every layer norm
   * @param mean subtracted from each channel (values 0..1)
   * @param std divides each channel
   */
  public record Vision(
      int depth,
      int hidden,
      int heads,
      int ffn,
      int patch,
      int temporalPatch,
      int merge,
      int positionSide,
      int outHidden,
      int[] deepstackBlocks,
      float eps,
      float[] mean,
      float[] std) {

    /** Values of an attention head. */
    public int headDim() {
      return hidden / heads;
    }

    /** Values of a patch row: channels x frames x pixels. */
    public int patchValues() {
      return 3 * temporalPatch * patch * patch;
    }

    /** Width of the rows that the mergers take. */
    public int mergedHidden() {
      return hidden * merge * merge;
    }
  }
}
