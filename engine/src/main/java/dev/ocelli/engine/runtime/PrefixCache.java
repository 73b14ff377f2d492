package dev.ocelli.engine.runtime;

import dev.ocelli.engine.cache.CacheFolder;
import dev.ocelli.engine.cache.DiskCache;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of sequences by the keys of their blocks ({@link SequenceLog#key}), for sequences
 * that begin alike.
 *
 * <p>Blocks are shared, not copied: a system prompt that a hundred sessions have in common takes
 * its memory once, and handing over a block costs nothing. The least recently used leave when the
 * limit is reached; of a sequence the last blocks leave first, as they are worth nothing without
 * those before them. A session goes on with blocks that have left. Thread-safe; nobody waits for
 * the disk but who reads from it.
 */
final class PrefixCache {
  private final long limit;
  private final long blockBytes;
  private final @Nullable DiskCache disk;
  private final String identity;
  private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long hits;
  private long diskHits;
  private long misses;
  private long evictions;

  private static final class Entry {
    final KvBlock block;

    /** Whether the disk has it or will have it soon. */
    boolean stored;

    Entry(KvBlock block, boolean stored) {
      this.block = block;
      this.stored = stored;
    }
  }

  /**
   * Blocks that follow each other; the caller is a user of each.
   *
   * @param fromDisk how many of them were read from the disk
   */
  record Found(List<KvBlock> blocks, int fromDisk) {
    static final Found NOTHING = new Found(List.of(), 0);
  }

  /**
   * An empty cache.
   *
   * @param limit most bytes in memory
   * @param blockBytes of a block
   * @param identity of the model for the disk's files
   */
  PrefixCache(long limit, long blockBytes, @Nullable DiskCache disk, String identity) {
    this.limit = limit;
    this.blockBytes = blockBytes;
    this.disk = disk;
    this.identity = identity;
  }

  /** Whether anything can be found or kept. */
  private boolean used() {
    return limit >= blockBytes || disk != null;
  }

  /**
   * The longest run of blocks of a sequence that are known.
   *
   * @param first the block to begin with
   * @param cancelled asked between blocks that are read from the disk; ends the search
   */
  Found find(SequenceLog sequence, int first, int end, BooleanSupplier cancelled) {
    if (!used() || first >= end) {
      return Found.NOTHING;
    }
    List<KvBlock> blocks = new ArrayList<>();
    int fromDisk = 0;
    for (int i = first; i < end; i++) {
      String key = sequence.key(i);
      KvBlock block = inMemory(key);
      if (block == null && !cancelled.getAsBoolean()) {
        block = onDisk(key);
        fromDisk += block == null ? 0 : 1;
      }
      if (block == null) {
        break;
      }
      blocks.add(block);
    }
    synchronized (this) {
      hits += blocks.size() - fromDisk;
      diskHits += fromDisk;
      misses += end - first - blocks.size();
    }
    return new Found(blocks, fromDisk);
  }

  private synchronized @Nullable KvBlock inMemory(String key) {
    Entry e = entries.get(key);
    return e == null ? null : e.block.retain();
  }

  private @Nullable KvBlock onDisk(String key) {
    DiskCache from = disk;
    if (from == null) {
      return null;
    }
    KvBlock[] made = new KvBlock[1];
    boolean read =
        from.read(
            name(key),
            blockBytes,
            () -> {
              made[0] = KvBlock.allocate(blockBytes);
              return List.of(made[0].memory());
            });
    if (read) {
      put(key, made[0], true);
      return made[0];
    }
    if (made[0] != null) {
      made[0].release();
    }
    return null;
  }

  /**
   * Keeps the whole blocks of a sequence. Where another session was first, its block takes the
   * place of the sequence's own, which is equal.
   *
   * @param first the block to begin with: those before it have been published already
   */
  void publish(SequenceLog log, KvCache kv, int first) {
    if (!used()) {
      return;
    }
    // From the last to the first, so that the first are the most recently used.
    for (int i = log.blocks() - 1; i >= first; i--) {
      KvBlock own = kv.block(i);
      KvBlock kept = put(log.key(i), own, false);
      if (kept != own) {
        kv.share(i, List.of(kept));
      }
    }
    if (disk != null) {
      store(log, kv, first, disk);
    }
  }

  /**
   * Keeps a block, unless there is one of that key.
   *
   * @return what is kept: the block itself, or another that the caller is now a user of, too
   */
  private synchronized KvBlock put(String key, KvBlock block, boolean stored) {
    Entry e = entries.get(key);
    if (e != null) {
      return e.block == block ? block : e.block.retain();
    }
    if (blockBytes > limit) {
      return block;
    }
    entries.put(key, new Entry(block.retain(), stored));
    Iterator<Map.Entry<String, Entry>> oldest = entries.entrySet().iterator();
    while (entries.size() * blockBytes > limit) {
      oldest.next().getValue().block.release();
      oldest.remove();
      evictions++;
    }
    return block;
  }

  private void store(SequenceLog log, KvCache kv, int first, DiskCache to) {
    Instant now = Instant.now();
    for (int i = first; i < log.blocks(); i++) {
      String key = log.key(i);
      // Earlier blocks look younger: the last ones leave first, as in memory.
      Instant used = now.minus(i, ChronoUnit.MICROS);
      if (stored(key)) {
        to.touch(name(key), used);
      } else {
        KvBlock block = kv.block(i).retain();
        if (to.write(name(key), List.of(block.memory()), used, block::release)) {
          noteStored(key);
        }
      }
    }
  }

  private synchronized boolean stored(String key) {
    Entry e = entries.get(key);
    return e != null && e.stored;
  }

  private synchronized void noteStored(String key) {
    Entry e = entries.get(key);
    if (e != null) {
      e.stored = true;
    }
  }

  private CacheFolder.Name name(String key) {
    return new CacheFolder.Name(CacheFolder.Kind.KEYS_VALUES, identity, key);
  }

  /** What it holds and how it fared. */
  synchronized CacheStatistics.Tier statistics() {
    return new CacheStatistics.Tier(
        entries.size(), entries.size() * blockBytes, hits, diskHits, misses, evictions);
  }

  /** Lets all blocks go. */
  synchronized void clear() {
    entries.values().forEach(e -> e.block.release());
    entries.clear();
  }
}
