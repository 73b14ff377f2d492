package dev.ocelli.cli.console;

/** One line on a terminal that says what is being done; nothing where nobody watches. */
public final class Progress {
  private static final long INTERVAL_NANOS = 100_000_000;

  private final Streams streams;
  private final boolean shown;
  private long last;
  private int width;

  public Progress(Streams streams, boolean quiet) {
    this.streams = streams;
    this.shown = streams.errTerminal() && !quiet;
  }

  /** Shows work that is done in parts; parts that follow each other quickly are left out. */
  public void show(String what, int done, int total) {
    if (!shown || width > 0 && System.nanoTime() - last < INTERVAL_NANOS && done < total) {
      return;
    }
    last = System.nanoTime();
    write(total > 1 ? "%s %d/%d (%d %%)".formatted(what, done, total, 100L * done / total) : what);
  }

  /** Shows a line now. */
  public void show(String text) {
    if (shown) {
      write(text);
    }
  }

  /** Takes the line away before something else is written. */
  public void clear() {
    if (width > 0) {
      streams.err().print("\r" + " ".repeat(width) + "\r");
      streams.err().flush();
      width = 0;
    }
  }

  private void write(String line) {
    int spaces = Math.max(0, width - line.length());
    streams.err().print("\r" + line + " ".repeat(spaces) + (spaces > 0 ? "\b".repeat(spaces) : ""));
    streams.err().flush();
    width = line.length();
  }
}
