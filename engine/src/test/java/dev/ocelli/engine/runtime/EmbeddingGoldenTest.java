package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.runtime.Reply.Finish;
import dev.ocelli.engine.selftest.Npy;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.testing.Fixtures;
import dev.ocelli.engine.testing.TinyModels;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Pooled states: those of the reference, and the same bits whatever else is computed. */
class EmbeddingGoldenTest {
  private static final double TOLERANCE = 2e-4;
  private static final EngineOptions PLAIN = EngineOptions.DEFAULT.withThreads(2, 2);

  private static Engine open(Supplier<ModelFiles> files, EngineOptions options) {
    return Engine.open(files.get(), options, ModelLoader.Progress.NONE);
  }

  private static Request question(int repeats, int pictures) {
    Message m = RuntimeFixtures.user("What do the pictures show? ".repeat(repeats), pictures);
    return RuntimeFixtures.request(
        List.of(m), List.of("a_160x96", "h_720x480").subList(0, pictures), 3);
  }

  private static Embedding embed(Engine engine, Request request, Pooling pooling) {
    try (Session s = engine.newSession()) {
      return s.embed(request, engine.prepare(request), pooling, ReplyListener.NONE);
    }
  }

  @ParameterizedTest
  @CsvSource({"image_a, 1, Describe this image.", "text, 0, ''"})
  void isThatOfTheReference(String name, int pictures, String words) {
    String folder = "golden/tiny-dense/" + name + "/";
    Npy.Array states = Npy.read(Fixtures.path(folder + "lm_norm.npy"));
    int[] ids = Npy.read(Fixtures.path(folder + "input_ids.npy")).ints();
    float[] want = states.floats();
    int hidden = want.length / ids.length;
    EngineOptions exact = PLAIN.withExact(true).withCacheType(DType.F32);
    try (Engine engine = open(TinyModels::dense, exact);
        Session s = engine.newSession()) {
      Request request =
          RuntimeFixtures.request(
              List.of(RuntimeFixtures.user(words, pictures)),
              pictures == 0 ? List.of() : List.of("a_160x96"),
              0);
      Prepared prepared = pictures == 0 ? engine.prepare(ids) : engine.prepare(request);
      assertThat(prepared.prompt().ids()).isEqualTo(ids);
      Embedding last = s.embed(request, prepared, Pooling.LAST, ReplyListener.NONE);
      Embedding mean = s.embed(request, prepared, Pooling.MEAN, ReplyListener.NONE);
      for (int c = 0; c < hidden; c++) {
        double sum = 0;
        for (int r = 0; r < ids.length; r++) {
          sum += want[r * hidden + c];
        }
        assertThat((double) mean.values()[c]).isCloseTo(sum / ids.length, within(TOLERANCE));
        assertThat((double) last.values()[c])
            .isCloseTo(want[(ids.length - 1) * hidden + c], within(TOLERANCE));
      }
      assertThat(mean.values()).hasSize(hidden);
      assertThat(mean.reply().promptTokens()).isEqualTo(ids.length);
      // The mean needs every token's state, so that nothing of the prompt may be reused.
      assertThat(mean.reply().reusedTokens()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void chunksThreadsAndCachesDoNotChangeABit(Pooling pooling) {
    float[] want;
    try (Engine engine = open(() -> TinyModels.wide("Q4_K_M"), PLAIN.withThreads(1, 1))) {
      want = embed(engine, question(6, 1), pooling).values();
    }
    for (int chunk : new int[] {1, 7}) {
      try (Engine engine = open(() -> TinyModels.wide("Q4_K_M"), PLAIN.withChunk(chunk));
          Session s = engine.newSession()) {
        Request request = question(6, 1);
        for (int i = 0; i < 2; i++) {
          Prepared prepared = engine.prepare(request);
          assertThat(s.embed(request, prepared, pooling, ReplyListener.NONE).values())
              .as("chunk %d, time %d", chunk, i)
              .isEqualTo(want);
        }
        // The session goes on as if there had been no embedding.
        Reply after = s.generate(request, ReplyListener.NONE);
        try (Session other = engine.newSession()) {
          assertThat(other.generate(request, ReplyListener.NONE).tokens())
              .isEqualTo(after.tokens());
        }
      }
    }
  }

  @Test
  void neighboursDoNotChangeABit() throws Exception {
    try (Engine engine =
            open(TinyModels::dense, PLAIN.withChunk(24).withCaches(CacheOptions.NONE));
        ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<float[]> want = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        want.add(embed(engine, question(1 + i, i % 3), pooling(i)).values());
      }
      Reply reply;
      try (Session s = engine.newSession()) {
        reply = s.generate(question(9, 1), ReplyListener.NONE);
      }
      List<Future<float[]>> embeddings = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int k = i;
        embeddings.add(
            threads.submit(() -> embed(engine, question(1 + k, k % 3), pooling(k)).values()));
      }
      try (Session s = engine.newSession()) {
        assertThat(s.generate(question(9, 1), ReplyListener.NONE).tokens())
            .isEqualTo(reply.tokens());
      }
      for (int i = 0; i < 6; i++) {
        assertThat(embeddings.get(i).get()).as("embedding %d", i).isEqualTo(want.get(i));
      }
    }
  }

  private static Pooling pooling(int i) {
    return i % 2 == 0 ? Pooling.MEAN : Pooling.LAST;
  }

  @Test
  void cancelledWorkHasNoValues() {
    try (Engine engine = open(TinyModels::dense, PLAIN);
        Session s = engine.newSession()) {
      Request request = question(3, 0);
      s.cancel();
      Embedding e = s.embed(request, engine.prepare(request), Pooling.MEAN, ReplyListener.NONE);
      assertThat(e.reply().finish()).isEqualTo(Finish.CANCELLED);
      assertThat(e.values()).isEmpty();
      s.resume();
      assertThat(
              s.embed(request, engine.prepare(request), Pooling.MEAN, ReplyListener.NONE).values())
          .isEqualTo(embed(engine, request, Pooling.MEAN).values());
    }
  }

  @Test
  void normalizedHasLengthOne() {
    try (Engine engine = open(TinyModels::dense, PLAIN)) {
      Embedding e = embed(engine, question(1, 0), Pooling.MEAN);
      double squares = 0;
      for (float v : e.normalized()) {
        squares += v * v;
      }
      assertThat(squares).isCloseTo(1, within(1e-6));
      assertThat(new Embedding(new float[3], e.reply()).normalized()).containsOnly(0);
    }
  }
}
