package dev.ocelli.engine.model.qwen3vl;

import dev.ocelli.engine.kernels.Compute;
import dev.ocelli.engine.kernels.KvView;
import dev.ocelli.engine.model.Checkpoint;
import dev.ocelli.engine.model.TextStep;
import dev.ocelli.engine.model.Trace;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The language model: tokens and visual rows to logits (QWEN3VL section 2).
 *
 * <p>One instance belongs to one thread at a time: it owns the scratch memory of a step. It knows
 * nothing of templates, sampling or the life of a sequence.
 */
public final class Qwen3VlText implements AutoCloseable {
  private final Qwen3VlConfig.Text config;
  private final Qwen3VlWeights.Text weights;
  private final RopeTable rope;
  private final MixtureOfExperts experts;
  private final Arena arena = Arena.ofShared();
  private final Buffers all;
  private final Buffers one;
  private final Floats normed;
  private final float[] embeddingRow;

  /**
   * Allocates scratch memory.
   *
   * @param maxRows the longest step
   */
  public Qwen3VlText(Qwen3VlConfig.Text config, Qwen3VlWeights.Text weights, int maxRows) {
    this.config = config;
    this.weights = weights;
    this.rope = new RopeTable(config.rope(), config.headDim());
    this.experts = new MixtureOfExperts(config, maxRows, arena);
    this.all = Buffers.allocate(config, maxRows, arena);
    this.one = all.first(1);
    this.normed = Floats.allocate(arena, 1, config.hidden());
    this.embeddingRow = new float[config.hidden()];
  }

  /** Bytes of scratch that a step of so many rows needs. */
  public static long scratchBytes(Qwen3VlConfig.Text c, int rows) {
    long row =
        3L * c.hidden() + 2L * c.queryWidth() + 2L * c.keyWidth() + 3L * c.ffn() + c.headDim();
    return 4 * rows * row + MixtureOfExperts.scratchBytes(c, rows);
  }

  /**
   * Runs all layers and appends the tokens' keys and values to the cache.
   *
   * @return the residual stream after the last layer, {@code [n, hidden]}, valid until the next
   *     step
   */
  public Floats forward(TextStep step, Compute compute, Trace trace, Checkpoint checkpoint) {
    int n = step.ids().length;
    Buffers b = n == 1 ? one : all.first(n);
    Floats x = b.x();
    embed(step, x);
    for (int r = 0; r < n; r++) {
      rope.fill(step.time()[r], step.height()[r], step.width()[r], b.cos(), b.sin(), r);
    }
    int queryWidth = config.queryWidth();
    int keyColumn = queryWidth;
    int valueColumn = queryWidth + config.keyWidth();
    KvView kv = step.kv();
    for (int i = 0; i < config.layers(); i++) {
      Qwen3VlWeights.Layer w = weights.layers()[i];
      compute.rmsNorm(x, w.attentionNorm(), config.rmsEps(), b.h());
      compute.matmul(w.qkv(), b.h(), b.qkv());
      compute.rmsNormHeads(b.qkv(), 0, config.heads(), w.queryNorm(), config.rmsEps());
      compute.rmsNormHeads(b.qkv(), keyColumn, config.kvHeads(), w.keyNorm(), config.rmsEps());
      compute.rope(b.qkv(), 0, config.heads() + config.kvHeads(), b.cos(), b.sin());
      compute.storeKeyValues(b.qkv(), keyColumn, valueColumn, kv, i, step.firstToken());
      compute.causalAttention(b.qkv(), config.heads(), kv, i, step.firstToken(), b.attention());
      compute.matmul(w.output(), b.attention(), b.h());
      compute.add(x, b.h());

      compute.rmsNorm(x, w.ffnNorm(), config.rmsEps(), b.h());
      switch (w.ffn()) {
        case Qwen3VlWeights.Dense d -> {
          compute.matmul(d.gateUp(), b.h(), b.gateUp());
          compute.swiglu(b.gateUp(), b.inner());
          compute.matmul(d.down(), b.inner(), b.out());
        }
        case Qwen3VlWeights.Sparse s -> experts.apply(s, b.h(), b.out(), compute);
      }
      compute.add(x, b.out());
      trace.tap("lm_layers", i, x);
      if (i < config.deepstack()) {
        addDeepstack(step, i, x, compute);
      }
      checkpoint.reached(i + 1, config.layers());
    }
    return x;
  }

  /**
   * Final norm and head for chosen rows.
   *
   * @param x what {@link #forward} returned
   * @param row the row whose next token is wanted
   * @param logits receives {@code [1, vocabulary]}
   */
  public void logits(Floats x, int row, Compute compute, Floats logits, Trace trace) {
    compute.rmsNorm(x.slice(row, row + 1), weights.norm(), config.rmsEps(), normed);
    trace.tap("lm_norm", row, normed);
    compute.matmul(weights.head(), normed, logits);
    trace.tap("logits", row, logits);
  }

  private void embed(TextStep step, Floats x) {
    Tensor table = weights.embedding();
    long rowBytes = table.type().bytes(config.hidden());
    int row = 0;
    for (TextStep.Visual v : step.visuals()) {
      for (; row < v.row(); row++) {
        embed(table, rowBytes, step.ids()[row], x, row);
      }
      Floats m = v.embedding().merged();
      MemorySegment.copy(
          m.segment(),
          m.offset(v.from()),
          x.segment(),
          x.offset(row),
          4L * v.count() * config.hidden());
      row += v.count();
    }
    for (; row < step.ids().length; row++) {
      embed(table, rowBytes, step.ids()[row], x, row);
    }
  }

  private void embed(Tensor table, long rowBytes, int id, Floats x, int row) {
    Quants.dequantize(table.type(), table.data(), id * rowBytes, embeddingRow, 0, config.hidden());
    MemorySegment.copy(
        embeddingRow, 0, x.segment(), ValueLayout.JAVA_FLOAT, x.offset(row), config.hidden());
  }

  private static void addDeepstack(TextStep step, int layer, Floats x, Compute compute) {
    for (TextStep.Visual v : step.visuals()) {
      Floats[] features = v.embedding().deepstack();
      if (layer < features.length) {
        compute.add(
            x.slice(v.row(), v.row() + v.count()),
            features[layer].slice(v.from(), v.from() + v.count()));
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }

  /**
   * Scratch of a step.
   *
   * @param x residual stream {@code [n, hidden]}
   * @param h normalised input, then a projection's output {@code [n, hidden]}
   * @param qkv {@code [n, queries + keys + values]}
   * @param attention {@code [n, queries]}
   * @param gateUp {@code [n, 2 ffn]}
   * @param inner {@code [n, ffn]}
   * @param out {@code [n, hidden]}
   */
  private record Buffers(
      Floats x,
      Floats h,
      Floats qkv,
      Floats attention,
      Floats gateUp,
      Floats inner,
      Floats out,
      Floats cos,
      Floats sin) {

    static Buffers allocate(Qwen3VlConfig.Text c, int n, Arena arena) {
      int half = c.headDim() / 2;
      return new Buffers(
          Floats.allocate(arena, n, c.hidden()),
          Floats.allocate(arena, n, c.hidden()),
          Floats.allocate(arena, n, c.queryWidth() + 2 * c.keyWidth()),
          Floats.allocate(arena, n, c.queryWidth()),
          Floats.allocate(arena, n, 2 * c.ffn()),
          Floats.allocate(arena, n, c.ffn()),
          Floats.allocate(arena, n, c.hidden()),
          Floats.allocate(arena, n, half),
          Floats.allocate(arena, n, half));
    }

    Buffers first(int n) {
      return new Buffers(
          x.slice(0, n),
          h.slice(0, n),
          qkv.slice(0, n),
          attention.slice(0, n),
          gateUp.slice(0, n),
          inner.slice(0, n),
          out.slice(0, n),
          cos.slice(0, n),
          sin.slice(0, n));
    }
  }
}
