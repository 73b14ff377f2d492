package dev.ocelli.engine.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What Python's strings do, on {@link Marked} text. Positions are in UTF-16 units here; {@link
 * #units} and {@link #points} translate them from and to Python's code points.
 */
final class Strings {
  private Strings() {}

  /** Python's {@code str.isspace}; all such characters are in the basic plane. */
  static boolean isSpace(int c) {
    return c == ' '
        || (c >= 0x09 && c <= 0x0d)
        || (c >= 0x1c && c <= 0x1f)
        || c == 0x85
        || c == 0xa0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200a)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static int points(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The offset of code point number {@code point}, which lies within the text. */
  static int units(String text, int point) {
    return text.offsetByCodePoints(0, point);
  }

  static List<Marked> characters(Marked text) {
    List<Marked> characters = new ArrayList<>(text.length());
    String s = text.text();
    for (int i = 0; i < s.length(); ) {
      int end = i + Character.charCount(s.codePointAt(i));
      characters.add(text.slice(i, end));
      i = end;
    }
    return characters;
  }

  /** Strips white space, or the characters of {@code chars} where it is not null. */
  static Marked strip(Marked text, @Nullable String chars, boolean left, boolean right) {
    String s = text.text();
    int start = 0;
    int end = s.length();
    while (left && start < end && strips(s.codePointAt(start), chars)) {
      start += Character.charCount(s.codePointAt(start));
    }
    while (right && end > start && strips(s.codePointBefore(end), chars)) {
      end -= Character.charCount(s.codePointBefore(end));
    }
    return text.slice(start, end);
  }

  private static boolean strips(int c, @Nullable String chars) {
    return chars == null ? isSpace(c) : chars.indexOf(c) >= 0;
  }

  /** {@code split(separator, limit)}; a negative limit is none. */
  static List<Object> split(Marked text, String separator, long limit) {
    List<Object> parts = new ArrayList<>();
    String s = text.text();
    int start = 0;
    for (int i = s.indexOf(separator); i >= 0 && (limit < 0 || parts.size() < limit); ) {
      parts.add(text.slice(start, i));
      start = i + separator.length();
      i = s.indexOf(separator, start);
    }
    parts.add(text.slice(start, s.length()));
    return parts;
  }

  static List<Object> splitFromRight(Marked text, String separator, long limit) {
    List<Object> parts = new ArrayList<>();
    String s = text.text();
    int end = s.length();
    while (limit < 0 || parts.size() < limit) {
      int i = end < separator.length() ? -1 : s.lastIndexOf(separator, end - separator.length());
      if (i < 0) {
        break;
      }
      parts.addFirst(text.slice(i + separator.length(), end));
      end = i;
    }
    parts.addFirst(text.slice(0, end));
    return parts;
  }

  /** {@code split()} at white space. */
  static List<Object> splitAtSpace(Marked text, long limit) {
    List<Object> parts = new ArrayList<>();
    String s = text.text();
    int i = 0;
    while (true) {
      while (i < s.length() && isSpace(s.charAt(i))) {
        i++;
      }
      if (i == s.length()) {
        return parts;
      }
      if (limit >= 0 && parts.size() == limit) {
        parts.add(strip(text.slice(i, s.length()), null, false, true));
        return parts;
      }
      int start = i;
      while (i < s.length() && !isSpace(s.charAt(i))) {
        i++;
      }
      parts.add(text.slice(start, i));
    }
  }

  static List<Object> lines(Marked text, boolean keepEnds) {
    List<Object> lines = new ArrayList<>();
    String s = text.text();
    int start = 0;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      boolean ends =
          (c >= '\n' && c <= '\r')
              || (c >= 0x1c && c <= 0x1e)
              || c == 0x85
              || c == 0x2028
              || c == 0x2029;
      if (ends) {
        int next = c == '\r' && i + 1 < s.length() && s.charAt(i + 1) == '\n' ? i + 2 : i + 1;
        lines.add(text.slice(start, keepEnds ? next : i));
        start = next;
        i = next - 1;
      }
    }
    if (start < s.length()) {
      lines.add(text.slice(start, s.length()));
    }
    return lines;
  }

  /** {@code replace(old, new, limit)}; a negative limit is none. */
  static Marked replace(Marked text, String old, Marked replacement, long limit) {
    Marked.Builder out = new Marked.Builder();
    String s = text.text();
    int start = 0;
    long left = limit < 0 ? Long.MAX_VALUE : limit;
    if (old.isEmpty()) {
      for (int i = 0; left > 0 && i <= s.length(); left--) {
        out.append(text, start, i);
        out.append(replacement);
        start = i;
        i = i < s.length() ? i + Character.charCount(s.codePointAt(i)) : i + 1;
      }
    } else {
      for (int i = s.indexOf(old); i >= 0 && left > 0; i = s.indexOf(old, start), left--) {
        out.append(text, start, i);
        out.append(replacement);
        start = i + old.length();
      }
    }
    out.append(text, start, s.length());
    return out.build();
  }

  static long count(String text, String part) {
    if (part.isEmpty()) {
      return points(text) + 1L;
    }
    long n = 0;
    for (int i = text.indexOf(part); i >= 0; i = text.indexOf(part, i + part.length())) {
      n++;
    }
    return n;
  }

  /** Replaces each code point by other text; a final sigma is seen to as Python does. */
  static Marked lower(Marked text) {
    String s = text.text();
    Marked.Builder out = new Marked.Builder();
    for (int i = 0; i < s.length(); ) {
      int c = s.codePointAt(i);
      int end = i + Character.charCount(c);
      out.appendAs(lowerAt(s, i), text, i, end);
      i = end;
    }
    return out.build();
  }

  private static String lowerAt(String s, int i) {
    int c = s.codePointAt(i);
    return c == 0x3a3 && endsWord(s, i) ? "\u03c2" : Character.toString(c).toLowerCase(Locale.ROOT);
  }

  private static boolean endsWord(String s, int at) {
    int before = at;
    while (before > 0 && isCaseIgnorable(s.codePointBefore(before))) {
      before -= Character.charCount(s.codePointBefore(before));
    }
    int after = at + 1;
    while (after < s.length() && isCaseIgnorable(s.codePointAt(after))) {
      after += Character.charCount(s.codePointAt(after));
    }
    return before > 0
        && isCased(s.codePointBefore(before))
        && (after == s.length() || !isCased(s.codePointAt(after)));
  }

  private static boolean isCaseIgnorable(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT
        || type == Character.MODIFIER_LETTER
        || type == Character.MODIFIER_SYMBOL
        || "'.:\u00b7\u2019\u2018\u2024\u2027".indexOf(c) >= 0;
  }

  static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  static Marked upper(Marked text) {
    String s = text.text();
    Marked.Builder out = new Marked.Builder();
    for (int i = 0; i < s.length(); ) {
      int c = s.codePointAt(i);
      int end = i + Character.charCount(c);
      out.appendAs(Character.toString(c).toUpperCase(Locale.ROOT), text, i, end);
      i = end;
    }
    return out.build();
  }

  /** The first code point in title case, the others in lower case. */
  static Marked capitalize(Marked text) {
    if (text.isEmpty()) {
      return text;
    }
    int end = Character.charCount(text.text().codePointAt(0));
    Marked first = text.slice(0, end);
    Marked small = lower(text);
    return titled(first).plus(small.slice(lower(first).length(), small.length()));
  }

  private static Marked titled(Marked character) {
    String s = character.text();
    int c = s.codePointAt(0);
    String upper = s.toUpperCase(Locale.ROOT);
    // Characters that become several in upper case become a capital and small ones in title case.
    String title =
        upper.codePointCount(0, upper.length()) > 1 && Character.toTitleCase(c) == c
            ? upper.substring(0, 1) + upper.substring(1).toLowerCase(Locale.ROOT)
            : Character.toString(Character.toTitleCase(c));
    Marked.Builder out = new Marked.Builder();
    out.appendAs(title, character, 0, s.length());
    return out.build();
  }

  /** {@code str.title}: the first letter of every run of cased characters. */
  static Marked title(Marked text) {
    Marked.Builder out = new Marked.Builder();
    String s = text.text();
    boolean inside = false;
    for (int i = 0; i < s.length(); ) {
      int c = s.codePointAt(i);
      int end = i + Character.charCount(c);
      if (inside) {
        out.appendAs(lowerAt(s, i), text, i, end);
      } else {
        out.append(titled(text.slice(i, end)));
      }
      inside = isCased(c);
      i = end;
    }
    return out.build();
  }

  /** The filter {@code title}: the first character after white space or an opening bracket. */
  static Marked titleWords(Marked text) {
    Marked.Builder out = new Marked.Builder();
    String s = text.text();
    int start = 0;
    boolean separators = false;
    for (int i = 0; i <= s.length(); i++) {
      boolean separator =
          i < s.length() && (isSpace(s.charAt(i)) || "-({[<".indexOf(s.charAt(i)) >= 0);
      if (i == s.length() || separator != separators) {
        if (i > start) {
          int first = start + Character.charCount(s.codePointAt(start));
          out.append(upper(text.slice(start, first)));
          out.append(lower(text.slice(first, i)));
        }
        start = i;
        separators = separator;
      }
    }
    return out.build();
  }

  /** Whether there are characters and all satisfy the test. */
  static boolean all(String text, IntPredicate test) {
    return !text.isEmpty() && text.codePoints().allMatch(test);
  }

  static boolean isUpper(String text) {
    return text.codePoints().anyMatch(Strings::isCased)
        && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
  }

  static boolean isLower(String text) {
    return text.codePoints().anyMatch(Strings::isCased)
        && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
  }

  /** Whether Python's {@code repr} and {@code isprintable} show the character as it is. */
  static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
