package dev.ocelli.engine.kernels;

import dev.ocelli.engine.kernels.jit.EmittedKernels;
import dev.ocelli.engine.kernels.jit.HugePages;
import dev.ocelli.engine.kernels.jit.Level;
import dev.ocelli.engine.kernels.jit.PeakLoops;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures the rates that no model can exceed with the same threads on this machine: at which
 * memory is read, which limits single tokens, and at which registers are multiplied, which limits
 * prompts and pictures.
 *
 * <p>The best of many short passes counts: others may use the machine, too.
 */
public final class Peaks {
  /** Larger than most caches, so that they do not help. */
  private static final long BYTES = 512L << 20;

  /** Bytes of a task: large enough that its beginning does not matter. */
  private static final int PART = 4 << 20;

  /** How often all memory is read, a pass after the other. */
  private static final int SWEEPS = 6;

  /**
   * Passes that multiply: together longer than the moments for which a hypervisor slows a machine.
   */
  private static final int PASSES = 96;

  /** Tasks of a thread in a pass, so that one that was interrupted takes fewer. */
  private static final int TASKS_PER_THREAD = 8;

  /** Turns of a task: some tenths of a millisecond. */
  private static final int TURNS = 1 << 16;

  private final Workers workers;
  private final Optional<PeakLoops> loops;

  /**
   * Measures with given threads.
   *
   * @param level whose instructions multiply; the best of the machine where it is not emitted
   */
  public Peaks(Workers workers, Level level) {
    this(
        workers,
        EmittedKernels.peakLoops(level.isEmitted() ? level : EmittedKernels.status().level()));
  }

  /** Measures with given loops; without any, memory is read by a loop in Java. */
  Peaks(Workers workers, Optional<PeakLoops> loops) {
    this.workers = workers;
    this.loops = loops;
  }

  /**
   * Bytes a second that are read, in units of 10^9. Takes 512 MiB of memory and some tenths of a
   * second.
   *
   * @return NaN when there is no memory for it
   */
  public double gigabytesPerSecond() {
    return gigabytesPerSecond(BYTES);
  }

  /** The same with another amount of memory, a multiple of {@link #PART}. */
  double gigabytesPerSecond(long bytes) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = HugePages.allocate(arena, bytes);
      int parts = Math.toIntExact(bytes / PART);
      // Written by those who read it: pages that were never written may all be the same one.
      workers.run(parts, (i, worker) -> part(memory, i).fill((byte) i));
      MemorySegment results = results(arena);
      AtomicLong sink = new AtomicLong();
      Workers.Task read =
          loops
              .<Workers.Task>map(l -> (i, worker) -> l.read(part(memory, i), of(results, worker)))
              .orElse((i, worker) -> sink.addAndGet(sum(part(memory, i))));
      int perPass = Math.min(parts, workers.threads() * TASKS_PER_THREAD);
      int ranges = parts / perPass;
      long best = Long.MAX_VALUE;
      for (int pass = 0; pass < SWEEPS * ranges; pass++) {
        int first = pass % ranges * perPass;
        best = Math.min(best, nanos(perPass, (i, worker) -> read.run(first + i, worker)));
      }
      return (double) perPass * PART / best;
    } catch (OutOfMemoryError e) {
      return Double.NaN;
    }
  }

  private static MemorySegment part(MemorySegment memory, int i) {
    return memory.asSlice((long) i * PART, PART);
  }

  /** Reads without machine code. */
  private static long sum(MemorySegment part) {
    long sum = 0;
    for (int i = 0; i < PART / Long.BYTES; i++) {
      sum += part.getAtIndex(ValueLayout.JAVA_LONG, i);
    }
    return sum;
  }

  /**
   * Operations a second, in units of 10^9; a multiply-add is two.
   *
   * @return NaN where no machine code can be emitted for it
   */
  public double gigaOperationsPerSecond(Arithmetic arithmetic) {
    return gigaOperationsPerSecond(arithmetic, TURNS);
  }

  /** The same with shorter tasks. */
  double gigaOperationsPerSecond(Arithmetic arithmetic, int turns) {
    if (loops.isEmpty() || !loops.get().has(arithmetic)) {
      return Double.NaN;
    }
    PeakLoops l = loops.get();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment results = results(arena);
      long once = l.multiply(arithmetic, turns, results);
      int tasks = workers.threads() * TASKS_PER_THREAD;
      Workers.Task multiply = (i, worker) -> l.multiply(arithmetic, turns, of(results, worker));
      long best = Long.MAX_VALUE;
      for (int pass = 0; pass < PASSES; pass++) {
        best = Math.min(best, nanos(tasks, multiply));
      }
      return 2.0 * once * tasks / best;
    }
  }

  private MemorySegment results(Arena arena) {
    return arena.allocate((long) workers.threads() * PeakLoops.RESULT_BYTES, 64);
  }

  private static MemorySegment of(MemorySegment results, int worker) {
    return results.asSlice((long) worker * PeakLoops.RESULT_BYTES, PeakLoops.RESULT_BYTES);
  }

  private long nanos(int tasks, Workers.Task task) {
    long from = System.nanoTime();
    workers.run(tasks, task);
    return System.nanoTime() - from;
  }
}
