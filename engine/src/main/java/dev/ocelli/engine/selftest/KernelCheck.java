package dev.ocelli.engine.selftest;

import dev.ocelli.engine.kernels.Activations;
import dev.ocelli.engine.kernels.Arithmetic;
import dev.ocelli.engine.kernels.Compute;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.Matrix;
import dev.ocelli.engine.kernels.WeightLoader;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.kernels.jit.Level;
import dev.ocelli.engine.quant.RowEncoder;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Compares the matrix kernels of this machine with plain loops on small random matrices: is what
 * this processor computes right?
 */
public final class KernelCheck {
  /** Types that published files have. */
  private static final List<DType> TYPES =
      List.of(
          DType.F32,
          DType.F16,
          DType.BF16,
          DType.Q8_0,
          DType.Q4_0,
          DType.Q5_0,
          DType.Q2_K,
          DType.Q3_K,
          DType.Q4_K,
          DType.Q5_K,
          DType.Q6_K,
          DType.IQ4_NL,
          DType.IQ4_XS);

  /** No whole number of groups. */
  private static final int ROWS = 37;

  private static final int COLUMNS = 512;

  /** One token goes another way than several. */
  private static final int[] TOKENS = {1, 7};

  /** Rounding of float32 sums. */
  private static final double EXACT = 1e-4;

  /** Rounding of activations to 8 bits, or to bfloat16. */
  private static final double ROUNDED = 0.03;

  /**
   * What came out for a type of weights.
   *
   * @param kernel that was tested
   * @param error largest difference, in units of the results' root mean square
   * @param tolerance largest error that rounding explains
   */
  public record Result(String kernel, double error, double tolerance) {
    /** Whether the kernel is right. */
    public boolean ok() {
      return error <= tolerance;
    }
  }

  private KernelCheck() {}

  /** Tests the kernels that models are computed with. */
  public static List<Result> run(KernelSet kernels, Workers workers) {
    KernelSet plain = KernelSet.of(Level.SCALAR, Activations.EXACT);
    List<Result> results = new ArrayList<>();
    for (DType type : TYPES) {
      results.add(check(type, kernels.copy(), plain, workers));
    }
    if (kernels.hasBfloat16()) {
      results.add(check(DType.F16, kernels.withBfloat16(), plain, workers));
    }
    return List.copyOf(results);
  }

  private static Result check(DType type, KernelSet kernels, KernelSet plain, Workers workers) {
    Random random = new Random(type.ordinal());
    try (Arena arena = Arena.ofShared();
        Compute fast = new Compute(workers, kernels);
        Compute slow = new Compute(Workers.single(), plain)) {
      Tensor tensor = tensor(type, random, arena);
      Matrix matrix = new WeightLoader(kernels, workers, arena).matrix(tensor);
      Matrix twin = new WeightLoader(plain, Workers.single(), arena).matrix(tensor);
      double error = 0;
      for (int tokens : TOKENS) {
        float[] x = new float[tokens * COLUMNS];
        fill(x, random);
        Floats in = Floats.copyOf(arena, x, tokens, COLUMNS);
        Floats out = Floats.allocate(arena, tokens, ROWS);
        Floats expected = Floats.allocate(arena, tokens, ROWS);
        fast.matmul(matrix, in, out);
        slow.matmul(twin, in, expected);
        error = Math.max(error, error(out.toArray(), expected.toArray()));
      }
      boolean rounds =
          kernels.bfloat16() || matrix.kernel().activations().arithmetic() != Arithmetic.FLOAT32;
      return new Result(matrix.kernel().name(), error, rounds ? ROUNDED : EXACT);
    }
  }

  private static Tensor tensor(DType type, Random random, Arena arena) {
    long rowBytes = type.bytes(COLUMNS);
    MemorySegment data = arena.allocate(ROWS * rowBytes, 64);
    RowEncoder encoder = RowEncoder.of(type);
    float[] row = new float[COLUMNS];
    byte[] bytes = new byte[(int) rowBytes];
    for (int r = 0; r < ROWS; r++) {
      fill(row, random);
      encoder.encode(row, COLUMNS, null, bytes, 0);
      MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, r * rowBytes, bytes.length);
    }
    return new Tensor("random", type, new long[] {ROWS, COLUMNS}, data, "random numbers");
  }

  private static void fill(float[] values, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  /** What is no number is an infinite error. */
  private static double error(float[] values, float[] expected) {
    double squares = 0;
    double most = 0;
    for (int i = 0; i < values.length; i++) {
      squares += (double) expected[i] * expected[i];
      double d = Math.abs((double) values[i] - expected[i]);
      most = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(most, d);
    }
    return most / Math.sqrt(squares / values.length);
  }
}
