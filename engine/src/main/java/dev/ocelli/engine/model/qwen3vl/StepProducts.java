package dev.ocelli.engine.model.qwen3vl;

import dev.ocelli.engine.kernels.Compute;
import dev.ocelli.engine.kernels.Matrix;
import dev.ocelli.engine.lora.AdapterMatrices;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.model.TextRows;
import dev.ocelli.engine.tensor.Floats;
import java.util.ArrayList;
import java.util.List;

/**
 * The products of a step: all rows with the weights that they share, then each run of rows with
 * what its sequences' adapters add. A row's result does not depend on the rows beside it.
 */
final class StepProducts {
  private final Compute compute;
  private final List<Run> runs = new ArrayList<>();

  /** Rows of the step, from (inclusive) to (exclusive), that have the same adapters. */
  private record Run(int from, int to, AdapterSet adapters) {}

  /**
   * Products of a step.
   *
   * @param step sequences with the same adapters beside each other share the adapters' reading
   */
  StepProducts(List<TextRows> step, Compute compute) {
    this.compute = compute;
    int end = 0;
    for (TextRows s : step) {
      int from = end;
      end += s.count();
      if (s.adapters().isEmpty()) {
        continue;
      }
      Run last = runs.isEmpty() ? null : runs.getLast();
      if (last != null && last.to() == from && last.adapters().equals(s.adapters())) {
        runs.set(runs.size() - 1, new Run(last.from(), end, last.adapters()));
      } else {
        runs.add(new Run(from, end, s.adapters()));
      }
    }
  }

  /** Products of rows that all have the same adapters. */
  StepProducts(int rows, AdapterSet adapters, Compute compute) {
    this.compute = compute;
    if (!adapters.isEmpty()) {
      runs.add(new Run(0, rows, adapters));
    }
  }

  /** {@code y = x W^T}, a row for each row of the step. */
  void matmul(Matrix w, Floats x, Floats y) {
    matmul(new Matrix[] {w}, x, y);
  }

  /** Several products that share their input, a row for each row of the step. */
  void matmul(Matrix[] ws, Floats x, Floats y) {
    compute.matmul(ws, x, y);
    for (Run run : runs) {
      add(ws, x.slice(run.from(), run.to()), y.slice(run.from(), run.to()), run.adapters());
    }
  }

  /**
   * The same for some rows of the step.
   *
   * @param rows which row of the step each row of x is, ascending; may be longer
   */
  void matmul(Matrix[] ws, Floats x, Floats y, int[] rows) {
    compute.matmul(ws, x, y);
    for (Run run : runs) {
      int from = below(run.from(), rows, x.rows());
      int to = below(run.to(), rows, x.rows());
      if (from < to) {
        add(ws, x.slice(from, to), y.slice(from, to), run.adapters());
      }
    }
  }

  /** How many of the first n rows are below a row of the step. */
  private static int below(int row, int[] rows, int n) {
    int i = 0;
    while (i < n && rows[i] < row) {
      i++;
    }
    return i;
  }

  private void add(Matrix[] ws, Floats x, Floats y, AdapterSet adapters) {
    for (AdapterSet.Use use : adapters.uses()) {
      int column = 0;
      for (Matrix w : ws) {
        AdapterMatrices.Addition addition = use.adapter().matrices().find(w);
        if (addition != null) {
          compute.addLowRank(addition.product(), addition.ratio() * use.scale(), x, y, column);
        }
        column += w.rows();
      }
    }
  }
}
