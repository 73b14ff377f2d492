package dev.ocelli.engine.tensor;

/** Makes names out of files fit for one line of an error message. */
public final class Printable {
  private static final int LIMIT = 100;

  private Printable() {}

  /** The name without control characters, and cut when it is very long. */
  public static String of(String name) {
    StringBuilder out = new StringBuilder();
    int[] points = name.codePoints().limit(LIMIT).toArray();
    for (int c : points) {
      int kind = Character.getType(c);
      boolean invisible =
          kind == Character.CONTROL
              || kind == Character.FORMAT
              || kind == Character.LINE_SEPARATOR
              || kind == Character.PARAGRAPH_SEPARATOR
              || kind == Character.SURROGATE;
      if (invisible) {
        out.append("\\u%04x".formatted(c));
      } else {
        out.appendCodePoint(c);
      }
    }
    if (out.length() < name.length() && points.length == LIMIT) {
      out.append("...");
    }
    return out.toString();
  }
}
