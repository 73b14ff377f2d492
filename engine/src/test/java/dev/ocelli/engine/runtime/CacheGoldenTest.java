package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.quantize.Requantization;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.testing.TinyModels;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.Preprocessing;
import dev.ocelli.engine.vision.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replies out of the caches are those without, bit for bit: tokens carry the exact
 * log-probabilities of the whole vocabulary.
 */
class CacheGoldenTest {
  private static final int BLOCK = KvLayout.BLOCK_TOKENS;
  private static final EngineOptions PLAIN =
      EngineOptions.DEFAULT.withThreads(2, 2).withContextLength(1200).withCaches(CacheOptions.NONE);
  private static final EngineOptions CACHED = PLAIN.withCaches(CacheOptions.DEFAULT);

  /** What the dense model says without caches. */
  private static final List<Reply> WANT = computed(TinyModels::dense, PLAIN);

  @TempDir Path folder;

  static Stream<Named<Supplier<ModelFiles>>> models() {
    return Stream.of(
        Named.of("dense F32", TinyModels::dense),
        Named.of("Q4_K_M", () -> TinyModels.wide("Q4_K_M")));
  }

  /** Three turns about two pictures, then another conversation that begins with the first turn. */
  private static List<Request> requests() {
    Message first = RuntimeFixtures.user("What does the picture show? ".repeat(5), 1);
    Message said = Message.of("assistant", "A thing. ".repeat(5));
    Message second = RuntimeFixtures.user("Compare it with this one. ".repeat(3), 1);
    Message third = RuntimeFixtures.user("Go on. ".repeat(4), 0);
    Message other = RuntimeFixtures.user("Forget it. ".repeat(5), 1);
    List<String> both = List.of("h_720x480", "g_301x199");
    return List.of(
        RuntimeFixtures.request(List.of(first), List.of("h_720x480"), 5),
        RuntimeFixtures.request(List.of(first, said, second), both, 5),
        RuntimeFixtures.request(List.of(first, said, second, said, third), both, 70),
        RuntimeFixtures.request(List.of(first, said, other), List.of("h_720x480", "b_96x160"), 5));
  }

  private static Engine open(Supplier<ModelFiles> files, EngineOptions options) {
    return Engine.open(files.get(), options, ModelLoader.Progress.NONE);
  }

  private EngineOptions onDisk(EngineOptions options) {
    return options.withCaches(CacheOptions.DEFAULT.withDirectory(folder, 1L << 30));
  }

  private static Reply ask(Engine engine, Request request) {
    try (Session s = engine.newSession()) {
      return s.generate(request, ReplyListener.NONE);
    }
  }

  /** Every request in a session of its own. */
  private static List<Reply> ask(Engine engine) {
    return requests().stream().map(r -> ask(engine, r)).toList();
  }

  private static List<Reply> computed(Supplier<ModelFiles> files, EngineOptions options) {
    try (Engine engine = open(files, options)) {
      List<Reply> replies = ask(engine);
      assertThat(replies).allMatch(r -> r.reusedTokens() == 0);
      return replies;
    }
  }

  private static void assertSame(Reply got, Reply want) {
    assertThat(got.tokens()).isEqualTo(want.tokens());
    assertThat(got.text()).isEqualTo(want.text());
    assertThat(got.finish()).isEqualTo(want.finish());
    assertThat(got.promptTokens()).isEqualTo(want.promptTokens());
  }

  private static void assertSame(List<Reply> got, List<Reply> want) {
    for (int i = 0; i < want.size(); i++) {
      assertSame(got.get(i), want.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void newSessionsBeginWithWhatOthersComputed(Supplier<ModelFiles> files) {
    List<Reply> want = computed(files, PLAIN);
    try (Engine engine = open(files, CACHED)) {
      List<Reply> once = ask(engine);
      assertSame(once, want);
      int first = once.getFirst().promptTokens();
      for (Reply later : once.subList(1, 4)) {
        // All but what the template appends to the first turn: whole blocks of it.
        assertThat(later.reused().memory()).isGreaterThan(first - 2 * BLOCK);
        assertThat(later.reused().memory() % BLOCK).isZero();
        assertThat(later.media().getFirst().cached()).isTrue();
      }
      List<Reply> twice = ask(engine);
      assertSame(twice, want);
      for (Reply r : twice) {
        assertThat(r.reusedTokens()).isEqualTo((r.promptTokens() - 1) / BLOCK * BLOCK);
        assertThat(r.timings().encode()).isZero();
        assertThat(r.media()).allMatch(Reply.MediaUse::cached);
      }
      CacheStatistics s = engine.cacheStatistics();
      assertThat(s.prefix().hits()).isPositive();
      assertThat(s.prefix().bytes()).isLessThan(CacheOptions.DEFAULT.prefixBytes());
      assertThat(s.vision().entries()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void afterARestartNothingIsEncodedAndThePrefixComesFromTheDisk(Supplier<ModelFiles> files) {
    List<Reply> want = computed(files, PLAIN);
    try (Engine engine = open(files, onDisk(PLAIN))) {
      assertSame(ask(engine), want);
    }
    try (Engine engine = open(files, onDisk(PLAIN.withChunk(7).withThreads(1, 1)))) {
      Reply first = ask(engine, requests().getFirst());
      assertSame(first, want.getFirst());
      assertThat(first.reused())
          .isEqualTo(new Reply.Reused(0, 0, (first.promptTokens() - 1) / BLOCK * BLOCK));
      assertThat(first.timings().encode()).isZero();
      assertThat(first.timings().decodeImage()).isZero();
      assertSame(ask(engine), want);
      assertThat(engine.cacheStatistics().disk().readEntries()).isPositive();
      assertThat(engine.cacheNotices()).isEmpty();
    }
  }

  @Test
  void aPictureIsReadFromTheDiskWithoutBeingDecoded() {
    AtomicInteger decoded = new AtomicInteger();
    PictureSource picture = new Counted(RuntimeFixtures.Fixture.of("h_720x480"), decoded);
    List<Reply> replies = new ArrayList<>();
    for (int start = 0; start < 2; start++) {
      try (Engine engine = open(TinyModels::dense, onDisk(PLAIN))) {
        for (String question : List.of("What is it?", "How big?")) {
          replies.add(ask(engine, about(picture, ImageOptions.DEFAULT, start + question)));
        }
      }
    }
    assertThat(decoded).hasValue(1);
    assertThat(replies.stream().map(r -> r.media().getFirst().origin()))
        .containsExactly(
            Reply.Origin.COMPUTED, Reply.Origin.MEMORY, Reply.Origin.DISK, Reply.Origin.MEMORY);
  }

  @Test
  void anotherPreprocessingIsAnotherPicture() {
    PictureSource picture = RuntimeFixtures.Fixture.of("g_301x199");
    Request usual = about(picture, ImageOptions.DEFAULT, "What is it?");
    Request other =
        about(picture, ImageOptions.DEFAULT.with(Preprocessing.HF_PILLOW), "What is it?");
    try (Engine engine = open(TinyModels::dense, CACHED)) {
      ask(engine, usual);
      assertThat(ask(engine, other).media().getFirst().origin()).isEqualTo(Reply.Origin.COMPUTED);
    }
  }

  private static Request about(PictureSource picture, ImageOptions options, String question) {
    Request r = RuntimeFixtures.request(List.of(), List.of(), 4);
    return new Request(
        List.of(RuntimeFixtures.user(question, 1)),
        List.of(new Media.Picture(picture, options)),
        List.of(),
        r.sampling(),
        4,
        List.of(),
        -1);
  }

  /** Memory for three blocks and a folder for about ten: what is needed has always just left. */
  @Test
  void evictionInTheMiddleChangesNothing() {
    long block = ModelRunner.kvLayout(config(), DType.F16).blockBytes();
    CacheOptions little = new CacheOptions(3 * block, 1 << 16, folder, 10 * block);
    try (Engine engine = open(TinyModels::dense, PLAIN.withCaches(little))) {
      for (int round = 0; round < 3; round++) {
        assertSame(ask(engine), WANT);
        engine.flushCaches();
      }
      CacheStatistics s = engine.cacheStatistics();
      assertThat(s.prefix().evictions()).isPositive();
      assertThat(s.prefix().bytes()).isLessThanOrEqualTo(3 * block);
      assertThat(s.disk().readEntries()).isPositive();
    }
  }

  private static dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig.Text config() {
    try (ModelFiles files = TinyModels.dense()) {
      return files.config().text();
    }
  }

  @Test
  void sessionsThatRaceAnswerAlike() throws InterruptedException {
    try (Engine engine = open(TinyModels::dense, onDisk(PLAIN.withChunk(32)))) {
      List<List<Reply>> all = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        List<Reply> mine = new ArrayList<>();
        all.add(mine);
        threads.add(Thread.ofPlatform().start(() -> mine.addAll(ask(engine))));
      }
      for (Thread t : threads) {
        t.join();
      }
      all.forEach(replies -> assertSame(replies, WANT));
    }
  }

  /** One writes on where another has left off, in the middle of a block that both had. */
  @Test
  void sharedBlocksAreNotWrittenTo() {
    List<Request> r = requests();
    try (Engine engine = open(TinyModels::dense, CACHED);
        Session a = engine.newSession();
        Session b = engine.newSession()) {
      assertSame(a.generate(r.get(2), ReplyListener.NONE), WANT.get(2));
      Reply same = b.generate(r.get(2), ReplyListener.NONE);
      assertSame(same, WANT.get(2));
      assertThat(same.reused().memory()).isPositive();
      // Now a goes back and another way, and b goes on with what they share.
      Reply back = a.generate(r.get(3), ReplyListener.NONE);
      assertSame(back, WANT.get(3));
      assertThat(back.reused().session() % BLOCK).isPositive();
      assertSame(b.generate(r.get(2), ReplyListener.NONE), WANT.get(2));
      assertSame(b.generate(r.get(1), ReplyListener.NONE), WANT.get(1));
      assertSame(a.generate(r.get(2), ReplyListener.NONE), WANT.get(2));
    }
  }

  @Test
  void aSessionTakesOverWhereItsOwnPrefixEnds() {
    List<Request> r = requests();
    try (Engine engine = open(TinyModels::dense, CACHED);
        Session s = engine.newSession()) {
      assertSame(s.generate(r.get(0), ReplyListener.NONE), WANT.get(0));
      assertSame(ask(engine, r.get(2)), WANT.get(2));
      Reply reply = s.generate(r.get(2), ReplyListener.NONE);
      assertSame(reply, WANT.get(2));
      assertThat(reply.reused().session()).isPositive();
      assertThat(reply.reused().memory()).isPositive();
      assertThat(reply.reusedTokens()).isEqualTo((reply.promptTokens() - 1) / BLOCK * BLOCK);
    }
  }

  @Test
  void whatWasCancelledIsKept() {
    Request r = requests().get(2);
    try (Engine engine = open(TinyModels::dense, CACHED.withChunk(BLOCK))) {
      try (Session s = engine.newSession()) {
        Reply cut =
            s.generate(
                r,
                new ReplyListener() {
                  @Override
                  public void progress(Phase phase, int done, int total) {
                    if (phase == Phase.PROMPT && done >= 2 * BLOCK) {
                      s.cancel();
                    }
                  }
                });
        assertThat(cut.finish()).isEqualTo(Reply.Finish.CANCELLED);
      }
      Reply again = ask(engine, r);
      assertThat(again.reusedTokens()).isEqualTo(2 * BLOCK);
      assertSame(again, WANT.get(2));
    }
  }

  /** The time of a reply must not tell what others asked. */
  @Test
  void tenantsFindNothingOfEachOther() {
    Request r = requests().getFirst();
    try (Engine engine = open(TinyModels::dense, onDisk(CACHED));
        Session shared = engine.newSession()) {
      for (int round = 0; round < 2; round++) {
        for (String salt : List.of("", "a", "b")) {
          Reply own = ask(engine, r.withCacheSalt(salt));
          Reply pooled = shared.generate(r.withCacheSalt(salt), ReplyListener.NONE);
          assertSame(own, WANT.getFirst());
          assertSame(pooled, WANT.getFirst());
          assertThat(own.reusedTokens() > 0).isEqualTo(round > 0);
          assertThat(own.media().getFirst().cached()).isEqualTo(round > 0);
          assertThat(pooled.reused().session()).isZero();
        }
        engine.flushCaches();
      }
    }
    try (Engine engine = open(TinyModels::dense, onDisk(CACHED))) {
      assertThat(ask(engine, r.withCacheSalt("c")).reusedTokens()).isZero();
      assertThat(ask(engine, r.withCacheSalt("a")).reused().disk()).isPositive();
    }
  }

  static Stream<Named<EngineOptions>> otherArithmetic() {
    return Stream.of(
        Named.of("type of the cache", PLAIN.withCacheType(DType.F32)),
        Named.of("activations", PLAIN.withExact(true)),
        Named.of("weights", PLAIN.edit().requantization(Requantization.Q8_0).build()),
        Named.of("load mode", PLAIN.edit().loadMode(LoadMode.MMAP).build()));
  }

  @ParameterizedTest
  @MethodSource("otherArithmetic")
  void whatWasComputedOtherwiseIsNotTaken(EngineOptions other) {
    Request r = requests().getFirst();
    try (Engine engine = open(TinyModels::dense, onDisk(PLAIN))) {
      ask(engine, r);
    }
    try (Engine cached = open(TinyModels::dense, onDisk(other));
        Engine plain = open(TinyModels::dense, other)) {
      Reply reply = ask(cached, r);
      assertThat(reply.reusedTokens()).isZero();
      assertSame(reply, ask(plain, r));
    }
  }

  @Test
  void anotherModelIsNotTakenForTheFirst() {
    Request r = requests().getFirst();
    for (Supplier<ModelFiles> files :
        List.<Supplier<ModelFiles>>of(TinyModels::dense, TinyModels::moe)) {
      try (Engine engine = open(files, onDisk(PLAIN))) {
        Reply reply = ask(engine, r);
        assertThat(reply.reusedTokens()).isZero();
        assertThat(reply.media().getFirst().cached()).isFalse();
      }
    }
  }

  /** Counts how often it is decoded. */
  private record Counted(PictureSource picture, AtomicInteger decoded) implements PictureSource {
    @Override
    public String name() {
      return picture.name();
    }

    @Override
    public int width() {
      return picture.width();
    }

    @Override
    public int height() {
      return picture.height();
    }

    @Override
    public String sha256() {
      return picture.sha256();
    }

    @Override
    public RgbImage decode() {
      decoded.incrementAndGet();
      return picture.decode();
    }
  }
}
