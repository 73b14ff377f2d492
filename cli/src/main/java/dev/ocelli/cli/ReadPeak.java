package dev.ocelli.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Measures how fast threads can read memory: the limit of computing single tokens, which reads
 * every weight once.
 */
final class ReadPeak {
  /** Larger than most caches, so that they do not help. */
  private static final long BYTES = 512L << 20;

  /** Read as one segment: its length in longs is an int, which loops are compiled best for. */
  private static final int BLOCK = 1 << 20;

  private static final int PASSES = 6;

  private final Map<Integer, Double> known = new HashMap<>();

  /**
   * Bytes a second in units of 10^9, by as many threads; measured once for each number. NaN when
   * there is no memory for it.
   */
  double gigabytesPerSecond(int threads) {
    return known.computeIfAbsent(threads, t -> measure(t, BYTES));
  }

  static double measure(int threads, long bytes) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(bytes, 64);
      memory.fill((byte) 1); // pages that were never written may all be the same one
      double best = 0;
      for (int pass = 0; pass < PASSES; pass++) {
        best = Math.max(best, bytes / (double) nanos(threads, memory));
      }
      return best;
    } catch (OutOfMemoryError e) {
      return Double.NaN;
    }
  }

  /** Nanoseconds that reading everything once takes. */
  private static long nanos(int threads, MemorySegment memory) {
    CountDownLatch start = new CountDownLatch(1);
    Thread[] readers = new Thread[threads];
    long[] sums = new long[threads];
    long part = memory.byteSize() / threads / BLOCK * BLOCK;
    for (int i = 0; i < threads; i++) {
      int number = i;
      MemorySegment mine =
          i + 1 < threads
              ? memory.asSlice(i * part, part)
              : memory.asSlice(i * part, memory.byteSize() - i * part);
      readers[i] =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                awaitQuietly(start);
                sums[number] = sum(mine);
              });
    }
    long from = System.nanoTime();
    start.countDown();
    for (Thread reader : readers) {
      joinQuietly(reader);
    }
    long nanos = System.nanoTime() - from;
    long sum = 0;
    for (long s : sums) {
      sum += s;
    }
    if (sum != 0x0101_0101_0101_0101L * (memory.byteSize() / Long.BYTES)) {
      throw new IllegalStateException("memory was not read as it was written");
    }
    return nanos;
  }

  private static long sum(MemorySegment memory) {
    long sum = 0;
    for (long at = 0; at < memory.byteSize(); at += BLOCK) {
      sum += sumOfBlock(memory.asSlice(at, Math.min(BLOCK, memory.byteSize() - at)));
    }
    return sum;
  }

  private static long sumOfBlock(MemorySegment block) {
    int n = (int) (block.byteSize() / Long.BYTES);
    long sum = 0;
    for (int i = 0; i < n; i++) {
      sum += block.getAtIndex(ValueLayout.JAVA_LONG, i);
    }
    return sum;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void joinQuietly(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
