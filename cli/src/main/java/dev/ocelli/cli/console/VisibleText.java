package dev.ocelli.cli.console;

import java.util.Locale;

/**
 * Text of others, made harmless for a terminal: a model or a file's name must not move the cursor,
 * recolour the screen or answer the terminal's questions.
 */
public final class VisibleText {
  /** Where Unicode has pictures of the control characters. */
  private static final int PICTURES = 0x2400;

  private static final int DELETE = 0x7F;

  /** Overrides of the direction of writing, which make text look like another. */
  private static final int LEFT_OVERRIDE = 0x202D;

  private static final int RIGHT_OVERRIDE = 0x202E;

  private VisibleText() {}

  /** The same with control characters as visible ones; line ends and tabs stay. */
  public static String of(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\t') {
        out.append(c);
      } else if (c < ' ') {
        out.append((char) (PICTURES + c));
      } else if (c == DELETE) {
        out.append('\u2421');
      } else if (Character.isISOControl(c) || c == LEFT_OVERRIDE || c == RIGHT_OVERRIDE) {
        out.append(String.format(Locale.ROOT, "<U+%04X>", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** The same on one line. */
  public static String line(String text) {
    return of(text).replace('\n', '\u240A').replace('\t', ' ');
  }
}
