package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.Floats;

/**
 * Adds low-rank products to columns of a result. Each row is computed as it would be alone: both
 * products and the sum have one order.
 */
final class LowRankProducts implements Workers.Task, AutoCloseable {
  /** Values below which other threads are not worth waking. */
  private static final long SMALL = 1 << 14;

  private final Workers workers;
  private final MatMul matmul;
  private final Rows rows;
  private final Scratch inner = new Scratch();
  private final Scratch outer = new Scratch();
  private final Matrix[] one = new Matrix[1];

  /* What a task adds, and to what. */
  private RowOps[] ops = {};
  private Floats to = Rows.NONE;
  private int column;
  private float scale;
  private Floats from = Rows.NONE;

  LowRankProducts(Workers workers, MatMul matmul, Rows rows) {
    this.workers = workers;
    this.matmul = matmul;
    this.rows = rows;
  }

  /** {@code y[:, column + i] += factor * (B (A x))[:, i]}. */
  void add(LowRank w, float factor, Floats x, Floats y, int firstColumn) {
    int n = x.rows();
    int outputs = w.b().rows();
    if (firstColumn < 0 || firstColumn + outputs > y.columns() || y.rows() != n) {
      throw new IllegalArgumentException(
          "%s: %d outputs for %d rows do not fit into [%d, %d] from column %d on"
              .formatted(w.b().name(), outputs, n, y.rows(), y.columns(), firstColumn));
    }
    Floats low = of(inner, n, w.rank());
    Floats high = of(outer, n, outputs);
    multiply(w.a(), x, low);
    multiply(w.b(), low, high);
    ops = rows.ops(outputs, (long) n * outputs);
    to = y;
    column = firstColumn;
    scale = factor;
    from = high;
    if ((long) n * outputs <= SMALL || n == 1) {
      for (int r = 0; r < n; r++) {
        run(r, 0);
      }
    } else {
      workers.run(n, this);
    }
  }

  private void multiply(Matrix w, Floats x, Floats y) {
    one[0] = w;
    matmul.run(one, x, y);
  }

  private static Floats of(Scratch scratch, int rows, int columns) {
    scratch.need(4L * rows * columns);
    return new Floats(scratch.segment(), rows, columns).slice(0, rows);
  }

  /** Adds a row. */
  @Override
  public void run(int row, int worker) {
    int n = from.columns();
    Floats place = new Floats(to.segment().asSlice(to.offset(row) + 4L * column, 4L * n), 1, n);
    ops[worker].addScaled(place, 0, scale, from, row);
  }

  @Override
  public void close() {
    inner.close();
    outer.close();
  }
}
