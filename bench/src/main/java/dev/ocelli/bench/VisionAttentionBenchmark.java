package dev.ocelli.bench;

import dev.ocelli.engine.kernels.Activations;
import dev.ocelli.engine.kernels.Compute;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
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

/** Attention of one block of the vision tower of the 2B model: 16 heads of 64. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgs = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0"
    })
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class VisionAttentionBenchmark {
  private static final int HEADS = 16;
  private static final int HIDDEN = 1024;

  /** 2304 are 768 x 768 pixels. */
  @Param({"2304"})
  int patches;

  @Param({"1"})
  int threads;

  @Param({"auto"})
  String level = "auto";

  @Param({"false", "true"})
  boolean bfloat16;

  private final Arena arena = Arena.ofShared();
  private WorkerTeam team = new WorkerTeam(1);
  private Compute compute = new Compute(team, KernelSet.best(Activations.QUANTIZED));
  private Floats qkv = Floats.allocate(arena, 1, 1);
  private Floats out = Floats.allocate(arena, 1, 1);

  @Setup(Level.Trial)
  public void prepare() {
    close();
    KernelSet kernels = KernelSet.named(level, Activations.QUANTIZED);
    team = new WorkerTeam(threads);
    compute = new Compute(team, bfloat16 ? kernels.withBfloat16() : kernels);
    qkv = Floats.allocate(arena, patches, 3 * HIDDEN);
    out = Floats.allocate(arena, patches, HIDDEN);
    Random random = new Random(1);
    for (int r = 0; r < patches; r++) {
      for (int c = 0; c < 3 * HIDDEN; c++) {
        qkv.set(r, c, (float) random.nextGaussian());
      }
    }
  }

  @TearDown(Level.Trial)
  public void close() {
    compute.close();
    team.close();
  }

  @Benchmark
  public Floats attend() {
    compute.fullAttention(qkv, HEADS, new int[] {patches}, out);
    return out;
  }
}
