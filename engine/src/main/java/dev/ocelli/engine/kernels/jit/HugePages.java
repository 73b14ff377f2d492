package dev.ocelli.engine.kernels.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Memory for weights and caches in pages of 2 MB where the system gives them.
 *
 * <p>Reading them is what decoding waits for, and with pages of 4 KB a core reads up to a third
 * less. The wish must be stated before the memory is touched first, so the pages come from the
 * system and not from {@link Arena#allocate}, which writes zeros.
 */
public final class HugePages {
  private static final long HUGE = 2 << 20;

  private static final Optional<SystemMemory> SYSTEM = system();

  private HugePages() {}

  private static Optional<SystemMemory> system() {
    try {
      return Optional.of(SystemMemory.ofThisMachine());
    } catch (Unavailable e) {
      return Optional.empty();
    }
  }

  /**
   * Allocates zeros that live as long as the arena.
   *
   * @param bytes size; small sizes and systems without huge pages get plain memory
   * @return memory aligned to 64 bytes or better
   */
  public static MemorySegment allocate(Arena arena, long bytes) {
    if (bytes >= HUGE / 2) {
      Optional<MemorySegment> pages = SYSTEM.flatMap(s -> tryAllocate(s, arena, bytes));
      if (pages.isPresent()) {
        return pages.get();
      }
    }
    return arena.allocate(Math.max(bytes, 1), 64);
  }

  /**
   * Takes the pages of a mapped file out of this process's memory, where the system can; they stay
   * in the system's cache and come back when they are read.
   *
   * @param mapped part of a mapped file; memory of another kind is left alone
   */
  public static void drop(MemorySegment mapped) {
    // Dropped pages that no file stands behind would come back as zeros.
    if (mapped.isMapped() && mapped.isReadOnly()) {
      SYSTEM.ifPresent(s -> s.drop(mapped));
    }
  }

  /** Keeps memory from being swapped out; false when the system does not allow so much. */
  public static boolean lock(MemorySegment memory) {
    return SYSTEM.isPresent() && SYSTEM.get().lock(memory);
  }

  private static Optional<MemorySegment> tryAllocate(SystemMemory system, Arena arena, long bytes) {
    MemorySegment pages;
    try {
      pages = system.map(Math.addExact(bytes, HUGE));
    } catch (Unavailable e) {
      return Optional.empty();
    }
    long skip = -pages.address() & HUGE - 1;
    // What follows the last whole page of 2 MB would otherwise take a whole one, too.
    if (!system.adviseHuge(pages.asSlice(skip, Math.max(HUGE, bytes / HUGE * HUGE)))) {
      system.unmap(pages);
      return Optional.empty();
    }
    return Optional.of(pages.reinterpret(arena, system::unmap).asSlice(skip, bytes));
  }
}
