package dev.ocelli.engine.model;

import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.vision.Grid;

/**
 * What the vision tower makes of a picture or clip: rows for the prompt and rows for the first
 * language layers.
 *
 * @param grid patches
 * @param merged main rows {@code [tokens, hidden of the language model]}
 * @param deepstack features j, each {@code [tokens, hidden]}, added to the output of language layer
 *     j
 */
public record VisionEmbedding(Grid grid, Floats merged, Floats[] deepstack) {
  /** Bytes held. */
  public long bytes() {
    return 4L * merged.rows() * merged.columns() * (1 + deepstack.length);
  }
}
