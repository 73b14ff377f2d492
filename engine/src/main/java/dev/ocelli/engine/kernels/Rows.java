package dev.ocelli.engine.kernels;

import dev.ocelli.engine.kernels.jit.RowFunctions;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/** One operation on all rows of a matrix, shared among workers. */
final class Rows implements Workers.Task {
  /** The operations. */
  enum Operation {
    RMS_NORM,
    RMS_NORM_HEADS,
    LAYER_NORM,
    ROPE,
    SWIGLU,
    GELU_TANH,
    GELU_ERF,
    ADD,
    ADD_BIAS
  }

  static final Floats NONE = new Floats(MemorySegment.NULL, 0, 0);

  /** Values below which other threads are not worth waking. */
  private static final int SMALL = 1 << 14;

  /** Values that a task takes at least. */
  private static final int TASK = 1 << 13;

  /** Values computed one at a time before vectors are worth their warming up. */
  private static final long SCALAR_VALUES = 8 << 20;

  private final Workers workers;
  private final ColdStart start;
  private final RowOps[] scalar;
  private RowOps[] vector = {};
  private final RowOps[] emitted;
  private RowOps[] ops;

  private Operation operation = Operation.ADD;
  private int rows;
  private int rowsPerTask;

  /* Operands of the operation; what it does not use is left from others. */
  Floats x = NONE;
  Floats a = NONE;
  Floats b = NONE;
  Floats out = NONE;
  float eps;
  int column;
  int heads;

  Rows(Workers workers, Simd simd, Optional<RowFunctions> functions) {
    this.workers = workers;
    emitted = new RowOps[functions.isPresent() ? workers.threads() : 0];
    Arrays.setAll(emitted, i -> new EmittedOps(functions.orElseThrow()));
    start = new ColdStart(simd, SCALAR_VALUES);
    scalar = new RowOps[workers.threads()];
    Arrays.setAll(scalar, i -> new ScalarOps());
    ops = scalar;
  }

  /** The implementations, one a worker, for rows of so many values and so many values in all. */
  RowOps[] ops(int columns, long values) {
    choose(columns, values);
    return ops;
  }

  /** Classes of the Vector API are not even loaded before they are needed. */
  private void choose(int columns, long values) {
    if (emitted.length > 0 && EmittedOps.fits(columns)) {
      ops = emitted;
      return;
    }
    if (!start.vector(values)) {
      ops = scalar;
      return;
    }
    if (vector.length == 0) {
      vector = new RowOps[workers.threads()];
      Arrays.setAll(vector, i -> new VectorOps());
    }
    ops = vector;
  }

  /** Runs an operation whose operands are set on rows of so many values. */
  void run(Operation op, int rowCount, int columns) {
    operation = op;
    rows = rowCount;
    choose(valuesAtOnce(), (long) rowCount * columns);
    if ((long) rowCount * columns <= SMALL || rowCount == 1) {
      rowsPerTask = rowCount;
      run(0, 0);
    } else {
      rowsPerTask = Math.max(1, TASK / columns);
      workers.run((rowCount + rowsPerTask - 1) / rowsPerTask, this);
    }
  }

  /** Values that the operation takes together. */
  private int valuesAtOnce() {
    return switch (operation) {
      case RMS_NORM_HEADS, ROPE -> a.columns();
      case SWIGLU -> out.columns();
      default -> x.columns();
    };
  }

  @Override
  public void run(int index, int worker) {
    int to = Math.min(rows, (index + 1) * rowsPerTask);
    for (int r = index * rowsPerTask; r < to; r++) {
      row(r, ops[worker]);
    }
  }

  private void row(int r, RowOps o) {
    switch (operation) {
      case RMS_NORM -> o.rmsNorm(x, r, a, eps, out);
      case RMS_NORM_HEADS -> {
        for (int h = 0; h < heads; h++) {
          o.rmsNormHead(x, r, column + h * a.columns(), a, eps);
        }
      }
      case LAYER_NORM -> o.layerNorm(x, r, a, b, eps, out);
      case ROPE -> {
        for (int h = 0; h < heads; h++) {
          o.rope(x, r, column + 2 * h * a.columns(), a, b);
        }
      }
      case SWIGLU -> o.swiglu(x, r, out);
      case GELU_TANH -> o.geluTanh(x, r);
      case GELU_ERF -> o.geluErf(x, r);
      case ADD -> o.add(x, r, a, r);
      case ADD_BIAS -> o.add(x, r, a, 0);
    }
  }
}
