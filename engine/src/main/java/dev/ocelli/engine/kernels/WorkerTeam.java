package dev.ocelli.engine.kernels;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Daemon threads that share the tasks of one operation with the caller.
 *
 * <p>Operations of a token loop follow each other within microseconds, so an idle thread spins for
 * {@link #SPIN_NANOS} before it parks: waking a parked thread costs more than most operations. It
 * never spins longer, so that a machine whose cores are busy with other work is not made slower.
 *
 * <p>Tasks are handed out one by one from a single word that holds the number of the operation and
 * how many of its tasks remain. A thread that the operating system has suspended holds at most the
 * task it is in; nobody waits for a thread that holds none.
 */
public final class WorkerTeam implements Workers {
  /** How long an idle thread watches for work before it parks. */
  private static final long SPIN_NANOS = 40_000;

  /** Pauses between two looks at the clock while spinning. */
  private static final int PAUSES = 32;

  private static final Task NOTHING = (index, worker) -> {};

  /** Operation number in the upper half, tasks not yet handed out in the lower half. */
  private final AtomicLong ticket = new AtomicLong();

  /** Tasks of the current operation that have ended. */
  private final AtomicInteger ended = new AtomicInteger();

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicBoolean running = new AtomicBoolean();
  private final Helper[] helpers;

  /* Written by the caller before the ticket of an operation is published, constant during it. */
  private Task task = NOTHING;
  private int count;
  private Thread caller = Thread.currentThread();

  private volatile boolean callerParked;
  private volatile boolean closed;

  /**
   * Starts a team.
   *
   * @param threads how many threads compute, the caller included; at least 1
   */
  public WorkerTeam(int threads) {
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException("a team has 1 to 1024 threads, not " + threads);
    }
    helpers = new Helper[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Helper(i + 1);
    }
    for (Helper h : helpers) {
      h.thread.start();
    }
  }

  @Override
  public int threads() {
    return helpers.length + 1;
  }

  /**
   * {@inheritDoc}
   *
   * <p>After a failure the tasks not yet begun are skipped; the first failure is thrown.
   *
   * @throws IllegalStateException when the team is closed, or when this is called from one of its
   *     tasks or by two threads at once
   */
  @Override
  public void run(int count, Task task) {
    if (!running.compareAndSet(false, true)) {
      throw new IllegalStateException("the team already runs an operation");
    }
    try {
      if (closed) {
        throw new IllegalStateException("the team is closed");
      }
      if (count <= 1 || helpers.length == 0) {
        for (int i = 0; i < count; i++) {
          task.run(i, 0);
        }
      } else {
        share(count, task);
      }
    } finally {
      running.set(false);
    }
  }

  private void share(int tasks, Task work) {
    task = work;
    count = tasks;
    caller = Thread.currentThread();
    ended.set(0);
    long operation = (ticket.get() >>> 32) + 1;
    ticket.set(operation << 32 | tasks);
    int wanted = Math.min(tasks - 1, helpers.length);
    for (int i = 0; i < wanted; i++) {
      helpers[i].wake();
    }
    work(0);
    awaitEnd(tasks);
    task = NOTHING;
    Throwable t = failure.getAndSet(null);
    if (t != null) {
      throw rethrow(t);
    }
  }

  /**
   * Does tasks of the current operation until none is left. The operation cannot end, and so no
   * other can begin, before the tasks done here are counted.
   */
  private void work(int worker) {
    int done = 0;
    int total = 0;
    Thread waiting = caller;
    for (long t = ticket.get(); (int) t > 0; t = ticket.get()) {
      /* These fields may belong to the next operation, but then the ticket has changed. */
      Task work = task;
      int tasks = count;
      Thread thread = caller;
      if (!ticket.compareAndSet(t, t - 1)) {
        continue;
      }
      /* The task now held keeps the operation, and so its fields, from ending. */
      total = tasks;
      waiting = thread;
      try {
        if (failure.get() == null) {
          work.run(tasks - (int) t, worker);
        }
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      }
      done++;
    }
    if (done > 0 && ended.addAndGet(done) == total && callerParked) {
      LockSupport.unpark(waiting);
    }
  }

  private void awaitEnd(int tasks) {
    long deadline = 0;
    while (ended.get() != tasks) {
      for (int i = 0; i < PAUSES; i++) {
        Thread.onSpinWait();
      }
      long now = System.nanoTime();
      if (deadline == 0) {
        deadline = now + SPIN_NANOS;
      } else if (now - deadline > 0) {
        parkUntilEnd(tasks);
        return;
      }
    }
  }

  private void parkUntilEnd(int tasks) {
    boolean interrupted = false;
    callerParked = true;
    while (ended.get() != tasks) {
      LockSupport.park(this);
      /* An interrupted thread would not park; the operation must end before anybody reacts. */
      interrupted |= Thread.interrupted();
    }
    callerParked = false;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static RuntimeException rethrow(Throwable t) {
    if (t instanceof Error e) {
      throw e;
    }
    if (t instanceof RuntimeException e) {
      throw e;
    }
    return new IllegalStateException(t);
  }

  /** Ends the threads; an operation that runs is finished by its caller. */
  @Override
  public void close() {
    closed = true;
    for (Helper h : helpers) {
      LockSupport.unpark(h.thread);
    }
  }

  /** One thread of the team. */
  private final class Helper implements Runnable {
    private final int worker;
    private final Thread thread;
    private volatile boolean parked;

    Helper(int worker) {
      this.worker = worker;
      thread = Thread.ofPlatform().name("ocelli-worker-" + worker).daemon(true).unstarted(this);
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(thread);
      }
    }

    @Override
    public void run() {
      while (!closed) {
        if ((int) ticket.get() > 0) {
          work(worker);
        } else {
          idle();
        }
      }
    }

    private void idle() {
      long deadline = System.nanoTime() + SPIN_NANOS;
      do {
        for (int i = 0; i < PAUSES; i++) {
          if ((int) ticket.get() > 0) {
            return;
          }
          Thread.onSpinWait();
        }
      } while (System.nanoTime() - deadline < 0);
      parked = true;
      while ((int) ticket.get() == 0 && !closed) {
        LockSupport.park(WorkerTeam.this);
        /* With its interrupt flag set a thread would spin here. */
        Thread.interrupted();
      }
      parked = false;
    }
  }
}
