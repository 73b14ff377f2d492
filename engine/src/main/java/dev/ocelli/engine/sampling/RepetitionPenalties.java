package dev.ocelli.engine.sampling;

import java.util.Arrays;

/**
 * Repeat penalty (Keskar et al. 2019, arXiv 1909.05858, in the form that divides positive and
 * multiplies other logits), frequency and presence penalties, over the tokens of a window.
 *
 * <p>Counts are kept up to date token by token, so that a step costs as much as the window has
 * different tokens, however long the context.
 */
final class RepetitionPenalties {
  private final Sampling.Penalties settings;
  private final int[] counts; // by token id
  private final int[] places; // by token id: place in distinct, valid where counts > 0
  private int[] distinct = new int[64];
  private int distinctSize;

  RepetitionPenalties(Sampling.Penalties settings, int vocabularySize) {
    this.settings = settings;
    counts = new int[vocabularySize];
    places = new int[vocabularySize];
  }

  /** Counts the newest token of the history, and no longer the one that left the window. */
  void accept(TokenHistory history) {
    int added = history.fromEnd(0);
    if (counts[added]++ == 0) {
      if (distinctSize == distinct.length) {
        distinct = Arrays.copyOf(distinct, 2 * distinctSize);
      }
      places[added] = distinctSize;
      distinct[distinctSize++] = added;
    }
    int lastN = settings.lastN();
    if (lastN > 0 && history.size() > lastN) {
      int removed = history.fromEnd(lastN);
      if (--counts[removed] == 0) {
        int moved = distinct[--distinctSize];
        distinct[places[removed]] = moved;
        places[moved] = places[removed];
      }
    }
  }

  void apply(float[] logits) {
    double repeat = settings.repeat();
    for (int i = 0; i < distinctSize; i++) {
      int id = distinct[i];
      double logit = logits[id];
      logit = logit <= 0 ? logit * repeat : logit / repeat;
      logit -= counts[id] * settings.frequency() + settings.presence();
      logits[id] = (float) logit;
    }
  }
}
