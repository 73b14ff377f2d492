package dev.ocelli.engine.quantize;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.kernels.InputObserver;
import dev.ocelli.engine.kernels.Matrix;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.tensor.TensorSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the squares of what each matrix of the layers, of language model and vision tower, is
 * multiplied with. The output matrix is left out: it is computed for few rows only.
 *
 * <p>Thread-safe, so that a picture may be encoded beside a step.
 */
public final class ImportanceCollector implements InputObserver {
  private final List<TensorSource> sources;

  /** By the matrix's own name, which for an expert is the tensor's with a number. */
  private final Map<String, @Nullable Sums> matrices = new HashMap<>();

  private final SortedMap<String, Stack> stacks = new TreeMap<>();
  private float[] row = new float[0];

  /** A tensor's matrices. */
  private record Stack(int columns, Sums[] sums) {}

  /** One matrix. */
  private static final class Sums {
    /** Made when the first row is seen: most experts see none for long. */
    double[] squares = new double[0];

    long rows;
  }

  /**
   * Collects for the tensors of some files.
   *
   * @param sources language model and vision file
   */
  public ImportanceCollector(List<TensorSource> sources) {
    this.sources = List.copyOf(sources);
  }

  @Override
  public synchronized void multiplying(Matrix[] ws, Floats x) {
    if (x.rows() == 0) {
      return;
    }
    double[] squares = null;
    for (Matrix w : ws) {
      Sums sums = matrices.computeIfAbsent(w.name(), this::sumsOf);
      if (sums == null) {
        continue;
      }
      if (squares == null) {
        squares = squares(x, w.name());
      }
      if (sums.squares.length == 0) {
        sums.squares = new double[x.columns()];
      }
      for (int i = 0; i < squares.length; i++) {
        sums.squares[i] += squares[i];
      }
      sums.rows += x.rows();
    }
  }

  /** Where a matrix's sums belong; null when it counts for nothing. */
  private @Nullable Sums sumsOf(String name) {
    int bracket = name.endsWith("]") ? name.lastIndexOf('[') : -1;
    String tensor = bracket < 0 ? name : name.substring(0, bracket);
    int number = bracket < 0 ? 0 : Integer.parseInt(name, bracket + 1, name.length() - 1, 10);
    Role role = Role.of(tensor);
    if (role == Role.OUTPUT || role == Role.EMBEDDING) {
      return null;
    }
    for (TensorSource s : sources) {
      Tensor t = s.find(tensor);
      // The patch embedding's kernels have four dimensions, and are never quantized.
      if (t != null && t.shape().length <= 3) {
        return stacks.computeIfAbsent(tensor, n -> stack(t)).sums()[number];
      }
    }
    return null;
  }

  private static Stack stack(Tensor t) {
    Sums[] sums = new Sums[Math.toIntExact(ImportanceMatrix.matrices(t))];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = new Sums();
    }
    return new Stack(Math.toIntExact(t.columns()), sums);
  }

  private double[] squares(Floats x, String name) {
    double[] sums = new double[x.columns()];
    if (row.length < sums.length) {
      row = new float[sums.length];
    }
    for (int r = 0; r < x.rows(); r++) {
      MemorySegment.copy(x.segment(), ValueLayout.JAVA_FLOAT, x.offset(r), row, 0, sums.length);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += (double) row[i] * row[i];
      }
    }
    for (double s : sums) {
      if (!(s <= Float.MAX_VALUE)) {
        throw new OcelliException(
            Kind.MODEL,
            "the input of '%s' is no number or too large; the model's file is damaged, check it with selftest"
                .formatted(name));
      }
    }
    return sums;
  }

  /**
   * What was seen so far; matrices that saw nothing have count 0.
   *
   * @param provenance what is said of it
   */
  public synchronized ImportanceMatrix result(ImportanceMatrix.Provenance provenance) {
    Arena arena = Arena.ofShared();
    SortedMap<String, ImportanceMatrix.Entry> entries = new TreeMap<>();
    stacks.forEach((name, stack) -> entries.put(name, entry(stack, arena)));
    return new ImportanceMatrix("the importance matrix", provenance, entries, arena);
  }

  private static ImportanceMatrix.Entry entry(Stack stack, Arena arena) {
    int n = stack.sums().length;
    MemorySegment sums = arena.allocate(4L * n * stack.columns());
    MemorySegment counts = arena.allocate(4L * n);
    for (int m = 0; m < n; m++) {
      Sums s = stack.sums()[m];
      counts.setAtIndex(ImportanceMatrix.F32, m, s.rows);
      for (int i = 0; i < s.squares.length; i++) {
        long at = (long) m * stack.columns() + i;
        sums.setAtIndex(ImportanceMatrix.F32, at, (float) s.squares[i]);
      }
    }
    return new ImportanceMatrix.Entry(sums, counts);
  }
}
