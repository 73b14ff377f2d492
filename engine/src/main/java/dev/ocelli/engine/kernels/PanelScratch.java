package dev.ocelli.engine.kernels;

import java.util.Arrays;

/** Memory in which one thread unpacks panels and sums products. */
final class PanelScratch {
  /** Columns of a matrix that are unpacked at once. */
  static final int CHUNK = Tile.ROW;

  /** Groups of rows that share one copy of the activations. */
  static final int GROUPS = 4;

  /** Tokens whose sums are kept while the chunks go by; a multiple of {@link Tile#ROWS}. */
  static final int TOKENS = 240;

  /** Fewest elements of a block with a scale of its own. */
  static final int SMALLEST_BLOCK = 16;

  /** Panel of a group. */
  static final int PANEL = CHUNK * Lanes.GROUP;

  /** Scales (or minima) of a group's chunk. */
  static final int SCALES = CHUNK / SMALLEST_BLOCK * Lanes.GROUP;

  private static final ThreadLocal<PanelScratch> OF_THREAD =
      ThreadLocal.withInitial(PanelScratch::new);

  private static final float[] ONES = filled(1);
  private static final float[] MINUS_ONES = filled(-1);

  /** {@code [group][k][lane]}. */
  final float[] panel = new float[GROUPS * PANEL];

  /** {@code [group][block][lane]}. */
  final float[] scale = new float[GROUPS * SCALES];

  /** {@code [group][block][lane]}. */
  final float[] min = new float[GROUPS * SCALES];

  /** {@code [group][token][lane]}. */
  final float[] acc = new float[GROUPS * TOKENS * Lanes.GROUP];

  /** Activations of a chunk: {@code [row][k]}. */
  final float[] x = new float[Tile.ROWS * Tile.ROW];

  /** Block sums of a chunk of activations: {@code [row][block]}. */
  final float[] sums = new float[Tile.ROWS * Tile.ROW];

  /** Weights without scales. */
  final Tile plain = new Tile(panel, Lanes.GROUP, x, ONES, 0, acc);

  /** Weights with a scale a block. */
  final Tile scaled = new Tile(panel, Lanes.GROUP, x, scale, Lanes.GROUP, acc);

  /** What the minima of the blocks take away. */
  final Tile minima = new Tile(min, Lanes.GROUP, sums, MINUS_ONES, 0, acc);

  /** The same for a common offset of all quants, with which sums are multiplied already. */
  final Tile centers = new Tile(scale, Lanes.GROUP, sums, MINUS_ONES, 0, acc);

  /** Activations of a whole row, and its block sums. */
  float[] row = new float[0];

  float[] rowSums = new float[0];

  /** {@link #plain}, {@link #minima} and {@link #centers} for {@link #row} and {@link #rowSums}. */
  final Tile plainRow = new Tile(panel, Lanes.GROUP, row, ONES, 0, acc);

  final Tile minimaRow = new Tile(min, Lanes.GROUP, rowSums, MINUS_ONES, 0, acc);

  final Tile centersRow = new Tile(scale, Lanes.GROUP, rowSums, MINUS_ONES, 0, acc);

  private PanelScratch() {}

  static PanelScratch ofThread() {
    return OF_THREAD.get();
  }

  void growRow(int columns) {
    if (row.length < columns) {
      row = new float[columns];
      rowSums = new float[columns / SMALLEST_BLOCK + 1];
      plainRow.x = row;
      minimaRow.x = rowSums;
      centersRow.x = rowSums;
    }
  }

  private static float[] filled(float value) {
    float[] a = new float[Lanes.GROUP];
    Arrays.fill(a, value);
    return a;
  }
}
