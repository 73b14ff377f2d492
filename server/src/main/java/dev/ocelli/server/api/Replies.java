package dev.ocelli.server.api;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Observer;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.work.Dropped;
import dev.ocelli.server.work.Job;
import dev.ocelli.server.work.JobEvent;
import dev.ocelli.server.work.Outcome;
import dev.ocelli.server.work.Patience;
import dev.ocelli.server.work.Planned;
import dev.ocelli.server.work.SlotPool;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Has replies made and passes on what happens, on the request's own thread. When the client goes
 * away or the time is over, the job is given up.
 */
public final class Replies {
  /** How often a silent client is looked at. */
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Duration ping;
  private final Duration deadline;
  private final Observer observer;

  /**
   * Limits for all requests.
   *
   * @param ping after so long a silence a stream gets a sign of life
   * @param deadline longest time from a request's arrival to its last token; zero for none
   */
  public Replies(Duration ping, Duration deadline, Observer observer) {
    this.ping = ping;
    this.deadline = deadline;
    this.observer = observer;
  }

  /**
   * Makes replies.
   *
   * @return all of them, complete
   * @throws ApiError when something went wrong before the answer had begun
   * @throws IOException when the client is gone
   */
  public List<Outcome> make(Exchange x, SlotPool slots, List<Planned> choices, ReplyWriter writer)
      throws IOException, InterruptedException {
    Dropped dropped = choices.getFirst().dropped();
    if (dropped != null) {
      x.responseHeader("X-Ocelli-History", dropped.text());
    }
    Job job = new Job(x.id(), x.caller(), choices, left(x), x.background());
    slots.submit(job);
    List<Outcome> outcomes = new ArrayList<>();
    boolean over = false;
    try {
      over = follow(x, job, writer, outcomes);
    } catch (ApiError e) {
      if (!x.committed()) {
        throw e;
      }
      writer.failed(e);
    } finally {
      if (!over) {
        slots.cancel(job);
      }
      note(x, outcomes);
    }
    return outcomes;
  }

  /** What a request asks again and again while it waits for its model. */
  Patience patience(Exchange x) {
    return () -> {
      if (x.peerGone()) {
        throw new IOException("the client has gone away");
      }
      if (!deadline.isZero() && x.age().compareTo(deadline) > 0) {
        throw late("loading the model took", "try again later");
      }
    };
  }

  /** What is left of the request's time; zero for no limit. */
  private Duration left(Exchange x) {
    if (deadline.isZero() || x.background()) {
      return Duration.ZERO;
    }
    Duration left = deadline.minus(x.age());
    return left.isPositive() ? left : Duration.ofNanos(1);
  }

  private ApiError late(String what, String remedy) {
    return new ApiError(
        ApiError.Kind.DEADLINE,
        "%s longer than the %d s that a request may take; %s, or start the server with a larger --request-timeout"
            .formatted(what, deadline.toSeconds(), remedy));
  }

  /** Passes events on until there are no more. */
  private boolean follow(Exchange x, Job job, ReplyWriter writer, List<Outcome> outcomes)
      throws IOException, InterruptedException {
    long written = System.nanoTime();
    long looked = written;
    // A sign of life begins the answer; before that it must be known that pictures are sound.
    boolean sound = job.choices().getFirst().prepared().media().isEmpty();
    while (true) {
      JobEvent event = job.poll(LOOK);
      if (job.late()) {
        throw late("the reply took", "ask for fewer tokens");
      }
      // Events that come one upon the other must not keep this from being noticed.
      if (System.nanoTime() - looked >= LOOK.toNanos()) {
        if (x.peerGone()) {
          throw new IOException("the client has gone away");
        }
        looked = System.nanoTime();
      }
      switch (event) {
        case null -> {
          if (sound && System.nanoTime() - written > ping.toNanos()) {
            writer.idle();
            written = System.nanoTime();
          }
          continue;
        }
        case JobEvent.Decoded d -> sound = true;
        case JobEvent.Progress p -> writer.progress(p);
        case JobEvent.Text t -> writer.text(t);
        case JobEvent.Call c -> writer.call(c);
        case JobEvent.Finished f -> {
          if (f.outcome().reply().finish() == Reply.Finish.CANCELLED) {
            throw closing();
          }
          outcomes.add(f.outcome());
          writer.finished(f.choice(), f.outcome());
        }
        case JobEvent.Failed f -> throw error(x, f.cause());
        case JobEvent.Ended e -> {
          if (outcomes.size() < job.choices().size()) {
            throw closing();
          }
          return true;
        }
      }
      written = System.nanoTime();
    }
  }

  /** Whoever waits here has cancelled nothing: the server did. */
  private static ApiError closing() {
    return new ApiError(ApiError.Kind.UNAVAILABLE, "the server is shutting down").retryAfter(10);
  }

  private ApiError error(Exchange x, Throwable cause) {
    return switch (cause) {
      case OcelliException e -> ApiError.of(e);
      case ApiError e -> e;
      case OutOfMemoryError e ->
          new ApiError(
                  ApiError.Kind.UNAVAILABLE,
                  "the server's memory does not suffice for this request; send fewer or smaller pictures, or try again later")
              .retryAfter(10);
      default -> {
        observer.fault(x.id(), cause);
        yield new ApiError(
            ApiError.Kind.INTERNAL, "an error of the server itself (%s)".formatted(x.id()));
      }
    };
  }

  private static void note(Exchange x, List<Outcome> outcomes) {
    int tokens = 0;
    for (Outcome o : outcomes) {
      tokens += o.reply().tokens().size();
    }
    if (outcomes.isEmpty()) {
      return;
    }
    Reply first = outcomes.getFirst().reply();
    x.usage(
        new Exchange.Usage(
            first.promptTokens(),
            first.reusedTokens(),
            tokens,
            first.media().size(),
            outcomes.getFirst().queueMillis(),
            outcomes.getLast().reply().finish().name().toLowerCase(java.util.Locale.ROOT)));
  }
}
