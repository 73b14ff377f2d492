package dev.ocelli.cli.bench;

import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Sequences that generate at the same time, each on a thread of its own, as the clients of a server
 * would.
 *
 * <p>Each waits with its first token until all have one. From then until the first one ends, all
 * tokens count: at no time in between are there fewer sequences than said.
 */
final class BenchTogether {
  private final LoadedModel model;
  private final CountDownLatch allBegan;
  private final List<Lane> lanes = new ArrayList<>();

  private BenchTogether(LoadedModel model, int count) {
    this.model = model;
    this.allBegan = new CountDownLatch(count);
  }

  /**
   * Runs all of them once.
   *
   * @param replies is given their replies
   */
  static BenchResult.Sample run(
      LoadedModel model, List<BenchSequence> sequences, List<Reply> replies) {
    BenchTogether together = new BenchTogether(model, sequences.size());
    together.run(sequences, replies);
    return together.sample();
  }

  private void run(List<BenchSequence> sequences, List<Reply> replies) {
    List<Future<Reply>> running = new ArrayList<>();
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
      for (BenchSequence sequence : sequences) {
        Lane lane = new Lane();
        lanes.add(lane);
        running.add(threads.submit(() -> lane.run(sequence)));
      }
      for (Future<Reply> reply : running) {
        replies.add(reply.get());
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private BenchResult.Sample sample() {
    long start = Long.MIN_VALUE;
    long end = Long.MAX_VALUE;
    for (Lane lane : lanes) {
      if (lane.times.isEmpty()) {
        return new BenchResult.Sample(Double.NaN, 0);
      }
      start = Math.max(start, lane.times.getFirst());
      end = Math.min(end, lane.times.getLast());
    }
    int tokens = 0;
    for (Lane lane : lanes) {
      for (long time : lane.times) {
        tokens += time > start && time <= end ? 1 : 0;
      }
    }
    return new BenchResult.Sample((end - start) / 1e6, tokens);
  }

  /** Notes when the tokens of a sequence came, in nanoseconds since the first was made. */
  private final class Lane implements ReplyListener {
    private static final long ORIGIN = System.nanoTime();

    private final List<Long> times = new ArrayList<>();

    Reply run(BenchSequence sequence) {
      try {
        return sequence.run(this);
      } catch (Throwable e) {
        model.cancel(); // nobody needs the others any more
        throw e;
      } finally {
        if (times.isEmpty()) {
          allBegan.countDown();
        }
      }
    }

    @Override
    public void token(Reply.Token token) {
      times.add(System.nanoTime() - ORIGIN);
      if (times.size() == 1) {
        allBegan.countDown();
        try {
          allBegan.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
