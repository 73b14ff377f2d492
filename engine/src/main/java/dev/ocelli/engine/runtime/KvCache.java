package dev.ocelli.engine.runtime;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.kernels.KvView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Keys and values of one sequence. Memory grows block by block as tokens come; shortening a
 * sequence keeps its blocks for what comes next.
 */
final class KvCache implements KvView, AutoCloseable {
  private final KvLayout layout;
  private final Arena arena = Arena.ofShared();
  private final List<MemorySegment> blocks = new ArrayList<>();
  private final List<MemorySegment> view = Collections.unmodifiableList(blocks);

  KvCache(KvLayout layout) {
    this.layout = layout;
  }

  /** Makes room for so many tokens. */
  void reserve(int tokens) {
    int needed = Math.ceilDiv(tokens, KvLayout.BLOCK_TOKENS);
    while (blocks.size() < needed) {
      try {
        blocks.add(arena.allocate(layout.blockBytes(), 64));
      } catch (OutOfMemoryError e) {
        throw new OcelliException(
            OcelliException.Kind.RESOURCE,
            "no memory for keys and values of %d tokens (%d MiB each %d tokens); use a smaller --ctx-size or a shorter prompt"
                .formatted(tokens, layout.blockBytes() >> 20, KvLayout.BLOCK_TOKENS),
            e);
      }
    }
  }

  @Override
  public KvLayout layout() {
    return layout;
  }

  @Override
  public List<MemorySegment> blocks() {
    return view;
  }

  /** Bytes held. */
  long bytes() {
    return blocks.size() * layout.blockBytes();
  }

  @Override
  public void close() {
    arena.close();
  }
}
