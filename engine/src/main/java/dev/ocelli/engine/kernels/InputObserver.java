package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.Floats;

/** Looks at what matrices are multiplied with. */
@FunctionalInterface
public interface InputObserver {
  /** Looks at nothing. */
  InputObserver NONE = (matrices, x) -> {};

  /**
   * A product is about to be made. Those of a picture may be made beside those of a step, on
   * another thread.
   *
   * @param matrices that share the input
   * @param x their input, valid during the call only
   */
  void multiplying(Matrix[] matrices, Floats x);
}
