package dev.ocelli.server.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.nano.NanoModel;
import dev.ocelli.server.access.Caller;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which slot a job gets, and when it is free for the next. */
class SlotPoolContractTest {
  private static Engine engine;

  @BeforeAll
  static void open() {
    Arena arena = Arena.ofAuto();
    ModelFiles files =
        ModelFiles.of(
            GgufFile.of(NanoModel.text(arena), NanoModel.TEXT_ORIGIN),
            GgufFile.of(NanoModel.vision(arena), NanoModel.VISION_ORIGIN));
    engine = Engine.open(files, EngineOptions.DEFAULT.withThreads(1, 1), (done, total) -> {});
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** A job that notes with each event how many slots are busy while it is told. */
  private static final class Watched extends Job {
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final IntSupplier busy;

    Watched(List<Planned> choices, IntSupplier busy) {
      super("job", Caller.anonymous("here"), choices, Duration.ZERO);
      this.busy = busy;
    }

    @Override
    void tell(JobEvent event) {
      told.add(event.getClass().getSimpleName() + " " + busy.getAsInt());
      super.tell(event);
    }
  }

  private static Planned planned(int maxTokens) {
    Request request =
        new Request(
            List.of(Message.of("user", "Hello")),
            List.of(),
            List.of(),
            Sampling.greedy(),
            maxTokens,
            List.of(),
            -1);
    return new Planned(request, engine.prepare(request));
  }

  private static JobEvent last(Job job) throws InterruptedException {
    JobEvent last = null;
    while (!(last instanceof JobEvent.Ended || last instanceof JobEvent.Failed)) {
      last = job.poll(Duration.ofSeconds(30));
      assertThat(last).isNotNull();
    }
    return last;
  }

  @Test
  void aSlotIsIdleBeforeAnybodyIsToldOfTheEnd() throws InterruptedException {
    try (SlotPool pool = new SlotPool(engine, "nano", 2, 4, new Metrics())) {
      Watched job = new Watched(List.of(planned(2), planned(3)), pool::running);
      pool.submit(job);
      assertThat(last(job)).isInstanceOf(JobEvent.Ended.class);
      // Of the first reply it is told while the second is made; of the end when all is over.
      assertThat(job.told.stream().filter(e -> e.startsWith("Finished")))
          .containsExactly("Finished 1", "Finished 0");
      assertThat(job.told).last().isEqualTo("Ended 0");
    }
  }

  @Test
  void aSlotIsIdleBeforeAnybodyIsToldOfAFailure() throws InterruptedException {
    try (SlotPool pool = new SlotPool(engine, "nano", 1, 4, new Metrics())) {
      Request tooLong = planned(1).request();
      int[] ids = new int[engine.contextLength() + 1];
      Watched job = new Watched(List.of(new Planned(tooLong, engine.prepare(ids))), pool::running);
      pool.submit(job);
      assertThat(last(job)).isInstanceOf(JobEvent.Failed.class);
      assertThat(job.told).containsExactly("Failed 0");
    }
  }

  @Test
  void theNextTurnGetsTheSlotThatHoldsTheConversation() throws InterruptedException {
    try (SlotPool pool = new SlotPool(engine, "nano", 3, 4, new Metrics())) {
      for (int turn = 0; turn < 20; turn++) {
        Job job = new Job("job", Caller.anonymous("here"), List.of(planned(2)), Duration.ZERO);
        pool.submit(job);
        JobEvent event = job.poll(Duration.ofSeconds(30));
        while (!(event instanceof JobEvent.Finished)) {
          event = job.poll(Duration.ofSeconds(30));
        }
        // The next turn comes at once, as from a client of a stream: the end is not awaited.
        assertThat(((JobEvent.Finished) event).outcome().slot()).isZero();
      }
    }
  }

  @Test
  void jobsOfTheBackgroundLeaveASlotIdleAndGoLast() throws InterruptedException {
    try (SlotPool pool = new SlotPool(engine, "nano", 2, 4, new Metrics())) {
      Caller caller = Caller.anonymous("here");
      List<Job> background = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Job job = new Job("batch", caller, List.of(planned(100)), Duration.ZERO, true);
        background.add(job);
        pool.submit(job);
      }
      assertThat(pool.running()).isEqualTo(1);
      // More than may wait: those of the background are not counted.
      for (int i = 0; i < 3; i++) {
        Job job = new Job("job", caller, List.of(planned(2)), Duration.ZERO);
        pool.submit(job);
        assertThat(pool.waiting()).isZero();
        assertThat(last(job)).isInstanceOf(JobEvent.Ended.class);
        assertThat(pool.running()).isLessThanOrEqualTo(1);
      }
      for (Job job : background.subList(3, 8)) {
        pool.cancel(job);
      }
      for (Job job : background) {
        assertThat(last(job)).isInstanceOf(JobEvent.Ended.class);
      }
      assertThat(pool.awaitQuiet(Duration.ofSeconds(30))).isTrue();
    }
  }
}
