package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

import dev.ocelli.engine.kernels.MatrixKernel;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Speed of the kernels on one core beside what the core can do: {@code KernelBench [level] [types]
 * [repetitions]}.
 *
 * <p>Everything is measured in turn within each repetition, in CPU time of the thread, and the
 * median is printed: other load on the machine disturbs that least. Shares of the peaks say more
 * than figures.
 */
final class KernelBench {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long STREAM_BYTES = 256L << 20;
  private static final int PEAK_LOOPS = 3_000_000;

  private record Measurement(String name, String unit, double work, Runnable run, String peak) {}

  private final Arena arena = Arena.global();
  private final Machine machine;
  private final Isa isa;
  private final Level level;
  private final List<Measurement> measurements = new ArrayList<>();
  private final Random random = new Random(1);

  private KernelBench(Level level) throws Unavailable {
    this.level = level;
    machine = Machine.probe(SystemMemory.ofThisMachine());
    isa = machine.isa(level).orElseThrow();
  }

  public static void main(String[] args) throws Exception {
    Level level = args.length > 0 ? Level.valueOf(args[0]) : EmittedKernels.status().level();
    KernelBench bench = new KernelBench(level);
    bench.peaks();
    String types = args.length > 1 ? args[1] : "Q4_K,Q5_K,Q6_K,Q8_0";
    for (String t : types.split(",")) {
      bench.type(DType.valueOf(t));
    }
    bench.run(args.length > 2 ? Integer.parseInt(args[2]) : 5);
  }

  private void peaks() {
    MemorySegment big = HugePages.allocate(arena, STREAM_BYTES);
    big.fill((byte) 1);
    Code read = machine.load(readLoop());
    measurements.add(
        new Measurement(
            "memory read",
            "GB/s",
            STREAM_BYTES,
            () -> read.call(big.address(), STREAM_BYTES / 512, 0, 0, 0, 0),
            ""));
    arithmetic("byte dot products", 8 * isa.lanes(), isa.hasDots() ? this::dot : this::wordDot);
    arithmetic("f32 FMA", 2 * isa.lanes(), (a, i) -> a.vfmadd231ps(v(i), v(13), v(14)));
    if (level == Level.AVX512_VNNI && machine.cpu().avx512Bf16()) {
      arithmetic("bf16 FMA", 4 * isa.lanes(), (a, i) -> a.vdpbf16ps(v(i), v(13), v(14)));
    }
  }

  private interface Step {
    void emit(Asm a, int register);
  }

  private Vec v(int i) {
    return isa.vec(i);
  }

  private void dot(Asm a, int i) {
    isa.dot(a, v(i), v(13), v(14));
  }

  /** What AVX2 takes for products of narrow weights: two instructions for lanes * 8 operations. */
  private void wordDot(Asm a, int i) {
    a.vpmaddubsw(v(15), v(13), v(14));
    a.vpaddw(v(i), v(i), v(15));
  }

  private void arithmetic(String name, int operations, Step step) {
    Asm a = new Asm();
    Frame f = Frame.enter(a, isa.windows(), 0);
    for (int i = 0; i < 16; i++) {
      a.vpxor(v(i), v(i), v(i));
    }
    Label loop = a.here();
    for (int i = 0; i < 12; i++) {
      step.emit(a, i);
    }
    a.dec(RDI);
    a.jnz(loop);
    f.leave();
    Code code = machine.load(a.finish());
    measurements.add(
        new Measurement(
            name,
            "Gop/s",
            12.0 * operations * PEAK_LOOPS,
            () -> code.call(PEAK_LOOPS, 0, 0, 0, 0, 0),
            ""));
  }

  private byte[] readLoop() {
    Asm a = new Asm();
    Frame f = Frame.enter(a, isa.windows(), 0);
    Label loop = a.here();
    for (int i = 0; i < 512; i += isa.width()) {
      a.vpaddd(v(i / isa.width() % 4), v(i / isa.width() % 4), Mem.at(RDI, i));
    }
    a.add(RDI, 512);
    a.dec(RSI);
    a.jnz(loop);
    f.leave();
    return a.finish();
  }

  private void type(DType type) {
    MatrixKernel k = EmittedKernels.find(type, level).orElseThrow();
    int columns = 2048;
    int seedRows = 512;
    MemorySegment source =
        KernelFixture.weights(arena, type, seedRows, columns, KernelFixture.Fill.RANDOM, random);
    MemorySegment seed = KernelFixture.pack(arena, k, source, seedRows, columns);
    int copies = (int) (STREAM_BYTES / seed.byteSize());
    int rows = copies * seedRows;
    MemorySegment weights = HugePages.allocate(arena, copies * seed.byteSize());
    for (int i = 0; i < copies; i++) {
      MemorySegment.copy(seed, 0, weights, i * seed.byteSize(), seed.byteSize());
    }
    String arithmeticPeak =
        k.activations().name().startsWith("f32") ? "f32 FMA" : "byte dot products";
    for (int tokens : new int[] {1, 4, 8}) {
      Floats x = KernelFixture.activations(arena, tokens, columns, random);
      MemorySegment e = KernelFixture.encode(arena, k, x);
      Floats y = Floats.allocate(arena, tokens, rows);
      measurements.add(
          new Measurement(
              type + " x " + tokens + " tokens, streamed",
              "GB/s",
              (double) type.bytes((long) rows * columns),
              () -> k.multiply(weights, columns, 0, rows, x, e, 0, tokens, y, 0),
              "memory read"));
    }
    for (int tokens : new int[] {12, 512}) {
      int some = tokens == 512 ? 256 : 2048;
      Floats x = KernelFixture.activations(arena, tokens, columns, random);
      MemorySegment e = KernelFixture.encode(arena, k, x);
      Floats y = Floats.allocate(arena, tokens, some);
      measurements.add(
          new Measurement(
              type + " x " + tokens + " tokens",
              "Gop/s",
              2.0 * some * columns * tokens,
              () -> k.multiply(weights, columns, 0, some, x, e, 0, tokens, y, 0),
              arithmeticPeak));
      if (tokens == 512) {
        measurements.add(
            new Measurement(
                type + " encode 512",
                "GB/s",
                4.0 * columns * tokens,
                () -> k.activations().encode(x, 0, tokens, e),
                ""));
      }
    }
    MemorySegment target = arena.allocate(seed.byteSize(), 64);
    measurements.add(
        new Measurement(
            type + " pack",
            "GB/s",
            source.byteSize(),
            () -> k.pack(source, seedRows, columns, 0, seedRows / k.rowGroup(), target),
            ""));
  }

  private void run(int repetitions) {
    Map<String, double[]> rates = new LinkedHashMap<>();
    for (int i = -1; i < repetitions; i++) {
      for (Measurement m : measurements) {
        long start = THREADS.getCurrentThreadCpuTime();
        long elapsed;
        int runs = 0;
        do {
          m.run.run();
          runs++;
          elapsed = THREADS.getCurrentThreadCpuTime() - start;
        } while (elapsed < 20_000_000);
        if (i >= 0) {
          rates.computeIfAbsent(m.name, n -> new double[repetitions])[i] = m.work * runs / elapsed;
        }
      }
    }
    System.out.println("level " + level);
    for (Measurement m : measurements) {
      double median = median(rates, m.name);
      String share =
          m.peak.isEmpty()
              ? ""
              : "%4.0f %% of %s".formatted(100 * median / median(rates, m.peak), m.peak);
      System.out.printf("%-32s %8.1f %-6s %s%n", m.name, median, m.unit, share);
    }
  }

  private static double median(Map<String, double[]> rates, String name) {
    double[] sorted = Objects.requireNonNull(rates.get(name)).clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
