package dev.ocelli.engine.runtime;

import dev.ocelli.engine.kernels.Workers;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who may use the processors: steps of the language model, each as a whole, and in between what
 * takes long, task by task.
 *
 * <p>A step that waits gets its turn when the long work has had a share of a step's time since its
 * own turn began, and the tasks that run have ended. So a token usually takes less than twice as
 * long while a picture is encoded, whatever the picture's size. Results do not depend on it: tasks
 * of an operation are independent of each other.
 */
final class Turns {
  /** Time that long work is left alone while a step waits, as a share of the last step's. */
  private static final double SHARE = 0.4;

  /** Bounds of it: turns are worth their changes, and steps of long prompts are no measure. */
  private static final long LEAST = 1_000_000;

  private static final long MOST = 100_000_000;

  /** Fair, so that steps and long work alternate. */
  private final ReentrantLock lock = new ReentrantLock(true);

  /** Time that the last step took. */
  private volatile long stepNanos;

  /** When the turn of long work began. */
  private volatile long began;

  /** Does a step as a whole; returns the nanoseconds that it took, without the waiting for it. */
  long step(Runnable step) {
    lock.lock();
    long start = System.nanoTime();
    try {
      step.run();
      stepNanos = System.nanoTime() - start;
      return stepNanos;
    } finally {
      lock.unlock();
    }
  }

  /** A team each of whose operations is work of its own, interrupted where a step waits. */
  Workers between(Workers team) {
    return new Between(team, false);
  }

  /**
   * A team whose operations follow each other: the thread that runs one keeps its turn until it
   * must give it away, or calls {@link #end}.
   */
  Workers keeping(Workers team) {
    return new Between(team, true);
  }

  /** Ends the turn of the calling thread, if it has one. */
  void end() {
    if (lock.isHeldByCurrentThread()) {
      lock.unlock();
    }
  }

  private void begin() {
    lock.lock();
    began = System.nanoTime();
  }

  private boolean over() {
    return lock.hasQueuedThreads()
        && System.nanoTime() - began >= Math.clamp((long) (SHARE * stepNanos), LEAST, MOST);
  }

  private final class Between implements Workers {
    private final Workers team;
    private final boolean keeps;

    Between(Workers team, boolean keeps) {
      this.team = team;
      this.keeps = keeps;
    }

    @Override
    public int threads() {
      return team.threads();
    }

    @Override
    public void run(int count, Task task) {
      AtomicInteger next = new AtomicInteger();
      Task tasks =
          (unused, worker) -> {
            while (!over()) {
              int index = next.getAndIncrement();
              if (index >= count) {
                return;
              }
              task.run(index, worker);
            }
          };
      try {
        while (next.get() < count) {
          if (over()) {
            end();
          }
          if (!lock.isHeldByCurrentThread()) {
            begin();
          }
          team.run(Math.min(threads(), count - next.get()), tasks);
        }
      } finally {
        if (!keeps) {
          end();
        }
      }
    }

    @Override
    public void close() {}
  }
}
