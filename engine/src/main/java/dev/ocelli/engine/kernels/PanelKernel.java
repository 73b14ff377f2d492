package dev.ocelli.engine.kernels;

import static dev.ocelli.engine.kernels.Lanes.GROUP;
import static dev.ocelli.engine.kernels.PanelScratch.CHUNK;
import static dev.ocelli.engine.kernels.PanelScratch.GROUPS;
import static dev.ocelli.engine.kernels.PanelScratch.PANEL;
import static dev.ocelli.engine.kernels.PanelScratch.SCALES;
import static dev.ocelli.engine.kernels.PanelScratch.TOKENS;

import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Products by panels: a chunk of columns of a group of rows is unpacked to float32 and multiplied
 * with many tokens.
 *
 * <p>Activations stay float32, so there is no error but that of float32 sums. For every output, and
 * for one token as for many, the order is
 *
 * <pre>
 * acc = 0
 * for each chunk of 256 columns
 *   for each block b of the chunk: acc = fma(sum over k by fma of q[k] x[k], scale[b], acc)
 *   acc = fma(sum over b by fma of min[b] X[b], -1, acc)
 * </pre>
 *
 * where q are the small whole numbers of a quantized type, or the weights themselves with scale 1;
 * X[b] is the sum of the block's activations; and the last line is for types with minima (or with a
 * common offset of all quants: then the scale takes the place of the minimum).
 */
abstract class PanelKernel implements MatrixKernel {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT;

  /** Columns that share a scale, or that are summed on their own where there is none. */
  abstract int block();

  /** Whether blocks have scales. */
  abstract boolean hasScales();

  /** Whether activations are encoded and end with block sums. */
  abstract boolean hasSums();

  /** The tile that takes away minima or centers; used when there are sums. */
  abstract Tile offsets(PanelScratch s);

  /**
   * Unpacks columns k to k + n of the group that begins at a row.
   *
   * @param slot which panel, scales and minima of the scratch memory receive them
   */
  abstract void unpack(
      MemorySegment weights, int columns, int row, int k, int n, PanelScratch s, int slot);

  /**
   * Adds the product of columns k to k + n with {@code s.row} to the first sums of {@code s.acc}.
   */
  abstract void addProduct(
      MemorySegment weights, int columns, int row, int k, int n, PanelScratch s);

  @Override
  public int rowGroup() {
    return GROUP;
  }

  @Override
  public final void multiply(
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
    PanelScratch s = PanelScratch.ofThread();
    if (tokenTo - tokenFrom == 1) {
      loadRow(columns, x, encoded, tokenFrom, s);
      for (int r = rowFrom; r < rowTo; r += GROUP) {
        multiplyRow(weights, columns, r, s);
        store(s, 0, 1, y, tokenFrom, yColumn + r, Math.min(GROUP, rowTo - r));
      }
      return;
    }
    for (int r = rowFrom; r < rowTo; r += GROUPS * GROUP) {
      int rows = Math.min(GROUPS * GROUP, rowTo - r);
      for (int t = tokenFrom; t < tokenTo; t += TOKENS) {
        int tokens = Math.min(TOKENS, tokenTo - t);
        multiplyPanels(weights, columns, r, rows, x, encoded, t, tokens, s);
        for (int g = 0; g * GROUP < rows; g++) {
          store(s, g, tokens, y, t, yColumn + r + g * GROUP, Math.min(GROUP, rows - g * GROUP));
        }
      }
    }
  }

  private void loadRow(int columns, Floats x, MemorySegment encoded, int token, PanelScratch s) {
    s.growRow(columns);
    if (!hasSums()) {
      MemorySegment.copy(x.segment(), F32, x.offset(token), s.row, 0, columns);
      return;
    }
    int blocks = columns / block();
    long at = 4L * token * (columns + blocks);
    MemorySegment.copy(encoded, F32, at, s.row, 0, columns);
    MemorySegment.copy(encoded, F32, at + 4L * columns, s.rowSums, 0, blocks);
  }

  private void multiplyRow(MemorySegment weights, int columns, int row, PanelScratch s) {
    Arrays.fill(s.acc, 0, GROUP, 0f);
    for (int k = 0; k < columns; k += CHUNK) {
      int n = Math.min(CHUNK, columns - k);
      addProduct(weights, columns, row, k, n, s);
    }
  }

  private void multiplyPanels(
      MemorySegment weights,
      int columns,
      int row,
      int rows,
      Floats x,
      MemorySegment encoded,
      int token,
      int tokens,
      PanelScratch s) {
    int groups = (rows + GROUP - 1) / GROUP;
    for (int g = 0; g < groups; g++) {
      Arrays.fill(s.acc, g * TOKENS * GROUP, (g * TOKENS + tokens) * GROUP, 0f);
    }
    for (int k = 0; k < columns; k += CHUNK) {
      int n = Math.min(CHUNK, columns - k);
      for (int g = 0; g < groups; g++) {
        unpack(weights, columns, row + g * GROUP, k, n, s, g);
      }
      for (int t = 0; t < tokens; t += Tile.ROWS) {
        int many = Math.min(Tile.ROWS, tokens - t);
        loadTile(columns, x, encoded, token + t, many, k, n, s);
        for (int g = 0; g < groups; g++) {
          multiplyTile(many, n, g, t, s);
        }
      }
    }
  }

  private void loadTile(
      int columns,
      Floats x,
      MemorySegment encoded,
      int token,
      int tokens,
      int k,
      int n,
      PanelScratch s) {
    if (!hasSums()) {
      for (int t = 0; t < tokens; t++) {
        long at = x.offset(token + t) + 4L * k;
        MemorySegment.copy(x.segment(), F32, at, s.x, t * Tile.ROW, n);
      }
      return;
    }
    int blocks = columns / block();
    for (int t = 0; t < tokens; t++) {
      long at = 4L * (token + t) * (columns + blocks);
      MemorySegment.copy(encoded, F32, at + 4L * k, s.x, t * Tile.ROW, n);
      long sums = at + 4L * (columns + k / block());
      MemorySegment.copy(encoded, F32, sums, s.sums, t * Tile.ROW, n / block());
    }
  }

  private void multiplyTile(int tokens, int n, int slot, int token, PanelScratch s) {
    int block = block();
    int blocks = n / block;
    int panelAt = slot * PANEL;
    int scaleAt = slot * SCALES;
    int accAt = (slot * TOKENS + token) * GROUP;
    if (hasScales()) {
      s.scaled.multiply(tokens, 4, panelAt, 0, scaleAt, accAt, block, blocks);
    } else {
      s.plain.multiply(tokens, 4, panelAt, 0, 0, accAt, block, blocks);
      int rest = n % block;
      if (rest > 0) {
        int done = n - rest;
        s.plain.multiply(tokens, 4, panelAt + done * GROUP, done, 0, accAt, rest, 1);
      }
    }
    if (hasSums()) {
      offsets(s).multiply(tokens, 4, scaleAt, 0, 0, accAt, blocks, 1);
    }
  }

  private static void store(
      PanelScratch s, int slot, int tokens, Floats y, int token, int column, int rows) {
    for (int t = 0; t < tokens; t++) {
      MemorySegment.copy(
          s.acc,
          (slot * TOKENS + t) * GROUP,
          y.segment(),
          F32,
          y.offset(token + t) + 4L * column,
          rows);
    }
  }
}
