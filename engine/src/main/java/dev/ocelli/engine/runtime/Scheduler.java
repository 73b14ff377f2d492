package dev.ocelli.engine.runtime;

import dev.ocelli.engine.model.Checkpoint;
import dev.ocelli.engine.model.TextRows;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Forms steps of the language model out of the rows that sessions wait for.
 *
 * <p>There is no prompt phase and no reply phase: a step has all generated tokens that wait, and
 * chunks of prompts up to a budget of rows; beside replies few of them ({@link PromptBudget}). The
 * thread of a session that waits runs the step for all, so that a session alone never changes
 * threads. Which rows meet in a step is a matter of time, and changes no reply: a row's bits do not
 * depend on its neighbours.
 *
 * <p>What one session causes stays its own: when a step fails, its sequences are computed one by
 * one and only those that fail again get the error.
 */
final class Scheduler {
  /** Longest and shortest time that a step waits for sessions that are about to come back. */
  private static final long MOST_PATIENCE = 20_000_000;

  private static final long LEAST_PATIENCE = 500_000;

  /** How long a reply that is late keeps steps of prompts short. */
  private static final long LATE = 1_000_000_000;

  private final Runner runner;
  private final int chunk;
  private final int maxRows;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Deque<Waiting> queue = new ArrayDeque<>();

  /** Sequences that the last step served and that have not asked for more yet. */
  private final Set<Object> returning = new HashSet<>();

  /** Replies that may ask for their next tokens at any moment, with the time of their last step. */
  private final Map<Object, Long> replying = new HashMap<>();

  private final StepCosts costs = new StepCosts();
  private final PromptBudget beside = new PromptBudget(costs);
  private boolean stepping;
  private long patienceEnds;

  /** Rows of replies in the last step. */
  private volatile int replyRows;

  /** Computes a step of rows. */
  interface Runner {
    /**
     * Computes.
     *
     * @param replyRows how many of the rows are of replies; the others are of prompts
     * @return nanoseconds that it took, without what it had to wait for the processors
     */
    long step(List<TextRows> step, int replyRows, Checkpoint checkpoint);
  }

  /**
   * Rows that a sequence wants to have computed.
   *
   * @param count how many there are
   * @param divisible whether a part of them, from the first on, is welcome: a prompt
   * @param first makes the first n of them; called on any thread
   * @param cancelled whether they are no longer wanted
   */
  record Wanted(
      int count, boolean divisible, IntFunction<TextRows> first, BooleanSupplier cancelled) {}

  /** A session's thread that waits in {@link #compute}. */
  private final class Waiting {
    final Object sequence;
    final Wanted wanted;
    final Condition wake = lock.newCondition();
    int taken;
    boolean ended;
    @Nullable Throwable failure;

    Waiting(Object sequence, Wanted wanted) {
      this.sequence = sequence;
      this.wanted = wanted;
    }
  }

  /**
   * Schedules steps.
   *
   * @param chunk most prompt rows of a step
   * @param maxRows most rows of a step
   */
  Scheduler(Runner runner, int chunk, int maxRows) {
    this.runner = runner;
    this.chunk = chunk;
    this.maxRows = maxRows;
  }

  /**
   * Computes rows of a sequence, together with whatever other sessions want.
   *
   * @param sequence stands for the sequence until {@link #leave}
   * @return how many were computed: at least one, all unless they are divisible
   * @throws CancelledException when the step was abandoned because nobody wanted it any more
   */
  int compute(Object sequence, Wanted wanted) {
    if (wanted.count() < 1 || !wanted.divisible() && wanted.count() > maxRows) {
      throw new IllegalArgumentException(
          "%d rows; a step has 1 to %d".formatted(wanted.count(), maxRows));
    }
    Waiting mine = new Waiting(sequence, wanted);
    lock.lock();
    try {
      returning.remove(sequence);
      replying.remove(sequence);
      queue.add(mine);
      arrived.signal();
      while (!mine.ended) {
        if (stepping) {
          mine.wake.awaitUninterruptibly();
        } else {
          lead();
        }
      }
    } finally {
      lock.unlock();
    }
    switch (mine.failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable t -> throw new IllegalStateException(t);
    }
    return mine.taken;
  }

  /** Says that a sequence wants nothing more for the time being, so that nobody waits for it. */
  void leave(Object sequence) {
    lock.lock();
    try {
      replying.remove(sequence);
      if (returning.remove(sequence)) {
        arrived.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Most prompt rows of a step. */
  int chunk() {
    return chunk;
  }

  /** How long steps of replies alone take. */
  StepCosts costs() {
    return costs;
  }

  /** Rows of replies in the last step. */
  int replyRows() {
    return replyRows;
  }

  /** Sessions whose rows are in no step yet. */
  int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** Runs one step for all that wait. */
  private void lead() {
    stepping = true;
    try {
      awaitReturning();
      List<Waiting> step = schedule();
      long took;
      lock.unlock();
      try {
        took = run(step);
      } finally {
        lock.lock();
      }
      patienceEnds = System.nanoTime() + Math.clamp(took / 8, LEAST_PATIENCE, MOST_PATIENCE);
      boolean sound = true;
      int rows = 0;
      int promptRows = 0;
      for (Waiting w : step) {
        w.ended = true;
        w.wake.signal();
        if (w.failure == null) {
          returning.add(w.sequence);
          if (!w.wanted.divisible()) {
            replying.put(w.sequence, System.nanoTime());
          }
        }
        sound &= w.failure == null;
        rows += w.wanted.divisible() ? 0 : w.taken;
        promptRows += w.wanted.divisible() ? w.taken : 0;
      }
      replyRows = rows;
      if (sound && promptRows == 0) {
        costs.note(rows, took);
      } else if (sound) {
        beside.note(rows, promptRows, took);
      }
    } finally {
      stepping = false;
      Waiting next = queue.peek();
      if (next != null) {
        next.wake.signal();
      }
    }
  }

  /**
   * Sessions choose their next tokens at the same time and come back one after the other. If a step
   * left with the first of them, the others would make a step of their own each time.
   */
  private void awaitReturning() {
    boolean interrupted = false;
    while (!returning.isEmpty()) {
      long left = patienceEnds - System.nanoTime();
      if (left <= 0) {
        returning.clear();
      } else {
        try {
          arrived.awaitNanos(left);
        } catch (InterruptedException e) {
          interrupted = true;
          returning.clear();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes from the queue: what cannot be divided first, then parts of prompts. */
  private List<Waiting> schedule() {
    List<Waiting> step = new ArrayList<>();
    int rows = 0;
    for (Waiting w : queue) {
      if (!w.wanted.divisible() && rows + w.wanted.count() <= maxRows) {
        w.taken = w.wanted.count();
        rows += w.taken;
        step.add(w);
      }
    }
    // A reply that came just too late for this step must not wait for a long one.
    long now = System.nanoTime();
    replying.values().removeIf(since -> now - since > LATE);
    int replies = rows + replying.size();
    int budget =
        Math.min(maxRows - rows, replies == 0 ? chunk : Math.min(chunk, beside.rows(replies)));
    for (Waiting w : queue) {
      if (w.wanted.divisible() && budget > 0) {
        w.taken = Math.min(w.wanted.count(), budget);
        budget -= w.taken;
        step.add(w);
      }
    }
    queue.removeAll(step);
    return step;
  }

  /** Computes; every failure is noted where it belongs. Says how long it took. */
  private long run(List<Waiting> step) {
    List<Waiting> sound = new ArrayList<>(step.size());
    List<TextRows> rows = new ArrayList<>(step.size());
    int replies = 0;
    for (Waiting w : step) {
      try {
        rows.add(w.wanted.first().apply(w.taken));
        sound.add(w);
        replies += w.wanted.divisible() ? 0 : w.taken;
      } catch (Throwable e) {
        w.failure = e;
      }
    }
    if (sound.isEmpty()) {
      return 0;
    }
    try {
      return runner.step(rows, replies, (done, total) -> abandonIfUnwanted(sound));
    } catch (Throwable e) {
      if (sound.size() == 1 || e instanceof CancelledException) {
        sound.forEach(w -> w.failure = e);
        return 0;
      }
      // Computing a row again writes what was there: nothing is harmed by what was half done.
      return sound.stream().mapToLong(w -> run(List.of(w))).sum();
    }
  }

  private static void abandonIfUnwanted(List<Waiting> step) {
    for (Waiting w : step) {
      if (!w.wanted.cancelled().getAsBoolean()) {
        return;
      }
    }
    throw new CancelledException();
  }
}
