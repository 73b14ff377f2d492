package dev.ocelli.engine.runtime;

import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Pools the final states of a prompt whose rows are computed piece by piece. States are added one
 * after the other in the order of the tokens, so that the pieces do not change the result.
 */
final class StatePool implements PromptStates, AutoCloseable {
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

  /** The states of all tokens may be needed, so that none may come from a cache. */
  @Override
  public int reusable() {
    return pooling == Pooling.MEAN ? 0 : Integer.MAX_VALUE;
  }

  @Override
  public @Nullable Floats place(int from, int to, boolean last) {
    return switch (pooling) {
      case MEAN -> states.slice(0, to - from);
      case LAST -> last ? states : null;
    };
  }

  @Override
  public void add(int from, int to, boolean last) {
    Floats written = place(from, to, last);
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
