package dev.ocelli.cli.batch;

import dev.ocelli.cli.console.Json;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.console.Streams;
import dev.ocelli.server.batch.BatchRunner.Pace;
import dev.ocelli.server.batch.Checkpoint.Counts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Says how far a batch is. */
final class BatchReport {
  private static final long LINE_NANOS = 30_000_000_000L;

  private final Streams streams;
  private final boolean quiet;
  private final Progress progress;
  private final Counts before;
  private long last = System.nanoTime();

  /**
   * A report on a run.
   *
   * @param before what was done when it began
   */
  BatchReport(Streams streams, boolean quiet, Counts before) {
    this.streams = streams;
    this.quiet = quiet;
    this.progress = new Progress(streams, quiet);
    this.before = before;
  }

  /** Shows the pace: on a terminal always, elsewhere now and then. */
  synchronized void show(Pace pace) {
    long done = before.done() + before.failed() + pace.answered();
    double rate = pace.answered() / pace.seconds();
    Duration left = Duration.ofSeconds(Math.round((before.total() - done) / rate));
    String line =
        String.format(
            Locale.ROOT,
            "%d/%d (%d %%), %.2f items/s, %.1f tokens/s, %s left",
            done,
            before.total(),
            100 * done / before.total(),
            rate,
            pace.replyTokens() / pace.seconds(),
            clock(left));
    progress.show(line);
    if (!streams.errTerminal() && !quiet && System.nanoTime() - last > LINE_NANOS) {
      last = System.nanoTime();
      streams.err().println(line);
    }
  }

  private static String clock(Duration d) {
    return "%d:%02d:%02d".formatted(d.toHours(), d.toMinutesPart(), d.toSecondsPart());
  }

  /** Says how a run ended. */
  void end(Counts now, Pace pace, boolean interrupted, Path out, boolean json) {
    progress.clear();
    double seconds = Math.max(pace.seconds(), 1e-9);
    String why =
        now.open() == 0
            ? "complete"
            : interrupted ? "interrupted" : pace.exhausted() ? "budget" : "stopped";
    if (json) {
      streams
          .out()
          .print(
              Json.line(g -> {
                g.writeStartObject();
                g.writeStringProperty("output", out.toString());
                g.writeStringProperty("ended", why);
                g.writeNumberProperty("total", now.total());
                g.writeNumberProperty("done", now.done());
                g.writeNumberProperty("failed", now.failed());
                g.writeNumberProperty("copied", now.copied());
                g.writeNumberProperty("left", now.open());
                g.writeNumberProperty("answered", pace.answered());
                g.writeNumberProperty("retries", pace.retries());
                g.writeNumberProperty("tokens", pace.tokens());
                g.writeNumberProperty("reply_tokens", pace.replyTokens());
                Json.rounded(g, "seconds", pace.seconds());
                Json.rounded(g, "items_per_second", pace.answered() / seconds);
                Json.rounded(g, "reply_tokens_per_second", pace.replyTokens() / seconds);
                g.writeEndObject();
              })
                  + "\n");
    }
    if (!quiet) {
      streams
          .err()
          .println(
              String.format(
                  Locale.ROOT,
                  "%s: %d of %d done%s, %d failed, %d left%s; this run: %d in %.1f s, %.2f items/s, %.1f tokens/s",
                  out,
                  now.done(),
                  now.total(),
                  now.copied() == 0 ? "" : " (%d copied from equal ones)".formatted(now.copied()),
                  now.failed(),
                  now.open(),
                  why.equals("complete") ? "" : " (%s; the same command goes on)".formatted(why),
                  pace.answered(),
                  pace.seconds(),
                  pace.answered() / seconds,
                  pace.replyTokens() / seconds));
    }
  }
}
