package dev.ocelli.engine.sampling;

import java.util.Locale;

/** Text of users and files in messages: one line, printable, of bounded length. */
final class Quoted {
  private static final int LONGEST = 80;

  private Quoted() {}

  /** The text in quotes, special characters escaped, the rest of a long text left out. */
  static String of(String text) {
    StringBuilder out = new StringBuilder("\"");
    int end = Math.min(text.length(), LONGEST);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        case '"', '\\' -> out.append('\\').append(c);
        default -> {
          if (Character.isISOControl(c)) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append(end < text.length() ? "...\"" : "\"").toString();
  }

  /** A value of a file: numbers and truth values as they are, all else in quotes. */
  static String value(Object value) {
    return value instanceof Number || value instanceof Boolean
        ? value.toString()
        : of(value.toString());
  }
}
