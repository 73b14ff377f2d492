package dev.ocelli.engine.kernels.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Checks before addresses are handed to machine code, and scratch for it. */
final class Memory {
  /** Grows; belongs to one thread. */
  private static final class Scratch {
    private MemorySegment segment = Arena.ofAuto().allocate(64, 64);
  }

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private Memory() {}

  /** Fails unless the segment is native, alive and holds so many bytes. */
  static void check(MemorySegment segment, long bytes) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException("memory on the Java heap has no address");
    }
    if (segment.byteSize() < bytes) {
      throw new IndexOutOfBoundsException(
          "%d bytes needed, %d given".formatted(bytes, segment.byteSize()));
    }
    if (!segment.scope().isAlive()) {
      throw new IllegalStateException("memory has been released");
    }
  }

  /** The calling thread's scratch, 64-byte aligned, with undefined content. */
  static MemorySegment scratch(long bytes) {
    Scratch s = SCRATCH.get();
    if (s.segment.byteSize() < bytes) {
      s.segment = Arena.ofAuto().allocate(bytes, 64);
    }
    return s.segment;
  }
}
