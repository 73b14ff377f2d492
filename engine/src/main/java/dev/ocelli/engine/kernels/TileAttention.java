package dev.ocelli.engine.kernels;

import dev.ocelli.engine.kernels.jit.TileProduct;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Full attention inside segments with emitted products: the vision tower's.
 *
 * <p>A group of 32 queries is one lane each throughout. For every block of keys, counted from the
 * segment's start: scores {@code [key][query]}, running maxima, exponentials, then their product
 * with the values {@code [dim][query]}; sums and values of earlier blocks are scaled when a maximum
 * rises. So a query's result depends on its segment alone, and scores take a block's memory.
 *
 * <p>With bfloat16 products, queries, keys, values and exponentials are rounded to it; maxima, sums
 * and results stay float32. Source of the blockwise form: Milakov and Gimelshein, 2018 (online
 * softmax); Dao et al., 2022 (FlashAttention).
 */
final class TileAttention {
  private static final int ROWS = TileProduct.ROWS;

  /** Keys of a block: a whole number of tiles, and of pairs. */
  private static final int BLOCK = 32 * TileProduct.TILE;

  /** Fewest queries of a task, for its thread may have to encode keys and values for it alone. */
  private static final int TASK_QUERIES = 256;

  /** Tasks for each thread, so that all end at about the same time. */
  private static final int TASKS = 4;

  /**
   * Pairs of queries and keys beyond which a task is divided further: others wait for tasks to end.
   * A thread then has several tasks of a head, one after the other.
   */
  private static final long TASK_PAIRS = 1L << 19;

  private static final float LOG2_E = 1.442695f;

  private final TileProduct product;
  private final int stepValues;
  private final @Nullable Worker[] local;

  TileAttention(TileProduct product, int threads) {
    this.product = product;
    this.stepValues = product.stepValues();
    this.local = new @Nullable Worker[threads];
  }

  /** Whether heads of this size can be computed. */
  static boolean fits(int dim) {
    return dim % 2 == 0;
  }

  /** Bytes that a thread's keys, values and scores take, for a segment of so many rows. */
  static long threadBytes(TileProduct product, int rows, int dim) {
    long step = product.stepValues();
    long values = 4L * dim * Math.ceilDiv(rows, step);
    long scores = 4L * ROWS * BLOCK + (step == 1 ? 0 : 2L * ROWS * BLOCK);
    return product.rowBytes(dim) * rows + values + scores;
  }

  /**
   * Computes all heads of all segments; see {@link Compute#fullAttention}.
   *
   * @param workers share the work; no more threads than this was made for
   */
  void run(Workers workers, Floats qkv, int heads, int[] segments, Floats out) {
    int from = 0;
    for (int rows : segments) {
      Segment s = new Segment(qkv, heads, from, rows, out);
      int even =
          Math.min(
              Math.ceilDiv(TASKS * workers.threads(), heads), Math.ceilDiv(rows, TASK_QUERIES));
      long small = Math.ceilDiv((long) rows * rows, TASK_PAIRS);
      int parts = (int) Math.clamp(small, even, Math.ceilDiv(rows, ROWS));
      int queries = Math.ceilDiv(Math.ceilDiv(rows, parts), ROWS) * ROWS;
      workers.run(
          heads * parts,
          (i, worker) -> {
            // Tasks of a head follow each other: a thread encodes its keys and values once.
            int first = Math.min(rows, i % parts * queries);
            worker(worker).attend(s, i / parts, first, Math.min(rows, first + queries));
          });
      from += rows;
    }
    for (Worker w : local) {
      if (w != null) {
        w.forget();
      }
    }
  }

  private Worker worker(int index) {
    Worker w = local[index];
    if (w == null) {
      w = new Worker();
      local[index] = w;
    }
    return w;
  }

  /** Rows that attend to each other. */
  private record Segment(Floats qkv, int heads, int first, int rows, Floats out) {
    int dim() {
      return qkv.columns() / 3 / heads;
    }

    long stride() {
      return 4L * qkv.columns();
    }

    /** Byte offset of a head of queries (0), keys (1) or values (2) in the first row. */
    long offset(int kind, int head) {
      return qkv.offset(first) + 4L * dim() * (kind * heads + head);
    }
  }

  /** Memory of one thread. */
  private final class Worker {
    private MemorySegment keys = MemorySegment.NULL;
    private MemorySegment values = MemorySegment.NULL;
    private MemorySegment query = MemorySegment.NULL;
    private MemorySegment result = MemorySegment.NULL;
    private final MemorySegment scores = allocate(4L * ROWS * BLOCK);
    private final MemorySegment weights = stepValues == 1 ? scores : allocate(2L * ROWS * BLOCK);
    private final TileProduct.SoftmaxState softmax = new TileProduct.SoftmaxState();
    private MemorySegment state = MemorySegment.NULL;
    private float[] columns = {};
    private float[] row = {};

    /** Whose keys and values are encoded, or null. */
    private @Nullable Segment encoded;

    private int encodedHead;

    private static MemorySegment allocate(long bytes) {
      return Arena.ofAuto().allocate(bytes, 64);
    }

    void attend(Segment s, int head, int from, int to) {
      if (from == to) {
        return;
      }
      int dim = s.dim();
      MemorySegment source = s.qkv().segment();
      if (encoded != s || encodedHead != head) {
        encode(s, head);
      }
      float scale = (float) (LOG2_E / Math.sqrt(dim));
      for (int q = from; q < to; q += ROWS) {
        int n = Math.min(ROWS, to - q);
        product.pack(source, s.offset(0, head) + q * s.stride(), s.stride(), n, dim, query);
        group(s, scale);
        store(s, head, q, n);
      }
    }

    private void encode(Segment s, int head) {
      int dim = s.dim();
      encoded = null;
      reserve(s.rows(), dim);
      long rowBytes = product.rowBytes(dim);
      MemorySegment source = s.qkv().segment();
      for (int k = 0; k < s.rows(); k += BLOCK) {
        int n = Math.min(BLOCK, s.rows() - k);
        product.encode(
            source,
            s.offset(1, head) + k * s.stride(),
            s.stride(),
            n,
            dim,
            keys.asSlice(k * rowBytes, n * rowBytes));
        product.encodeColumns(
            source,
            s.offset(2, head) + k * s.stride(),
            s.stride(),
            n,
            dim,
            values,
            4L * dim * (k / stepValues));
      }
      encoded = s;
      encodedHead = head;
    }

    void forget() {
      encoded = null;
    }

    private void reserve(int rows, int dim) {
      long keyBytes = product.rowBytes(dim) * rows;
      if (keys.byteSize() < keyBytes) {
        keys = allocate(keyBytes);
      }
      long valueBytes = 4L * dim * Math.ceilDiv(rows, stepValues);
      if (values.byteSize() < valueBytes) {
        values = allocate(valueBytes);
      }
      if (state.byteSize() != 4L * ROWS * dim) {
        query = allocate(ROWS * product.rowBytes(dim));
        result = allocate(4L * ROWS * dim);
        state = allocate(4L * ROWS * dim);
        columns = new float[ROWS * dim];
        row = new float[dim];
      }
    }

    /** Steps of a block of values. */
    private int steps(int keysOfBlock) {
      return Math.ceilDiv(keysOfBlock, stepValues);
    }

    /** The 32 queries that are packed, over all keys. */
    private void group(Segment s, float scale) {
      int dim = s.dim();
      softmax.begin(scale);
      state.fill((byte) 0);
      for (int k = 0; k < s.rows(); k += BLOCK) {
        int n = Math.min(BLOCK, s.rows() - k);
        product.multiply(query, dim / stepValues, keys, k * product.rowBytes(dim), n, scores);
        product.softmax(scores, n, weights, softmax);
        product.multiply(weights, steps(n), values, 4L * dim * (k / stepValues), dim, result);
        product.accumulate(result, dim, softmax, state);
      }
    }

    /** Heap arrays for the values in between: single accesses to memory are slow until compiled. */
    private void store(Segment s, int head, int query0, int n) {
      int dim = s.dim();
      MemorySegment.copy(state, ValueLayout.JAVA_FLOAT, 0, columns, 0, dim * ROWS);
      for (int r = 0; r < n; r++) {
        float by = 1 / softmax.sum(r);
        for (int d = 0; d < dim; d++) {
          row[d] = columns[d * ROWS + r] * by;
        }
        long to = s.out().offset(s.first() + query0 + r) + 4L * head * dim;
        MemorySegment.copy(row, 0, s.out().segment(), ValueLayout.JAVA_FLOAT, to, dim);
      }
    }
  }
}
