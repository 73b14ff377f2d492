package dev.ocelli.engine.runtime;

import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.tensor.Floats;

/** Takes the logits of a prompt's tokens, some at a time, in order. */
public interface PromptLogits {
  /** Most rows that are given at once. It bounds memory; logits do not depend on it. */
  int ROWS = 32;

  /**
   * Some logits.
   *
   * @param first index of the token behind which the first row looks: row r rates what follows
   *     token {@code first + r}
   * @param logits {@code [1..ROWS, vocabulary]}, valid during the call
   * @param team may be used during the call
   */
  void take(int first, Floats logits, Workers team);
}
