package dev.ocelli.engine.kernels;

import dev.ocelli.engine.kernels.jit.AttentionFunctions;
import dev.ocelli.engine.kernels.jit.RowFunctions;
import dev.ocelli.engine.kernels.jit.TileProduct;
import dev.ocelli.engine.tensor.Floats;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of a forward pass: every step of the models is one call here.
 *
 * <p>One instance belongs to one model runner: it owns scratch memory and must not be used by two
 * threads at once; it spreads each call over its {@link Workers}. Every output value is accumulated
 * in a fixed order that depends neither on the number of rows in the call nor on threads
 * (bit-identity invariant).
 */
public final class Compute implements AutoCloseable {
  private final Workers workers;
  private final MatMul matmul;
  private final Rows rows;
  private final LowRankProducts adapters;
  private final Attention attention;
  private final Matrix[] one = new Matrix[1];

  private final @Nullable TileAttention tiles;
  private InputObserver observer = InputObserver.NONE;

  /**
   * Computes in a given way.
   *
   * @param workers share every call
   * @param simd how everything but matrix products is done, which is a matter of their kernels
   */
  public Compute(Workers workers, Simd simd) {
    this(workers, simd, Optional.empty(), Optional.empty(), l -> Optional.empty());
  }

  /**
   * Computes with chosen kernels.
   *
   * @param workers share every call
   */
  public Compute(Workers workers, KernelSet kernels) {
    this(
        workers,
        kernels.simd(),
        kernels.tileProduct(),
        kernels.rowFunctions(),
        kernels::attentionFunctions);
  }

  private Compute(
      Workers workers,
      Simd simd,
      Optional<TileProduct> product,
      Optional<RowFunctions> functions,
      Function<KvLayout, Optional<AttentionFunctions>> attentionFunctions) {
    this.workers = workers;
    matmul = new MatMul(workers);
    rows = new Rows(workers, simd, functions);
    adapters = new LowRankProducts(workers, matmul, rows);
    attention = new Attention(workers, simd, attentionFunctions);
    tiles = product.map(p -> new TileAttention(p, workers.threads())).orElse(null);
  }

  public Workers workers() {
    return workers;
  }

  /** {@code y = x W^T}; {@code x [n, w.columns]}, {@code y [n, w.rows]}. */
  public void matmul(Matrix w, Floats x, Floats y) {
    one[0] = w;
    matmul(one, x, y);
  }

  /**
   * Several products that share their input (query, key and value; gate and up): the outputs lie
   * side by side in the rows of {@code y [n, sum of rows]}. Activations are encoded once.
   */
  public void matmul(Matrix[] ws, Floats x, Floats y) {
    observer.multiplying(ws, x);
    matmul.run(ws, x, y);
  }

  /**
   * Adds what an adapter adds to a product: {@code y[:, column...] += scale * B (A x)}. Observers
   * are not told.
   *
   * @param x {@code [n, inputs]}
   * @param y {@code [n, ...]}
   * @param column first of the columns of {@code y} that the product went to
   */
  public void addLowRank(LowRank w, float scale, Floats x, Floats y, int column) {
    adapters.add(w, scale, x, y, column);
  }

  /** Bytes of scratch for low-rank products of so many rows. */
  public static long lowRankBytes(int rows, int rank, int outputs) {
    return Scratch.grown(4L * rows * rank) + Scratch.grown(4L * rows * outputs);
  }

  /** Has the inputs of all further products looked at. */
  public void observe(InputObserver newObserver) {
    observer = newObserver;
  }

  /** {@code out = x / sqrt(mean(x^2) + eps) * weight} for each row. */
  public void rmsNorm(Floats x, Floats weight, float eps, Floats out) {
    requireSame("rmsNorm", x, out);
    requireColumns("rmsNorm", weight, x.columns());
    rows.x = x;
    rows.a = weight;
    rows.eps = eps;
    rows.out = out;
    rows.run(Rows.Operation.RMS_NORM, x.rows(), x.columns());
  }

  /**
   * RMS norm of each head of {@code headDim} values in columns {@code [column, column + heads *
   * headDim)}, in place.
   */
  public void rmsNormHeads(Floats x, int column, int heads, Floats weight, float eps) {
    requireHeads("rmsNormHeads", x, column, heads, weight.columns());
    rows.x = x;
    rows.a = weight;
    rows.eps = eps;
    rows.column = column;
    rows.heads = heads;
    rows.run(Rows.Operation.RMS_NORM_HEADS, x.rows(), heads * weight.columns());
  }

  /** {@code out = (x - mean) / sqrt(var + eps) * weight + bias} for each row; biased variance. */
  public void layerNorm(Floats x, Floats weight, Floats bias, float eps, Floats out) {
    requireSame("layerNorm", x, out);
    requireColumns("layerNorm", weight, x.columns());
    requireColumns("layerNorm", bias, x.columns());
    rows.x = x;
    rows.a = weight;
    rows.b = bias;
    rows.eps = eps;
    rows.out = out;
    rows.run(Rows.Operation.LAYER_NORM, x.rows(), x.columns());
  }

  /**
   * Rotates each head in columns {@code [column, column + heads * headDim)} in split-halves form,
   * in place; {@code cos, sin [n, headDim / 2]}.
   */
  public void rope(Floats x, int column, int heads, Floats cos, Floats sin) {
    requireHeads("rope", x, column, heads, 2 * cos.columns());
    requireSame("rope", cos, sin);
    requireRows("rope", cos, x.rows());
    rows.x = x;
    rows.a = cos;
    rows.b = sin;
    rows.column = column;
    rows.heads = heads;
    rows.run(Rows.Operation.ROPE, x.rows(), 2 * heads * cos.columns());
  }

  /**
   * {@code out[i] = silu(gateUp[i]) * gateUp[ffn + i]}; {@code gateUp [n, 2 ffn]}, {@code out [n,
   * ffn]}.
   */
  public void swiglu(Floats gateUp, Floats out) {
    requireColumns("swiglu", gateUp, 2 * out.columns());
    requireRows("swiglu", gateUp, out.rows());
    rows.x = gateUp;
    rows.out = out;
    rows.run(Rows.Operation.SWIGLU, out.rows(), 4 * out.columns());
  }

  /** GELU with tanh, in place (blocks of the vision tower). */
  public void geluTanh(Floats x) {
    rows.x = x;
    rows.run(Rows.Operation.GELU_TANH, x.rows(), 4 * x.columns());
  }

  /** GELU with erf, in place (mergers). */
  public void geluErf(Floats x) {
    rows.x = x;
    rows.run(Rows.Operation.GELU_ERF, x.rows(), 4 * x.columns());
  }

  /** {@code x += y}. */
  public void add(Floats x, Floats y) {
    requireSame("add", x, y);
    rows.x = x;
    rows.a = y;
    rows.run(Rows.Operation.ADD, x.rows(), x.columns());
  }

  /** Adds a multiple of one row to another: {@code x[row] += factor * y[yRow]}. */
  public interface RowAdder {
    /** Adds; rows have equally many columns. */
    void addScaled(Floats x, int row, float factor, Floats y, int yRow);
  }

  /**
   * For additions of rows inside a task of {@link #workers}: one adder a worker.
   *
   * @param columns of the rows
   * @param values that will be added in all
   */
  public RowAdder[] rowAdders(int columns, long values) {
    RowOps[] ops = rows.ops(columns, values);
    RowAdder[] adders = new RowAdder[ops.length];
    for (int i = 0; i < adders.length; i++) {
      adders[i] = ops[i]::addScaled;
    }
    return adders;
  }

  /** Adds a multiple of one row to another: {@code x[row] += factor * y[yRow]}. */
  public void addScaled(Floats x, int row, float factor, Floats y, int yRow) {
    requireColumns("addScaled", y, x.columns());
    rows.ops(x.columns(), x.columns())[0].addScaled(x, row, factor, y, yRow);
  }

  /** Adds {@code bias [columns]} to every row. */
  public void addBias(Floats x, Floats bias) {
    requireColumns("addBias", bias, x.columns());
    rows.x = x;
    rows.a = bias;
    rows.run(Rows.Operation.ADD_BIAS, x.rows(), x.columns());
  }

  /**
   * Stores keys and values of new tokens: {@code qkv} columns from {@code keyColumn} hold all key
   * heads, from {@code valueColumn} all value heads.
   *
   * @param step the rows by sequence; all caches have one layout
   */
  public void storeKeyValues(Floats qkv, int keyColumn, int valueColumn, KvRows[] step, int layer) {
    attention.store(qkv, keyColumn, valueColumn, step, layer);
  }

  /**
   * Causal attention of new tokens over the cache of their sequence, their own keys included
   * (already stored).
   *
   * @param q query heads in columns 0 to {@code heads * headDim} of each row
   * @param heads query heads; consecutive {@code heads / kv.heads} share a key-value head
   * @param step the rows by sequence; all caches have one layout
   * @param out {@code [n, heads * headDim]}
   */
  public void causalAttention(Floats q, int heads, KvRows[] step, int layer, Floats out) {
    attention.causal(q, heads, step, layer, out);
  }

  /**
   * Full attention inside each segment of rows, computed in tiles.
   *
   * @param qkv {@code [n, 3 * heads * headDim]}: all query heads, all key heads, all value heads
   * @param segments numbers of rows that attend to each other, in order, summing to n
   * @param out {@code [n, heads * headDim]}
   */
  public void fullAttention(Floats qkv, int heads, int[] segments, Floats out) {
    Attention.requireSegments(qkv, heads, segments, out);
    if (tiles != null && TileAttention.fits(qkv.columns() / 3 / heads)) {
      tiles.run(workers, qkv, heads, segments, out);
    } else {
      attention.full(qkv, heads, segments, out);
    }
  }

  private static void requireSame(String operation, Floats x, Floats y) {
    requireRows(operation, y, x.rows());
    requireColumns(operation, y, x.columns());
  }

  private static void requireRows(String operation, Floats x, int needed) {
    if (x.rows() != needed) {
      throw new IllegalArgumentException(
          "%s: an operand has %d rows instead of %d".formatted(operation, x.rows(), needed));
    }
  }

  private static void requireColumns(String operation, Floats x, int needed) {
    if (x.columns() != needed) {
      throw new IllegalArgumentException(
          "%s: an operand has %d columns instead of %d".formatted(operation, x.columns(), needed));
    }
  }

  private static void requireHeads(String operation, Floats x, int column, int heads, int dim) {
    if (column < 0 || column + (long) heads * dim > x.columns()) {
      throw new IllegalArgumentException(
          "%s: %d heads of %d values from column %d on are more than %d columns"
              .formatted(operation, heads, dim, column, x.columns()));
    }
  }

  @Override
  public void close() {
    matmul.close();
    adapters.close();
    attention.close();
  }
}
