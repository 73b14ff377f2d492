package dev.ocelli.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A body whose reads fail when nothing comes for too long, which the client has no limit for. */
final class GuardedStream extends FilterInputStream {
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("hub-stall-", 0).factory());

  private final Duration stall;
  private final ScheduledFuture<?> watch;
  private volatile long lastByte = System.nanoTime();
  private volatile boolean reading;
  private volatile boolean stalled;

  GuardedStream(InputStream in, Duration stall) {
    super(in);
    this.stall = stall;
    long period = Math.max(1, stall.toMillis() / 4);
    watch = CLOCK.scheduleAtFixedRate(this::look, period, period, TimeUnit.MILLISECONDS);
  }

  private void look() {
    if (reading && System.nanoTime() - lastByte > stall.toNanos()) {
      stalled = true;
      try {
        in.close(); // wakes the reader
      } catch (IOException e) {
        // It is given up anyway.
      }
    }
  }

  @Override
  public int read(byte[] b, int off, int len) throws IOException {
    lastByte = System.nanoTime();
    reading = true;
    try {
      int n = in.read(b, off, len);
      if (stalled) {
        throw stall();
      }
      return n;
    } catch (IOException e) {
      throw stalled ? stall() : e;
    } finally {
      reading = false;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int n = read(one, 0, 1);
    return n < 0 ? -1 : one[0] & 255;
  }

  private IOException stall() {
    return new HttpTimeoutException("nothing came for %d s".formatted(stall.toSeconds()));
  }

  @Override
  public void close() throws IOException {
    watch.cancel(false);
    in.close();
  }
}
