package dev.ocelli.engine.runtime;

import java.util.Arrays;

/**
 * How long other work may have the processors before the next step of the language model, by what
 * steps took lately. Not thread-safe.
 *
 * <p>The turn and the step after it should be over within twice the time of a reply's step alone.
 * What steps lately took longer than usual, because of prompts in them or of other programs, is
 * therefore taken off the turns.
 */
final class StepPace {
  /** Steps of replies that are looked back at. */
  static final int WINDOW = 32;

  /** Longest turn, as a share of a usual step. */
  private static final double SHARE = 0.4;

  /** What a turn and the step behind it should take together, in usual steps. */
  private static final double TOGETHER = 1.65;

  /** A turn is at least such a share of a usual step, so that long work gets on. */
  private static final double LEAST_SHARE = 0.1;

  /** Bounds of turns: they are worth their changes, and steps of long prompts are no measure. */
  private static final long LEAST = 1_000_000;

  private static final long MOST = 100_000_000;

  /** Latest steps of replies alone, in a ring. */
  private final long[] replies = new long[WINDOW];

  private int noted;

  /** A step of replies alone that nothing disturbed. */
  private long usual;

  /** What the next step of replies may take, with or without prompts: falls slowly. */
  private long expected;

  /** The last step of prompts alone. */
  private long prompts;

  /** Takes note of a step. */
  void note(int replyRows, int promptRows, long nanos) {
    if (replyRows == 0) {
      prompts = nanos;
      return;
    }
    expected = Math.max(nanos, expected - (expected - nanos) / 4);
    if (promptRows == 0) {
      replies[noted++ % WINDOW] = nanos;
      long[] sorted = Arrays.copyOf(replies, Math.min(noted, WINDOW));
      Arrays.sort(sorted);
      // Less than the median: the steps of a busy machine would make turns longer.
      usual = sorted[sorted.length / 4];
    }
  }

  /** Nanoseconds that a turn may take while a step waits; with or without replies in it. */
  long turn(boolean replies) {
    if (!replies) {
      return Math.clamp((long) (SHARE * prompts), LEAST, MOST);
    }
    double rest = TOGETHER * usual - expected;
    return Math.clamp((long) Math.clamp(rest, LEAST_SHARE * usual, SHARE * usual), LEAST, MOST);
  }
}
