package dev.ocelli.engine.model;

import dev.ocelli.engine.kernels.KvView;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.tensor.Floats;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive tokens of one sequence. A step of the language model computes such rows of one or
 * several sequences at once, each with a cache of its own.
 *
 * @param ids token ids {@code [n]}; placeholder ids under a visual run are not looked at
 * @param firstToken index in the sequence of the first of them
 * @param time positions on the time axis {@code [n]}
 * @param height positions on the height axis {@code [n]}
 * @param width positions on the width axis {@code [n]}
 * @param visuals runs of visual rows, ascending and disjoint
 * @param kv the sequence's cache, with room for all tokens
 * @param logits {@code [k, vocabulary]}, receives the logits of the last k rows; null when none are
 *     wanted
 * @param states {@code [k, hidden]}, receives the last k rows behind the final norm, which the head
 *     makes logits of; null when none are wanted
 * @param adapters of the sequence, held by whoever wants the rows
 */
public record TextRows(
    int[] ids,
    int firstToken,
    int[] time,
    int[] height,
    int[] width,
    List<Visual> visuals,
    KvView kv,
    @Nullable Floats logits,
    @Nullable Floats states,
    AdapterSet adapters) {

  /**
   * Rows of a picture that replace token embeddings.
   *
   * @param row first of the rows, counted from the first token
   * @param count rows
   * @param embedding the picture
   * @param from first row of the embedding
   */
  public record Visual(int row, int count, VisionEmbedding embedding, int from) {}

  /** Generated tokens: each one's position is its index in the sequence plus the rope delta. */
  public static TextRows text(
      int[] ids, int firstToken, int ropeDelta, KvView kv, @Nullable Floats logits) {
    int[] position = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      position[i] = firstToken + i + ropeDelta;
    }
    return new TextRows(
        ids,
        firstToken,
        position,
        position,
        position,
        List.of(),
        kv,
        logits,
        null,
        AdapterSet.NONE);
  }

  /** The same with another place for final states. */
  public TextRows withStates(@Nullable Floats newStates) {
    return new TextRows(
        ids, firstToken, time, height, width, visuals, kv, logits, newStates, adapters);
  }

  /** The same with adapters. */
  public TextRows with(AdapterSet other) {
    return new TextRows(ids, firstToken, time, height, width, visuals, kv, logits, states, other);
  }

  /** The number of rows. */
  public int count() {
    return ids.length;
  }
}
