package dev.ocelli.engine.chat.jinja;

import java.util.Arrays;

/**
 * A template's output that knows where each character comes from.
 *
 * @param text the output
 * @param literal bounds of the ranges that came from data (messages, tools, variables) and not from
 *     the template, in UTF-16 units, ascending and disjoint: start, end, start, end, ...
 */
@SuppressWarnings("ArrayRecordComponent") // the form in which Tokenizer.encode takes ranges
public record Rendered(String text, int[] literal) {
  /** Text all of which is the template's own. */
  public static Rendered trusted(String text) {
    return new Rendered(text, new int[0]);
  }

  /** The same with text of our own behind it. */
  public Rendered append(String trusted) {
    return new Rendered(text + trusted, literal);
  }

  /** The same with data behind it. */
  public Rendered appendLiteral(String data) {
    if (data.isEmpty()) {
      return this;
    }
    int n = literal.length;
    boolean joins = n > 0 && literal[n - 1] == text.length();
    int[] bounds = Arrays.copyOf(literal, joins ? n : n + 2);
    if (!joins) {
      bounds[n] = text.length();
    }
    bounds[bounds.length - 1] = text.length() + data.length();
    return new Rendered(text + data, bounds);
  }

  /** Whether any character of {@code [start, end)} came from data. */
  public boolean touchesLiteral(int start, int end) {
    int i = Arrays.binarySearch(literal, start);
    // On a bound: an end bound opens a gap. Between bounds: an odd number of bounds before is a
    // range.
    int next = i >= 0 ? i + 1 : -i - 1;
    boolean inside = next % 2 == 1;
    return start < end && (inside || (next < literal.length && literal[next] < end));
  }

  /**
   * The first place at or after {@code from} where the template itself wrote {@code word}, or -1.
   */
  public int indexOfTrusted(String word, int from) {
    int i = text.indexOf(word, from);
    while (i >= 0 && touchesLiteral(i, i + word.length())) {
      i = text.indexOf(word, i + 1);
    }
    return i;
  }
}
