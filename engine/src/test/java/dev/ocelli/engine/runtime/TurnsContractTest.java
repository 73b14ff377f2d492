package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.kernels.Workers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** Steps come between the tasks of long work, and every task is done once. */
class TurnsContractTest {
  private static final int TASKS = 40;

  private final Turns turns = new Turns();
  private final AtomicIntegerArray done = new AtomicIntegerArray(TASKS);

  private static void sleep(int millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void requireAllOnce() {
    for (int i = 0; i < TASKS; i++) {
      assertThat(done.get(i)).isEqualTo(1);
    }
  }

  @Test
  void aStepNeedNotWaitForAnOperationsEnd() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch stepped = new CountDownLatch(1);
    AtomicBoolean between = new AtomicBoolean();
    try (Workers team = new WorkerTeam(2)) {
      Thread step =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  begun.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                turns.whole(stepped::countDown);
              });
      turns
          .keeping(team)
          .run(
              TASKS,
              (index, worker) -> {
                begun.countDown();
                sleep(5);
                done.incrementAndGet(index);
                if (index == TASKS - 1) {
                  between.set(stepped.getCount() == 0);
                }
              });
      turns.end();
      step.join();
    }
    requireAllOnce();
    assertThat(between).isTrue();
  }

  @Test
  void aTurnLastsOverOperationsUntilItIsEnded() throws InterruptedException {
    try (Workers team = new WorkerTeam(2)) {
      Workers keeping = turns.keeping(team);
      keeping.run(TASKS, (index, worker) -> done.incrementAndGet(index));
      requireAllOnce();
      CountDownLatch stepped = new CountDownLatch(1);
      Thread step = Thread.ofPlatform().start(() -> turns.whole(stepped::countDown));
      assertThat(stepped.await(50, TimeUnit.MILLISECONDS)).isFalse();
      turns.end();
      step.join();
      assertThat(stepped.getCount()).isZero();
    }
  }

  @Test
  void aFailureEndsTheTurn() {
    try (Workers team = new WorkerTeam(2)) {
      assertThatThrownBy(() ->
              turns
                  .between(team)
                  .run(
                      3,
                      (index, worker) -> {
                        throw new IllegalStateException("bad task");
                      }))
          .hasMessage("bad task");
      turns.whole(() -> done.incrementAndGet(0));
      assertThat(done.get(0)).isEqualTo(1);
    }
  }
}
