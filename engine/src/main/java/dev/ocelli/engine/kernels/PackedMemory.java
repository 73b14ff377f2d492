package dev.ocelli.engine.kernels;

import dev.ocelli.engine.kernels.jit.HugePages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory for packed weights: cut out of large pieces with huge pages, so that many small matrices
 * share them and nothing is lost to their alignment.
 */
final class PackedMemory {
  private static final long PIECE = 64L << 20;
  private static final long ALIGNMENT = 64;

  private final Arena arena;
  private MemorySegment piece = MemorySegment.NULL;
  private long used;

  PackedMemory(Arena arena) {
    this.arena = arena;
  }

  /** So many bytes, 64-byte aligned. */
  MemorySegment allocate(long bytes) {
    if (bytes >= PIECE / 2) {
      return HugePages.allocate(arena, bytes);
    }
    if (used + bytes > piece.byteSize()) {
      piece = HugePages.allocate(arena, PIECE);
      used = 0;
    }
    MemorySegment out = piece.asSlice(used, bytes);
    used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return out;
  }
}
