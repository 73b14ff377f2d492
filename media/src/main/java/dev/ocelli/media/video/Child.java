package dev.ocelli.media.video;

import dev.ocelli.engine.OcelliException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process whose output is read: it is killed, with what it started, when it keeps us waiting for
 * too long, runs for too long, or is closed. It has no input.
 */
final class Child implements AutoCloseable {
  /** Of its errors so much is kept. */
  private static final int MOST_ERRORS = 4096;

  private static final long WATCH_MILLIS = 20;

  private final String what;
  private final String program;
  private final Process process;
  private final InputStream out;
  private final Thread errors;
  private final StringBuffer complaint = new StringBuffer();
  private final long ends;
  private final long stallNanos;

  /** When the read that is going on gives up; {@link Long#MAX_VALUE} while none is. */
  private volatile long waitsUntil = Long.MAX_VALUE;

  private volatile @Nullable String killed;

  /**
   * Starts a program.
   *
   * @param what messages call the file that it reads
   */
  Child(String what, List<String> command, VideoLimits limits) {
    this.what = what;
    this.program = String.valueOf(Path.of(command.getFirst()).getFileName());
    this.stallNanos = limits.stall().toNanos();
    this.ends = System.nanoTime() + limits.total().toNanos();
    try {
      this.process = new ProcessBuilder(command).start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "%s: %s cannot be started (%s); check the installation of ffmpeg"
              .formatted(what, command.getFirst(), e.getMessage()),
          e);
    }
    this.out = process.getInputStream();
    this.errors = Thread.ofVirtual().start(this::listen);
    Thread.ofPlatform().daemon().name("ocelli-watch").start(() -> watch(limits));
  }

  private void listen() {
    byte[] part = new byte[1024];
    try (InputStream in = process.getErrorStream()) {
      for (int n = in.read(part); n >= 0; n = in.read(part)) {
        if (complaint.length() < MOST_ERRORS) {
          complaint.append(new String(part, 0, n, StandardCharsets.UTF_8));
        }
      }
    } catch (IOException e) {
      // The process was killed.
      return;
    }
  }

  private void watch(VideoLimits limits) {
    try {
      while (!process.waitFor(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
        long now = System.nanoTime();
        if (now - ends > 0) {
          kill("ran longer than %d seconds".formatted(limits.total().toSeconds()));
        } else if (waitsUntil != Long.MAX_VALUE && now - waitsUntil > 0) {
          kill("wrote nothing for %.1f seconds".formatted(limits.stall().toMillis() / 1e3));
        }
      }
    } catch (InterruptedException e) {
      kill("was interrupted");
    }
  }

  private void kill(String why) {
    if (killed == null) {
      killed = why;
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /**
   * Reads until the buffer is full or the output ends.
   *
   * @return the bytes that were read
   * @throws OcelliException INPUT when the process took too long
   */
  int read(byte[] buffer, int length) {
    int n = 0;
    try {
      while (n < length) {
        waitsUntil = System.nanoTime() + stallNanos;
        int k = out.read(buffer, n, length - n);
        waitsUntil = Long.MAX_VALUE;
        if (k < 0) {
          break;
        }
        n += k;
      }
    } catch (IOException e) {
      // The stream is closed under us when the process is killed; what follows tells why.
      waitsUntil = Long.MAX_VALUE;
    }
    checkAlive();
    return n;
  }

  private void checkAlive() {
    String why = killed;
    if (why != null) {
      throw new OcelliException(
          OcelliException.Kind.INPUT,
          "%s: reading the video was given up: %s %s; give a shorter or another file"
              .formatted(what, program, why));
    }
  }

  /**
   * Waits for the end of a process whose output has ended.
   *
   * @return whether it says that all went well
   */
  boolean succeeded() {
    try {
      boolean ended = process.waitFor(stallNanos, TimeUnit.NANOSECONDS);
      errors.join(1000);
      checkAlive();
      return ended && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The first line that the process complained with, without addresses; empty if there is none. */
  String complaint() {
    String text = complaint.toString();
    return text.lines()
        .map(l -> l.replaceAll("\\[[^\\]]*@ 0x[0-9a-f]+\\] ?", "").strip())
        .filter(l -> !l.isEmpty())
        .findFirst()
        .map(l -> l.length() > 200 ? l.substring(0, 200) + "..." : l)
        .orElse("");
  }

  @Override
  public void close() {
    kill("was closed");
    try {
      out.close();
    } catch (IOException e) {
      // It is gone already.
      return;
    }
  }
}
