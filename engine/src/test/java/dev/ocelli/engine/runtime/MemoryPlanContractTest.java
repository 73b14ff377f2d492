package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.testing.TinyModels;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Planned numbers are those of loading, and what does not fit is refused before it is taken. */
class MemoryPlanContractTest {
  private static final EngineOptions OPTIONS =
      EngineOptions.DEFAULT.withThreads(2, 2).withContextLength(512);

  private static final List<String> PICTURES = List.of("g_301x199");

  @Test
  void weightsAreThoseOfLoading() {
    for (LoadMode mode : List.of(LoadMode.REPACK, LoadMode.MMAP)) {
      EngineOptions options = OPTIONS.edit().loadMode(mode).build();
      try (Engine engine = open(options)) {
        MemoryPlan plan = MemoryPlan.of(engine.files(), options);
        MemoryNeed need = plan.need(plan.leastUse(1));
        long packed = engine.loadReport().packedBytes();
        // What is not packed are vectors and the table of positions.
        assertThat(need.weights()).isBetween(packed, packed + (1 << 20));
      }
    }
  }

  @Test
  void needsGrowWithUse() {
    try (ModelFiles files = TinyModels.dense()) {
      MemoryPlan plan = MemoryPlan.of(files, OPTIONS);
      MemoryNeed few = plan.need(MemoryUse.ofText(1, 64));
      MemoryNeed many = plan.need(MemoryUse.ofText(3, 512));
      long block = plan.keysValues(1);
      assertThat(plan.keysValues(65)).isEqualTo(2 * block);
      assertThat(many.keysValues() - 3 * few.keysValues()).isEqualTo(3 * 7 * block);
      assertThat(many.weights()).isEqualTo(few.weights());
      assertThat(few.vision()).isZero();
      long f32 = plan.with(OPTIONS.withCacheType(DType.F32)).keysValues(64);
      assertThat(f32).isEqualTo(2 * block);
    }
  }

  @Test
  void modelThatDoesNotFitIsRefusedWithItsParts() {
    try (ModelFiles files = TinyModels.dense()) {
      EngineOptions little = OPTIONS.edit().memory(() -> 1000).build();
      assertRefused(
          () -> Engine.open(files, little, ModelLoader.Progress.NONE),
          "the model needs",
          "weights",
          "keys and values",
          "0 MiB are available",
          "ocelli plan");
    }
  }

  @Test
  void requestsThatDoNotFitAreRefusedAndTheSessionStays() {
    AtomicLong available = new AtomicLong(Long.MAX_VALUE);
    EngineOptions guarded = OPTIONS.edit().memory(available::get).build();
    Request text = RuntimeFixtures.request(List.of(RuntimeFixtures.user("Hello", 0)), List.of(), 4);
    Request picture =
        RuntimeFixtures.request(List.of(RuntimeFixtures.user("What?", 1)), PICTURES, 4);
    try (Engine engine = open(guarded);
        Session session = engine.newSession();
        Session other = engine.newSession()) {
      available.set(1 << 20);
      assertRefused(
          () -> session.generate(text, ReplyListener.NONE), "keys and values of", "available");
      assertRefused(
          () -> session.generate(picture, ReplyListener.NONE), "encoding", "--image-max-tokens");
      available.set(Long.MAX_VALUE);
      Reply late = session.generate(picture, ReplyListener.NONE);
      assertThat(late.tokens())
          .isNotEmpty()
          .isEqualTo(other.generate(picture, ReplyListener.NONE).tokens());
    }
  }

  private static void assertRefused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            OcelliException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RESOURCE))
        .message()
        .contains(parts);
  }

  private static Engine open(EngineOptions options) {
    return Engine.open(TinyModels.dense(), options, ModelLoader.Progress.NONE);
  }
}
