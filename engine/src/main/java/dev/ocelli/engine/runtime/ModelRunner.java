package dev.ocelli.engine.runtime;

import dev.ocelli.engine.kernels.Compute;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.model.Checkpoint;
import dev.ocelli.engine.model.Model;
import dev.ocelli.engine.model.TextStep;
import dev.ocelli.engine.model.Trace;
import dev.ocelli.engine.model.VisionEmbedding;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlText;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlVision;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.vision.PatchRows;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Runs a model's arithmetic on this machine's processors: the boundary between the life of
 * sequences and the device.
 *
 * <p>Steps of the language model and encodings are each done one at a time. Single tokens and wide
 * steps may use different thread counts; results do not depend on them.
 */
public final class ModelRunner implements AutoCloseable {
  private final Model model;
  private final Compute single;
  private final Compute batch;
  private final Qwen3VlText text;
  private final @Nullable Qwen3VlVision vision;
  private final int maxRows;

  /**
   * Prepares scratch memory.
   *
   * @param kernels how the vision tower and everything but matrix products is computed
   * @param single threads for steps of one token
   * @param batch threads for wider steps and pictures; may be the same team
   * @param maxRows the widest step
   */
  public ModelRunner(Model model, KernelSet kernels, Workers single, Workers batch, int maxRows) {
    this.model = model;
    this.maxRows = maxRows;
    this.single = new Compute(single, kernels);
    this.batch = batch == single ? this.single : new Compute(batch, kernels);
    this.text = new Qwen3VlText(model.config().text(), model.textWeights(), maxRows);
    var visionConfig = model.config().vision();
    var visionWeights = model.visionWeights();
    this.vision =
        visionConfig == null || visionWeights == null
            ? null
            : new Qwen3VlVision(visionConfig, visionWeights);
  }

  /** The widest step in tokens. */
  public int maxRows() {
    return maxRows;
  }

  /** The layout of a sequence's cache. */
  public KvLayout kvLayout(DType type) {
    var c = model.config().text();
    return new KvLayout(c.layers(), c.kvHeads(), c.headDim(), type, type);
  }

  /** Encodes a picture or clip; see {@link Qwen3VlVision#encode}. */
  public VisionEmbedding encode(
      PatchRows patches, Arena target, Trace trace, Checkpoint checkpoint) {
    if (vision == null) {
      throw new IllegalStateException("the model has no vision tower");
    }
    return vision.encode(patches, batch, target, trace, checkpoint);
  }

  /**
   * Computes a step and, when asked, the logits of its last token.
   *
   * @param logits receives {@code [1, vocabulary]}; null when they are not wanted
   */
  public void step(TextStep step, @Nullable Floats logits, Trace trace, Checkpoint checkpoint) {
    int n = step.ids().length;
    Compute compute = n == 1 ? single : batch;
    Floats x = text.forward(step, compute, trace, checkpoint);
    if (logits != null) {
      text.logits(x, n - 1, compute, logits, trace);
    }
  }

  /**
   * Computes a step and the logits of its last {@code rows} tokens, as comparisons with references
   * need them.
   *
   * @return {@code rows * vocabulary} values
   */
  public float[] stepWithLogits(TextStep step, int rows, Trace trace) {
    int n = step.ids().length;
    Floats x = text.forward(step, batch, trace, Checkpoint.NONE);
    int vocabulary = model.config().text().vocabulary();
    float[] out = new float[Math.multiplyExact(rows, vocabulary)];
    try (Arena arena = Arena.ofShared()) {
      Floats logits = Floats.allocate(arena, 1, vocabulary);
      for (int r = 0; r < rows; r++) {
        text.logits(x, n - rows + r, batch, logits, trace);
        System.arraycopy(logits.toArray(), 0, out, r * vocabulary, vocabulary);
      }
    }
    return out;
  }

  @Override
  public void close() {
    text.close();
    if (batch != single) {
      batch.close();
    }
    single.close();
  }
}
