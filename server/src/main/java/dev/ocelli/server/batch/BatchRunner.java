package dev.ocelli.server.batch;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.server.wire.ApiError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Has the requests of a checkpoint answered, several at a time. */
public final class BatchRunner {
  private static final int PAGE = 256;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  private final Checkpoint checkpoint;
  private final BatchOutput output;
  private final Source source;
  private final Answerer answerer;
  private final Rules rules;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<BatchItem> page = new ArrayDeque<>();

  /** Requests that are being answered by the hash of what they ask, with equal ones that wait. */
  private final Map<ByteBuffer, List<BatchItem>> flying = new HashMap<>();

  private final long start = System.nanoTime();
  private long from;
  private long started;
  private long answered;
  private long failed;
  private long tokens;
  private long replyTokens;
  private long retries;
  private boolean exhausted;
  private volatile boolean stopped;
  private @Nullable Throwable fatal;

  /** Where requests come from. */
  @FunctionalInterface
  public interface Source {
    /**
     * Reads a request.
     *
     * @throws ApiError when it can never be answered
     * @throws OcelliException (INPUT) in the same case
     */
    Question read(BatchItem item) throws IOException;
  }

  /**
   * What a request asks.
   *
   * @param path of the endpoint
   * @param body JSON
   */
  public record Question(String path, byte[] body) {}

  /** Answers requests. */
  @FunctionalInterface
  public interface Answerer {
    /**
     * Answers.
     *
     * @param unwanted whether nobody waits for the answer any more
     * @throws IOException when it is unwanted
     */
    BatchAnswer answer(BatchItem item, Question question, BooleanSupplier unwanted)
        throws IOException, InterruptedException;
  }

  /**
   * How requests are worked on.
   *
   * @param workers requests at once
   * @param retries how often a request is tried again when the fault is not its own
   * @param dedupe whether equal requests are answered once
   * @param budget when no more are begun
   */
  public record Rules(int workers, int retries, boolean dedupe, Budget budget) {}

  /**
   * When a run ends before everything is done; what has begun is finished.
   *
   * @param items requests, 0 for no limit
   * @param tokens of prompts and replies, 0 for no limit
   * @param time zero for no limit
   */
  public record Budget(long items, long tokens, Duration time) {
    /** No limits. */
    public static final Budget NONE = new Budget(0, 0, Duration.ZERO);
  }

  /**
   * What a run has done so far.
   *
   * @param answered requests that got an answer in this run, errors and copies included
   * @param failed of those, how many got an error
   * @param tokens of prompts and replies
   * @param replyTokens of replies alone
   * @param retries that were made
   * @param seconds since the run began
   * @param exhausted whether its budget is used up
   */
  public record Pace(
      long answered,
      long failed,
      long tokens,
      long replyTokens,
      long retries,
      double seconds,
      boolean exhausted) {
    /** Of a run that had nothing to do. */
    public static final Pace NONE = new Pace(0, 0, 0, 0, 0, 0, false);
  }

  /** A run that has not begun. */
  public BatchRunner(
      Checkpoint checkpoint, BatchOutput output, Source source, Answerer answerer, Rules rules) {
    this.checkpoint = checkpoint;
    this.output = output;
    this.source = source;
    this.answerer = answerer;
    this.rules = rules;
  }

  /**
   * Works until everything is done, the budget is used up, or {@link #stop} is called.
   *
   * @param watcher is told of the pace after each answer, on threads of workers
   * @throws OcelliException when checkpoint or output cannot be written; what was noted is kept
   */
  public Pace run(Consumer<Pace> watcher) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < rules.workers(); i++) {
      threads.add(Thread.ofVirtual().name("ocelli-batch-" + i).start(() -> work(watcher)));
    }
    try {
      for (Thread t : threads) {
        t.join();
      }
    } finally {
      stop();
    }
    switch (fatal) {
      case null -> output.settle();
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
    return pace();
  }

  /** Ends soon: what is being answered is given up and will be answered by the next run. */
  public void stop() {
    stopped = true;
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What this run has done so far. */
  public Pace pace() {
    lock.lock();
    try {
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Pace(answered, failed, tokens, replyTokens, retries, seconds, exhausted);
    } finally {
      lock.unlock();
    }
  }

  private void work(Consumer<Pace> watcher) {
    try {
      for (BatchItem item = next(); item != null; item = next()) {
        process(item);
        output.advance();
        watcher.accept(pace());
      }
    } catch (IOException | InterruptedException e) {
      // It was given up: whoever stopped the run knows.
      return;
    } catch (Throwable e) {
      lock.lock();
      try {
        fatal = fatal == null ? e : fatal;
      } finally {
        lock.unlock();
      }
      stop();
    }
  }

  private @Nullable BatchItem next() {
    lock.lock();
    try {
      Budget b = rules.budget();
      exhausted |=
          b.items() > 0 && started >= b.items()
              || b.tokens() > 0 && tokens >= b.tokens()
              || !b.time().isZero() && System.nanoTime() - start >= b.time().toNanos();
      if (stopped || exhausted) {
        return null;
      }
      if (page.isEmpty()) {
        page.addAll(checkpoint.open(from, PAGE));
        from = page.isEmpty() ? from : page.getLast().number() + 1;
      }
      BatchItem item = page.poll();
      started += item == null ? 0 : 1;
      exhausted &= item != null;
      return item;
    } finally {
      lock.unlock();
    }
  }

  /** Gets a request its answer, or leaves it to an equal one that is being answered. */
  private void process(BatchItem item) throws IOException, InterruptedException {
    Question question;
    try {
      question = source.read(item);
    } catch (ApiError e) {
      finish(item, null, BatchAnswer.of(e));
      return;
    } catch (OcelliException e) {
      if (e.kind() == OcelliException.Kind.RESOURCE) {
        throw e;
      }
      finish(item, null, BatchAnswer.of(ApiError.of(e)));
      return;
    }
    byte[] hash = hash(question);
    if (!rules.dedupe() || first(item, hash)) {
      finish(item, hash, answer(item, question));
    }
  }

  /** Whether nobody has answered or is answering an equal request. */
  private boolean first(BatchItem item, byte[] hash) {
    lock.lock();
    try {
      List<BatchItem> waiting = flying.get(ByteBuffer.wrap(hash));
      if (waiting != null) {
        waiting.add(item);
        return false;
      }
      long same = checkpoint.doneLike(hash);
      if (same >= 0) {
        checkpoint.copy(item, same);
        answered++;
        return false;
      }
      flying.put(ByteBuffer.wrap(hash), new ArrayList<>());
      return true;
    } finally {
      lock.unlock();
    }
  }

  private BatchAnswer answer(BatchItem item, Question question)
      throws IOException, InterruptedException {
    for (int attempt = 0; ; ) {
      BatchAnswer answer = answerer.answer(item, question, () -> stopped);
      // A quota is not a fault: it fills again, however long that takes.
      attempt += answer.status() == 429 ? 0 : 1;
      if (!answer.transientFault() || attempt > rules.retries()) {
        return answer;
      }
      pause(Duration.ofSeconds(Math.max(answer.retryAfter(), 1L << Math.min(attempt, 6))));
    }
  }

  private void pause(Duration wanted) throws IOException, InterruptedException {
    long left = (wanted.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wanted).toNanos();
    lock.lock();
    try {
      retries++;
      while (left > 0 && !stopped) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
    if (stopped) {
      throw new IOException("the run was stopped");
    }
  }

  private void finish(BatchItem item, byte @Nullable [] hash, BatchAnswer answer) {
    lock.lock();
    try {
      checkpoint.finish(item, hash, answer);
      answered++;
      failed += answer.good() ? 0 : 1;
      tokens += answer.tokens();
      replyTokens += answer.replyTokens();
      List<BatchItem> equal = hash == null ? null : flying.remove(ByteBuffer.wrap(hash));
      if (equal != null) {
        for (BatchItem e : equal) {
          checkpoint.copy(e, item.number());
          answered++;
          failed += answer.good() ? 0 : 1;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private static byte[] hash(Question question) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update((question.path() + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return sha.digest(question.body());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
