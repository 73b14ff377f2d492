package dev.ocelli.engine.runtime;

import dev.ocelli.engine.model.VisionEmbedding;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encoded pictures by the hash of their bytes and their preprocessing; the least recently used
 * leave when the limit is reached.
 *
 * <p>An entry's memory is released by the garbage collector when nobody uses it any more, so that a
 * session may still read an embedding that has just left the cache.
 */
final class VisionCache {
  private final long limit;
  private final LinkedHashMap<String, VisionEmbedding> entries =
      new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  VisionCache(long limit) {
    this.limit = limit;
  }

  /** The arena for the memory of an embedding that is to be cached. */
  static Arena arena() {
    return Arena.ofAuto();
  }

  synchronized @Nullable VisionEmbedding find(String key) {
    return entries.get(key);
  }

  synchronized void put(String key, VisionEmbedding embedding) {
    VisionEmbedding old = entries.put(key, embedding);
    bytes += embedding.bytes() - (old == null ? 0 : old.bytes());
    var it = entries.entrySet().iterator();
    while (bytes > limit && it.hasNext()) {
      Map.Entry<String, VisionEmbedding> oldest = it.next();
      bytes -= oldest.getValue().bytes();
      it.remove();
    }
  }
}
