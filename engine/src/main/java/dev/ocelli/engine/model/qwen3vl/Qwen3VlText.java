package dev.ocelli.engine.model.qwen3vl;

import dev.ocelli.engine.kernels.Compute;
import dev.ocelli.engine.kernels.KvRows;
import dev.ocelli.engine.kernels.Matrix;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.model.Checkpoint;
import dev.ocelli.engine.model.TextRows;
import dev.ocelli.engine.model.Trace;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The language model: tokens and visual rows to logits (QWEN3VL section 2).
 *
 * <p>A step may carry rows of several sequences: they share the reading of the weights, while keys
 * and values are stored and attended to sequence by sequence. A row's result does not depend on the
 * rows beside it.
 *
 * <p>One instance belongs to one thread at a time: it owns the scratch memory of a step. It knows
 * nothing of templates, sampling or the life of a sequence.
 */
public final class Qwen3VlText implements AutoCloseable {
  /** Rows whose logits are computed at once; bounds scratch memory, does not change results. */
  private static final int LOGIT_ROWS = 16;

  private final Qwen3VlConfig.Text config;
  private final Qwen3VlWeights.Text weights;
  private final RopeTable rope;
  private final MixtureOfExperts experts;
  private final Arena arena = Arena.ofShared();
  private final Buffers all;
  private final Buffers one;
  private final Floats normed;
  private final Floats scores;
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
    int wanted = Math.min(maxRows, LOGIT_ROWS);
    this.normed = Floats.allocate(arena, wanted, config.hidden());
    this.scores = Floats.allocate(arena, wanted, config.vocabulary());
    this.embeddingRow = new float[config.hidden()];
  }

  /** Bytes of scratch that an instance for so many rows allocates. */
  public static long scratchBytes(Qwen3VlConfig.Text c, int rows) {
    long row =
        3L * c.hidden() + 2L * c.queryWidth() + 2L * c.keyWidth() + 3L * c.ffn() + c.headDim();
    long logits = (long) Math.min(rows, LOGIT_ROWS) * (c.hidden() + c.vocabulary());
    return 4 * (rows * row + logits) + MixtureOfExperts.scratchBytes(c, rows);
  }

  /**
   * Runs all layers and appends the tokens' keys and values to the caches.
   *
   * @param step rows of different sequences, which follow each other in the result
   * @return the residual stream after the last layer, {@code [n, hidden]}, valid until the next
   *     step
   */
  public Floats forward(List<TextRows> step, Compute compute, Trace trace, Checkpoint checkpoint) {
    int n = 0;
    for (TextRows s : step) {
      n += s.count();
    }
    Buffers b = n == 1 ? one : all.first(n);
    Floats x = b.x();
    KvRows[] kv = begin(step, b);
    StepProducts products = new StepProducts(step, compute);
    int queryWidth = config.queryWidth();
    int keyColumn = queryWidth;
    int valueColumn = queryWidth + config.keyWidth();
    for (int i = 0; i < config.layers(); i++) {
      Qwen3VlWeights.Layer w = weights.layers()[i];
      compute.rmsNorm(x, w.attentionNorm(), config.rmsEps(), b.h());
      products.matmul(w.qkv(), b.h(), b.qkv());
      compute.rmsNormHeads(b.qkv(), 0, config.heads(), w.queryNorm(), config.rmsEps());
      compute.rmsNormHeads(b.qkv(), keyColumn, config.kvHeads(), w.keyNorm(), config.rmsEps());
      compute.rope(b.qkv(), 0, config.heads() + config.kvHeads(), b.cos(), b.sin());
      compute.storeKeyValues(b.qkv(), keyColumn, valueColumn, kv, i);
      compute.causalAttention(b.qkv(), config.heads(), kv, i, b.attention());
      products.matmul(w.output(), b.attention(), b.h());
      compute.add(x, b.h());

      compute.rmsNorm(x, w.ffnNorm(), config.rmsEps(), b.h());
      switch (w.ffn()) {
        case Qwen3VlWeights.Dense d -> {
          products.matmul(d.gateUp(), b.h(), b.gateUp());
          compute.swiglu(b.gateUp(), b.inner());
          products.matmul(d.down(), b.inner(), b.out());
        }
        case Qwen3VlWeights.Sparse s -> experts.apply(s, b.h(), b.out(), products, compute);
      }
      compute.add(x, b.out());
      trace.tap("lm_layers", i, x);
      if (i < config.deepstack()) {
        for (int s = 0; s < kv.length; s++) {
          addDeepstack(step.get(s), kv[s].row(), i, x, compute);
        }
      }
      checkpoint.reached(i + 1, config.layers());
    }
    return x;
  }

  /**
   * Final norm and head for the rows whose logits are wanted.
   *
   * @param step as in {@link #forward}; its {@link TextRows#logits} are written
   * @param x what {@link #forward} returned
   */
  public void logits(List<TextRows> step, Floats x, Compute compute, Trace trace) {
    Gathered rows = new Gathered(normed.rows(), new StepProducts(step, compute));
    int gathered = 0;
    int end = 0;
    for (TextRows s : step) {
      end += s.count();
      Floats out = s.logits();
      if (out == null) {
        continue;
      }
      for (int r = 0; r < out.rows(); r++) {
        int row = end - out.rows() + r;
        Floats to = normed.slice(gathered, gathered + 1);
        compute.rmsNorm(x.slice(row, row + 1), weights.norm(), config.rmsEps(), to);
        trace.tap("lm_norm", row, to);
        rows.target[gathered] = out;
        rows.targetRow[gathered] = r;
        rows.stepRow[gathered++] = row;
        if (gathered == normed.rows()) {
          head(rows, gathered);
          gathered = 0;
        }
      }
    }
    if (gathered > 0) {
      head(rows, gathered);
    }
  }

  /**
   * Final norm of the rows whose states are wanted.
   *
   * @param step as in {@link #forward}; its {@link TextRows#states} are written
   * @param x what {@link #forward} returned
   */
  public void states(List<TextRows> step, Floats x, Compute compute) {
    int end = 0;
    for (TextRows s : step) {
      end += s.count();
      Floats out = s.states();
      if (out != null) {
        compute.rmsNorm(x.slice(end - out.rows(), end), weights.norm(), config.rmsEps(), out);
      }
    }
  }

  /**
   * Logits of final states of one sequence, the same that {@link #logits} gives.
   *
   * @param states rows as {@link #states} writes them
   * @param out {@code [as many, vocabulary]}
   */
  public void head(Floats states, AdapterSet adapters, Compute compute, Floats out) {
    new StepProducts(states.rows(), adapters, compute).matmul(weights.head(), states, out);
  }

  /** Rows whose logits are computed at once: where they go, and which of the step they are. */
  private static final class Gathered {
    final Floats[] target;
    final int[] targetRow;
    final int[] stepRow;
    final StepProducts products;

    Gathered(int most, StepProducts products) {
      this.target = new Floats[most];
      this.targetRow = new int[most];
      this.stepRow = new int[most];
      this.products = products;
    }
  }

  /** Logits of the first gathered rows: at once into the only target, or by way of scratch. */
  private void head(Gathered rows, int n) {
    Matrix[] head = {weights.head()};
    Floats in = normed.slice(0, n);
    Floats first = rows.target[0];
    if (first == rows.target[n - 1]) {
      Floats out = first.slice(rows.targetRow[0], rows.targetRow[0] + n);
      rows.products.matmul(head, in, out, rows.stepRow);
      return;
    }
    rows.products.matmul(head, in, scores.slice(0, n), rows.stepRow);
    for (int i = 0; i < n; i++) {
      Floats to = rows.target[i];
      MemorySegment.copy(
          scores.segment(),
          scores.offset(i),
          to.segment(),
          to.offset(rows.targetRow[i]),
          4L * scores.columns());
    }
  }

  /** Fills in embeddings and rotary angles; says which rows are which sequence's. */
  private KvRows[] begin(List<TextRows> step, Buffers b) {
    KvRows[] kv = new KvRows[step.size()];
    int from = 0;
    for (int i = 0; i < kv.length; i++) {
      TextRows s = step.get(i);
      for (int r = 0; r < s.count(); r++) {
        rope.fill(s.time()[r], s.height()[r], s.width()[r], b.cos(), b.sin(), from + r);
      }
      embed(s, b.x(), from);
      kv[i] = new KvRows(from, s.count(), s.kv(), s.firstToken());
      from += s.count();
    }
    return kv;
  }

  private void embed(TextRows rows, Floats x, int first) {
    Tensor table = weights.embedding();
    int row = 0;
    for (TextRows.Visual v : rows.visuals()) {
      for (; row < v.row(); row++) {
        embed(table, rows.ids()[row], x, first + row);
      }
      Floats m = v.embedding().merged();
      MemorySegment.copy(
          m.segment(),
          m.offset(v.from()),
          x.segment(),
          x.offset(first + row),
          4L * v.count() * config.hidden());
      row += v.count();
    }
    for (; row < rows.count(); row++) {
      embed(table, rows.ids()[row], x, first + row);
    }
  }

  private void embed(Tensor table, int id, Floats x, int row) {
    Quants.dequantizeRow(table, id, embeddingRow);
    MemorySegment.copy(
        embeddingRow, 0, x.segment(), ValueLayout.JAVA_FLOAT, x.offset(row), config.hidden());
  }

  private static void addDeepstack(TextRows rows, int first, int layer, Floats x, Compute compute) {
    for (TextRows.Visual v : rows.visuals()) {
      Floats[] features = v.embedding().deepstack();
      if (layer < features.length) {
        int row = first + v.row();
        compute.add(
            x.slice(row, row + v.count()), features[layer].slice(v.from(), v.from() + v.count()));
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
