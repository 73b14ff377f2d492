package dev.ocelli.engine.runtime;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.kernels.Compute;
import dev.ocelli.engine.kernels.InputObserver;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.model.Checkpoint;
import dev.ocelli.engine.model.Model;
import dev.ocelli.engine.model.TextRows;
import dev.ocelli.engine.model.Trace;
import dev.ocelli.engine.model.VisionEmbedding;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlText;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlVision;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.vision.PatchRows;
import java.lang.foreign.Arena;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Runs a model's arithmetic on this machine's processors: the boundary between the life of
 * sequences and the device.
 *
 * <p>Steps of the language model and encodings are each done one at a time. A few tokens and wide
 * steps may use different thread counts; results do not depend on them.
 */
public final class ModelRunner implements AutoCloseable {
  /** Widest step that waits for memory more than for arithmetic, as a single token does. */
  private static final int FEW_ROWS = 8;

  private final Model model;
  private final Compute single;
  private final Compute batch;
  private final Compute pictures;
  private final Qwen3VlText text;
  private final @Nullable Qwen3VlVision vision;
  private final int maxRows;

  /**
   * Who computes; the same team may do all.
   *
   * @param single steps of a few tokens
   * @param batch wider steps
   * @param pictures encodings; where steps may come between their tasks, a team of its own
   */
  public record Teams(Workers single, Workers batch, Workers pictures) {
    /** One team for everything, which is used by one thread at a time. */
    public static Teams one(Workers team) {
      return new Teams(team, team, team);
    }
  }

  /**
   * Prepares scratch memory.
   *
   * @param kernels how the vision tower and everything but matrix products is computed
   * @param maxRows the widest step
   */
  public ModelRunner(Model model, KernelSet kernels, Teams teams, int maxRows) {
    this.model = model;
    this.maxRows = maxRows;
    this.single = new Compute(teams.single(), kernels);
    this.batch =
        teams.batch() == teams.single() ? this.single : new Compute(teams.batch(), kernels);
    // Scratch memory of its own: what lies in it must outlast a step that comes between.
    this.pictures =
        teams.pictures() == teams.batch() ? this.batch : new Compute(teams.pictures(), kernels);
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

  /**
   * The layout of the cache of a model's sequences.
   *
   * @throws OcelliException when the model's heads are no whole blocks of the type
   */
  public static KvLayout kvLayout(Qwen3VlConfig.Text c, DType type) {
    if (c.headDim() % type.blockValues() != 0) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "--cache-type-k %s: the model's heads of %d values are no whole blocks of %d; use f16"
              .formatted(type.name().toLowerCase(Locale.ROOT), c.headDim(), type.blockValues()));
    }
    return new KvLayout(c.layers(), c.kvHeads(), c.headDim(), type, type);
  }

  /** Has the inputs of all further products looked at. */
  void observe(InputObserver observer) {
    single.observe(observer);
    batch.observe(observer);
    pictures.observe(observer);
  }

  /** Encodes a picture or clip; see {@link Qwen3VlVision#encode}. */
  public VisionEmbedding encode(
      PatchRows patches, Arena target, Trace trace, Checkpoint checkpoint) {
    if (vision == null) {
      throw new IllegalStateException("the model has no vision tower");
    }
    return vision.encode(patches, pictures, target, trace, checkpoint);
  }

  /**
   * Computes rows of one or several sequences, and the states and logits that they ask for.
   *
   * @param given at most {@link #maxRows} rows in all; each sequence once
   */
  public void step(List<TextRows> given, Trace trace, Checkpoint checkpoint) {
    List<TextRows> step = byAdapters(given);
    int n = 0;
    for (TextRows s : step) {
      n += s.count();
    }
    Compute compute = n <= FEW_ROWS ? single : batch;
    Floats x = text.forward(step, compute, trace, checkpoint);
    text.states(step, x, compute);
    text.logits(step, x, compute, trace);
  }

  /** Logits of final states; see {@link Qwen3VlText#head}. */
  void head(Floats states, AdapterSet adapters, Floats logits) {
    text.head(states, adapters, states.rows() <= FEW_ROWS ? single : batch, logits);
  }

  /** The same rows, those of the same adapters beside each other: they share products. */
  private static List<TextRows> byAdapters(List<TextRows> step) {
    return step.size() == 1 || step.stream().allMatch(s -> s.adapters().isEmpty())
        ? step
        : step.stream().sorted(Comparator.comparing(s -> s.adapters().key())).toList();
  }

  @Override
  public void close() {
    text.close();
    if (pictures != batch) {
      pictures.close();
    }
    if (batch != single) {
      batch.close();
    }
    single.close();
  }
}
