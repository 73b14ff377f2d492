package dev.ocelli.engine.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Native memory that grows when more is needed and forgets what it held. */
final class Scratch implements AutoCloseable {
  private Arena arena = Arena.ofShared();
  private MemorySegment segment = arena.allocate(64, 64);

  /** Makes sure of so many bytes. */
  void need(long bytes) {
    if (segment.byteSize() < bytes) {
      arena.close();
      arena = Arena.ofShared();
      segment = arena.allocate(grown(bytes), 64);
    }
  }

  /** Bytes that are allocated when so many are needed: a little more does not take a new piece. */
  static long grown(long bytes) {
    return bytes + bytes / 4;
  }

  /** At least as many bytes as were last asked for, 64-byte aligned. */
  MemorySegment segment() {
    return segment;
  }

  @Override
  public void close() {
    arena.close();
  }
}
