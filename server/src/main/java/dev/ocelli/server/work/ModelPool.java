package dev.ocelli.server.work;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.server.wire.ApiError;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Models that are loaded when a request asks for them, and unloaded when others need their room or
 * nobody has asked for long.
 *
 * <p>One thread loads and unloads, one model at a time: which model is where is decided in one
 * place, and two loads do not take the disk from each other. Requests to loaded models do not wait
 * for it. A model that a request holds is never unloaded. When there is room for no other model and
 * all are held, the one unused for longest takes no new requests until it can be unloaded.
 *
 * @param <M> a loaded model
 */
public final class ModelPool<M> implements AutoCloseable {
  /** How often a waiting request looks whether its client is still there. */
  private static final long LOOK_NANOS = 100_000_000;

  private final Limits limits;
  private final Metrics metrics;
  private final Consumer<Throwable> faults;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** Models that requests wait for, in the order in which they were asked for. */
  private final SequencedSet<Entry> wanted = new LinkedHashSet<>();

  private final Thread keeper;
  private boolean closed;

  /**
   * How many models may be loaded and for how long.
   *
   * @param models at once, 0 for as many as the memory holds
   * @param idle after which a model that nobody uses is unloaded; null for never
   * @param waiting requests that may wait for one model; more are refused with 429
   * @param available bytes of memory that a model may take now
   */
  public record Limits(int models, @Nullable Duration idle, int waiting, LongSupplier available) {}

  /** Where a model is. */
  public enum State {
    UNLOADED,
    LOADING,
    LOADED,
    UNLOADING
  }

  /**
   * How far a model is that is being loaded.
   *
   * @param done bytes of weights that are ready
   * @param total bytes of weights
   */
  public record Loading(long done, long total) {}

  /**
   * A model and where it is.
   *
   * @param loading how far it is while it is loaded, else null
   * @param model what was loaded, or null; not held: it may be unloaded at any time
   * @param users requests that hold it
   * @param expires when it will be unloaded if nobody asks; null for never
   */
  public record Status<M>(
      String name,
      State state,
      @Nullable Loading loading,
      @Nullable M model,
      int users,
      @Nullable Instant expires) {}

  private final class Entry {
    final String name;
    final @Nullable LoadableModel<M> loader;
    State state = State.UNLOADED;
    volatile @Nullable Loading loading;
    @Nullable M model;
    long bytes;

    /** Requests that hold it, and requests that wait for it. */
    int users;

    int waiting;

    /** It takes no new requests, so that it can be unloaded. */
    boolean draining;

    long lastUse = System.nanoTime();
    @Nullable Duration idle = limits.idle();

    /** Times that loading succeeded, and times that it failed. */
    int loads;

    int failures;
    @Nullable Throwable failure;

    Entry(String name, @Nullable LoadableModel<M> loader) {
      this.name = name;
      this.loader = loader;
    }

    boolean unloadable() {
      return state == State.LOADED && loader != null;
    }

    /** Nanoseconds until it is to be unloaded if nobody asks; 0 or less when that is now. */
    long nanosLeft() {
      Duration most = idle;
      return most == null || !unloadable() || users > 0 || waiting > 0
          ? Long.MAX_VALUE
          : most.toNanos() - (System.nanoTime() - lastUse);
    }
  }

  /**
   * A pool without models.
   *
   * @param faults is told what goes wrong when a model is unloaded
   */
  public ModelPool(Limits limits, Metrics metrics, Consumer<Throwable> faults) {
    this.limits = limits;
    this.metrics = metrics;
    this.faults = faults;
    this.keeper = Thread.ofPlatform().daemon().name("ocelli-models").unstarted(this::keep);
  }

  /** Adds a model that is loaded and stays so; it is its owner's. */
  public void add(String name, M model) {
    lock.lock();
    try {
      Entry e = new Entry(name, null);
      e.state = State.LOADED;
      e.model = model;
      entries.put(name, e);
    } finally {
      lock.unlock();
    }
  }

  /** Adds a model that is loaded when somebody asks. */
  public void add(String name, LoadableModel<M> loader) {
    lock.lock();
    try {
      entries.put(name, new Entry(name, loader));
      if (keeper.getState() == Thread.State.NEW) {
        keeper.start();
      }
    } finally {
      lock.unlock();
    }
  }

  /** All models in the order in which they were added. */
  public List<Status<M>> states() {
    lock.lock();
    try {
      List<Status<M>> out = new ArrayList<>();
      for (Entry e : entries.values()) {
        out.add(new Status<>(e.name, e.state, e.loading, e.model, e.users, expires(e)));
      }
      return out;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Instant expires(Entry e) {
    Duration idle = e.idle;
    if (idle == null || !e.unloadable()) {
      return null;
    }
    long used = e.users > 0 ? 0 : System.nanoTime() - e.lastUse;
    return Instant.now().plusNanos(Math.max(0, idle.toNanos() - used));
  }

  /** A model that a request holds; closing lets it go. Used by one thread. */
  public final class Lease implements AutoCloseable {
    private final Entry entry;
    private final M model;
    private boolean held = true;

    private Lease(Entry entry, M model) {
      this.entry = entry;
      this.model = model;
    }

    public M model() {
      return model;
    }

    /**
     * Says how long the model is to stay when nobody asks after this request.
     *
     * @param idle zero to unload it at once, null to keep it
     */
    public void keep(@Nullable Duration idle) {
      lock.lock();
      try {
        entry.idle = idle;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (held) {
          held = false;
          release(entry);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Waits until a model is loaded, and holds it.
   *
   * @param name one that was added
   * @param patience asked a few times a second
   * @throws ApiError when it cannot be loaded or there is no room for it; the next request tries
   *     again. 429 when too many wait for it, 503 when the pool is closed
   */
  public Lease acquire(String name, Patience patience) throws IOException, InterruptedException {
    lock.lock();
    try {
      Entry e = entries.get(name);
      if (e == null) {
        throw new IllegalArgumentException("there is no model " + name);
      }
      if (e.waiting >= limits.waiting() && !ready(e)) {
        metrics.refused();
        throw new ApiError(
                ApiError.Kind.TOO_MANY,
                "%d requests wait for model '%s' to be loaded; try again later"
                    .formatted(e.waiting, name))
            .code("server_busy")
            .retryAfter(10);
      }
      int loads = e.loads;
      int failures = e.failures;
      boolean acquired = false;
      e.waiting++;
      try {
        while (!acquired) {
          acquired = isMine(e, loads, failures);
          if (!acquired) {
            changed.awaitNanos(LOOK_NANOS);
            unlocked(patience);
          }
        }
        return new Lease(e, Objects.requireNonNull(e.model));
      } finally {
        e.waiting--;
        if (!acquired && e.loads != loads) {
          release(e);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean ready(Entry e) {
    return e.state == State.LOADED && !e.draining;
  }

  /** Whether the caller holds a model now; if not, it is wanted. */
  private boolean isMine(Entry e, int loads, int failures) {
    if (closed) {
      throw new ApiError(ApiError.Kind.UNAVAILABLE, "the server is shutting down").retryAfter(10);
    }
    if (e.loads != loads) {
      // All who wait when a model is loaded are its users from then on.
      return true;
    }
    if (ready(e)) {
      e.users++;
      return true;
    }
    Throwable failure = e.failure;
    if (failure != null && e.failures != failures) {
      throw error(e.name, failure);
    }
    if (e.state == State.UNLOADED && wanted.add(e)) {
      changed.signalAll();
    }
    return false;
  }

  private void unlocked(Patience patience) throws IOException {
    lock.unlock();
    try {
      patience.check();
    } finally {
      lock.lock();
    }
  }

  private void release(Entry e) {
    e.users--;
    e.lastUse = System.nanoTime();
    changed.signalAll();
  }

  /** Each that waits gets an error of its own. */
  private static RuntimeException error(String name, Throwable failure) {
    return switch (failure) {
      case OcelliException e -> ApiError.of(e);
      case ApiError e -> e;
      case OutOfMemoryError e ->
          new ApiError(
                  ApiError.Kind.UNAVAILABLE,
                  "the server's memory does not suffice for model '%s'; use a smaller one"
                      .formatted(name))
              .retryAfter(10);
      default ->
          new IllegalStateException("model '%s' could not be loaded".formatted(name), failure);
    };
  }

  /** Loads what is wanted and unloads what is not, until the pool is closed. */
  private void keep() {
    lock.lock();
    try {
      while (!closed) {
        Entry next = wanted.isEmpty() ? null : wanted.removeFirst();
        if (next != null) {
          load(next);
          continue;
        }
        Entry idle =
            entries.values().stream().min(Comparator.comparingLong(Entry::nanosLeft)).orElseThrow();
        long left = idle.nanosLeft();
        if (left <= 0) {
          unload(idle);
        } else {
          awaitChange(left);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Nobody interrupts the keeper; it ends with the pool. */
  private void awaitChange(long nanos) {
    try {
      changed.awaitNanos(nanos);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void load(Entry e) {
    LoadableModel<M> loader = e.loader;
    // Those who asked may have gone, or another load may have been for them, too.
    if (loader == null || e.waiting == 0 || e.state != State.UNLOADED) {
      return;
    }
    e.state = State.LOADING;
    long start = System.nanoTime();
    try {
      e.bytes = loader.neededBytes();
      makeRoom(e);
      lock.unlock();
      try {
        e.model = loader.load((done, total) -> reached(e, done, total));
      } finally {
        lock.lock();
        e.loading = null;
      }
      e.state = State.LOADED;
      e.loads++;
      e.users = e.waiting;
      e.idle = limits.idle();
      e.lastUse = System.nanoTime();
      e.failure = null;
      metrics.loaded(e.name, (System.nanoTime() - start) / 1e9);
    } catch (Throwable t) {
      e.state = State.UNLOADED;
      e.failure = t;
      e.failures++;
      metrics.loadFailed(e.name);
    }
    changed.signalAll();
  }

  private void reached(Entry e, long done, long total) {
    e.loading = new Loading(done, total);
    lock.lock();
    try {
      if (closed) {
        throw new CancellationException();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Unloads others until a model may be loaded.
   *
   * @throws ApiError 503 with the numbers when unloading all others would not do
   */
  private void makeRoom(Entry e) {
    try {
      while (true) {
        List<Entry> others = loaded().toList();
        long available = limits.available().getAsLong();
        long taken = others.stream().mapToLong(o -> o.bytes).sum();
        if (e.bytes > available + taken) {
          throw noMemory(e, available, others.size());
        }
        boolean tooMany = limits.models() > 0 && others.size() >= limits.models();
        if (!tooMany && e.bytes <= available) {
          return;
        }
        if (closed || e.waiting == 0) {
          throw new ApiError(ApiError.Kind.UNAVAILABLE, "nobody waits any more");
        }
        Comparator<Entry> byUse = Comparator.comparingLong(o -> o.lastUse);
        Entry idle = others.stream().filter(o -> o.users == 0).min(byUse).orElse(null);
        if (idle != null) {
          unload(idle);
        } else {
          others.stream().min(byUse).ifPresent(o -> o.draining = true);
          awaitChange(LOOK_NANOS);
        }
      }
    } finally {
      entries.values().forEach(o -> o.draining = false);
      changed.signalAll();
    }
  }

  private Stream<Entry> loaded() {
    return entries.values().stream().filter(Entry::unloadable);
  }

  private static ApiError noMemory(ModelPool<?>.Entry e, long available, int others) {
    String unloading =
        others == 0
            ? ""
            : ", and unloading the %d loaded models would not suffice".formatted(others);
    return new ApiError(
            ApiError.Kind.UNAVAILABLE,
            "model '%s' needs %d MiB of memory to be loaded, %d MiB are available%s; use a smaller model, a smaller --ctx-size or fewer slots (--parallel)"
                .formatted(e.name, mebibytes(e.bytes), mebibytes(available), unloading))
        .code("insufficient_memory");
  }

  private static long mebibytes(long bytes) {
    return Math.ceilDiv(bytes, 1L << 20);
  }

  private void unload(Entry e) {
    LoadableModel<M> loader = e.loader;
    M model = e.model;
    if (loader == null || model == null) {
      return;
    }
    e.state = State.UNLOADING;
    e.model = null;
    lock.unlock();
    try {
      loader.unload(model);
    } catch (RuntimeException fault) {
      faults.accept(fault);
    } finally {
      lock.lock();
    }
    e.state = State.UNLOADED;
    metrics.unloaded(e.name);
    changed.signalAll();
  }

  /** Loads nothing any more: those who wait get 503; models that are held stay. */
  public void stop() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Unloads what the pool has loaded; nobody may hold a model any more. */
  @Override
  public void close() {
    stop();
    boolean interrupted = false;
    for (boolean ended = !keeper.isAlive(); !ended; ended = !keeper.isAlive()) {
      try {
        keeper.join(TimeUnit.MINUTES.toMillis(1));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    lock.lock();
    try {
      loaded().toList().forEach(this::unload);
    } finally {
      lock.unlock();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
