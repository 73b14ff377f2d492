package dev.ocelli.server.work;

import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.runtime.Session;
import dev.ocelli.server.access.Caller;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One or several replies that a client waits for. A slot makes them and puts events into a queue;
 * the client's thread takes them out and writes, so that a slow client holds up no slot.
 */
public class Job {
  private final String id;
  private final Caller caller;
  private final List<Planned> choices;
  private final long created = System.nanoTime();
  private final long deadline;
  private final boolean background;
  private final BlockingQueue<JobEvent> events = new LinkedBlockingQueue<>();
  private boolean cancelled;
  private @Nullable Session session;

  /**
   * Work that nobody does yet.
   *
   * @param choices the replies, made one after the other by one slot: their prompts are mostly the
   *     same and are computed once
   * @param most after which the job is given up; zero for never
   */
  public Job(String id, Caller caller, List<Planned> choices, Duration most) {
    this(id, caller, choices, most, false);
  }

  /**
   * The same.
   *
   * @param background whether other jobs go first
   */
  public Job(String id, Caller caller, List<Planned> choices, Duration most, boolean background) {
    this.id = id;
    this.background = background;
    this.caller = caller;
    this.choices = List.copyOf(choices);
    this.deadline = most.isZero() ? Long.MAX_VALUE : created + most.toNanos();
  }

  public String id() {
    return id;
  }

  /** Whether other jobs go first. */
  boolean background() {
    return background;
  }

  public Caller caller() {
    return caller;
  }

  public List<Planned> choices() {
    return choices;
  }

  /** A choice's request; what it has computed is reused for those with the same salt alone. */
  Request salted(Planned choice) {
    Request request = choice.request();
    return request.withCacheSalt(caller.salt(request.cacheSalt()));
  }

  /** Milliseconds since the job was made. */
  public double ageMillis() {
    return (System.nanoTime() - created) / 1e6;
  }

  /** Whether it has taken longer than it may. */
  public boolean late() {
    return deadline != Long.MAX_VALUE && System.nanoTime() - deadline > 0;
  }

  /** The next event, or null when none came in time. */
  public @Nullable JobEvent poll(Duration patience) throws InterruptedException {
    return events.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Gives the job up: it ends at the next checkpoint. */
  public synchronized void cancel() {
    cancelled = true;
    Session running = session;
    if (running != null) {
      running.cancel();
    }
  }

  synchronized boolean cancelled() {
    return cancelled;
  }

  /** Says which session works on it; false when nobody wants it any more. */
  synchronized boolean begin(Session by) {
    if (cancelled) {
      return false;
    }
    by.resume();
    session = by;
    return true;
  }

  synchronized void end() {
    session = null;
  }

  void tell(JobEvent event) {
    events.add(event);
  }
}
