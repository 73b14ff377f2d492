package dev.ocelli.bench;

import dev.ocelli.engine.kernels.Activations;
import dev.ocelli.engine.kernels.Compute;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.Matrix;
import dev.ocelli.engine.kernels.WeightLoader;
import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A matrix product of the feed-forward layer of the 2B model, {@code [6144, 2048]}, with one token
 * (decoding: bounded by memory, so that the matrix is one of several that take turns) and many.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgs = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0"
    })
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatrixBenchmark {
  private static final int ROWS = 6144;
  private static final int COLUMNS = 2048;

  /** Rows and columns that share a factor in published FP8 snapshots. */
  private static final int FP8_BLOCK = 128;

  /** Together larger than a last-level cache. */
  private static final long COLD_BYTES = 256L << 20;

  @Param({"Q4_K", "Q5_K", "Q6_K", "Q8_0", "Q4_0", "F16", "BF16", "F8_E4M3"})
  DType type = DType.Q4_K;

  @Param({"1", "8", "512"})
  int tokens;

  @Param({"1"})
  int threads;

  @Param({"auto"})
  String level = "auto";

  private final Arena arena = Arena.ofShared();
  private Matrix[] matrices = new Matrix[0];
  private WorkerTeam team = new WorkerTeam(1);
  private Compute compute = new Compute(team, KernelSet.best(Activations.QUANTIZED));
  private Floats x = Floats.allocate(arena, 1, 1);
  private Floats y = Floats.allocate(arena, 1, 1);
  private int next;

  @Setup(Level.Trial)
  public void load() {
    close();
    KernelSet kernels = KernelSet.named(level, Activations.QUANTIZED);
    team = new WorkerTeam(threads);
    compute = new Compute(team, kernels);
    WeightLoader loader = new WeightLoader(kernels, team, arena);
    Tensor tensor = weights();
    int count = tokens > 8 ? 1 : (int) Math.ceilDiv(COLD_BYTES, tensor.data().byteSize());
    matrices = new Matrix[count];
    for (int i = 0; i < count; i++) {
      matrices[i] = loader.matrix(tensor);
    }
    x = Floats.allocate(arena, tokens, COLUMNS);
    Random random = new Random(1);
    for (int t = 0; t < tokens; t++) {
      for (int c = 0; c < COLUMNS; c++) {
        x.set(t, c, (float) random.nextGaussian());
      }
    }
    y = Floats.allocate(arena, tokens, ROWS);
  }

  /** Random bits with small scales: the time does not depend on the values. */
  private Tensor weights() {
    long bytes = type.bytes((long) ROWS * COLUMNS);
    MemorySegment data = arena.allocate(bytes, 64);
    byte[] block = new byte[type.blockBytes()];
    Random random = new Random(2);
    for (long at = 0; at < bytes; at += block.length) {
      random.nextBytes(block);
      if (type == DType.F8_E4M3 && (block[0] & 0x7f) == 0x7f) {
        block[0] = 0;
      }
      MemorySegment.copy(block, 0, data, ValueLayout.JAVA_BYTE, at, block.length);
    }
    Tensor w = new Tensor("w", type, new long[] {ROWS, COLUMNS}, data, "benchmark");
    return type == DType.F8_E4M3 ? w.withScales(scales()) : w;
  }

  private static BlockScales scales() {
    int across = COLUMNS / FP8_BLOCK;
    float[] factors = new float[ROWS / FP8_BLOCK * across];
    Arrays.fill(factors, 0.01f);
    return new BlockScales(FP8_BLOCK, FP8_BLOCK, across, factors);
  }

  @TearDown(Level.Trial)
  public void close() {
    compute.close();
    team.close();
  }

  @Benchmark
  public Floats multiply() {
    compute.matmul(matrices[next], x, y);
    next = (next + 1) % matrices.length;
    return y;
  }
}
