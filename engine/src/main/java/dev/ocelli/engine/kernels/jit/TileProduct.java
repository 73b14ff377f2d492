package dev.ocelli.engine.kernels.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/**
 * Products of small matrices that are made on the way, such as queries and keys: the code of the
 * matrix kernels without their bookkeeping.
 *
 * <p>{@code y[t][r] = sum over k of left[r][k] * right[t][k]}. Left matrices come in groups of
 * {@link #ROWS} rows, {@code [step][row]}; right ones in tiles of up to {@link #TILE} rows, {@code
 * [step][row of the tile]}. A step is a dword: one value in float32, two neighbouring ones in
 * bfloat16, the first in the low half.
 */
public final class TileProduct {
  /** Rows of a group of the left matrix. */
  public static final int ROWS = 32;

  /** Rows of a tile of the right matrix. */
  public static final int TILE = Tile.MAX_WIDTH;

  private static final int PACK_ROWS = 16;

  private final Family family;
  private final TiledActivations format;
  private final CodeTable products;
  private final CodeTable pack;
  private final CodeTable encode;
  private final CodeTable columns;
  private final CodeTable softmax;

  TileProduct(Machine machine, Isa isa, Family family, TiledActivations format) {
    this.family = family;
    this.format = format;
    products = new CodeTable(machine, TILE + 1, w -> family.product(w, Family.Walk.TILES));
    pack = new CodeTable(machine, 1, i -> family.pack());
    softmax =
        new CodeTable(
            machine,
            2,
            i -> {
              SoftmaxEmitter e = new SoftmaxEmitter(isa, stepValues() == 2);
              return i == 0 ? e.emit() : e.emitAccumulation();
            });
    encode = new CodeTable(machine, 1, i -> format.emitEncoder(machine.windowsCalls()));
    columns = new CodeTable(machine, TILE + 1, new ColumnsEmitter(isa, stepValues() == 2)::emit);
  }

  /** Values of a step: 1 in float32, 2 in bfloat16. */
  public int stepValues() {
    return family.blocks(2) == 2 ? 1 : 2;
  }

  /** Bytes of one row of a matrix in either form. */
  public long rowBytes(int columns) {
    return format.tokenBytes(columns);
  }

  /**
   * Packs a group of the left matrix.
   *
   * @param source float32 rows
   * @param offset byte offset of the first row
   * @param stride bytes between rows
   * @param rows how many there are; the last is repeated up to {@link #ROWS}
   * @param columns values of a row, a multiple of {@link #stepValues}
   * @param target receives {@code ROWS * rowBytes(columns)} bytes from its start on
   */
  public void pack(
      MemorySegment source, long offset, long stride, int rows, int columns, MemorySegment target) {
    Memory.check(source, offset + (rows - 1) * stride + 4L * columns);
    Memory.check(target, ROWS * rowBytes(columns));
    MemorySegment offsets = Memory.scratch(4 * PACK_ROWS);
    Code code = pack.get(0);
    for (int set = 0; set < ROWS / PACK_ROWS; set++) {
      for (int r = 0; r < PACK_ROWS; r++) {
        int row = Math.min(set * PACK_ROWS + r, rows - 1);
        offsets.setAtIndex(ValueLayout.JAVA_INT, r, Math.toIntExact(row * stride));
      }
      code.call(
          source.address() + offset,
          offsets.address(),
          target.address() + set * family.setBytes(),
          family.blocks(columns),
          0,
          0);
    }
    Reference.reachabilityFence(source);
    Reference.reachabilityFence(target);
    Reference.reachabilityFence(offsets);
  }

  /**
   * Encodes rows of the right matrix, tile after tile.
   *
   * @param source float32 rows
   * @param offset byte offset of the first row
   * @param stride bytes between rows
   * @param rows how many there are
   * @param columns values of a row, a multiple of {@link #stepValues}
   * @param target receives {@code rows * rowBytes(columns)} bytes from its start on
   */
  public void encode(
      MemorySegment source, long offset, long stride, int rows, int columns, MemorySegment target) {
    Memory.check(source, offset + (rows - 1) * stride + 4L * columns);
    Memory.check(target, rows * rowBytes(columns));
    Code code = encode.get(0);
    long bytes = rowBytes(columns);
    for (int r = 0; r < rows; r++) {
      int tile = r / TILE;
      int width = Tile.widthOf(tile, rows);
      code.call(
          source.address() + offset + r * stride,
          target.address() + (long) tile * TILE * bytes + 4L * (r - tile * TILE),
          family.blocks(columns),
          4L * width,
          0,
          0);
    }
    Reference.reachabilityFence(source);
    Reference.reachabilityFence(target);
  }

  /**
   * Encodes columns as if they were rows of the right matrix, tile after tile.
   *
   * @param source float32 rows
   * @param offset byte offset of the first row
   * @param stride bytes between rows
   * @param rows how many there are: values of a row of the right matrix; missing ones count as 0
   * @param width columns to encode: rows of the right matrix
   * @param target receives {@code 4 * width * ceil(rows / stepValues)} bytes
   * @param targetOffset where they go
   */
  public void encodeColumns(
      MemorySegment source,
      long offset,
      long stride,
      int rows,
      int width,
      MemorySegment target,
      long targetOffset) {
    int steps = Math.ceilDiv(rows, stepValues());
    int whole = rows / stepValues();
    Memory.check(source, offset + (rows - 1) * stride + 4L * width);
    Memory.check(target, targetOffset + 4L * width * steps);
    for (int c = 0; c < width; c += TILE) {
      int n = Math.min(TILE, width - c);
      long to = targetOffset + 4L * c * steps;
      int step = 0;
      if (ColumnsEmitter.fits(n) && whole > 0) {
        columns
            .get(n)
            .call(source.address() + offset + 4L * c, stride, target.address() + to, whole, 0, 0);
        step = whole;
      }
      for (; step < steps; step++) {
        for (int i = 0; i < n; i++) {
          long at = offset + stride * step * stepValues() + 4L * (c + i);
          int v = source.get(ValueLayout.JAVA_INT, at);
          if (stepValues() == 2) {
            boolean two = step < whole;
            int odd = two ? source.get(ValueLayout.JAVA_INT, at + stride) : 0;
            v = ColumnsEmitter.round(v) >>> 16 | ColumnsEmitter.round(odd) & 0xFFFF0000;
          }
          target.set(ValueLayout.JAVA_INT, to + 4L * ((long) step * n + i), v);
        }
      }
    }
    Reference.reachabilityFence(source);
    Reference.reachabilityFence(target);
  }

  /**
   * Multiplies a group with consecutive tiles.
   *
   * @param left one group
   * @param steps dwords of a row
   * @param right the tiles
   * @param rightOffset byte offset of the first tile
   * @param rows rows of the right matrix; all tiles but the last are full
   * @param y receives {@code [rows][ROWS]} floats from its start on
   */
  public void multiply(
      MemorySegment left,
      int steps,
      MemorySegment right,
      long rightOffset,
      int rows,
      MemorySegment y) {
    Memory.check(left, 4L * ROWS * steps);
    Memory.check(right, rightOffset + 4L * rows * steps);
    Memory.check(y, 4L * ROWS * rows);
    int whole = rows / TILE;
    if (whole > 0) {
      products
          .get(TILE)
          .call(
              left.address(), right.address() + rightOffset, y.address(), whole, steps, 4L * ROWS);
    }
    int r = whole * TILE;
    if (r < rows) {
      products
          .get(rows - r)
          .call(
              left.address(),
              right.address() + rightOffset + 4L * r * steps,
              y.address() + 4L * ROWS * r,
              1,
              steps,
              4L * ROWS);
    }
    Reference.reachabilityFence(left);
    Reference.reachabilityFence(right);
    Reference.reachabilityFence(y);
  }

  /**
   * The state of a blockwise softmax for {@link #ROWS} queries: maxima, sums and factors, that many
   * floats each. Begins with maxima of minus infinity and sums of 0.
   */
  public static final class SoftmaxState {
    private final MemorySegment memory = Arena.ofAuto().allocate(SoftmaxEmitter.STATE_BYTES, 64);

    /** Starts anew with a factor for scores, in units of powers of 2. */
    public void begin(float scale) {
      for (int i = 0; i < ROWS; i++) {
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.NEGATIVE_INFINITY);
      }
      memory.asSlice(SoftmaxEmitter.SUMS, 4L * ROWS).fill((byte) 0);
      memory.set(ValueLayout.JAVA_FLOAT, SoftmaxEmitter.SCALE, scale);
    }

    /** The sum of a query's weights. */
    public float sum(int query) {
      return memory.get(ValueLayout.JAVA_FLOAT, SoftmaxEmitter.SUMS + 4L * query);
    }
  }

  /**
   * Turns a block of scores into weights as {@link SoftmaxEmitter} says.
   *
   * @param scores {@code [keys][ROWS]}
   * @param keys at least 1
   * @param weights receives a left matrix of {@code keys} columns; may be the scores in float32
   */
  public void softmax(MemorySegment scores, int keys, MemorySegment weights, SoftmaxState state) {
    if (keys < 1) {
      throw new IllegalArgumentException("a softmax needs a key");
    }
    Memory.check(scores, 4L * ROWS * keys);
    Memory.check(weights, 4L * ROWS * Math.ceilDiv(keys, stepValues()));
    softmax.get(0).call(scores.address(), weights.address(), state.memory.address(), keys, 0, 0);
    Reference.reachabilityFence(scores);
    Reference.reachabilityFence(weights);
    Reference.reachabilityFence(state);
  }

  /**
   * Adds a block's results to those of earlier blocks, scaled by the state's factors: {@code total
   * = total * factor + result}, both {@code [rows][ROWS]}.
   */
  public void accumulate(MemorySegment result, int rows, SoftmaxState state, MemorySegment total) {
    Memory.check(result, 4L * ROWS * rows);
    Memory.check(total, 4L * ROWS * rows);
    softmax
        .get(1)
        .call(
            result.address(),
            total.address(),
            state.memory.address() + SoftmaxEmitter.FACTORS,
            rows,
            0,
            0);
    Reference.reachabilityFence(result);
    Reference.reachabilityFence(total);
    Reference.reachabilityFence(state);
  }
}
