package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/**
 * Rates of the kernels on one thread, by CPU time of that thread: descheduling does not count, but
 * memory and cache that other programs use do. Arguments: parts of names to run, all without any.
 *
 * <p>Not a test: {@code java --add-modules jdk.incubator.vector -cp
 * target/classes:target/test-classes dev.ocelli.engine.kernels.KernelBench decode}.
 */
final class KernelBench {
  private static final DType[] TYPES = {
    DType.F32,
    DType.F16,
    DType.BF16,
    DType.Q8_0,
    DType.Q4_0,
    DType.Q4_1,
    DType.Q5_0,
    DType.Q5_1,
    DType.Q2_K,
    DType.Q3_K,
    DType.Q4_K,
    DType.Q5_K,
    DType.Q6_K,
    DType.IQ4_NL
  };

  private final String[] chosen;

  private KernelBench(String[] chosen) {
    this.chosen = chosen;
  }

  public static void main(String[] args) {
    KernelBench bench = new KernelBench(args);
    for (DType type : TYPES) {
      bench.decode("decode", type, 32768);
      bench.decode("cached", type, 256);
    }
    for (DType type : TYPES) {
      bench.prompt(type);
    }
  }

  private void decode(String title, DType type, int rows) {
    if (isLeftOut(title + " " + type)) {
      return;
    }
    int columns = 2048;
    try (Arena arena = Arena.ofShared()) {
      MatrixKernel kernel = kernel(type);
      MemorySegment w = load(kernel, rows, columns, arena);
      Floats x = random(arena, 1, columns);
      Floats y = Floats.allocate(arena, 1, rows);
      MemorySegment encoded = encode(kernel, x, arena);
      report(
          title + " " + kernel.name(),
          rows * type.bytes(columns),
          "GB/s",
          () -> kernel.multiply(w, columns, 0, rows, x, encoded, 0, 1, y, 0));
    }
  }

  private void prompt(DType type) {
    if (isLeftOut("prompt " + type)) {
      return;
    }
    int rows = 512;
    int columns = 2048;
    int tokens = 240;
    try (Arena arena = Arena.ofShared()) {
      MatrixKernel kernel = kernel(type);
      MemorySegment w = load(kernel, rows, columns, arena);
      Floats x = random(arena, tokens, columns);
      Floats y = Floats.allocate(arena, tokens, rows);
      MemorySegment encoded = encode(kernel, x, arena);
      report(
          "prompt " + kernel.name(),
          2L * rows * columns * tokens,
          "GFLOP/s",
          () -> kernel.multiply(w, columns, 0, rows, x, encoded, 0, tokens, y, 0));
    }
  }

  private static MatrixKernel kernel(DType type) {
    QuantFormat format = QuantFormat.of(type);
    return switch (type) {
      case F32, F16, BF16 -> new PlainKernel(type);
      default -> format == null ? new GenericKernel(type) : new QuantKernel(format);
    };
  }

  private static MemorySegment load(MatrixKernel kernel, int rows, int columns, Arena arena) {
    MemorySegment source = RandomWeights.of(kernel.type(), rows, columns, 1, arena);
    long bytes = kernel.packedBytes(rows, columns);
    if (bytes == 0) {
      return source;
    }
    MemorySegment target = arena.allocate(bytes, 64);
    int groups = (rows + kernel.rowGroup() - 1) / kernel.rowGroup();
    long start = cpu();
    kernel.pack(source, rows, columns, 0, groups, target);
    if (rows > 10000) {
      System.out.printf(
          Locale.ROOT,
          "  pack %s: %.2f ns a value%n",
          kernel.type(),
          (double) (cpu() - start) / rows / columns);
    }
    return target;
  }

  private static MemorySegment encode(MatrixKernel kernel, Floats x, Arena arena) {
    ActivationFormat f = kernel.activations();
    MemorySegment encoded = arena.allocate(f.bytes(x.columns(), x.rows()) + 4, 64);
    if (f.bytes(x.columns(), x.rows()) > 0) {
      f.encode(x, 0, x.rows(), encoded);
    }
    return encoded;
  }

  private static Floats random(Arena arena, int rows, int columns) {
    return Floats.copyOf(arena, RandomWeights.floats(rows * columns, 7), rows, columns);
  }

  private boolean isLeftOut(String name) {
    return chosen.length > 0 && Arrays.stream(chosen).noneMatch(name::contains);
  }

  private void report(String name, double work, String unit, Runnable run) {
    long end = cpu() + 1_500_000_000L;
    while (cpu() < end) {
      run.run();
    }
    double[] rates = new double[7];
    for (int i = 0; i < rates.length; i++) {
      long start = cpu();
      int runs = 0;
      do {
        run.run();
        runs++;
      } while (cpu() - start < 100_000_000L);
      rates[i] = work * runs / (cpu() - start);
    }
    Arrays.sort(rates);
    System.out.printf(Locale.ROOT, "%-28s %7.1f %s (best %.1f)%n", name, rates[3], unit, rates[6]);
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
