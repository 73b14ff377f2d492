package dev.ocelli.engine;

import org.jspecify.annotations.Nullable;

/**
 * Something the user can understand and mend: bad input, a file that is not what it should be, a
 * limit reached.
 *
 * <p>The message is one line that says what was wrong, where (file, tensor, field, byte offset) and
 * what to do about it. The command line prints it without a stack trace. A fault of the program
 * itself is never an {@code OcelliException}.
 */
public class OcelliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of thing went wrong; the command line maps it to its exit code. */
  public enum Kind {
    /** A flag, a parameter or a request field is missing, unknown or out of range. */
    USAGE,
    /** A model, tokenizer or template file cannot be used. */
    MODEL,
    /** A picture, clip or other input cannot be read or is over a limit. */
    INPUT,
    /** The prompt does not fit into the context. */
    CONTEXT,
    /** Memory, disk or another resource of the machine does not suffice. */
    RESOURCE
  }

  private final Kind kind;

  /** Makes an exception with a one-line message. */
  public OcelliException(Kind kind, String message) {
    this(kind, message, null);
  }

  /** Makes an exception with a one-line message and what led to it. */
  public OcelliException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** The same with the file or field that it happened in before the message. */
  public OcelliException in(String where) {
    return new OcelliException(kind, where + ": " + getMessage(), this);
  }

  /** The kind of thing that went wrong. */
  public Kind kind() {
    return kind;
  }
}
