package dev.ocelli.engine.kernels.jit;

import dev.ocelli.engine.kernels.ActivationFormat;
import dev.ocelli.engine.kernels.MatrixKernel;
import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Arrays;

/**
 * A matrix kernel over packed groups of rows and tiles of tokens: checks arguments, walks groups
 * and tiles, and calls the functions of a {@link Family}.
 *
 * <p>Few tokens (one tile): one call over all groups, which reads packed weights once and in order.
 * More tokens: each group is unpacked to a panel that stays in cache while tiles pass over it.
 */
final class PackedKernel implements MatrixKernel {
  /** Rows that one call of the packing code takes. */
  private static final int PACK_ROWS = 16;

  private static final int CACHE_LINE = 64;

  /** Of the offsets of rows, with what follows them on a line of its own. */
  private static final int OFFSET_BYTES = 4 * PACK_ROWS;

  /**
   * Activations that pass over one panel. They come from the third-level cache, as fast as they are
   * multiplied; more tokens a panel make up for the unpacking.
   */
  private static final long TILE_BLOCK_BYTES = 2 << 20;

  private static final long OUTPUT_BYTES = 4L * Tile.MAX_WIDTH * 32;

  private final Family family;
  private final String name;
  private final TiledActivations activations;
  private final CodeTable packed;
  private final CodeTable sweep;
  private final CodeTable expand;
  private final CodeTable pack;

  PackedKernel(Machine machine, Family family, TiledActivations activations) {
    this.family = family;
    this.activations = activations;
    name = family.name();
    packed = new CodeTable(machine, Tile.MAX_WIDTH + 1, w -> family.product(w, Family.Walk.GROUPS));
    sweep = new CodeTable(machine, Tile.MAX_WIDTH + 1, w -> family.product(w, Family.Walk.TILES));
    expand = new CodeTable(machine, 1, i -> family.expand());
    pack = new CodeTable(machine, 1, i -> family.pack());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public DType type() {
    return family.type();
  }

  @Override
  public ActivationFormat activations() {
    return activations;
  }

  @Override
  public int rowGroup() {
    return family.rowGroup();
  }

  private int groups(int rows) {
    return Math.ceilDiv(rows, rowGroup());
  }

  @Override
  public long packedBytes(int rows, int columns) {
    checkShape(rows, columns);
    return Math.multiplyExact((long) groups(rows), family.groupBytes(columns));
  }

  private void checkShape(int rows, int columns) {
    if (rows <= 0 || columns <= 0 || columns % type().blockValues() != 0) {
      throw new IllegalArgumentException(
          "%s: %d rows of %d columns, a multiple of %d, cannot be computed"
              .formatted(name, rows, columns, type().blockValues()));
    }
  }

  @Override
  public void pack(
      MemorySegment source,
      int rows,
      int columns,
      int groupFrom,
      int groupTo,
      MemorySegment target) {
    checkGroups(rows, columns, groupFrom, groupTo);
    long rowBytes = type().bytes(columns);
    Memory.check(source, rows * rowBytes);
    Memory.check(target, packedBytes(rows, columns));
    Math.toIntExact(rowBytes * rowGroup());
    Recoding recoding = family.recoding();
    long recodedBytes = recoding == null ? 0 : recoding.rowBytes(columns);
    MemorySegment scratch = Memory.scratch(OFFSET_BYTES + rowGroup() * recodedBytes);
    MemorySegment offsets = scratch.asSlice(0, OFFSET_BYTES);
    long[] rowOffsets = new long[rowGroup()];
    Code code = pack.get(0);
    for (int g = groupFrom; g < groupTo; g++) {
      long firstRow = (long) g * rowGroup() * rowBytes;
      MemorySegment group = group(target, g, columns);
      for (int r = 0; r < rowGroup(); r++) {
        // Lanes without a row repeat the last one; their results are never stored.
        rowOffsets[r] = Math.min(r, rows - 1 - g * rowGroup()) * rowBytes;
      }
      MemorySegment rowsSource = source;
      if (recoding != null) {
        rowsSource = scratch.asSlice(OFFSET_BYTES);
        for (int r = 0; r < rowGroup(); r++) {
          recoding.recode(source, firstRow + rowOffsets[r], columns, rowsSource, r * recodedBytes);
          rowOffsets[r] = r * recodedBytes;
        }
        firstRow = 0;
      }
      long lastRowBytes = recoding == null ? rowBytes : recodedBytes;
      int sets = rowGroup() / PACK_ROWS;
      for (int s = 0; s < sets; s++) {
        int first = s * PACK_ROWS;
        int last = first + PACK_ROWS - 1;
        for (int r = 0; r < PACK_ROWS; r++) {
          offsets.setAtIndex(ValueLayout.JAVA_INT, r, (int) rowOffsets[first + r]);
        }
        code.call(
            rowsSource.address() + firstRow,
            offsets.address(),
            group.address() + s * family.setBytes(),
            family.blocks(columns),
            rowsSource.address() + firstRow + rowOffsets[first],
            (rowOffsets[last] - rowOffsets[first] + lastRowBytes) / CACHE_LINE);
      }
      family.packRest(rowsSource, firstRow, rowOffsets, group, columns);
    }
    Reference.reachabilityFence(source);
    Reference.reachabilityFence(target);
    Reference.reachabilityFence(scratch);
  }

  private void checkGroups(int rows, int columns, int from, int to) {
    checkShape(rows, columns);
    if (from < 0 || to > groups(rows) || from > to) {
      throw new IndexOutOfBoundsException(
          "groups %d to %d of %d".formatted(from, to, groups(rows)));
    }
  }

  private MemorySegment group(MemorySegment packed, int group, int columns) {
    long bytes = family.groupBytes(columns);
    return packed.asSlice(group * bytes, bytes);
  }

  @Override
  public void packScales(
      BlockScales scales, int rows, int columns, int groupFrom, int groupTo, MemorySegment target) {
    checkGroups(rows, columns, groupFrom, groupTo);
    int[] numbers = new int[rowGroup()];
    for (int g = groupFrom; g < groupTo; g++) {
      int first = g * rowGroup();
      Arrays.setAll(numbers, r -> Math.min(first + r, rows - 1));
      family.packScales(scales, numbers, group(target, g, columns), columns);
    }
  }

  @Override
  public void multiply(
      MemorySegment weights,
      int columns,
      int rowFrom,
      int rowTo,
      Floats x,
      MemorySegment encoded,
      int tokenFrom,
      int tokenTo,
      Floats y,
      int yColumn) {
    if (rowFrom >= rowTo || tokenFrom >= tokenTo) {
      return;
    }
    if (rowFrom < 0
        || rowFrom % rowGroup() != 0
        || tokenFrom < 0
        || tokenTo > x.rows()
        || x.columns() != columns
        || tokenTo > y.rows()
        || yColumn < 0
        || yColumn + rowTo > y.columns()) {
      throw new IllegalArgumentException(
          "%s: rows %d to %d of %d columns, tokens %d to %d, x [%d, %d], y [%d, %d] from column %d"
              .formatted(
                  name,
                  rowFrom,
                  rowTo,
                  columns,
                  tokenFrom,
                  tokenTo,
                  x.rows(),
                  x.columns(),
                  y.rows(),
                  y.columns(),
                  yColumn));
    }
    Memory.check(weights, packedBytes(rowTo, columns));
    Memory.check(encoded, activations.bytes(columns, x.rows()));
    Memory.check(y.segment(), 4L * y.rows() * y.columns());
    if (y.segment().isReadOnly()) {
      throw new IllegalArgumentException(name + ": the output is read-only");
    }
    new Product(weights, columns, x.rows(), encoded, tokenFrom, tokenTo, y, yColumn)
        .run(rowFrom, rowTo);
    Reference.reachabilityFence(weights);
    Reference.reachabilityFence(encoded);
    Reference.reachabilityFence(y);
  }

  /** One call of {@link #multiply}. */
  private final class Product {
    private final long weights;
    private final int columns;
    private final int tokens;
    private final long encoded;
    private final int tokenFrom;
    private final int tokenTo;
    private final Floats y;
    private final int yColumn;
    private final long groupBytes;
    private final int blocks;
    private final MemorySegment scratch;
    private final long panelBytes;

    Product(
        MemorySegment weights,
        int columns,
        int tokens,
        MemorySegment encoded,
        int tokenFrom,
        int tokenTo,
        Floats y,
        int yColumn) {
      this.weights = weights.address();
      this.columns = columns;
      this.tokens = tokens;
      this.encoded = encoded.address();
      this.tokenFrom = tokenFrom;
      this.tokenTo = tokenTo;
      this.y = y;
      this.yColumn = yColumn;
      groupBytes = family.groupBytes(columns);
      blocks = family.blocks(columns);
      panelBytes = (long) family.panelBlockBytes() * blocks;
      scratch = Memory.scratch(panelBytes + OUTPUT_BYTES);
    }

    void run(int rowFrom, int rowTo) {
      int firstTile = tokenFrom / Tile.MAX_WIDTH;
      int endTile = Math.ceilDiv(tokenTo, Tile.MAX_WIDTH);
      int group = rowFrom / rowGroup();
      int endGroup = groups(rowTo);
      boolean onePass =
          endTile - firstTile == 1
              && Tile.widthOf(firstTile, tokens) <= family.maxPackedTokens()
              && isWhole(firstTile);
      if (onePass && rowTo / rowGroup() > group) {
        int whole = rowTo / rowGroup();
        int width = Tile.widthOf(firstTile, tokens);
        whole(packed.get(width), weights + group * groupBytes, firstTile, group, whole - group);
        group = whole;
      }
      long tileBytes = Tile.MAX_WIDTH * activations.tokenBytes(columns);
      int tileBlock = (int) Math.max(4, TILE_BLOCK_BYTES / tileBytes);
      for (int t = firstTile; t < endTile; t += tileBlock) {
        for (int g = group; g < endGroup; g++) {
          tiles(
              g, Math.min(rowGroup(), rowTo - g * rowGroup()), t, Math.min(endTile, t + tileBlock));
        }
      }
      Reference.reachabilityFence(scratch);
    }

    /** Whether all tokens of a tile are wanted. */
    private boolean isWhole(int tile) {
      int first = tile * Tile.MAX_WIDTH;
      return first >= tokenFrom && first + Tile.widthOf(tile, tokens) <= tokenTo;
    }

    /** One group for some tiles. */
    private void tiles(int group, int rows, int from, int to) {
      long source = weights + group * groupBytes;
      boolean fromPanel =
          panelBytes > 0
              && (to - from > 1 || Tile.widthOf(from, tokens) > family.maxPackedTokens());
      if (fromPanel) {
        expand.get(0).call(source, scratch.address(), blocks, 0, 0, 0);
        source = scratch.address();
      }
      CodeTable codes = fromPanel || panelBytes == 0 ? sweep : packed;
      int t = from;
      if (rows == rowGroup()) {
        int full = from;
        while (full < to && isWhole(full) && Tile.widthOf(full, tokens) == Tile.MAX_WIDTH) {
          full++;
        }
        if (full > from) {
          whole(codes.get(Tile.MAX_WIDTH), source, from, group, full - from);
          t = full;
        }
      }
      for (; t < to; t++) {
        Code code = codes.get(Tile.widthOf(t, tokens));
        if (rows == rowGroup() && isWhole(t)) {
          whole(code, source, t, group, 1);
        } else {
          part(code, source, t, group, rows);
        }
      }
    }

    /** Whole groups for whole tiles, so many of the one or the other, straight to the output. */
    private void whole(Code code, long source, int tile, int group, int count) {
      int first = tile * Tile.MAX_WIDTH;
      code.call(
          source,
          encoded + first * activations.tokenBytes(columns),
          y.segment().address() + y.offset(first) + 4L * (yColumn + group * rowGroup()),
          count,
          blocks,
          4L * y.columns());
    }

    /** A group for a tile of which not all is wanted: computed aside, then copied. */
    private void part(Code code, long source, int tile, int group, int rows) {
      int first = tile * Tile.MAX_WIDTH;
      long rowBytes = 4L * rowGroup();
      code.call(
          source,
          encoded + first * activations.tokenBytes(columns),
          scratch.address() + panelBytes,
          1,
          blocks,
          rowBytes);
      int to = Math.min(tokenTo, first + Tile.widthOf(tile, tokens));
      for (int t = Math.max(tokenFrom, first); t < to; t++) {
        MemorySegment.copy(
            scratch,
            panelBytes + (t - first) * rowBytes,
            y.segment(),
            y.offset(t) + 4L * (yColumn + group * rowGroup()),
            4L * rows);
      }
    }
  }
}
