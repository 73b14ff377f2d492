package dev.ocelli.cli.console;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What happens on Ctrl-C: the running work is cancelled, and the process waits until what there is
 * has been printed. The JVM then exits with 128 + the signal's number by itself.
 */
public final class Interrupts {
  /** Long enough for one chunk of a big prompt to end and for the reply to be written. */
  private static final Duration USUAL = Duration.ofSeconds(20);

  private volatile @Nullable Runnable cancel;
  private volatile Duration patience = USUAL;
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean interrupted;

  /** Listens to signals from now on. */
  public static Interrupts install() {
    Interrupts interrupts = new Interrupts();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(interrupts::interrupt));
    return interrupts;
  }

  /** One that no signal reaches, for use inside another program. */
  public static Interrupts none() {
    return new Interrupts();
  }

  /** Says how to cancel what runs now. */
  public void cancelWith(Runnable action) {
    cancelWith(action, USUAL);
  }

  /** Says how to cancel what runs now, and how long that may take. */
  public void cancelWith(Runnable action, Duration most) {
    patience = most;
    cancel = action;
    if (interrupted) {
      action.run();
    }
  }

  /** Says that nothing runs now whose end would have to be waited for. */
  public void idle() {
    cancel = null;
  }

  /** Whether a signal has come. */
  public boolean interrupted() {
    return interrupted;
  }

  /** Says that everything is printed. */
  public void finish() {
    finished.countDown();
  }

  /** Does what a signal does. */
  public void interrupt() {
    if (finished.getCount() == 0) {
      return;
    }
    interrupted = true;
    Runnable action = cancel;
    if (action == null) {
      return; // Nothing has begun that could be printed; the program may be waiting for its input.
    }
    action.run();
    try {
      finished.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
