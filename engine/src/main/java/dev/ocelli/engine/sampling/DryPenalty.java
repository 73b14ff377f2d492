package dev.ocelli.engine.sampling;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The DRY penalty (p-e-w 2024, text-generation-webui pull request 5677), with llama.cpp's meaning
 * of the settings.
 *
 * <p>For each place of the window whose preceding tokens equal the last L tokens of the history, L
 * as large as possible, the token at that place would continue a repetition of length L. A token
 * whose largest L is {@code allowedLength} or more loses {@code multiplier * base^(L -
 * allowedLength)}. L counts no token up to and including the last sequence breaker.
 *
 * <p>A breaker is found in the bytes of the text, wherever tokens begin and end: the token in which
 * its last byte stands is the last one that a repetition cannot reach across.
 */
final class DryPenalty {
  // Finite and far beyond any logit, so that long repetitions do not overflow to infinity.
  private static final double MAX_PENALTY = 1e30;

  private final Sampling.Dry settings;
  private final IntFunction<byte[]> tokenBytes;
  private final byte[][] breakers;
  private final int[][] borders; // by breaker: its Knuth-Morris-Pratt failure table
  private final int[] matched; // by breaker: how many of its bytes end the text so far
  private int sinceBreaker; // tokens after the last breaker

  private int[] common = new int[256];
  private final int[] longest; // by token id: largest L of this step, 0 between steps
  private int[] touched = new int[64];

  DryPenalty(Sampling.Dry settings, IntFunction<byte[]> tokenBytes, int vocabularySize) {
    this.settings = settings;
    this.tokenBytes = tokenBytes;
    List<String> texts = settings.sequenceBreakers();
    breakers = new byte[texts.size()][];
    borders = new int[texts.size()][];
    for (int b = 0; b < breakers.length; b++) {
      breakers[b] = texts.get(b).getBytes(StandardCharsets.UTF_8);
      borders[b] = borders(breakers[b]);
    }
    matched = new int[breakers.length];
    longest = new int[vocabularySize];
  }

  /** Takes note of the next token of the history. */
  void accept(int id) {
    sinceBreaker++;
    if (breakers.length == 0) {
      return;
    }
    for (byte value : tokenBytes.apply(id)) {
      for (int b = 0; b < breakers.length; b++) {
        byte[] breaker = breakers[b];
        int m = matched[b];
        while (m > 0 && breaker[m] != value) {
          m = borders[b][m - 1];
        }
        if (breaker[m] == value) {
          m++;
        }
        if (m == breaker.length) {
          sinceBreaker = 0;
          m = borders[b][m - 1];
        }
        matched[b] = m;
      }
    }
  }

  void apply(float[] logits, TokenHistory history) {
    int window = history.window(settings.lastN());
    int limit = Math.min(window, sinceBreaker);
    if (limit < settings.allowedLength() || window < 2) {
      return;
    }
    commonLengths(history, window);
    int touchedSize = 0;
    for (int i = 1; i < window; i++) {
      int length = Math.min(common[i], limit);
      if (length >= settings.allowedLength()) {
        int next = history.fromEnd(i - 1);
        if (longest[next] == 0) {
          if (touchedSize == touched.length) {
            touched = Arrays.copyOf(touched, 2 * touchedSize);
          }
          touched[touchedSize++] = next;
        }
        longest[next] = Math.max(longest[next], length);
      }
    }
    for (int t = 0; t < touchedSize; t++) {
      int id = touched[t];
      int excess = longest[id] - settings.allowedLength();
      double penalty = settings.multiplier() * StrictMath.pow(settings.base(), excess);
      logits[id] = (float) (logits[id] - Math.min(penalty, MAX_PENALTY));
      longest[id] = 0;
    }
  }

  /**
   * For every i from 1: how many tokens before and at place i from the end equal the last ones of
   * the history, all within the window. The Z algorithm (Gusfield 1997) on the reversed window:
   * time linear in the window.
   */
  private void commonLengths(TokenHistory history, int window) {
    if (common.length < window) {
      common = new int[Math.max(window, 2 * common.length)];
    }
    // from..to is the stretch that reaches furthest among those known to equal a start.
    int from = 0;
    int to = 0;
    for (int i = 1; i < window; i++) {
      int length = i < to ? Math.min(to - i, common[i - from]) : 0;
      while (i + length < window && history.fromEnd(length) == history.fromEnd(i + length)) {
        length++;
      }
      common[i] = length;
      if (i + length > to) {
        from = i;
        to = i + length;
      }
    }
  }

  private static int[] borders(byte[] pattern) {
    int[] border = new int[pattern.length];
    for (int i = 1, m = 0; i < pattern.length; i++) {
      while (m > 0 && pattern[m] != pattern[i]) {
        m = border[m - 1];
      }
      if (pattern[m] == pattern[i]) {
        m++;
      }
      border[i] = m;
    }
    return border;
  }
}
