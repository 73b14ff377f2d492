package dev.ocelli.server.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.work.ModelPool.State;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When models are loaded and unloaded, with models that are but names. */
@Timeout(60)
class ModelPoolContractTest {
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final List<Throwable> faults = new CopyOnWriteArrayList<>();
  private final AtomicLong memory = new AtomicLong(1000);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private @Nullable ModelPool<String> opened;

  @AfterEach
  void close() {
    if (opened != null) {
      opened.close();
    }
    threads.shutdownNow();
    assertThat(faults).isEmpty();
  }

  private ModelPool<String> pool(int most, @Nullable Duration idle, Fake... models) {
    ModelPool<String> pool =
        new ModelPool<>(
            new ModelPool.Limits(most, idle, 8, memory::get), new Metrics(), faults::add);
    for (Fake m : models) {
      pool.add(m.name, m);
    }
    opened = pool;
    return pool;
  }

  private final class Fake implements LoadableModel<String> {
    final String name;
    final long bytes;
    volatile @Nullable RuntimeException failure;
    final CountDownLatch begun = new CountDownLatch(1);
    volatile CountDownLatch mayLoad = new CountDownLatch(0);

    Fake(String name, long bytes) {
      this.name = name;
      this.bytes = bytes;
    }

    @Override
    public long neededBytes() {
      return bytes;
    }

    @Override
    public String load(ModelLoader.Progress progress) {
      begun.countDown();
      try {
        while (mayLoad.getCount() > 0) {
          progress.reached(1, bytes);
          Thread.sleep(1);
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      RuntimeException wrong = failure;
      if (wrong != null) {
        events.add("fail " + name);
        throw wrong;
      }
      memory.addAndGet(-bytes);
      events.add("load " + name);
      return name.toUpperCase(java.util.Locale.ROOT);
    }

    @Override
    public void unload(String model) {
      memory.addAndGet(bytes);
      events.add("unload " + name);
    }
  }

  private static void use(ModelPool<String> pool, String name) throws Exception {
    try (ModelPool<String>.Lease lease = pool.acquire(name, () -> {})) {
      assertThat(lease.model()).isEqualToIgnoringCase(name);
    }
  }

  private static State state(ModelPool<String> pool, String name) {
    return pool.states().stream()
        .filter(s -> s.name().equals(name))
        .findFirst()
        .orElseThrow()
        .state();
  }

  private static void await(BooleanSupplier what) throws InterruptedException {
    while (!what.getAsBoolean()) {
      Thread.sleep(1);
    }
  }

  @Test
  void leastRecentlyUsedMakesRoom() throws Exception {
    ModelPool<String> pool = pool(2, null, new Fake("a", 1), new Fake("b", 1), new Fake("c", 1));
    use(pool, "a");
    use(pool, "b");
    use(pool, "a");
    use(pool, "c");
    use(pool, "a");
    assertThat(events).containsExactly("load a", "load b", "unload b", "load c");
  }

  @Test
  void manyThatAskAtOnceLoadOnce() throws Exception {
    Fake a = new Fake("a", 1);
    a.mayLoad = new CountDownLatch(1);
    ModelPool<String> pool = pool(0, null, a);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(
          threads.submit(() -> {
            use(pool, "a");
            return true;
          }));
    }
    a.begun.await();
    assertThat(state(pool, "a")).isEqualTo(State.LOADING);
    a.mayLoad.countDown();
    for (Future<?> f : all) {
      f.get();
    }
    assertThat(events).containsExactly("load a");
  }

  @Test
  void loadedModelsAnswerWhileOthersAreLoaded() throws Exception {
    Fake slow = new Fake("slow", 1);
    slow.mayLoad = new CountDownLatch(1);
    ModelPool<String> pool = pool(0, null, new Fake("a", 1), slow);
    use(pool, "a");
    Future<?> waiting =
        threads.submit(() -> {
          use(pool, "slow");
          return true;
        });
    slow.begun.await();
    use(pool, "a");
    assertThat(waiting.isDone()).isFalse();
    slow.mayLoad.countDown();
    waiting.get();
  }

  @Test
  void heldModelsStayAndThoseWhoWaitGetTheirTurn() throws Exception {
    ModelPool<String> pool = pool(1, null, new Fake("a", 1), new Fake("b", 1));
    ModelPool<String>.Lease first = pool.acquire("a", () -> {});
    Future<?> other =
        threads.submit(() -> {
          use(pool, "b");
          return true;
        });
    await(() -> state(pool, "b") == State.LOADING);
    // Another request for the held model waits behind the one for the other model.
    Future<?> again =
        threads.submit(() -> {
          await(() -> !events.equals(List.of("load a")));
          use(pool, "a");
          return true;
        });
    assertThat(events).containsExactly("load a");
    assertThat(first.model()).isEqualTo("A");
    first.close();
    first.close();
    other.get();
    again.get();
    assertThat(events).containsExactly("load a", "unload a", "load b", "unload b", "load a");
  }

  @Test
  void memoryIsLookedAtBeforeLoading() throws Exception {
    ModelPool<String> pool =
        pool(
            0,
            null,
            new Fake("a", 600L << 20),
            new Fake("b", 500L << 20),
            new Fake("big", 2L << 30));
    memory.set(1000L << 20);
    use(pool, "a");
    use(pool, "b");
    assertThat(events).containsExactly("load a", "unload a", "load b");
    assertThatThrownBy(() -> use(pool, "big"))
        .isInstanceOfSatisfying(
            ApiError.class,
            e -> {
              assertThat(e.status()).isEqualTo(503);
              assertThat(e.code()).isEqualTo("insufficient_memory");
            })
        .hasMessageContaining("model 'big' needs 2048 MiB of memory to be loaded, 500 MiB are");
    // Nothing was unloaded in vain.
    assertThat(state(pool, "b")).isEqualTo(State.LOADED);
  }

  @Test
  void failuresAreToldAndTriedAgain() throws Exception {
    Fake a = new Fake("a", 1);
    ModelPool<String> pool = pool(0, null, a);
    a.failure = new OcelliException(OcelliException.Kind.MODEL, "a.gguf: is damaged");
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> use(pool, "a"))
          .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(500))
          .hasMessage("a.gguf: is damaged");
    }
    a.failure = new IllegalStateException("a bug");
    assertThatThrownBy(() -> use(pool, "a")).isInstanceOf(IllegalStateException.class);
    a.failure = null;
    use(pool, "a");
    assertThat(events).containsExactly("fail a", "fail a", "fail a", "load a");
  }

  @Test
  void idleModelsAreUnloaded() throws Exception {
    ModelPool<String> pool = pool(0, Duration.ofMillis(30), new Fake("a", 1), new Fake("b", 1));
    pool.add("own", "OWN");
    use(pool, "a");
    try (ModelPool<String>.Lease held = pool.acquire("b", () -> {})) {
      await(() -> events.contains("unload a"));
      assertThat(held.model()).isEqualTo("B");
      assertThat(state(pool, "b")).isEqualTo(State.LOADED);
    }
    await(() -> events.contains("unload b"));
    assertThat(state(pool, "own")).isEqualTo(State.LOADED);
  }

  @Test
  void aRequestSaysHowLongItsModelStays() throws Exception {
    ModelPool<String> pool = pool(0, null, new Fake("a", 1), new Fake("b", 1));
    try (ModelPool<String>.Lease a = pool.acquire("a", () -> {});
        ModelPool<String>.Lease b = pool.acquire("b", () -> {})) {
      a.keep(Duration.ZERO);
      b.keep(Duration.ofHours(1));
      assertThat(events).containsExactly("load a", "load b");
    }
    await(() -> events.contains("unload a"));
    assertThat(state(pool, "b")).isEqualTo(State.LOADED);
    assertThat(pool.states().get(1).expires()).isNotNull();
  }

  @Test
  void whoGoesAwayIsNotWaitedFor() throws Exception {
    Fake slow = new Fake("slow", 1);
    slow.mayLoad = new CountDownLatch(1);
    ModelPool<String> pool = pool(0, null, slow, new Fake("a", 1));
    Future<?> first =
        threads.submit(() -> {
          use(pool, "slow");
          return true;
        });
    slow.begun.await();
    assertThatThrownBy(() ->
            pool.acquire(
                "a",
                () -> {
                  throw new IOException("gone");
                }))
        .isInstanceOf(IOException.class);
    slow.mayLoad.countDown();
    first.get();
    use(pool, "slow");
    assertThat(events).containsExactly("load slow");
  }

  @Test
  void tooManyThatWaitAreRefused() throws Exception {
    Fake slow = new Fake("slow", 1);
    slow.mayLoad = new CountDownLatch(1);
    ModelPool<String> pool = pool(0, null, slow);
    List<Future<?>> waiting = new ArrayList<>();
    CountDownLatch inLine = new CountDownLatch(8);
    for (int i = 0; i < 8; i++) {
      AtomicBoolean said = new AtomicBoolean();
      waiting.add(
          threads.submit(() -> {
            pool.acquire(
                    "slow",
                    () -> {
                      if (said.compareAndSet(false, true)) {
                        inLine.countDown();
                      }
                    })
                .close();
            return true;
          }));
    }
    slow.begun.await();
    inLine.await();
    assertThatThrownBy(() -> use(pool, "slow"))
        .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(429));
    slow.mayLoad.countDown();
    for (Future<?> f : waiting) {
      f.get();
    }
  }

  @Test
  void closingGivesUpLoadingAndUnloadsAll() throws Exception {
    Fake slow = new Fake("slow", 1);
    slow.mayLoad = new CountDownLatch(1);
    ModelPool<String> pool = pool(0, null, new Fake("a", 1), slow);
    use(pool, "a");
    Future<?> waiting =
        threads.submit(() -> {
          use(pool, "slow");
          return true;
        });
    slow.begun.await();
    pool.stop();
    assertThatThrownBy(waiting::get).hasRootCauseInstanceOf(ApiError.class);
    assertThatThrownBy(() -> use(pool, "a")).hasMessageContaining("shutting down");
    pool.close();
    assertThat(events).contains("unload a");
    assertThat(memory).hasValue(1000);
  }
}
