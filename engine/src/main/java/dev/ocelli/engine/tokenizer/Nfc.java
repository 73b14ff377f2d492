package dev.ocelli.engine.tokenizer;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Unicode normalization form C in time that hostile text cannot blow up.
 *
 * <p>{@link Normalizer} sorts the combining marks after a character by insertion, so 80,000 marks
 * in the wrong order take it ten seconds. Long runs of marks are therefore sorted here first; what
 * the normalizer then sees is in order, which it handles in linear time. The result is the same,
 * because canonical ordering is a stable sort by combining class.
 */
final class Nfc {
  /** Runs up to this length are left to {@link Normalizer}. No writing system comes near. */
  private static final int LONG_RUN = 64;

  // Marks with the lowest and the highest combining class there are (1 and 240): every character
  // with a class moves past one of them.
  private static final int LOWEST = 0x334;
  private static final int HIGHEST = 0x345;

  private Nfc() {}

  /** Normalizes text without lone surrogates. */
  static String normalize(String text) {
    int first = 0;
    while (first < text.length() && text.charAt(first) < 0x300) {
      first++;
    }
    // Below U+0300 nothing composes or decomposes into something else under NFC.
    if (first == text.length()) {
      return text;
    }
    return Normalizer.normalize(withShortRuns(text), Normalizer.Form.NFC);
  }

  private static String withShortRuns(String text) {
    StringBuilder out = null;
    int copied = 0;
    int i = 0;
    while (i < text.length()) {
      int runEnd = i;
      int marks = 0;
      while (runEnd < text.length() && isMark(text.codePointAt(runEnd))) {
        runEnd += Character.charCount(text.codePointAt(runEnd));
        marks++;
      }
      if (marks > LONG_RUN) {
        out = out == null ? new StringBuilder(text.length()) : out;
        out.append(text, copied, i).append(sorted(text.substring(i, runEnd)));
        copied = runEnd;
      }
      i = runEnd > i ? runEnd : i + Character.charCount(text.codePointAt(i));
    }
    return out == null ? text : out.append(text, copied, text.length()).toString();
  }

  // Everything with a combining class is a mark; some marks have none and end a sorted stretch.
  private static boolean isMark(int c) {
    if (c < 0x300) {
      return false;
    }
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK;
  }

  /**
   * A run of marks, decomposed, each stretch of marks with a combining class in canonical order.
   */
  private static String sorted(String run) {
    Map<Integer, int[]> decompositions = new HashMap<>();
    int[] marks =
        run.codePoints()
            .flatMap(c -> Arrays.stream(decompositions.computeIfAbsent(c, Nfc::decompose)))
            .toArray();
    Map<Integer, Integer> ranks = ranks(Arrays.stream(marks).distinct().boxed().toList());
    StringBuilder out = new StringBuilder(run.length());
    int start = 0;
    for (int i = 0; i <= marks.length; i++) {
      if (i == marks.length || !ranks.containsKey(marks[i])) {
        appendSorted(marks, start, i, ranks, out);
        if (i < marks.length) {
          out.appendCodePoint(marks[i]);
        }
        start = i + 1;
      }
    }
    return out.toString();
  }

  private static int[] decompose(int c) {
    return Normalizer.normalize(Character.toString(c), Normalizer.Form.NFD).codePoints().toArray();
  }

  private static void appendSorted(
      int[] marks, int start, int end, Map<Integer, Integer> ranks, StringBuilder out) {
    Map<Integer, StringBuilder> buckets = new TreeMap<>();
    for (int i = start; i < end; i++) {
      buckets
          .computeIfAbsent(ranks.getOrDefault(marks[i], 0), r -> new StringBuilder())
          .appendCodePoint(marks[i]);
    }
    buckets.values().forEach(out::append);
  }

  /**
   * The place of each mark's combining class among those that occur, found by asking the normalizer
   * about pairs; marks without a class are left out.
   */
  private static Map<Integer, Integer> ranks(List<Integer> marks) {
    List<Integer> classed =
        marks.stream()
            .filter(c -> moves(c, LOWEST) || moves(HIGHEST, c))
            .sorted((a, b) -> moves(a, b) ? 1 : moves(b, a) ? -1 : 0)
            .toList();
    Map<Integer, Integer> ranks = new HashMap<>();
    int rank = 0;
    for (int i = 0; i < classed.size(); i++) {
      rank += i > 0 && moves(classed.get(i), classed.get(i - 1)) ? 1 : 0;
      ranks.put(classed.get(i), rank);
    }
    return ranks;
  }

  /** Whether the normalizer puts the second of two marks before the first. */
  private static boolean moves(int first, int second) {
    String pair = Character.toString(first) + Character.toString(second);
    return !Normalizer.normalize(pair, Normalizer.Form.NFD).equals(pair);
  }
}
