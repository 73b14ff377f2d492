package dev.ocelli.engine.tensor;

import java.util.Arrays;

/**
 * Factors of a matrix's values, one for every block of rows and columns: a weight is what its bits
 * say times the factor of its block. The last blocks of both axes may be short.
 *
 * @param blockRows rows of a block
 * @param blockColumns columns of a block
 * @param columnBlocks blocks side by side
 * @param factors {@code [blocks of rows][columnBlocks]}; those of a stack's matrices follow each
 *     other
 */
@SuppressWarnings("ArrayRecordComponent") // read once; nobody compares such records
public record BlockScales(int blockRows, int blockColumns, int columnBlocks, float[] factors) {

  /** The factor of one value. */
  public float at(int row, int column) {
    return factors[row / blockRows * columnBlocks + column / blockColumns];
  }

  /**
   * Multiplies values of a row with their factors, each rounded once.
   *
   * @param row number of the row
   * @param column column of the first value
   * @param values the values, from index 0 on
   * @param n how many
   */
  public void multiply(int row, int column, float[] values, int n) {
    for (int i = 0; i < n; ) {
      int end = Math.min(n, i + blockColumns - (column + i) % blockColumns);
      float factor = at(row, column + i);
      for (; i < end; i++) {
        values[i] *= factor;
      }
    }
  }

  /** The factors of one matrix, of so many rows, of a stack. */
  public BlockScales ofMatrix(int index, int rows) {
    int size = Math.ceilDiv(rows, blockRows) * columnBlocks;
    return new BlockScales(
        blockRows,
        blockColumns,
        columnBlocks,
        Arrays.copyOfRange(factors, index * size, (index + 1) * size));
  }
}
