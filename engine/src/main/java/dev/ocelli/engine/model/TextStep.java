package dev.ocelli.engine.model;

import dev.ocelli.engine.kernels.KvView;
import java.util.List;

/**
 * Consecutive tokens of one sequence that the language model computes at once.
 *
 * @param ids token ids {@code [n]}; placeholder ids under a visual run are not looked at
 * @param firstToken index in the sequence of the first of them
 * @param time positions on the time axis {@code [n]}
 * @param height positions on the height axis {@code [n]}
 * @param width positions on the width axis {@code [n]}
 * @param visuals runs of visual rows, ascending and disjoint
 * @param kv the sequence's cache, with room for all tokens
 */
public record TextStep(
    int[] ids,
    int firstToken,
    int[] time,
    int[] height,
    int[] width,
    List<Visual> visuals,
    KvView kv) {

  /**
   * Rows of a picture that replace token embeddings.
   *
   * @param row first row of the step
   * @param count rows
   * @param embedding the picture
   * @param from first row of the embedding
   */
  public record Visual(int row, int count, VisionEmbedding embedding, int from) {}
}
