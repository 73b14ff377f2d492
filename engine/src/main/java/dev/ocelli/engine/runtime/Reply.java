package dev.ocelli.engine.runtime;

import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.sampling.TokenLogprobs;
import dev.ocelli.engine.vision.Grid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finished reply.
 *
 * @param text the answer without control tokens and without the stop string
 * @param reasoning what a thinking model wrote before the answer, or null
 * @param toolCalls calls of tools, their arguments as JSON text, in order
 * @param finish why it ended
 * @param stoppedBy the stop string that ended it, or null
 * @param promptTokens tokens of the prompt, pictures included
 * @param reused how many of them were not computed
 * @param tokens what was generated, the stop token excluded
 * @param media what became of each picture and clip, in order
 * @param drafts how guessed tokens fared
 * @param timings where the time went
 */
public record Reply(
    String text,
    @Nullable String reasoning,
    List<Message.ToolCall> toolCalls,
    Finish finish,
    @Nullable String stoppedBy,
    int promptTokens,
    Reused reused,
    List<Token> tokens,
    List<MediaUse> media,
    Drafts drafts,
    Timings timings) {

  /** Why a reply ended. */
  public enum Finish {
    /** The model ended it, or a stop string did, or its constraint allows nothing more. */
    STOP,
    /** The token limit was reached. */
    LENGTH,
    /** The context is full. */
    CONTEXT,
    /**
     * It only repeated itself; the text is cut behind the first period, while {@code tokens} and
     * what a listener was given are whole.
     */
    REPETITION,
    /** Somebody cancelled it. */
    CANCELLED
  }

  /** Prompt tokens that were not computed for this reply. */
  public int reusedTokens() {
    return reused.session() + reused.memory() + reused.disk();
  }

  /**
   * Prompt tokens that were not computed for a reply, by where their keys and values came from.
   *
   * @param session the session held them
   * @param memory another session had computed them
   * @param disk they were read from the cache's folder
   */
  public record Reused(int session, int memory, int disk) {}

  /** Where the encoding of a picture or clip came from. */
  public enum Origin {
    /** It was computed for this reply. */
    COMPUTED,
    /** It was not needed: keys and values of all its tokens were reused. */
    PREFIX,
    /** It was in memory. */
    MEMORY,
    /** It was read from the cache's folder. */
    DISK
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
   * @param origin where its encoding came from
   */
  public record MediaUse(
      int width,
      int height,
      int resizedWidth,
      int resizedHeight,
      Grid grid,
      int tokens,
      Origin origin) {

    /** Whether its encoding was not computed for this reply. */
    public boolean cached() {
      return origin != Origin.COMPUTED;
    }
  }

  /**
   * Milliseconds by phase.
   *
   * @param cache looking up what is known: hashing pictures, reading from the cache's folder
   * @param decodeImage file bytes to pixels
   * @param preprocess pixels to patch rows
   * @param encode vision tower
   * @param prompt language model over the prompt, up to the first token's logits
   * @param generate all later tokens
   */
  public record Timings(
      double cache,
      double decodeImage,
      double preprocess,
      double encode,
      double prompt,
      double generate) {}
}
