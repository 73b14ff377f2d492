package dev.ocelli.engine.tokenizer;

/**
 * UTF-8 to text as the bytes come: an unfinished character waits for its other bytes, and each
 * longest beginning of a character that cannot be finished becomes one U+FFFD, as in Python's
 * {@code errors="replace"} and the Unicode Standard's section 3.9. (The JDK's decoder counts
 * surrogates in UTF-8 differently.)
 */
final class Utf8Decoder {
  private static final char REPLACEMENT = '\uFFFD';

  private int codePoint;
  private int missing;
  // What the next byte may be: the second byte of some characters has a narrower range.
  private int low;
  private int high;

  void accept(byte[] bytes, StringBuilder out) {
    for (byte signed : bytes) {
      accept(signed & 0xFF, out);
    }
  }

  private void accept(int b, StringBuilder out) {
    if (missing > 0) {
      if (b >= low && b <= high) {
        codePoint = (codePoint << 6) | (b & 0x3F);
        low = 0x80;
        high = 0xBF;
        if (--missing == 0) {
          out.appendCodePoint(codePoint);
        }
        return;
      }
      missing = 0;
      out.append(REPLACEMENT);
    }
    if (b < 0x80) {
      out.append((char) b);
    } else if (b >= 0xC2 && b <= 0xDF) {
      begin(b & 0x1F, 1, 0x80, 0xBF);
    } else if (b >= 0xE0 && b <= 0xEF) {
      begin(b & 0x0F, 2, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF);
    } else if (b >= 0xF0 && b <= 0xF4) {
      begin(b & 0x07, 3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF);
    } else {
      out.append(REPLACEMENT);
    }
  }

  private void begin(int bits, int more, int lowest, int highest) {
    codePoint = bits;
    missing = more;
    low = lowest;
    high = highest;
  }

  /** Ends the text: an unfinished character becomes U+FFFD. */
  void finish(StringBuilder out) {
    if (missing > 0) {
      missing = 0;
      out.append(REPLACEMENT);
    }
  }
}
