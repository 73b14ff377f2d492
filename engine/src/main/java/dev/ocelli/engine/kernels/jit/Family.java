package dev.ocelli.engine.kernels.jit;

import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What the emitters of one weight type at one level offer to {@link PackedKernel}. */
interface Family {
  DType type();

  /** How rows are rewritten before they are packed; null when they are packed as they are. */
  default @Nullable Recoding recoding() {
    return null;
  }

  /** Type and level, for reports. */
  String name();

  /** Rows of a group. */
  int rowGroup();

  /** Bytes of a packed group. */
  long groupBytes(int columns);

  /** Bytes from the first 16 rows of a group to the next 16 where there are more. */
  default long setBytes() {
    return 0;
  }

  /** The count by which emitted functions measure columns: superblocks, blocks or values. */
  int blocks(int columns);

  /** Widest tile that is computed from packed weights; wider ones need a panel. */
  int maxPackedTokens();

  /** Bytes of a block in a panel; 0 when panels are never used. */
  int panelBlockBytes();

  /** What a product goes over. */
  enum Walk {
    /** Packed groups that follow each other, with one tile of tokens. */
    GROUPS,
    /** Tiles of tokens that follow each other, with one group: a panel where the type has them. */
    TILES
  }

  /**
   * Emits the product of weights and tokens: {@code (weights, tile, output, groups or tiles,
   * blocks, bytes between tokens of the output)}. A group of the output is {@link #rowGroup} floats
   * a token; groups follow each other, and so do tokens.
   *
   * @param width tokens of a tile
   */
  byte[] product(int width, Walk walk);

  /** Emits the unpacking of one group: {@code (packed weights, panel, blocks)}. */
  byte[] expand();

  /**
   * Emits the packing of 16 rows of a group: {@code (group's first row, offsets of 16 rows, packed
   * rows, blocks, where these rows begin, their lines of 64 bytes)}. The last two serve the cache
   * alone; with 0 lines nothing is read ahead.
   */
  byte[] pack();

  /** Packs what {@link #pack}'s code leaves out; rows are offsets from the group's first. */
  default void packRest(
      MemorySegment source, long firstRow, long[] rows, MemorySegment target, int columns) {}

  /**
   * Writes a packed group's factors, for types that have them in a tensor of their own.
   *
   * @param rows numbers of the group's rows
   */
  default void packScales(BlockScales scales, int[] rows, MemorySegment group, int columns) {
    throw new IllegalStateException(name() + " takes no scales");
  }
}
