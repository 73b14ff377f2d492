package dev.ocelli.engine.model;

import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.vision.Grid;
import java.lang.foreign.Arena;

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
  /** One of zeros, with so many DeepStack features. */
  public static VisionEmbedding allocate(
      Arena arena, Grid grid, int tokens, int hidden, int deepstack) {
    Floats[] features = new Floats[deepstack];
    for (int j = 0; j < deepstack; j++) {
      features[j] = Floats.allocate(arena, tokens, hidden);
    }
    return new VisionEmbedding(grid, Floats.allocate(arena, tokens, hidden), features);
  }

  /** Bytes of one with so many tokens and DeepStack features. */
  public static long bytes(int tokens, int hidden, int deepstack) {
    return 4L * tokens * hidden * (1 + deepstack);
  }

  /** Bytes held. */
  public long bytes() {
    return bytes(merged.rows(), merged.columns(), deepstack.length);
  }
}
