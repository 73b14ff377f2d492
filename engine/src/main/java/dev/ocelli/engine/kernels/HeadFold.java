package dev.ocelli.engine.kernels;

import java.lang.foreign.MemorySegment;

/**
 * Attention of many queries over the cached keys and values of one head, block by block, with the
 * arithmetic of {@code ScalarAttention}; the memory of one thread.
 *
 * <p>Use: {@link #begin}; {@link #setQuery} for each; for each span of blocks {@link #beginSpan};
 * for each of its blocks {@link #loadBlock}, {@link #see} for each query, {@link #fold}; then
 * {@link #endSpan}; at last {@link #store} for each. Queries are numbered in the order of their
 * rows, so that in a block the later ones see at least as many keys.
 */
public interface HeadFold {
  /** Begins with new queries. */
  void begin(int queries);

  /** Takes a query: a head's floats at a byte offset. */
  void setQuery(int query, MemorySegment from, long at);

  /** Begins a span of blocks. */
  void beginSpan();

  /**
   * Takes keys and values of a head from a block of the cache.
   *
   * @param next the block that will be wanted after it, as a hint
   */
  void loadBlock(MemorySegment block, MemorySegment next, int layer, int head);

  /** Says how many keys of the block a query sees. */
  void see(int query, int keys);

  /** Folds the block. */
  void fold();

  /** Joins the span to those before it; queries that saw nothing of it are left as they are. */
  void endSpan();

  /** Bytes that {@link #saveSpan} writes for a query. */
  long spanBytes();

  /** Writes the state of the span, of all queries, for another thread to join. */
  void saveSpan(MemorySegment target, long at);

  /** Joins a span that was saved. */
  void joinSaved(MemorySegment source, long at);

  /** Writes the result of a query. */
  void store(int query, MemorySegment target, long at);
}
