package dev.ocelli.engine.runtime;

import dev.ocelli.engine.cache.CacheFolder;
import dev.ocelli.engine.cache.DiskCache;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
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
  private final LinkedHashMap<String, KvBlock> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long hits;
  private long diskHits;
  private long misses;
  private long evictions;

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

  /** How many blocks {@link #find} would find. Nothing is counted or read. */
  int known(SequenceLog sequence, int first, int end) {
    int i = first;
    while (used() && i < end && isKnown(sequence.key(i))) {
      i++;
    }
    return i - first;
  }

  private boolean isKnown(String key) {
    synchronized (this) {
      if (entries.containsKey(key)) {
        return true;
      }
    }
    return disk != null && disk.has(name(key));
  }

  private synchronized @Nullable KvBlock inMemory(String key) {
    KvBlock known = entries.get(key);
    return known == null ? null : known.retain();
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
    KvBlock kept = read ? keep(key, made[0]) : null;
    if (made[0] != null && kept != made[0]) {
      made[0].release();
    }
    return kept;
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
      KvBlock kept = keep(log.key(i), own);
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
  private synchronized KvBlock keep(String key, KvBlock block) {
    KvBlock known = entries.get(key);
    if (known != null) {
      return known == block ? block : known.retain();
    }
    if (blockBytes > limit) {
      return block;
    }
    entries.put(key, block.retain());
    Iterator<KvBlock> oldest = entries.values().iterator();
    while (entries.size() * blockBytes > limit) {
      oldest.next().release();
      oldest.remove();
      evictions++;
    }
    return block;
  }

  /** Has the disk keep blocks, too. */
  private void store(SequenceLog log, KvCache kv, int first, DiskCache to) {
    Instant now = Instant.now();
    for (int i = first; i < log.blocks(); i++) {
      // Earlier blocks look younger: the last ones leave first, as in memory.
      Instant used = now.minus(i, ChronoUnit.MICROS);
      KvBlock block = kv.block(i).retain();
      to.write(name(log.key(i)), List.of(block.memory()), used, block::release);
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
    entries.values().forEach(KvBlock::release);
    entries.clear();
  }
}
