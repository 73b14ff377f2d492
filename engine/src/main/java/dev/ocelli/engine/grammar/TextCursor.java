package dev.ocelli.engine.grammar;

import dev.ocelli.engine.OcelliException;

/** Reads a text character by character; errors name the place. */
final class TextCursor {
  static final int END = -1;

  /** Longest text of a grammar or pattern. */
  private static final int MOST = 1 << 20;

  private final String text;
  private final String what;
  private int at;

  /**
   * @param what the kind of text, for errors
   */
  TextCursor(String text, String what) {
    this.text = text;
    this.what = what;
    if (text.length() > MOST) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "the %s has %d characters; at most %d are taken, shorten it"
              .formatted(what, text.length(), MOST));
    }
  }

  /** The next character (code point), or {@link #END}. */
  int peek() {
    return at < text.length() ? text.codePointAt(at) : END;
  }

  int take() {
    int c = peek();
    if (c != END) {
      at += Character.charCount(c);
    }
    return c;
  }

  boolean startsWith(String s) {
    return text.startsWith(s, at);
  }

  /** Takes this text if it comes next. */
  boolean take(String s) {
    if (!startsWith(s)) {
      return false;
    }
    at += s.length();
    return true;
  }

  int position() {
    return at;
  }

  void back(int position) {
    at = position;
  }

  String since(int position) {
    return text.substring(position, at);
  }

  /** Exactly so many hexadecimal digits. */
  int hex(int digits) {
    int begin = at;
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = peek() == END ? -1 : Character.digit(peek(), 16);
      if (digit < 0 || peek() > 0x7F) {
        throw error(
            begin, "an escape needs %d hexadecimal digits here; write them out".formatted(digits));
      }
      value = value << 4 | digit;
      take();
    }
    if (!Character.isValidCodePoint(value)
        || value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE) {
      throw error(begin, "%X is not a Unicode character; use another".formatted(value));
    }
    return value;
  }

  /** A decimal number that is not negative, or -1 when there is no digit. */
  int number() {
    int begin = at;
    long value = -1;
    while (peek() >= '0' && peek() <= '9') {
      value = Math.max(0, value) * 10 + take() - '0';
      if (value > Integer.MAX_VALUE) {
        throw error(begin, "this number is too large; use a smaller one");
      }
    }
    return (int) value;
  }

  /** An error at the current place. */
  OcelliException error(String problem) {
    return error(at, problem);
  }

  /** An error at a place, with what is wrong and what to do. */
  OcelliException error(int position, String problem) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < position; i = text.offsetByCodePoints(i, 1)) {
      column++;
      if (text.charAt(i) == '\n') {
        line++;
        column = 1;
      }
    }
    return new OcelliException(
        OcelliException.Kind.USAGE,
        "the %s, line %d, column %d: %s".formatted(what, line, column, problem));
  }

  /** A character as errors show it. */
  static String shown(int c) {
    return c == END
        ? "the end"
        : c < 0x20 || c == 0x7F ? "U+%04X".formatted(c) : "'" + Character.toString(c) + "'";
  }
}
