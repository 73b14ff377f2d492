package dev.ocelli.engine.runtime;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.kernels.KvView;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Keys and values of one sequence. Memory grows block by block as tokens come; shortening a
 * sequence keeps its blocks for what comes next. Blocks may be shared with other sequences that
 * begin alike; what is written to is always the sequence's own.
 */
final class KvCache implements KvView, AutoCloseable {
  private static final int BLOCK = KvLayout.BLOCK_TOKENS;

  private final KvLayout layout;
  private final List<KvBlock> blocks = new ArrayList<>();
  private final List<MemorySegment> memory = new ArrayList<>();
  private final List<MemorySegment> view = Collections.unmodifiableList(memory);

  /** Refuses blocks that there is no memory for. */
  interface Room {
    /**
     * Asks for blocks.
     *
     * @param count of blocks that are about to be allocated
     * @param tokens that the sequence has then
     * @throws OcelliException RESOURCE when memory does not suffice
     */
    void require(int count, int tokens);
  }

  private final Room room;

  KvCache(KvLayout layout, Room room) {
    this.layout = layout;
    this.room = room;
  }

  /**
   * Makes room for tokens that are about to be written. A shared block among them is replaced by an
   * own one, with a copy of the tokens before them.
   *
   * @param from the first of them
   * @param to behind the last
   */
  void reserve(int from, int to) {
    int wanted = Math.ceilDiv(to, BLOCK) - blocks.size();
    if (wanted > 0) {
      room.require(wanted, to);
    }
    for (int i = from / BLOCK; i < Math.ceilDiv(to, BLOCK); i++) {
      try {
        if (i == blocks.size()) {
          add(KvBlock.allocate(layout.blockBytes()));
        } else if (blocks.get(i).shared()) {
          boolean tokensBefore = i * BLOCK < from;
          replace(i, tokensBefore ? blocks.get(i).copy() : KvBlock.allocate(layout.blockBytes()));
        }
      } catch (OutOfMemoryError e) {
        throw new OcelliException(
            OcelliException.Kind.RESOURCE,
            "no memory for keys and values of %d tokens (%d MiB each %d tokens); use a smaller --ctx-size or a shorter prompt"
                .formatted(to, layout.blockBytes() >> 20, BLOCK),
            e);
      }
    }
  }

  /** Puts shared blocks in place from an index on; the sequence becomes one of their users. */
  void share(int first, List<KvBlock> shared) {
    for (int i = 0; i < shared.size(); i++) {
      if (first + i < blocks.size()) {
        replace(first + i, shared.get(i));
      } else {
        add(shared.get(i));
      }
    }
  }

  private void add(KvBlock block) {
    blocks.add(block);
    memory.add(block.memory());
  }

  private void replace(int index, KvBlock block) {
    KvBlock old = blocks.set(index, block);
    memory.set(index, block.memory());
    old.release();
  }

  /** A block, whose user the sequence stays. */
  KvBlock block(int index) {
    return blocks.get(index);
  }

  @Override
  public KvLayout layout() {
    return layout;
  }

  @Override
  public List<MemorySegment> blocks() {
    return view;
  }

  /** Bytes held, shared ones included. */
  long bytes() {
    return blocks.size() * layout.blockBytes();
  }

  @Override
  public void close() {
    blocks.forEach(KvBlock::release);
    blocks.clear();
    memory.clear();
  }
}
