package dev.ocelli.engine.model.qwen3vl;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig.Experts;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig.Rope;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig.Text;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig.Vision;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig.Yarn;
import dev.ocelli.engine.safetensors.HfConfig;
import dev.ocelli.engine.vision.PatchSpec;
import org.jspecify.annotations.Nullable;

/** The sizes of a Qwen3-VL model from {@code config.json}. */
public final class SnapshotConfig {
  /** Layer norms of the vision tower; the configuration does not give it. */
  private static final float VISION_EPS = 1e-6f;

  private SnapshotConfig() {}

  /**
   * The sizes.
   *
   * @param pictures how pictures are normalised
   * @param vision whether the vision tower is used
   * @throws OcelliException when the configuration asks for something that is not computed
   */
  public static Qwen3VlConfig of(HfConfig c, PatchSpec pictures, boolean vision) {
    HfConfig.Text t = c.text();
    HfConfig.Rope r = t.rope();
    if (!r.interleaved()) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          "%s: text_config.rope_parameters.mrope_interleaved is false; only interleaved M-RoPE (Qwen3-VL) is computed"
              .formatted(c.origin()));
    }
    HfConfig.Moe moe = t.moe();
    if (moe != null && !moe.normalize()) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          "%s: text_config.norm_topk_prob is false; only normalised expert weights (Qwen3-VL) are computed"
              .formatted(c.origin()));
    }
    HfConfig.Vision v = c.vision();
    Text text =
        new Text(
            t.layers(),
            t.hidden(),
            t.heads(),
            t.kvHeads(),
            t.headDim(),
            t.feedForward(),
            t.vocabulary(),
            t.contextLength(),
            t.rmsEps(),
            new Rope(r.theta(), r.sections(), yarn(r.yarn())),
            moe == null ? null : new Experts(moe.experts(), moe.used(), moe.feedForward()),
            v.deepstackBlocks().length);
    return new Qwen3VlConfig(text, vision ? vision(v, pictures) : null);
  }

  private static Vision vision(HfConfig.Vision v, PatchSpec pictures) {
    return new Vision(
        v.depth(),
        v.hidden(),
        v.heads(),
        v.feedForward(),
        v.patch(),
        v.temporalPatch(),
        v.spatialMerge(),
        (int) Math.round(Math.sqrt(v.positions())),
        v.outHidden(),
        v.deepstackBlocks(),
        VISION_EPS,
        pictures.mean(),
        pictures.std());
  }

  private static @Nullable Yarn yarn(HfConfig.@Nullable Yarn y) {
    if (y == null) {
      return null;
    }
    Yarn d = Yarn.of(y.factor(), y.originalContext());
    Double fast = y.betaFast();
    Double slow = y.betaSlow();
    Double attention = y.attentionFactor();
    return new Yarn(
        y.factor(),
        y.originalContext(),
        fast == null ? d.betaFast() : fast,
        slow == null ? d.betaSlow() : slow,
        attention == null ? d.attentionFactor() : attention);
  }
}
