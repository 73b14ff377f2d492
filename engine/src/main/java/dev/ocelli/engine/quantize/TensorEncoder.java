package dev.ocelli.engine.quantize;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.kernels.jit.HugePages;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.quant.RowEncoder;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Writes one tensor in another type: some rows at a time, shared by workers, so that neither the
 * source nor the result is ever in memory as a whole.
 */
public final class TensorEncoder implements Workers.Task {
  /** Values of the rows that are in memory at once. */
  private static final int VALUES_AT_ONCE = 8 << 20;

  /** Values of a task. */
  private static final int VALUES_PER_TASK = 1 << 16;

  private final Tensor source;
  private final DType type;
  private final @Nullable ImportanceMatrix importance;
  private final Workers workers;
  private final int columns;
  private final int rowsPerTask;
  private final long rowsPerMatrix;
  private final byte[] out;
  private final SourceRows sourceRows;
  private final Scratch[] scratch;
  private final Sums[] sums;

  private long firstRow;
  private int rows;

  /** What a worker needs for a row. */
  private static final class Scratch {
    final float[] row;
    final float[] back;
    final RowEncoder encoder;
    float @Nullable [] importance;
    int matrix = -1;

    Scratch(int columns, DType type) {
      row = new float[columns];
      back = new float[columns];
      encoder = RowEncoder.of(type);
    }
  }

  /** Sums of a task, added up in the order of tasks, so that they do not depend on threads. */
  private static final class Sums {
    double squares;
    double errors;
    double largest;
  }

  private final Sums total = new Sums();

  /**
   * Gets ready.
   *
   * @param planned what it becomes; a source with factors of its values is multiplied with them
   * @param importance of the model's inputs, or null
   */
  public TensorEncoder(
      PlannedTensor planned, @Nullable ImportanceMatrix importance, Workers workers) {
    source = planned.source();
    type = planned.type();
    this.importance = planned.weighted() ? importance : null;
    this.workers = workers;
    sourceRows = new SourceRows(source);
    columns = Math.toIntExact(source.columns());
    rowsPerTask = Math.max(1, VALUES_PER_TASK / columns);
    rowsPerMatrix = source.rows() / ImportanceMatrix.matrices(source);
    int atOnce = (int) Math.min(source.rows(), Math.max(1, VALUES_AT_ONCE / columns));
    out = new byte[Math.toIntExact(atOnce * type.bytes(columns))];
    scratch = new Scratch[workers.threads()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = new Scratch(columns, type);
    }
    sums = new Sums[Math.ceilDiv(atOnce, rowsPerTask)];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = new Sums();
    }
  }

  /**
   * Writes all rows and returns what they lost.
   *
   * @throws OcelliException when a value is no number, or too large for the type
   */
  public TensorError writeTo(OutputStream to) throws IOException {
    long rowBytes = type.bytes(columns);
    long sourceRowBytes = source.type().bytes(columns);
    int atOnce = (int) (out.length / rowBytes);
    for (firstRow = 0; firstRow < source.rows(); firstRow += atOnce) {
      rows = (int) Math.min(atOnce, source.rows() - firstRow);
      int tasks = Math.ceilDiv(rows, rowsPerTask);
      workers.run(tasks, this);
      for (int i = 0; i < tasks; i++) {
        total.squares += sums[i].squares;
        total.errors += sums[i].errors;
        total.largest = Math.max(total.largest, sums[i].largest);
      }
      to.write(out, 0, (int) (rows * rowBytes));
      HugePages.drop(source.data().asSlice(firstRow * sourceRowBytes, rows * sourceRowBytes));
    }
    double n = source.values();
    return new TensorError(
        Math.sqrt(total.errors / n),
        total.squares == 0 ? 0 : Math.sqrt(total.errors / total.squares),
        total.largest);
  }

  /** Writes a tensor as it is. */
  public static void copy(Tensor t, OutputStream out) throws IOException {
    MemorySegment data = t.data();
    byte[] buffer = new byte[(int) Math.min(1 << 20, data.byteSize())];
    for (long at = 0; at < data.byteSize(); ) {
      int n = (int) Math.min(buffer.length, data.byteSize() - at);
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at, buffer, 0, n);
      out.write(buffer, 0, n);
      at += n;
    }
    HugePages.drop(data);
  }

  @Override
  public void run(int index, int worker) {
    Scratch s = scratch[worker];
    Sums sum = sums[index];
    sum.squares = 0;
    sum.errors = 0;
    sum.largest = 0;
    int rowBytes = (int) type.bytes(columns);
    int to = Math.min(rows, (index + 1) * rowsPerTask);
    for (int r = index * rowsPerTask; r < to; r++) {
      long row = firstRow + r;
      sourceRows.read(row, s.row);
      s.encoder.encode(s.row, columns, importance(s, row), out, r * rowBytes);
      Quants.dequantize(type, MemorySegment.ofArray(out), (long) r * rowBytes, s.back, 0, columns);
      compare(s.row, s.back, row, sum);
    }
  }

  private float @Nullable [] importance(Scratch s, long row) {
    int matrix = (int) (row / rowsPerMatrix);
    if (importance != null && s.matrix != matrix) {
      s.importance = importance.importance(source, matrix);
      s.matrix = matrix;
    }
    return s.importance;
  }

  private void compare(float[] values, float[] back, long row, Sums sum) {
    for (int i = 0; i < columns; i++) {
      double error = Math.abs((double) back[i] - values[i]);
      if (!(error <= Float.MAX_VALUE)) {
        throw new OcelliException(
            Kind.MODEL,
            "%s: tensor '%s' holds %s in row %d, column %d, which is too large for %s; choose BF16 or F32 for it"
                .formatted(source.origin(), source.name(), values[i], row, i, type));
      }
      sum.squares += (double) values[i] * values[i];
      sum.errors += error * error;
      sum.largest = Math.max(sum.largest, error);
    }
  }
}
