package dev.ocelli.engine.runtime;

import dev.ocelli.engine.chat.Prompt;
import dev.ocelli.engine.kernels.KvView;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.model.Positions;
import dev.ocelli.engine.model.TextRows;
import dev.ocelli.engine.model.VisionEmbedding;
import dev.ocelli.engine.tensor.Floats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as the model will see it, known before anything is decoded or computed.
 *
 * @param prompt token ids and places of visual rows
 * @param positions rotary positions of the tokens
 * @param media pictures and clips in prompt order
 * @param opensThinking whether the prompt ends inside the model's reasoning
 */
public record Prepared(
    Prompt prompt, Positions positions, List<PlannedMedia> media, boolean opensThinking) {

  /** The same prompt with tokens of text behind it, such as those of a reply. */
  public Prepared followedBy(int[] ids) {
    int[] all = Arrays.copyOf(prompt.ids(), prompt.ids().length + ids.length);
    System.arraycopy(ids, 0, all, prompt.ids().length, ids.length);
    Prompt longer = new Prompt(all, prompt.visuals());
    return new Prepared(longer, Positions.of(longer), media, opensThinking);
  }

  /**
   * The tokens from (inclusive) to (exclusive) as rows of a step; every visual run in them needs
   * its embedding.
   *
   * @param logits receives those of the last rows, or null
   */
  public TextRows rows(
      int from,
      int to,
      @Nullable VisionEmbedding[] embeddings,
      KvView kv,
      @Nullable Floats logits) {
    List<TextRows.Visual> visuals = new ArrayList<>();
    for (Prompt.Visual v : prompt.visuals()) {
      int first = Math.max(from, v.start());
      int end = Math.min(to, v.start() + v.tokens());
      if (first < end) {
        VisionEmbedding e = embeddings[v.media()];
        if (e == null) {
          throw new IllegalStateException("picture " + v.media() + " has not been encoded");
        }
        visuals.add(
            new TextRows.Visual(
                first - from, end - first, e, v.frame() * v.tokens() + first - v.start()));
      }
    }
    return new TextRows(
        Arrays.copyOfRange(prompt.ids(), from, to),
        from,
        Arrays.copyOfRange(positions.time(), from, to),
        Arrays.copyOfRange(positions.height(), from, to),
        Arrays.copyOfRange(positions.width(), from, to),
        visuals,
        kv,
        logits,
        null,
        AdapterSet.NONE);
  }
}
