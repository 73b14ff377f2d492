package dev.ocelli.engine.runtime;

import java.util.Arrays;

/**
 * Guesses how a sequence goes on by what followed when its last tokens were there before ("prompt
 * lookup", Saxena 2023): the longest match counts, of equally long ones the last.
 */
final class PromptLookup {
  /** Tokens of a match that are told apart; longer matches count as this long. */
  static final int LONGEST = 8;

  /** Stands for a row of a picture: equal to nothing. */
  static final int NOTHING = -1;

  private int[] ids = new int[256];
  private int size;
  private int matched;
  private int next;

  /** Adds the next token of the sequence. */
  void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
    }
    ids[size++] = id;
  }

  /** Looks for the last tokens; {@link #matched} and {@link #guess} tell what was found. */
  void look() {
    matched = 0;
    int last = size == 0 ? NOTHING : ids[size - 1];
    if (last == NOTHING) {
      return;
    }
    for (int i = size - 2; i >= 0 && matched < LONGEST; i--) {
      if (ids[i] == last && ids[i + 1] != NOTHING) {
        int length = commonLength(i);
        if (length > matched) {
          matched = length;
          next = i + 1;
        }
      }
    }
  }

  /** How many tokens up to place i equal the last ones. */
  private int commonLength(int i) {
    int length = 1;
    while (length < LONGEST
        && length <= i
        && ids[i - length] != NOTHING
        && ids[i - length] == ids[size - 1 - length]) {
      length++;
    }
    return length;
  }

  /** Tokens of the match, 0 to {@link #LONGEST}. */
  int matched() {
    return matched;
  }

  /** The next tokens as they were after the match: at most so many, none without a match. */
  int[] guess(int most) {
    int[] guess = new int[matched == 0 ? 0 : Math.max(0, most)];
    for (int i = 0; i < guess.length; i++) {
      // A match that reaches the end repeats itself.
      int id = next + i < size ? ids[next + i] : guess[next + i - size];
      if (id == NOTHING) {
        return Arrays.copyOf(guess, i);
      }
      guess[i] = id;
    }
    return guess;
  }
}
