package dev.ocelli.engine.quant;

import org.jspecify.annotations.Nullable;

/** Encodes blocks of one type; an instance has scratch of its own and serves one thread. */
interface BlockEncoder {
  /**
   * Encodes a block.
   *
   * @param x values of a row
   * @param importance of each column, or null
   * @param at index in both of the block's first value
   * @param out receives the block, all of whose bytes are written
   * @param o index of its first byte
   */
  void encode(float[] x, float @Nullable [] importance, int at, byte[] out, int o);

  /** Mean of the squares of n values. */
  static float meanSquare(float[] x, int at, int n) {
    float sum = 0;
    for (int i = at; i < at + n; i++) {
      sum += x[i] * x[i];
    }
    return sum / n;
  }
}
