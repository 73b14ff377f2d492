package dev.ocelli.engine.runtime;

import dev.ocelli.engine.sampling.TokenLogprobs;
import dev.ocelli.engine.vision.Grid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finished reply.
 *
 * @param text the answer without control tokens and without the stop string
 * @param reasoning what a thinking model wrote before the answer, or null
 * @param finish why it ended
 * @param stoppedBy the stop string that ended it, or null
 * @param promptTokens tokens of the prompt, pictures included
 * @param reusedTokens how many of them came from the session's cache
 * @param tokens what was generated, the stop token excluded
 * @param media what became of each picture and clip, in order
 * @param drafts how guessed tokens fared
 * @param timings where the time went
 */
public record Reply(
    String text,
    @Nullable String reasoning,
    Finish finish,
    @Nullable String stoppedBy,
    int promptTokens,
    int reusedTokens,
    List<Token> tokens,
    List<MediaUse> media,
    Drafts drafts,
    Timings timings) {

  /** Why a reply ended. */
  public enum Finish {
    /** The model ended it, or a stop string did. */
    STOP,
    /** The token limit was reached. */
    LENGTH,
    /** The context is full. */
    CONTEXT,
    /** Somebody cancelled it. */
    CANCELLED
  }

  /**
   * A generated token.
   *
   * @param id the token
   * @param text its bytes as text; bytes that are no whole character show as U+FFFD
   * @param logprobs its log-probability and alternatives, or null when not asked for
   */
  public record Token(int id, String text, @Nullable TokenLogprobs logprobs) {}

  /**
   * Tokens that were guessed from repetitions and computed ahead.
   *
   * @param drafted how many
   * @param accepted how many of them are in the reply
   */
  public record Drafts(int drafted, int accepted) {}

  /**
   * What became of a picture or clip.
   *
   * @param width original pixels, upright
   * @param height original pixels, upright
   * @param resizedWidth pixels that the model saw
   * @param resizedHeight pixels that the model saw
   * @param grid patches
   * @param tokens tokens in the prompt (placeholders)
   * @param cached whether its encoding was not computed for this reply
   */
  public record MediaUse(
      int width,
      int height,
      int resizedWidth,
      int resizedHeight,
      Grid grid,
      int tokens,
      boolean cached) {}

  /**
   * Milliseconds by phase.
   *
   * @param decodeImage file bytes to pixels
   * @param preprocess pixels to patch rows
   * @param encode vision tower
   * @param prompt language model over the prompt, up to the first token's logits
   * @param generate all later tokens
   */
  public record Timings(
      double decodeImage, double preprocess, double encode, double prompt, double generate) {}
}
