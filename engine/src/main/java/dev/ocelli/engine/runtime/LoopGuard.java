package dev.ocelli.engine.runtime;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Notices that a reply only repeats itself. Three signs, each far beyond what sensible text does:
 *
 * <ul>
 *   <li>an exact period: the last {@value #REPEATED} tokens or more, and three periods or more, are
 *       one passage of at most {@value #LONGEST_PERIOD} tokens again and again;
 *   <li>n-grams: of the {@value #WINDOW} last runs of {@value #GRAM} tokens at most {@value #FEW}
 *       are different, as when a few phrases take turns;
 *   <li>lines: {@value #LINES} equal lines of letters in a row, {@value #LINE_CHARACTERS}
 *       characters or more of them, whatever the space around them; rows of tables do not count.
 * </ul>
 *
 * <p>Rows of a table or list of which one cell changes are none of these: each change makes {@value
 * #GRAM} new runs.
 */
final class LoopGuard {
  static final int REPEATED = 384;
  static final int LONGEST_PERIOD = 1024;
  static final int WINDOW = 1024;
  static final int GRAM = 16;
  static final int FEW = 64;
  static final int LINES = 24;
  static final int LINE_CHARACTERS = 1024;

  private static final int PERIODS = 3;

  private int[] ids = new int[256];
  private int size;

  /** By period: how many of the last tokens equal the token a period before. */
  private final int[] run = new int[LONGEST_PERIOD + 1];

  /** Hashes of the runs of tokens in the window, as a ring, and how often each is in it. */
  private final long[] grams = new long[WINDOW];

  private final Map<Long, Integer> counts = new HashMap<>();
  private final StringBuilder line = new StringBuilder();
  private String lastLine = "";
  private int equalLines;
  private int firstLineEnd;
  private int keep = -1;

  /** Takes the next token and its text; whether the reply is a loop by now. */
  boolean accept(int id, String text) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
    }
    ids[size++] = id;
    return periodic() || fewGrams() || equalLines(text);
  }

  /** Tokens up to the end of the first period, when the reply is a loop. */
  int keep() {
    return keep;
  }

  private boolean periodic() {
    int last = size - 1;
    int id = ids[last];
    for (int p = 1; p <= Math.min(last, LONGEST_PERIOD); p++) {
      run[p] = ids[last - p] == id ? run[p] + 1 : 0;
    }
    for (int p = 1; p <= Math.min(last, LONGEST_PERIOD); p++) {
      int repeated = run[p] + p;
      if (run[p] > 0 && repeated >= REPEATED && repeated >= PERIODS * p) {
        keep = size - run[p];
        return true;
      }
    }
    return false;
  }

  private boolean fewGrams() {
    if (size < GRAM) {
      return false;
    }
    long hash = 1;
    for (int i = size - GRAM; i < size; i++) {
      hash = hash * 0x9E3779B97F4A7C15L + ids[i] + 1;
    }
    int place = size % WINDOW;
    if (size >= GRAM + WINDOW) {
      counts.computeIfPresent(grams[place], (h, n) -> n == 1 ? null : n - 1);
    }
    grams[place] = hash;
    counts.merge(hash, 1, Integer::sum);
    if (size < GRAM + WINDOW || counts.size() > FEW) {
      return false;
    }
    keep = size - WINDOW + FEW;
    return true;
  }

  private boolean equalLines(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '\n') {
        line.append(text.charAt(i));
      } else if (endLine()) {
        return true;
      }
    }
    return false;
  }

  private boolean endLine() {
    String ended = line.toString().strip();
    line.setLength(0);
    if (ended.isEmpty()) {
      return false;
    }
    boolean words = !ended.startsWith("|") && ended.chars().anyMatch(Character::isLetter);
    if (!words || !ended.equals(lastLine)) {
      lastLine = words ? ended : "";
      equalLines = 1;
      firstLineEnd = size;
      return false;
    }
    equalLines++;
    if (equalLines < LINES || equalLines * ended.length() < LINE_CHARACTERS) {
      return false;
    }
    keep = firstLineEnd;
    return true;
  }
}
