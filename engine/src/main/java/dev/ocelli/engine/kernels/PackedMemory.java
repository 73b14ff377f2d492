package dev.ocelli.engine.kernels;

import dev.ocelli.engine.kernels.jit.HugePages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory for packed weights: cut out of large pieces with huge pages, so that many small matrices
 * share them and nothing is lost to their alignment.
 */
final class PackedMemory {
  private static final long PIECE = 64L << 20;
  private static final long ALIGNMENT = 64;

  private final Arena arena;
  private final List<MemorySegment> all = new ArrayList<>();
  private MemorySegment piece = MemorySegment.NULL;
  private long used;

  PackedMemory(Arena arena) {
    this.arena = arena;
  }

  /** So many bytes, 64-byte aligned. */
  MemorySegment allocate(long bytes) {
    if (bytes >= PIECE / 2) {
      MemorySegment own = HugePages.allocate(arena, bytes);
      all.add(own);
      return own;
    }
    if (used + bytes > piece.byteSize()) {
      piece = HugePages.allocate(arena, PIECE);
      all.add(piece);
      used = 0;
    }
    MemorySegment out = piece.asSlice(used, bytes);
    used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return out;
  }

  /** Keeps what was allocated from being swapped out; the bytes for which that succeeded. */
  long lock() {
    long locked = 0;
    for (MemorySegment memory : all) {
      if (!HugePages.lock(memory)) {
        break;
      }
      locked += memory.byteSize();
    }
    return locked;
  }
}
