package dev.ocelli.engine.tokenizer;

/**
 * Splits text into the pieces inside which merges happen, as Qwen2 does (QWEN3VL.md 6.2):
 *
 * <pre>
 * (?i:'s|'t|'re|'ve|'m|'ll|'d) | [^\r\n\p{L}\p{N}]?\p{L}+ | \p{N} |  ?[^\s\p{L}\p{N}]+[\r\n]*
 *   | \s*[\r\n]+ | \s+(?!\S) | \s+
 * </pre>
 *
 * <p>Written by hand instead of as a regular expression because the JDK's recurses on long runs and
 * so overflows the stack on a megabyte of one letter. Each character is looked at a bounded number
 * of times.
 */
final class PreTokenizer {
  private PreTokenizer() {}

  /** The end of the piece that begins at {@code start}; every character belongs to some piece. */
  static int pieceEnd(String text, int start) {
    int length = text.length();
    int c = text.codePointAt(start);
    int next = start + Character.charCount(c);
    if (c == '\'') {
      int contraction = contractionEnd(text, next);
      if (contraction > 0) {
        return contraction;
      }
    }
    if (Character.isLetter(c)) {
      return lettersEnd(text, next);
    }
    if (isNumber(c)) {
      return next;
    }
    if (c != '\r' && c != '\n' && next < length && Character.isLetter(text.codePointAt(next))) {
      return lettersEnd(text, next);
    }
    if (!isSpace(c)) {
      return symbolsEnd(text, next);
    }
    if (c == ' ' && next < length && isSymbol(text.codePointAt(next))) {
      return symbolsEnd(text, next);
    }
    return spacesEnd(text, start);
  }

  // All letters of the contractions are in the basic plane, so are those that fold to them.
  private static int contractionEnd(String text, int at) {
    if (at >= text.length()) {
      return -1;
    }
    char first = fold(text.charAt(at));
    if (first == 's' || first == 't' || first == 'm' || first == 'd') {
      return at + 1;
    }
    if (at + 1 < text.length()) {
      char second = fold(text.charAt(at + 1));
      if (((first == 'r' || first == 'v') && second == 'e') || (first == 'l' && second == 'l')) {
        return at + 2;
      }
    }
    return -1;
  }

  private static char fold(char c) {
    // U+017F, the long s, is the only other character that folds to a letter of a contraction.
    return c == '\u017F' ? 's' : c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
  }

  private static int lettersEnd(String text, int at) {
    int i = at;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      if (!Character.isLetter(c)) {
        break;
      }
      i += Character.charCount(c);
    }
    return i;
  }

  private static int symbolsEnd(String text, int at) {
    int i = at;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      if (!isSymbol(c)) {
        break;
      }
      i += Character.charCount(c);
    }
    while (i < text.length() && isNewline(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static int spacesEnd(String text, int start) {
    int i = start;
    int afterNewline = -1;
    while (i < text.length() && isSpace(text.charAt(i))) {
      if (isNewline(text.charAt(i))) {
        afterNewline = i + 1;
      }
      i++;
    }
    if (afterNewline >= 0) {
      return afterNewline;
    }
    // The last space before a word belongs to the word.
    return i == text.length() || i == start + 1 ? i : i - 1;
  }

  private static boolean isNewline(char c) {
    return c == '\r' || c == '\n';
  }

  private static boolean isSymbol(int c) {
    return !isSpace(c) && !Character.isLetter(c) && !isNumber(c);
  }

  private static boolean isNumber(int c) {
    int type = Character.getType(c);
    return type == Character.DECIMAL_DIGIT_NUMBER
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER;
  }

  /** Unicode's White_Space, all of it in the basic plane. */
  private static boolean isSpace(int c) {
    return c == ' '
        || (c >= 0x09 && c <= 0x0D)
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }
}
