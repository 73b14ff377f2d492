package dev.ocelli.engine.runtime;

import dev.ocelli.engine.kernels.Workers;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who may use the processors: steps of the language model, each as a whole, and in between what
 * takes long, task by task.
 *
 * <p>A step that waits gets its turn when the long work has had the time that {@link StepPace}
 * gives it since its own turn began. A task that would not end by then is not begun. So a token
 * takes less than twice as long while a picture is encoded, whatever the picture's size. Results do
 * not depend on it: tasks of an operation are independent of each other.
 */
final class Turns {
  /** Fair, so that steps and long work alternate. */
  private final ReentrantLock lock = new ReentrantLock(true);

  /** Used by whoever holds the lock. */
  private final StepPace pace = new StepPace();

  /** How long long work may go on before a step with replies, and before one without. */
  private volatile long besideReplies;

  private volatile long besidePrompts;

  /** Steps with replies in them that wait: one, if any. */
  private final AtomicInteger waitingReplies = new AtomicInteger();

  /** When the turn of long work began. */
  private volatile long began;

  /** Work that no reply waits for, done as a whole like a step. */
  void whole(Runnable work) {
    step(0, 0, work);
  }

  /**
   * Does a step as a whole; returns the nanoseconds that it took, without the waiting for it.
   *
   * @param replyRows its tokens of replies
   * @param promptRows its tokens of prompts
   */
  long step(int replyRows, int promptRows, Runnable step) {
    int reply = replyRows > 0 ? 1 : 0;
    waitingReplies.addAndGet(reply);
    lock.lock();
    waitingReplies.addAndGet(-reply);
    long start = System.nanoTime();
    try {
      step.run();
      long took = System.nanoTime() - start;
      if (replyRows + promptRows > 0) {
        pace.note(replyRows, promptRows, took);
        besideReplies = pace.turn(true);
        besidePrompts = pace.turn(false);
      }
      return took;
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

  /** Whether a step waits that would wait too long for what takes so long. */
  private boolean over(long nanos) {
    return lock.hasQueuedThreads()
        && System.nanoTime() - began + nanos
            > (waitingReplies.get() > 0 ? besideReplies : besidePrompts);
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
      Operation operation = new Operation(count, task);
      try {
        while (operation.left() > 0) {
          if (over(operation.taskNanos)) {
            end();
          }
          if (!lock.isHeldByCurrentThread()) {
            begin();
          }
          operation.begun = false;
          team.run(Math.min(threads(), operation.left()), operation);
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

  /** Tasks that are done one after the other by each thread, as long as the turn lasts. */
  private final class Operation implements Workers.Task {
    private final int count;
    private final Workers.Task task;
    private final AtomicInteger next = new AtomicInteger();

    /** Whether one has begun in this turn: something must be done however long it takes. */
    volatile boolean begun;

    /** Time of a task, the latest: tasks of an operation are alike. */
    volatile long taskNanos;

    Operation(int count, Workers.Task task) {
      this.count = count;
      this.task = task;
    }

    int left() {
      return Math.max(0, count - next.get());
    }

    @Override
    public void run(int unused, int worker) {
      while (!begun || !over(taskNanos)) {
        begun = true;
        int index = next.getAndIncrement();
        if (index >= count) {
          return;
        }
        long start = System.nanoTime();
        task.run(index, worker);
        taskNanos = System.nanoTime() - start;
      }
    }
  }
}
