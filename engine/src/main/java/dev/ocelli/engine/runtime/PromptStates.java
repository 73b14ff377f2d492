package dev.ocelli.engine.runtime;

import dev.ocelli.engine.tensor.Floats;
import org.jspecify.annotations.Nullable;

/** Takes the final states of a prompt in the place of a reply, piece by piece, in order. */
interface PromptStates {
  /** Most leading tokens that need not be computed because something holds them already. */
  int reusable();

  /**
   * Where the states of a piece's last rows are to be written, or null when none are needed.
   *
   * @param from index in the prompt of the piece's first token
   * @param to index behind its last token
   * @param last whether it ends with the prompt's last token
   */
  @Nullable Floats place(int from, int to, boolean last);

  /** Takes up what was written for a piece. */
  void add(int from, int to, boolean last);
}
