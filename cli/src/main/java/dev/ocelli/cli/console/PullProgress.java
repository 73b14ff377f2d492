package dev.ocelli.cli.console;

import dev.ocelli.hub.PullListener;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** Shows a download on standard error: bytes, rate and time left. */
public final class PullProgress implements PullListener {
  private static final long INTERVAL_NANOS = 200_000_000;

  private final Streams streams;
  private final boolean quiet;
  private final Progress line;
  private final AtomicLong done = new AtomicLong();
  private String what = "";
  private long total;
  private long before;
  private long start;
  private volatile long last;

  public PullProgress(Streams streams, boolean quiet) {
    this.streams = streams;
    this.quiet = quiet;
    this.line = new Progress(streams, quiet);
  }

  @Override
  public synchronized void begin(String what, long total, long done) {
    this.what = what;
    this.total = total;
    this.before = done;
    this.done.set(done);
    this.start = System.nanoTime();
    this.last = 0;
    if (what.equals("downloading") && total > done) {
      note(
          done == 0
              ? "downloading %s".formatted(amount(total))
              : "downloading %s, %s of it are there already"
                  .formatted(amount(total), amount(done)));
    }
  }

  @Override
  public void bytes(long more) {
    long now = System.nanoTime();
    done.addAndGet(more);
    if (now - last > INTERVAL_NANOS) {
      show(now);
    }
  }

  private synchronized void show(long now) {
    last = now;
    line.show(text(done.get(), (now - start) / 1e9));
  }

  /** One line: how much, how fast, how long yet. */
  String text(long now, double seconds) {
    double rate = seconds > 0 ? Math.max(0, now - before) / seconds : 0;
    String left = rate > 0 ? ", %s left".formatted(time((total - now) / rate)) : "";
    return String.format(
        Locale.ROOT,
        "%s %s of %s (%d %%), %s/s%s",
        what,
        amount(now),
        amount(total),
        total == 0 ? 100 : 100 * now / total,
        amount((long) rate),
        left);
  }

  @Override
  public synchronized void note(String text) {
    if (!quiet) {
      line.clear();
      streams.err().println(text);
    }
  }

  public void clear() {
    line.clear();
  }

  /** Bytes in units of a thousand, as hubs show them. */
  public static String amount(long n) {
    if (n < 1000) {
      return n + " B";
    }
    double value = n;
    String[] units = {"kB", "MB", "GB", "TB"};
    int unit = -1;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, value < 100 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }

  private static String time(double seconds) {
    long s = Math.round(Math.min(seconds, 359_999));
    return s < 60
        ? s + " s"
        : s < 3600
            ? "%d:%02d min".formatted(s / 60, s % 60)
            : "%d:%02d h".formatted(s / 3600, s / 60 % 60);
  }
}
