package dev.ocelli.engine.runtime;

import dev.ocelli.engine.chat.Prompt;
import dev.ocelli.engine.sampling.StopRules;
import java.util.Arrays;
import java.util.List;

/**
 * Drafts tokens of a reply, to be computed in the same step as the token before them. What the
 * sampler chooses decides; a draft only saves steps when it is the same.
 *
 * <p>How often guesses come true is watched at every token, drafted or not, by the length of the
 * match; what a wider step costs is measured. As many tokens are drafted as promise the most tokens
 * a second, so that text without repetitions is not made slower.
 */
final class Drafter {
  /** Most tokens of a draft that is chosen by itself. */
  static final int MOST = 7;

  /** Characters of texts beside the prompt that are looked through: every token goes over them. */
  static final int MOST_TEXT = 100_000;

  private static final int[] NOTHING = {};

  /** A gain below this share is not worth trying. */
  private static final double WORTH = 1.03;

  /** Weight of the latest guess. */
  private static final double LATEST = 1.0 / 16;

  private final StepCosts costs;
  private final StopRules stops;
  private final int max;

  /** By length of the match: the share of guesses that come true. */
  private final double[] share = {0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.8, 0.8, 0.8};

  private PromptLookup lookup = new PromptLookup();

  /**
   * Drafts for one session.
   *
   * @param stops tokens that end a reply: nothing is guessed from there on
   * @param max {@link EngineOptions#draft()}
   */
  Drafter(StepCosts costs, StopRules stops, int max) {
    this.costs = costs;
    this.stops = stops;
    this.max = max;
  }

  /** Whether it ever drafts. */
  boolean drafts() {
    return max != 0;
  }

  /**
   * Begins a reply to a prompt.
   *
   * @param texts tokens of texts that are not in the prompt, but that the reply may repeat
   */
  void begin(Prompt prompt, List<int[]> texts) {
    if (max == 0) {
      return;
    }
    lookup = new PromptLookup();
    for (int[] text : texts) {
      for (int id : text) {
        lookup.add(id);
      }
      lookup.add(PromptLookup.NOTHING);
    }
    int[] ids = prompt.ids().clone();
    for (Prompt.Visual v : prompt.visuals()) {
      Arrays.fill(ids, v.start(), v.start() + v.tokens(), PromptLookup.NOTHING);
    }
    for (int id : ids) {
      lookup.add(stops.contains(id) ? PromptLookup.NOTHING : id);
    }
    lookup.look();
  }

  /** Takes note of the next token of the reply. */
  void accept(int id) {
    if (max == 0) {
      return;
    }
    int matched = lookup.matched();
    if (matched > 0) {
      double hit = lookup.guess(1)[0] == id ? 1 : 0;
      share[matched] += (hit - share[matched]) * LATEST;
    }
    lookup.add(id);
    lookup.look();
  }

  /**
   * Tokens that may come after the last one.
   *
   * @param room no more than so many
   * @param others rows of other sequences that are expected in the same step
   */
  int[] draft(int room, int others) {
    int matched = lookup.matched();
    if (max == 0 || matched == 0 || room < 1) {
      return NOTHING;
    }
    if (max > 0) {
      return lookup.guess(Math.min(room, max));
    }
    int rows = others + 1;
    int most = Math.min(Math.min(room, MOST), StepCosts.ROWS - rows);
    if (most < 1 || !costs.measured(rows)) {
      return NOTHING;
    }
    int[] guess = lookup.guess(most);
    double best = WORTH * rows / costs.of(rows);
    int count = 0;
    double reached = 1;
    double expected = rows;
    for (int k = 1; k <= guess.length; k++) {
      reached *= share[Math.min(PromptLookup.LONGEST, matched + k - 1)];
      expected += reached;
      double rate = expected / costs.of(rows + k);
      if (rate > best) {
        best = rate;
        count = k;
      }
    }
    return count == guess.length ? guess : Arrays.copyOf(guess, count);
  }
}
