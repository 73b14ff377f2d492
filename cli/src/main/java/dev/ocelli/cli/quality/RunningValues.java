package dev.ocelli.cli.quality;

import dev.ocelli.cli.console.Streams;
import dev.ocelli.engine.quality.Estimate;
import dev.ocelli.engine.quality.Perplexity;
import java.util.Locale;

/** Prints the perplexity so far behind every window, in the manner of llama-perplexity. */
final class RunningValues implements Perplexity.Listener {
  /** Values of a line. */
  private static final int LINE = 8;

  private final Streams streams;
  private final boolean quiet;
  private boolean open;

  RunningValues(Streams streams, boolean quiet) {
    this.streams = streams;
    this.quiet = quiet;
  }

  @Override
  public void window(int done, int total, Estimate perplexity) {
    if (!quiet) {
      boolean ends = done % LINE == 0 || done == total;
      streams
          .err()
          .print(
              String.format(
                  Locale.ROOT,
                  "[%d/%d] %.4f%s",
                  done,
                  total,
                  perplexity.value(),
                  ends ? "\n" : "  "));
      streams.err().flush();
      open = !ends;
    }
  }

  /** Ends a line that is not full. */
  void end() {
    if (open) {
      streams.err().print("\n");
      open = false;
    }
  }
}
