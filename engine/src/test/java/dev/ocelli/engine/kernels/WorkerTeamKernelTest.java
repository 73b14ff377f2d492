package dev.ocelli.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerTeamKernelTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyTaskRunsExactlyOnceAndIsSeenByTheCaller(int threads) {
    try (WorkerTeam team = new WorkerTeam(threads)) {
      for (int round = 0; round < 2000; round++) {
        int count = round % 37;
        int[] plain = new int[count];
        team.run(count, (i, worker) -> plain[i] += i + 1 + 0 * worker);
        for (int i = 0; i < count; i++) {
          assertThat(plain[i]).isEqualTo(i + 1);
        }
      }
    }
  }

  @Test
  void workerNumbersSelectDisjointScratch() {
    int threads = 4;
    AtomicIntegerArray inside = new AtomicIntegerArray(threads);
    try (WorkerTeam team = new WorkerTeam(threads)) {
      for (int round = 0; round < 500; round++) {
        team.run(
            16,
            (i, worker) -> {
              assertThat(inside.incrementAndGet(worker)).isEqualTo(1);
              inside.decrementAndGet(worker);
            });
      }
    }
  }

  @Test
  void helpersThatParkedAreWokenAndACallerThatParkedToo() {
    CountDownLatch both = new CountDownLatch(2);
    try (WorkerTeam team = new WorkerTeam(2)) {
      pause();
      team.run(
          2,
          (i, worker) -> {
            both.countDown();
            /* Only two different threads can pass. */
            await(both);
            if (worker == 1) {
              pause();
            }
          });
      assertThat(both.getCount()).isZero();
    }
  }

  @Test
  void theFailureOfATaskIsThrownAndTheTeamGoesOn() {
    try (WorkerTeam team = new WorkerTeam(3)) {
      IllegalStateException failure = new IllegalStateException("task 5");
      for (int round = 0; round < 200; round++) {
        assertThatThrownBy(() ->
                team.run(
                    10,
                    (i, worker) -> {
                      if (i == 5) {
                        throw failure;
                      }
                    }))
            .isSameAs(failure);
        int[] done = new int[10];
        team.run(10, (i, worker) -> done[i] = 1);
        assertThat(done).containsOnly(1);
      }
      assertThatThrownBy(() ->
              team.run(
                  4,
                  (i, worker) -> {
                    throw new AssertionError("an error");
                  }))
          .isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void anOperationInsideATaskIsRefused() {
    try (WorkerTeam team = new WorkerTeam(2)) {
      assertThatThrownBy(() -> team.run(2, (i, worker) -> team.run(2, (j, inner) -> {})))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("already runs");
    }
  }

  @Test
  void closingTwiceIsHarmlessAndRunningAfterwardsIsRefused() {
    WorkerTeam team = new WorkerTeam(2);
    team.close();
    team.close();
    assertThatThrownBy(() -> team.run(2, (i, worker) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void anInterruptOfTheCallerIsKeptAndTheOperationStillEnds() {
    try (WorkerTeam team = new WorkerTeam(2)) {
      CountDownLatch both = new CountDownLatch(2);
      int[] done = new int[2];
      Thread.currentThread().interrupt();
      team.run(
          2,
          (i, worker) -> {
            both.countDown();
            if (worker == 1) {
              await(both);
              pause();
            } else {
              while (both.getCount() > 0) {
                Thread.onSpinWait();
              }
            }
            done[i] = 1;
          });
      assertThat(Thread.interrupted()).isTrue();
      assertThat(done).containsOnly(1);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Longer than any thread spins. */
  private static void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
