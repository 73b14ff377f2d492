package dev.ocelli.engine.chat.jinja;

import java.util.Arrays;

/**
 * A string value of a template: each character knows whether it is literal, that is, came from
 * data.
 *
 * <p>All operations carry the mark along. Two values are equal when their characters are. Offsets
 * are in UTF-16 units here; what Python counts in code points is translated by {@link Strings}.
 */
final class Marked implements Comparable<Marked> {
  static final Marked EMPTY = new Marked("", new int[0]);

  private final String text;
  // start, end, start, end, ... of the literal ranges; ascending, disjoint, none empty or touching
  private final int[] literal;

  private Marked(String text, int[] literal) {
    this.text = text;
    this.literal = literal;
  }

  static Marked trusted(String text) {
    return text.isEmpty() ? EMPTY : new Marked(text, EMPTY.literal);
  }

  static Marked literal(String text) {
    return text.isEmpty() ? EMPTY : new Marked(text, new int[] {0, text.length()});
  }

  static Marked of(Rendered rendered) {
    return new Marked(rendered.text(), rendered.literal().clone());
  }

  Rendered rendered() {
    return new Rendered(text, literal.clone());
  }

  String text() {
    return text;
  }

  int length() {
    return text.length();
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  Marked slice(int start, int end) {
    if (start >= end) {
      return EMPTY;
    }
    if (start == 0 && end == text.length()) {
      return this;
    }
    if (literal.length == 0) {
      return trusted(text.substring(start, end));
    }
    Builder out = new Builder();
    out.append(this, start, end);
    return out.build();
  }

  Marked plus(Marked other) {
    if (isEmpty()) {
      return other;
    }
    if (other.isEmpty()) {
      return this;
    }
    Builder out = new Builder();
    out.append(this);
    out.append(other);
    return out.build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Marked marked && marked.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** By code points, as Python orders strings. */
  @Override
  public int compareTo(Marked other) {
    int n = Math.min(text.length(), other.text.length());
    for (int i = 0; i < n; i++) {
      char a = text.charAt(i);
      char b = other.text.charAt(i);
      if (a != b) {
        // Surrogates stand for code points above all of the basic plane.
        boolean highA = Character.isSurrogate(a);
        return highA != Character.isSurrogate(b) ? (highA ? 1 : -1) : Character.compare(a, b);
      }
    }
    return Integer.compare(text.length(), other.text.length());
  }

  @Override
  public String toString() {
    return text;
  }

  /** Collects marked text. */
  static final class Builder {
    private final StringBuilder text = new StringBuilder();
    private int[] literal = new int[8];
    private int bounds;

    int length() {
      return text.length();
    }

    void appendTrusted(String more) {
      text.append(more);
    }

    void appendTrusted(char c) {
      text.append(c);
    }

    void append(Marked more) {
      append(more, 0, more.length());
    }

    /** Appends {@code more[start, end)} with its marks. */
    void append(Marked more, int start, int end) {
      int shift = text.length() - start;
      text.append(more.text, start, end);
      int i = Arrays.binarySearch(more.literal, start);
      i = i >= 0 ? i : -i - 1;
      for (i &= ~1; i < more.literal.length && more.literal[i] < end; i += 2) {
        int from = Math.max(start, more.literal[i]);
        int to = Math.min(end, more.literal[i + 1]);
        if (from < to) {
          mark(from + shift, to + shift);
        }
      }
    }

    /** Appends text that replaces the characters {@code source[start, end)}: literal if any is. */
    void appendAs(String more, Marked source, int start, int end) {
      int at = text.length();
      text.append(more);
      int i = Arrays.binarySearch(source.literal, start);
      boolean inside = (i >= 0 ? i + 1 : -i - 1) % 2 == 1;
      int next = i >= 0 ? i + 1 : -i - 1;
      if (inside || (next < source.literal.length && source.literal[next] < end)) {
        mark(at, text.length());
      }
    }

    private void mark(int start, int end) {
      if (start == end) {
        return;
      }
      if (bounds > 0 && literal[bounds - 1] == start) {
        literal[bounds - 1] = end;
        return;
      }
      if (bounds + 2 > literal.length) {
        literal = Arrays.copyOf(literal, literal.length * 2);
      }
      literal[bounds++] = start;
      literal[bounds++] = end;
    }

    Marked build() {
      return text.isEmpty() ? EMPTY : new Marked(text.toString(), Arrays.copyOf(literal, bounds));
    }
  }
}
