package dev.ocelli.engine.kernels.jit;

import dev.ocelli.engine.kernels.ActivationFormat;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Activations in tiles of up to 12 tokens, {@code [dword of the token][token of the tile]}.
 *
 * <p>Tiles follow each other; the last one is as wide as tokens remain, so one token alone is
 * contiguous. What a token's dwords are depends on its row only.
 */
abstract class TiledActivations implements ActivationFormat {
  private final String name;
  private final int blockValues;
  private final int blockDwords;
  private final CodeTable encoder;

  /**
   * @param blockValues columns are a multiple of it
   * @param blockDwords dwords that so many values become
   */
  TiledActivations(Machine machine, String name, int blockValues, int blockDwords) {
    this.name = name;
    this.blockValues = blockValues;
    this.blockDwords = blockDwords;
    encoder = new CodeTable(machine, 1, i -> emitEncoder(machine.windowsCalls()));
  }

  /**
   * Emits the encoder of a row: {@code (row of float32, its first dword, blocks, bytes between its
   * dwords)}.
   */
  abstract byte[] emitEncoder(boolean windows);

  @Override
  public String name() {
    return name;
  }

  /** Bytes of one token. */
  long tokenBytes(int columns) {
    return 4L * (columns / blockValues) * blockDwords;
  }

  @Override
  public long bytes(int columns, int rows) {
    checkColumns(columns);
    return rows * tokenBytes(columns);
  }

  @Override
  public int rowTile() {
    return Tile.MAX_WIDTH;
  }

  @Override
  public void encode(Floats x, int from, int to, MemorySegment target) {
    int columns = x.columns();
    checkColumns(columns);
    if (from < 0 || to > x.rows() || from > to) {
      throw new IndexOutOfBoundsException("rows %d to %d of %d".formatted(from, to, x.rows()));
    }
    Memory.check(x.segment(), 4L * x.rows() * columns);
    Memory.check(target, bytes(columns, x.rows()));
    Code code = encoder.get(0);
    long tokenBytes = tokenBytes(columns);
    for (int t = from; t < to; t++) {
      int tile = t / Tile.MAX_WIDTH;
      int width = Tile.widthOf(tile, x.rows());
      int first = tile * Tile.MAX_WIDTH;
      code.call(
          x.segment().address() + x.offset(t),
          target.address() + first * tokenBytes + 4L * (t - first),
          columns / blockValues,
          4L * width,
          0,
          0);
    }
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(target);
  }

  private void checkColumns(int columns) {
    if (columns <= 0 || columns % blockValues != 0) {
      throw new IllegalArgumentException(
          "%s: %d columns are not a positive multiple of %d".formatted(name, columns, blockValues));
    }
  }
}
