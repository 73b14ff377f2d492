package dev.ocelli.engine.runtime;

import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Pools the final states of a prompt whose rows are computed piece by piece. States are added one
 * after the other in the order of the tokens, so that the pieces do not change the result.
 */
final class StatePool implements AutoCloseable {
  private final Pooling pooling;
  private final Arena arena = Arena.ofShared();
  private final Floats states;
  private final double[] sum;
  private int count;

  /**
   * An empty pool.
   *
   * @param rows most rows of a piece
   */
  StatePool(Pooling pooling, int rows, int hidden) {
    this.pooling = pooling;
    this.states = Floats.allocate(arena, pooling == Pooling.MEAN ? rows : 1, hidden);
    this.sum = new double[hidden];
  }

  /** Whether the states of all tokens are needed, so that none may come from a cache. */
  boolean needsAll() {
    return pooling == Pooling.MEAN;
  }

  /**
   * Where a piece's states are to be written, or null when none of them are needed.
   *
   * @param rows of the piece
   * @param last whether it ends with the prompt's last token
   */
  @Nullable Floats place(int rows, boolean last) {
    return switch (pooling) {
      case MEAN -> states.slice(0, rows);
      case LAST -> last ? states : null;
    };
  }

  /** Takes up what was written for a piece. */
  void add(int rows, boolean last) {
    Floats written = place(rows, last);
    for (int r = 0; written != null && r < written.rows(); r++) {
      for (int c = 0; c < sum.length; c++) {
        sum[c] += written.get(r, c);
      }
      count++;
    }
  }

  /** The pooled state; empty when nothing was added. */
  float[] values() {
    float[] out = new float[count == 0 ? 0 : sum.length];
    for (int c = 0; c < out.length; c++) {
      out[c] = (float) (sum[c] / count);
    }
    return out;
  }

  @Override
  public void close() {
    arena.close();
  }
}
