package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.kernels.KvView;
import dev.ocelli.engine.model.Checkpoint;
import dev.ocelli.engine.model.TextRows;
import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What meets in a step, and what happens to whom when something goes wrong in it. */
class SchedulerContractTest {
  private static final int CHUNK = 100;
  private static final int BAD = 666;

  private final Device device = new Device();
  private final Scheduler scheduler = new Scheduler(device, CHUNK, 128);

  /** Notes steps, each when it is let; a row with the token {@link #BAD} fails. */
  private static final class Device implements Scheduler.Runner {
    final List<List<Integer>> steps = Collections.synchronizedList(new ArrayList<>());
    final Semaphore begun = new Semaphore(0);
    final Semaphore let = new Semaphore(0);

    @Override
    public long step(List<TextRows> step, int replyRows, Checkpoint checkpoint) {
      begun.release();
      let.acquireUninterruptibly();
      checkpoint.reached(1, 2);
      for (TextRows r : step) {
        if (r.ids()[0] == BAD) {
          throw new IllegalStateException("bad row");
        }
      }
      steps.add(step.stream().map(TextRows::count).toList());
      return 1_000_000;
    }
  }

  private enum NoKeys implements KvView {
    INSTANCE;

    @Override
    public KvLayout layout() {
      return new KvLayout(0, 1, 1, DType.F32, DType.F32);
    }

    @Override
    public List<MemorySegment> blocks() {
      return List.of();
    }
  }

  private static TextRows rows(int id, int count) {
    int[] ids = new int[count];
    ids[0] = id;
    return TextRows.text(ids, 0, 0, NoKeys.INSTANCE, null);
  }

  private CompletableFuture<Integer> want(int id, int count, boolean prompt) {
    return want(id, count, prompt, new AtomicBoolean());
  }

  private CompletableFuture<Integer> want(
      int id, int count, boolean prompt, AtomicBoolean cancelled) {
    CompletableFuture<Integer> result = new CompletableFuture<>();
    Scheduler.Wanted wanted = new Scheduler.Wanted(count, prompt, n -> rows(id, n), cancelled::get);
    Thread.ofVirtual()
        .start(() -> {
          Object sequence = new Object();
          try {
            result.complete(scheduler.compute(sequence, wanted));
          } catch (Throwable e) {
            result.completeExceptionally(e);
          } finally {
            scheduler.leave(sequence);
          }
        });
    return result;
  }

  /** Starts a step that holds the device until it is let. */
  private CompletableFuture<Integer> occupy() {
    CompletableFuture<Integer> first = want(1, 1, false);
    device.begun.acquireUninterruptibly();
    return first;
  }

  private static void awaitWaiting(Scheduler scheduler, int sessions) {
    while (scheduler.waiting() < sessions) {
      Thread.onSpinWait();
    }
  }

  @Test
  void tokensThatWaitShareAStep() throws Exception {
    CompletableFuture<Integer> first = occupy();
    List<CompletableFuture<Integer>> others = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      others.add(want(10 + i, 1 + i % 2, false));
    }
    awaitWaiting(scheduler, 8);
    device.let.release(2);
    first.get();
    int rows = 0;
    for (CompletableFuture<Integer> f : others) {
      rows += f.get();
    }
    assertThat(rows).isEqualTo(12);
    assertThat(device.steps).hasSize(2);
    assertThat(device.steps.get(1)).containsExactlyInAnyOrder(1, 2, 1, 2, 1, 2, 1, 2);
  }

  @Test
  void promptsFillTheirBudgetAndAreShortBesideReplies() throws Exception {
    CompletableFuture<Integer> first = occupy();
    CompletableFuture<Integer> a = want(2, 70, true);
    awaitWaiting(scheduler, 1);
    CompletableFuture<Integer> b = want(3, 70, true);
    awaitWaiting(scheduler, 2);
    device.let.release();
    first.get();
    device.begun.acquireUninterruptibly();
    CompletableFuture<Integer> reply = want(4, 3, false);
    awaitWaiting(scheduler, 1);
    CompletableFuture<Integer> c = want(5, 70, true);
    awaitWaiting(scheduler, 2);
    device.let.release(2);
    assertThat(a.get()).isEqualTo(70);
    assertThat(b.get()).isEqualTo(30);
    assertThat(reply.get()).isEqualTo(3);
    assertThat(c.get()).isEqualTo(PromptBudget.UNKNOWN);
    assertThat(device.steps)
        .containsExactly(List.of(1), List.of(70, 30), List.of(3, PromptBudget.UNKNOWN));
  }

  @Test
  void aReplyThatIsLateKeepsPromptsShortUntilItEnds() throws Exception {
    Object reply = new Object();
    device.let.release(3);
    Scheduler.Wanted token = new Scheduler.Wanted(1, false, n -> rows(1, n), () -> false);
    assertThat(scheduler.compute(reply, token)).isEqualTo(1);
    assertThat(want(2, 70, true).get()).isEqualTo(PromptBudget.UNKNOWN);
    scheduler.leave(reply);
    assertThat(want(3, 70, true).get()).isEqualTo(70);
  }

  @Test
  void anErrorIsTheSequencesOwn() throws Exception {
    CompletableFuture<Integer> first = occupy();
    CompletableFuture<Integer> a = want(2, 1, false);
    CompletableFuture<Integer> bad = want(BAD, 1, false);
    CompletableFuture<Integer> b = want(3, PromptBudget.UNKNOWN, true);
    awaitWaiting(scheduler, 3);
    device.let.release(10);
    assertThat(first.get()).isEqualTo(1);
    assertThat(a.get()).isEqualTo(1);
    assertThat(b.get()).isEqualTo(PromptBudget.UNKNOWN);
    assertThatThrownBy(bad::get)
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("bad row");
  }

  @Test
  void rowsThatCannotBeMadeFailAlone() throws Exception {
    CompletableFuture<Integer> first = occupy();
    CompletableFuture<Integer> a = want(2, 1, false);
    CompletableFuture<Integer> bad = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            bad.complete(
                scheduler.compute(
                    bad,
                    new Scheduler.Wanted(
                        1,
                        true,
                        n -> {
                          throw new IllegalStateException("no rows");
                        },
                        () -> false)));
          } catch (IllegalStateException e) {
            bad.completeExceptionally(e);
          }
        });
    awaitWaiting(scheduler, 2);
    device.let.release(2);
    assertThat(first.get()).isEqualTo(1);
    assertThat(a.get()).isEqualTo(1);
    assertThatThrownBy(bad::get).hasRootCauseMessage("no rows");
  }

  @Test
  void aStepIsAbandonedWhenNobodyWantsItAnyMore() throws Exception {
    AtomicBoolean cancelA = new AtomicBoolean();
    AtomicBoolean cancelB = new AtomicBoolean();
    CompletableFuture<Integer> first = occupy();
    CompletableFuture<Integer> a = want(2, 1, false, cancelA);
    CompletableFuture<Integer> b = want(3, 1, false, cancelB);
    awaitWaiting(scheduler, 2);
    cancelA.set(true);
    device.let.release(2);
    assertThat(first.get()).isEqualTo(1);
    assertThat(a.get()).isEqualTo(1); // computed for the other's sake
    assertThat(b.get()).isEqualTo(1);
    cancelB.set(true);
    device.let.release();
    CompletableFuture<Integer> alone = want(4, 1, false, cancelB);
    assertThatThrownBy(alone::get).hasCauseInstanceOf(CancelledException.class);
  }

  @Test
  void rowsThatNoStepCanHoldAreRefused() {
    assertThatThrownBy(() ->
            scheduler.compute(this, new Scheduler.Wanted(129, false, n -> rows(1, n), () -> false)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("129 rows; a step has 1 to 128");
  }
}
