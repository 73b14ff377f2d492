package dev.ocelli.cli.console;

import dev.ocelli.engine.OcelliException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard output: UTF-8 whatever the platform, every piece at once, and a reader that has gone
 * away is noticed instead of ignored.
 */
public final class Output {

  /** The reader of standard output has closed it: there is nobody to write for. */
  public static final class Closed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Closed(IOException cause) {
      super(cause);
    }
  }

  private final OutputStream stream;

  public Output(OutputStream stream) {
    this.stream = stream;
  }

  /** Writes text now. */
  public void print(String text) {
    try {
      stream.write(text.getBytes(StandardCharsets.UTF_8));
      stream.flush();
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      if (why.contains("pipe") || why.contains("Pipe")) {
        throw new Closed(e);
      }
      throw new OcelliException(
          OcelliException.Kind.RESOURCE,
          "standard output: cannot write (" + why + "); free space or write elsewhere",
          e);
    }
  }

  /** Writes text and a line end. */
  public void line(String text) {
    print(text + "\n");
  }
}
