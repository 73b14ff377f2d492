package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.record.RecordWriter;
import dev.ocelli.engine.record.Replay;
import dev.ocelli.engine.record.ReplyRecord;
import dev.ocelli.engine.runtime.Adapters.Choice;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.testing.Fixtures;
import dev.ocelli.engine.testing.LoraFiles;
import dev.ocelli.engine.testing.LoraFiles.Recipe;
import dev.ocelli.engine.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters that come, go and differ between sequences: every reply has its own bits. */
class LoraContractTest {
  private static final String DENSE = "models/tiny-dense/tiny-dense-f32.gguf";
  private static final EngineOptions OPTIONS =
      EngineOptions.DEFAULT.withThreads(2, 2).withContextLength(700).withChunk(48);

  @TempDir Path folder;

  private static Engine open(Supplier<ModelFiles> files, EngineOptions options) {
    return Engine.open(files.get(), options, ModelLoader.Progress.NONE);
  }

  private Path adapter(String name, String model, Recipe recipe) {
    return LoraFiles.write(folder.resolve(name + ".gguf"), Fixtures.path(model), recipe);
  }

  /** Adapters 0 and 1, not in force. */
  private Engine withTwo(Supplier<ModelFiles> files, String model, EngineOptions options) {
    Engine engine = open(files, options);
    engine.adapters().add(adapter("one", model, Recipe.of(1, 4)), null, 0);
    engine.adapters().add(adapter("two", model, Recipe.of(2, 9)), null, 0);
    return engine;
  }

  private static Request request(int i) {
    boolean picture = i % 3 == 1;
    return RuntimeFixtures.request(
        List.of(RuntimeFixtures.user("Tell me more, please. ".repeat(1 + i), picture ? 1 : 0)),
        picture ? List.of("a_160x96") : List.of(),
        8 + i,
        Sampling.builder().temperature(0).ignoreEos(true).build());
  }

  private static Reply ask(Engine engine, Request request, @Nullable AdapterSet adapters) {
    try (Session s = engine.newSession()) {
      return s.generate(request.withAdapters(adapters), ReplyListener.NONE);
    }
  }

  private static AdapterSet set(Engine engine, int kind) {
    return engine
        .adapters()
        .select(
            switch (kind % 5) {
              case 0 -> List.of(new Choice(0, 1));
              case 1 -> List.of();
              case 2 -> List.of(new Choice(1, 0.5f));
              case 3 -> List.of(new Choice(1, -1), new Choice(0, 0.25f));
              default -> List.of(new Choice(0, 0.5f));
            });
  }

  static Stream<Arguments> models() {
    String wide = "models/tiny-wide/tiny-wide-Q4_K_M.gguf";
    String moe = "models/tiny-moe/tiny-moe-f32.gguf";
    return Stream.of(
        Arguments.argumentSet("dense F32", (Supplier<ModelFiles>) TinyModels::dense, DENSE),
        Arguments.argumentSet("mixture of experts", (Supplier<ModelFiles>) TinyModels::moe, moe),
        Arguments.argumentSet(
            "Q4_K_M", (Supplier<ModelFiles>) () -> TinyModels.wide("Q4_K_M"), wide));
  }

  /** Ten sessions with five sets of adapters at once; those without are as in another engine. */
  @ParameterizedTest
  @MethodSource("models")
  void togetherAsAlone(Supplier<ModelFiles> files, String model)
      throws InterruptedException, ExecutionException {
    List<Reply> alone = new ArrayList<>();
    try (Engine engine = withTwo(files, model, OPTIONS.withCaches(CacheOptions.NONE));
        Engine plain = open(files, OPTIONS.withCaches(CacheOptions.NONE))) {
      for (int i = 0; i < 10; i++) {
        Engine e = i % 5 == 1 ? plain : engine;
        alone.add(ask(e, request(i), set(engine, i % 5)));
      }
    }
    assertThat(alone.stream().map(Reply::tokens).distinct()).hasSize(10);
    try (Engine engine = withTwo(files, model, OPTIONS);
        ExecutorService threads = Executors.newFixedThreadPool(10)) {
      List<Callable<Reply>> asks = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        int k = i;
        asks.add(() -> ask(engine, request(k), set(engine, k)));
      }
      List<Future<Reply>> together = threads.invokeAll(asks);
      for (int i = 0; i < 10; i++) {
        assertThat(together.get(i).get().tokens()).isEqualTo(alone.get(i).tokens());
      }
    }
  }

  @Test
  void scaleZeroIsNone() {
    Path lora = adapter("one", DENSE, Recipe.of(1, 4));
    EngineOptions.AdapterChoice off = new EngineOptions.AdapterChoice(lora, 0);
    try (Engine engine = open(TinyModels::dense, OPTIONS.withAdapters(List.of(off)));
        Engine plain = open(TinyModels::dense, OPTIONS)) {
      List<Reply.Token> want = ask(plain, request(1), null).tokens();
      assertThat(ask(engine, request(1), null).tokens()).isEqualTo(want);
      AdapterSet zero = engine.adapters().select(List.of(new Choice(0, 0)));
      assertThat(zero).isEqualTo(AdapterSet.NONE);
      assertThat(ask(engine, request(1), zero).tokens()).isEqualTo(want);
      engine.adapters().scale(List.of(new Choice(0, 1)));
      assertThat(ask(engine, request(1), null).tokens()).isNotEqualTo(want);
      assertThat(ask(engine, request(1), AdapterSet.NONE).tokens()).isEqualTo(want);
      engine.adapters().scale(List.of());
      assertThat(ask(engine, request(1), null).tokens()).isEqualTo(want);
    }
  }

  /** What was computed with other adapters, or other scales, is not reused. */
  @Test
  void cachesTellAdaptersApart() {
    try (Engine engine = withTwo(TinyModels::dense, DENSE, OPTIONS);
        Engine uncached =
            withTwo(TinyModels::dense, DENSE, OPTIONS.withCaches(CacheOptions.NONE))) {
      for (int kind = 0; kind < 5; kind++) {
        List<Reply.Token> want = ask(uncached, request(7), set(uncached, kind)).tokens();
        Reply first = ask(engine, request(7), set(engine, kind));
        Reply second = ask(engine, request(7), set(engine, kind));
        assertThat(first.reusedTokens()).isZero();
        assertThat(first.tokens()).isEqualTo(want);
        assertThat(second.reused().memory()).isPositive();
        assertThat(second.tokens()).isEqualTo(want);
        // Pictures are encoded without adapters: once for all.
        assertThat(first.media().getFirst().cached()).isEqualTo(kind > 0);
      }
    }
  }

  /** One session whose turns have different adapters. */
  @Test
  void aSessionChangesItsAdapters() {
    try (Engine engine = withTwo(TinyModels::dense, DENSE, OPTIONS);
        Session s = engine.newSession()) {
      for (int kind : new int[] {0, 2, 1, 0, 0, 3}) {
        Request r = request(6).withAdapters(set(engine, kind));
        assertThat(s.generate(r, ReplyListener.NONE).tokens())
            .isEqualTo(ask(engine, request(6), set(engine, kind)).tokens());
      }
    }
  }

  /** By the contents of their files, whatever these are called. */
  @Test
  void theDiskKnowsAdaptersByTheirContents() throws IOException {
    Path lora = adapter("one", DENSE, Recipe.of(1, 4));
    Path other = adapter("other", DENSE, Recipe.of(5, 4));
    EngineOptions options =
        OPTIONS.withCaches(CacheOptions.DEFAULT.withDirectory(folder.resolve("cache"), 1L << 28));
    List<Reply.Token> want;
    try (Engine engine = open(TinyModels::dense, with(options, lora))) {
      want = ask(engine, request(7), null).tokens();
    }
    Path renamed = Files.move(lora, folder.resolve("renamed.gguf"));
    try (Engine engine = open(TinyModels::dense, with(options, renamed))) {
      Reply again = ask(engine, request(7), null);
      assertThat(again.reused().disk()).isPositive();
      assertThat(again.tokens()).isEqualTo(want);
    }
    try (Engine engine = open(TinyModels::dense, with(options, other))) {
      assertThat(ask(engine, request(7), null).reusedTokens()).isZero();
    }
  }

  private static EngineOptions with(EngineOptions options, Path lora) {
    return options.withAdapters(List.of(new EngineOptions.AdapterChoice(lora, 1)));
  }

  /** A reply keeps the adapters that it began with; afterwards they were never there. */
  @Test
  void removedWhileInUse() {
    try (Engine engine = withTwo(TinyModels::dense, DENSE, OPTIONS);
        Engine plain = open(TinyModels::dense, OPTIONS)) {
      AdapterSet one = set(engine, 0);
      Reply want = ask(engine, request(5), one);
      Reply got;
      try (Session s = engine.newSession()) {
        got =
            s.generate(
                request(5).withAdapters(one),
                new ReplyListener() {
                  private int tokens;

                  @Override
                  public void token(Reply.Token token) {
                    if (++tokens == 3) {
                      engine.adapters().remove("one");
                    }
                  }
                });
      }
      assertThat(got.tokens()).isEqualTo(want.tokens());
      assertThat(engine.adapters().list()).extracting(Adapters.Entry::id).containsExactly(1);
      assertThatThrownBy(() -> ask(engine, request(5), one))
          .isInstanceOf(OcelliException.class)
          .hasMessage("adapter 'one' has been removed; load it again");
      assertThat(ask(engine, request(5), null).tokens())
          .isEqualTo(ask(plain, request(5), null).tokens());
      Adapters.Entry again = engine.adapters().add(folder.resolve("one.gguf"), "again", 1);
      assertThat(again.id()).isEqualTo(2);
      assertThat(ask(engine, request(5), null).tokens()).isEqualTo(want.tokens());
    }
  }

  /** Held adapters outlive their removal: who plans a reply and waits for a turn gets it. */
  @Test
  void aLeaseOutlivesRemoval() {
    try (Engine engine = withTwo(TinyModels::dense, DENSE, OPTIONS)) {
      Reply want = ask(engine, request(2), set(engine, 0));
      AdapterSet one = set(engine, 0);
      try (AdapterSet.Lease lease = engine.adapters().hold(one)) {
        engine.adapters().remove("one");
        assertThat(ask(engine, request(2), lease.adapters()).tokens()).isEqualTo(want.tokens());
      }
    }
  }

  @Test
  void namesAndNumbers() {
    try (Engine engine = withTwo(TinyModels::dense, DENSE, OPTIONS)) {
      Adapters adapters = engine.adapters();
      assertThat(adapters.add(folder.resolve("two.gguf"), null, 0).adapter().name())
          .isEqualTo("two-2");
      refused(
          () -> adapters.add(folder.resolve("two.gguf"), "one", 1),
          "there is an adapter 'one' already");
      refused(() -> adapters.add(folder.resolve("two.gguf"), "x", Float.NaN), "is NaN");
      refused(() -> adapters.remove("x"), "there is no adapter 'x'; there are 0 (one), 1 (two)");
      refused(() -> adapters.scale(List.of(new Choice(7, 1))), "there is no adapter 7");
      refused(() -> adapters.select(List.of(new Choice(0, 1), new Choice(0, 1))), "is named twice");
      refused(
          () -> adapters.select(List.of(new Choice(0, Float.POSITIVE_INFINITY))), "is Infinity");
    }
  }

  private static void refused(Runnable call, String part) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            OcelliException.class, e -> assertThat(e.kind()).isEqualTo(OcelliException.Kind.USAGE))
        .hasMessageContaining(part);
  }

  /** The plan has what adapters take, and the guard refuses one that does not fit. */
  @Test
  void memoryIsPlanned() {
    Path lora = adapter("one", DENSE, Recipe.of(1, 64));
    try (ModelFiles files = TinyModels.dense()) {
      MemoryPlan plain = MemoryPlan.of(files, OPTIONS);
      MemoryPlan with = MemoryPlan.of(files, with(OPTIONS, lora));
      assertThat(with.loadBytes(1) - plain.loadBytes(1)).isGreaterThan(fileBytes(lora) * 9 / 10);
    }
    MemoryGuard[] guard = {() -> Long.MAX_VALUE};
    EngineOptions guarded = OPTIONS.edit().memory(() -> guard[0].available()).build();
    try (Engine engine = open(TinyModels::dense, guarded)) {
      guard[0] = () -> 64L << 20;
      assertThatThrownBy(() -> engine.adapters().add(lora, null, 1))
          .isInstanceOfSatisfying(
              OcelliException.class,
              e -> assertThat(e.kind()).isEqualTo(OcelliException.Kind.RESOURCE))
          .hasMessageContaining("one.gguf: the adapter needs");
      assertThat(engine.adapters().list()).isEmpty();
    }
  }

  private static long fileBytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A record names the adapters, and a replay takes them by their hashes. */
  @Test
  void recordsNameAdapters() {
    try (Engine engine = withTwo(TinyModels::dense, DENSE, OPTIONS);
        Engine plain = open(TinyModels::dense, OPTIONS)) {
      Request r = request(0).withAdapters(set(engine, 3));
      Reply reply = ask(engine, request(0), set(engine, 3));
      String text =
          RecordWriter.text(RecordWriter.write(engine, r, engine.prepare(r), reply, false));
      assertThat(text).contains("\"adapters\"", "\"one\"", "\"two\"", "0.25", "-1.0");
      ReplyRecord record = ReplyRecord.parse(text);
      engine.adapters().scale(List.of(new Choice(0, 1)));
      try (Session s = engine.newSession()) {
        Replay replay = Replay.of(engine, record, List.of(), s, ReplyListener.NONE);
        assertThat(replay.comparison().same()).isTrue();
      }
      try (Session s = plain.newSession()) {
        assertThatThrownBy(() -> Replay.of(plain, record, List.of(), s, ReplyListener.NONE))
            .isInstanceOf(OcelliException.class)
            .hasMessageContaining("is not loaded")
            .hasMessageContaining("--lora");
      }
    }
  }
}
