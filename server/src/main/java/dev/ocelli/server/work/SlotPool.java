package dev.ocelli.server.work;

import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.Outlook;
import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.runtime.TimeEstimates;
import dev.ocelli.server.wire.ApiError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a model and the queue before them. A job goes to the idle slot that holds most of
 * its prompt; when none is idle it waits, and when too many wait it is refused at once.
 *
 * <p>Jobs of the background wait until no other does, and leave one slot idle for the next one
 * where there are several. They are never refused: whoever has them made bounds their number.
 */
public final class SlotPool implements AutoCloseable {
  private final Engine engine;
  private final Metrics metrics;
  private final List<Slot> all = new ArrayList<>();
  private final List<Slot> idle = new ArrayList<>();
  private final FairQueue<Job> queue = new FairQueue<>();
  private final FairQueue<Job> background = new FairQueue<>();
  private final int queueLimit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition quiet = lock.newCondition();
  private final TimeEstimates times;

  // Threads of the platform: a slot computes for seconds and would hold up virtual ones.
  private final ExecutorService threads;

  /**
   * Slots that hold nothing yet.
   *
   * @param model what clients call the model
   * @param slots replies at once
   * @param queueLimit jobs that may wait
   */
  public SlotPool(Engine engine, String model, int slots, int queueLimit, Metrics metrics) {
    this.engine = engine;
    this.metrics = metrics;
    this.queueLimit = queueLimit;
    // Running streams would feel a measurement; without one, their replies tell how long things
    // take.
    this.times = new TimeEstimates(engine.roofline(), () -> running() == 0);
    for (int i = 0; i < slots; i++) {
      all.add(new Slot(i, engine, model, metrics));
    }
    idle.addAll(all);
    threads =
        Executors.newFixedThreadPool(
            slots, Thread.ofPlatform().daemon().name("ocelli-slot-", 0).factory());
  }

  /**
   * What a slot does.
   *
   * @param job its id, or null while it is idle
   * @param promptTokens of the job
   * @param generated tokens of the reply so far
   */
  public record State(int id, @Nullable String job, int promptTokens, int generated) {}

  /** What all slots do. */
  public List<State> states() {
    List<State> out = new ArrayList<>();
    for (Slot s : all) {
      Job job = s.job();
      out.add(
          job == null
              ? new State(s.id(), null, 0, 0)
              : new State(
                  s.id(),
                  job.id(),
                  job.choices().getFirst().prepared().prompt().ids().length,
                  s.generated()));
    }
    return out;
  }

  /** The model that the slots use. */
  public Engine engine() {
    return engine;
  }

  /** How long pictures and prompts will take; the first question may measure the machine. */
  public TimeEstimates times() {
    return times;
  }

  /** What a request would find and have to compute if it came now. */
  public Outlook outlook(Request request, Prepared prepared) {
    int held;
    lock.lock();
    try {
      held = idle.isEmpty() ? 0 : choose(prepared, request).reusable(prepared, request);
    } finally {
      lock.unlock();
    }
    return engine.outlook(request, prepared, held);
  }

  /** Jobs that wait for a slot. */
  public int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** Jobs that slots work on. */
  public int running() {
    lock.lock();
    try {
      return all.size() - idle.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a job.
   *
   * @throws ApiError 429 when too many wait
   */
  public void submit(Job job) {
    lock.lock();
    try {
      if (job.background()) {
        background.add(job.caller().group(), job);
        startBackground();
      } else if (idle.isEmpty()) {
        if (queue.size() >= queueLimit) {
          metrics.refused();
          throw new ApiError(
                  ApiError.Kind.TOO_MANY,
                  "the server is busy: %d requests are answered and %d wait; try again later"
                      .formatted(all.size(), queue.size()))
              .code("server_busy")
              .retryAfter(metrics.secondsUntilFree(queue.size(), all.size()));
        }
        queue.add(job.caller().group(), job);
      } else {
        start(job);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives a job up, wherever it is. */
  public void cancel(Job job) {
    job.cancel();
    lock.lock();
    try {
      if ((job.background() ? background : queue).remove(job.caller().group(), job)) {
        job.tell(new JobEvent.Ended());
        signalIfQuiet();
      }
    } finally {
      lock.unlock();
    }
  }

  private void startBackground() {
    int reserved = all.size() > 1 ? 1 : 0;
    while (idle.size() > reserved && background.size() > 0) {
      start(Objects.requireNonNull(background.poll()));
    }
  }

  private void start(Job job) {
    Planned first = job.choices().getFirst();
    Slot slot = choose(first.prepared(), job.salted(first));
    idle.remove(slot);
    threads.execute(() -> {
      List<JobEvent> last = slot.run(job);
      learn(last);
      next(slot);
      last.forEach(job::tell);
    });
  }

  /**
   * The slot that holds most of the prompt, unless that is but the smaller part of what it holds:
   * then the prompt is another conversation with the same beginning, and the slot that was unused
   * for longest loses least.
   */
  private Slot choose(Prepared prompt, Request request) {
    Slot best = idle.getFirst();
    int most = 0;
    Slot oldest = best;
    for (Slot s : idle) {
      int same = s.reusable(prompt, request);
      if (same > most && 2 * same >= s.held()) {
        best = s;
        most = same;
      }
      if (s.lastUse() - oldest.lastUse() < 0) {
        oldest = s;
      }
    }
    return most > 0 ? best : oldest;
  }

  /** A reply beside others says little: they share the machine. */
  private void learn(List<JobEvent> last) {
    if (running() > 1) {
      return;
    }
    for (JobEvent event : last) {
      if (event instanceof JobEvent.Finished(int choice, Outcome outcome) && choice == 0) {
        times.learn(outcome.reply());
      }
    }
  }

  private void next(Slot slot) {
    lock.lock();
    try {
      idle.add(slot);
      Job job = queue.poll();
      if (job != null) {
        start(job);
      }
      startBackground();
      signalIfQuiet();
    } finally {
      lock.unlock();
    }
  }

  private void signalIfQuiet() {
    if (idle.size() == all.size() && queue.size() + background.size() == 0) {
      quiet.signalAll();
    }
  }

  /** Waits until nothing runs and nothing waits; false when that takes longer. */
  public boolean awaitQuiet(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lock();
    try {
      while (idle.size() < all.size() || queue.size() + background.size() > 0) {
        if (left <= 0) {
          return false;
        }
        left = quiet.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private static void dropAll(FairQueue<Job> waiting) {
    for (Job job = waiting.poll(); job != null; job = waiting.poll()) {
      job.cancel();
      job.tell(new JobEvent.Ended());
    }
  }

  /** Gives up all jobs, waits until the slots have noticed, and frees their memory. */
  @Override
  public void close() {
    lock.lock();
    try {
      dropAll(queue);
      dropAll(background);
    } finally {
      lock.unlock();
    }
    all.forEach(s -> {
      Job job = s.job();
      if (job != null) {
        job.cancel();
      }
    });
    threads.shutdown();
    boolean interrupted = false;
    for (boolean ended = false; !ended; ) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    all.forEach(Slot::close);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
