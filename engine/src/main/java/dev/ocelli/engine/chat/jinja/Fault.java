package dev.ocelli.engine.chat.jinja;

import dev.ocelli.engine.OcelliException;

/**
 * What went wrong in a template, before the file and line are known; {@link Template} turns it into
 * an {@link OcelliException}.
 */
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final OcelliException.Kind kind;
  private int line;

  Fault(String message) {
    this(OcelliException.Kind.MODEL, message, 0);
  }

  Fault(OcelliException.Kind kind, String message, int line) {
    super(message, null, false, false);
    this.kind = kind;
    this.line = line;
  }

  static Fault at(int line, String message) {
    return new Fault(OcelliException.Kind.MODEL, message, line);
  }

  /** Sets the line unless a more precise one is known. */
  Fault within(int outer) {
    if (line == 0) {
      line = outer;
    }
    return this;
  }

  OcelliException toException(String origin) {
    String where = line == 0 ? "" : " line " + line;
    return new OcelliException(
        kind, origin + where + ": " + String.valueOf(getMessage()).replaceAll("\\s+", " "), this);
  }
}
