package dev.ocelli.engine.runtime;

import dev.ocelli.engine.cache.CacheFolder;
import dev.ocelli.engine.cache.DiskCache;
import dev.ocelli.engine.model.VisionEmbedding;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encoded pictures, main rows and DeepStack rows, by the hash of their bytes and their
 * preprocessing; the least recently used leave when the limit is reached.
 *
 * <p>An entry's memory is released by the garbage collector when nobody uses it any more, so that a
 * session may still read an embedding that has just left the cache. Thread-safe; nobody waits for
 * the disk but who reads from it.
 */
final class VisionCache {
  private final long limit;
  private final @Nullable DiskCache disk;
  private final String identity;
  private final Qwen3VlConfig.@Nullable Vision shape;
  private final LinkedHashMap<String, VisionEmbedding> entries =
      new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private long hits;
  private long diskHits;
  private long misses;
  private long evictions;

  /**
   * What was found.
   *
   * @param origin where
   */
  record Found(VisionEmbedding embedding, Reply.Origin origin) {}

  /**
   * An empty cache.
   *
   * @param limit most bytes in memory
   * @param identity of the vision tower for the disk's files
   * @param shape of the tower, or null for a model without
   */
  VisionCache(
      long limit, @Nullable DiskCache disk, String identity, Qwen3VlConfig.@Nullable Vision shape) {
    this.limit = limit;
    this.disk = disk;
    this.identity = identity;
    this.shape = shape;
  }

  /** The arena for the memory of an embedding that is to be cached. */
  static Arena arena() {
    return Arena.ofAuto();
  }

  /** An embedding from memory or disk, or null. */
  @Nullable Found find(String key, PlannedMedia media) {
    VisionEmbedding known = inMemory(key);
    if (known != null) {
      return new Found(known, Reply.Origin.MEMORY);
    }
    VisionEmbedding read = onDisk(key, media);
    synchronized (this) {
      misses += read == null ? 1 : 0;
      diskHits += read == null ? 0 : 1;
    }
    if (read == null) {
      return null;
    }
    keep(key, read);
    return new Found(read, Reply.Origin.DISK);
  }

  /** Where an embedding would be found; null where it would have to be made. Nothing is counted. */
  Reply.@Nullable Origin where(String key) {
    synchronized (this) {
      if (entries.containsKey(key)) {
        return Reply.Origin.MEMORY;
      }
    }
    return disk != null && disk.has(name(key)) ? Reply.Origin.DISK : null;
  }

  /** An embedding from memory, or null. */
  synchronized @Nullable VisionEmbedding inMemory(String key) {
    VisionEmbedding known = entries.get(key);
    if (known != null) {
      hits++;
      if (disk != null) {
        disk.touch(name(key), Instant.now());
      }
    }
    return known;
  }

  private @Nullable VisionEmbedding onDisk(String key, PlannedMedia media) {
    if (disk == null || shape == null) {
      return null;
    }
    int levels = shape.deepstackBlocks().length;
    int columns = shape.outHidden();
    VisionEmbedding[] made = new VisionEmbedding[1];
    boolean read =
        disk.read(
            name(key),
            VisionEmbedding.bytes(media.tokens(), columns, levels),
            () -> {
              made[0] =
                  VisionEmbedding.allocate(arena(), media.grid(), media.tokens(), columns, levels);
              return parts(made[0]);
            });
    if (!read) {
      return null;
    }
    disk.touch(name(key), Instant.now());
    return made[0];
  }

  /** Keeps an embedding that was made. */
  void put(String key, VisionEmbedding embedding) {
    keep(key, embedding);
    if (disk != null) {
      disk.write(name(key), parts(embedding), Instant.now(), () -> {});
    }
  }

  private synchronized void keep(String key, VisionEmbedding embedding) {
    if (embedding.bytes() > limit) {
      return;
    }
    VisionEmbedding old = entries.put(key, embedding);
    bytes += embedding.bytes() - (old == null ? 0 : old.bytes());
    var it = entries.entrySet().iterator();
    while (bytes > limit && it.hasNext()) {
      Map.Entry<String, VisionEmbedding> oldest = it.next();
      bytes -= oldest.getValue().bytes();
      it.remove();
      evictions++;
    }
  }

  private static List<MemorySegment> parts(VisionEmbedding e) {
    List<MemorySegment> parts = new ArrayList<>();
    parts.add(e.merged().segment());
    for (Floats level : e.deepstack()) {
      parts.add(level.segment());
    }
    return parts;
  }

  private CacheFolder.Name name(String key) {
    return new CacheFolder.Name(CacheFolder.Kind.PICTURE, identity, key);
  }

  /** What it holds and how it fared. */
  synchronized CacheStatistics.Tier statistics() {
    return new CacheStatistics.Tier(entries.size(), bytes, hits, diskHits, misses, evictions);
  }
}
