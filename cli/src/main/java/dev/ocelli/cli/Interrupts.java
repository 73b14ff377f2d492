package dev.ocelli.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What happens on Ctrl-C: the running work is cancelled, and the process waits until what there is
 * has been printed. The JVM then exits with 128 + the signal's number by itself.
 */
final class Interrupts {
  /** Long enough for one chunk of a big prompt to end and for the reply to be written. */
  private static final int SECONDS = 20;

  private volatile @Nullable Runnable cancel;
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean interrupted;

  /** Listens to signals from now on. */
  static Interrupts install() {
    Interrupts interrupts = new Interrupts();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(interrupts::onShutdown));
    return interrupts;
  }

  /** One that no signal reaches, for use inside another program. */
  static Interrupts none() {
    return new Interrupts();
  }

  /** Says how to cancel what runs now. */
  void cancelWith(Runnable action) {
    cancel = action;
    if (interrupted) {
      action.run();
    }
  }

  /** Whether a signal has come. */
  boolean interrupted() {
    return interrupted;
  }

  /** Says that everything is printed. */
  void finish() {
    finished.countDown();
  }

  private void onShutdown() {
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
      finished.await(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
