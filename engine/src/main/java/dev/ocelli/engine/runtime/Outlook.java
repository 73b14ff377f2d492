package dev.ocelli.engine.runtime;

import java.util.List;

/**
 * What a request would find and what it would have to compute, if it came now.
 *
 * @param promptTokens tokens of the prompt, pictures included
 * @param reused how many of them would not be computed
 * @param media what would become of each picture and clip, in order
 */
public record Outlook(int promptTokens, int reused, List<Reply.MediaUse> media) {
  /** Tokens that would be computed. */
  public int computed() {
    return promptTokens - reused;
  }

  /**
   * Seconds of the vision tower for a picture or clip: none where its encoding is there.
   *
   * @return NaN while unknown
   */
  public double seconds(Reply.MediaUse use, TimeEstimates times) {
    return use.cached() ? 0 : times.picture(use.grid());
  }

  /**
   * Seconds of the language model for what is computed of the prompt.
   *
   * @return NaN while unknown
   */
  public double promptSeconds(TimeEstimates times) {
    return times.prompt(reused, computed());
  }
}
