package dev.ocelli.engine.kernels;

/**
 * Rows of a matrix that are consecutive tokens of one sequence.
 *
 * @param row the first of the rows
 * @param count how many
 * @param kv the sequence's cache
 * @param firstToken index in the sequence of the first row
 */
public record KvRows(int row, int count, KvView kv, int firstToken) {
  /** Some of the rows, counted from the first. */
  KvRows part(int from, int to) {
    return new KvRows(row + from, to - from, kv, firstToken + from);
  }

  /** Tokens of the sequence up to the last row. */
  int tokens() {
    return firstToken + count;
  }
}
