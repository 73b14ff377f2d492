package dev.ocelli.engine.runtime;

import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.kernels.jit.HugePages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keys and values of {@link KvLayout#BLOCK_TOKENS} tokens in all layers, and the number of its
 * users: sessions, the prefix cache, the writer of the cache's files. What has several users is not
 * changed any more. The last user's {@link #release} frees the memory.
 */
final class KvBlock {
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final AtomicInteger users = new AtomicInteger(1);

  private KvBlock(long bytes) {
    try {
      // A token's keys are in as many places as they have components: small pages would miss.
      memory = HugePages.allocate(arena, bytes);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  /** A block of zeros with one user. */
  static KvBlock allocate(long bytes) {
    return new KvBlock(bytes);
  }

  /** A copy with one user. */
  KvBlock copy() {
    KvBlock copy = allocate(memory.byteSize());
    copy.memory.copyFrom(memory);
    return copy;
  }

  MemorySegment memory() {
    return memory;
  }

  /** Adds a user; the caller is one already, or keeps one from leaving. */
  KvBlock retain() {
    users.incrementAndGet();
    return this;
  }

  /** Takes a user away. */
  void release() {
    if (users.decrementAndGet() == 0) {
      arena.close();
    }
  }

  /** Whether anybody but the caller uses it. */
  boolean shared() {
    return users.get() > 1;
  }
}
