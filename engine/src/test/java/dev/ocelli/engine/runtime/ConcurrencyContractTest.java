package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.runtime.Reply.Finish;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.testing.TinyModels;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bit-identical replies: logits do not depend on what other sessions do at the same time. */
class ConcurrencyContractTest {
  private static final int SESSIONS = 8;

  static Stream<Named<Supplier<ModelFiles>>> models() {
    return Stream.of(
        Named.of("dense F32", TinyModels::dense),
        Named.of("mixture of experts F32", TinyModels::moe),
        Named.of("Q4_K_M", () -> TinyModels.wide("Q4_K_M")));
  }

  /**
   * Eight sessions with prompts of different lengths, with and without pictures, greedy and not,
   * two turns each. Replies carry the log-probabilities of the whole vocabulary.
   */
  @ParameterizedTest
  @MethodSource("models")
  void eightSessionsAnswerAsIfAlone(Supplier<ModelFiles> files) throws InterruptedException {
    EngineOptions options =
        EngineOptions.DEFAULT.withThreads(2, 2).withContextLength(700).withChunk(48);
    try (Engine engine = Engine.open(files.get(), options, ModelLoader.Progress.NONE)) {
      List<List<Reply>> alone = new ArrayList<>();
      for (int i = 0; i < SESSIONS; i++) {
        alone.add(talk(engine, i));
      }
      try (Engine fresh = Engine.open(files.get(), options, ModelLoader.Progress.NONE)) {
        List<List<Reply>> together = together(i -> talk(fresh, i), SESSIONS);
        for (int i = 0; i < SESSIONS; i++) {
          assertSame(together.get(i), alone.get(i));
        }
      }
    }
  }

  /** Cancelled and failing sessions beside sound ones. */
  @ParameterizedTest
  @MethodSource("models")
  void whatHappensToOthersChangesNothing(Supplier<ModelFiles> files) throws InterruptedException {
    EngineOptions options =
        EngineOptions.DEFAULT
            .withThreads(2, 2)
            .withContextLength(700)
            .withChunk(48)
            .withCaches(CacheOptions.DEFAULT.withPrefixBytes(0));
    try (Engine engine = Engine.open(files.get(), options, ModelLoader.Progress.NONE)) {
      List<Reply> first = talk(engine, 0);
      List<Reply> second = talk(engine, 1);
      List<List<Reply>> together =
          together(
              i ->
                  switch (i % 4) {
                    case 0 -> talk(engine, 0);
                    case 1 -> talk(engine, 1);
                    case 2 -> cancelled(engine, i);
                    default -> failing(engine);
                  },
              SESSIONS);
      for (int i = 0; i < SESSIONS; i += 4) {
        assertSame(together.get(i), first);
        assertSame(together.get(i + 1), second);
        assertThat(together.get(i + 2).getFirst().finish()).isEqualTo(Finish.CANCELLED);
        assertSame(together.get(i + 2).subList(1, 3), talk(engine, i + 2));
        assertThat(together.get(i + 3)).isEmpty();
      }
    }
  }

  private interface Talk {
    List<Reply> of(int session);
  }

  private static List<List<Reply>> together(Talk talk, int sessions) throws InterruptedException {
    List<@Nullable List<Reply>> replies = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    CountDownLatch start = new CountDownLatch(1);
    for (int i = 0; i < sessions; i++) {
      replies.add(null);
    }
    for (int i = 0; i < sessions; i++) {
      int k = i;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  start.await();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
                List<Reply> r = talk.of(k);
                synchronized (replies) {
                  replies.set(k, r);
                }
              }));
    }
    start.countDown();
    for (Thread t : threads) {
      t.join();
    }
    List<List<Reply>> all = new ArrayList<>();
    for (List<Reply> r : replies) {
      assertThat(r).isNotNull();
      all.add(r);
    }
    return all;
  }

  private static List<Reply> talk(Engine engine, int i) {
    try (Session s = engine.newSession()) {
      return talk(s, i);
    }
  }

  private static List<Reply> talk(Session s, int i) {
    List<String> pictures =
        switch (i % 4) {
          case 0 -> List.of();
          case 1 -> List.of("a_160x96");
          case 2 -> List.of("c_128x128", "g_301x199");
          default -> List.of("a_160x96"); // another session's picture
        };
    Sampling sampling =
        i % 2 == 0
            ? Sampling.greedy()
            : Sampling.builder()
                .temperature(1.5)
                .seed(i)
                .penalties(new Sampling.Penalties(1.1, 0.5, 0.2, 64))
                .build();
    List<Message> messages =
        new ArrayList<>(
            List.of(
                RuntimeFixtures.user(
                    "Session %d. ".formatted(i).repeat(1 + 3 * i), pictures.size())));
    Reply one =
        s.generate(
            RuntimeFixtures.request(messages, pictures, 5 + 3 * i, sampling), ReplyListener.NONE);
    messages.add(Message.of("assistant", one.text()));
    messages.add(RuntimeFixtures.user("Go on.", 0));
    Reply two =
        s.generate(RuntimeFixtures.request(messages, pictures, 6, sampling), ReplyListener.NONE);
    return List.of(one, two);
  }

  /** A cancelled reply, then what {@link #talk} gives. */
  private static List<Reply> cancelled(Engine engine, int i) {
    List<Reply> all = new ArrayList<>();
    try (Session s = engine.newSession()) {
      Request r =
          RuntimeFixtures.request(
              List.of(RuntimeFixtures.user("Never mind. ".repeat(5), 1)),
              List.of("b_96x160"),
              30,
              Sampling.builder().temperature(0).ignoreEos(true).build());
      all.add(
          s.generate(
              r,
              new ReplyListener() {
                private int tokens;

                @Override
                public void token(Reply.Token token) {
                  if (++tokens == i) {
                    s.cancel();
                  }
                }
              }));
      all.addAll(talk(s, i));
    }
    return all;
  }

  /** Pictures that cannot be decoded, prompts that do not fit. */
  private static List<Reply> failing(Engine engine) {
    PictureSource damaged =
        new PictureSource() {
          @Override
          public String name() {
            return "damaged";
          }

          @Override
          public int width() {
            return 64;
          }

          @Override
          public int height() {
            return 64;
          }

          @Override
          public String sha256() {
            return "damaged";
          }

          @Override
          public RgbImage decode() {
            throw new OcelliException(OcelliException.Kind.INPUT, "damaged");
          }
        };
    List<Reply> replies = new ArrayList<>();
    try (Session s = engine.newSession()) {
      for (int round = 0; round < 3; round++) {
        Request bad =
            new Request(
                List.of(RuntimeFixtures.user("Look.", 1)),
                List.of(new Media.Picture(damaged, ImageOptions.DEFAULT)),
                List.of(),
                Sampling.greedy(),
                4,
                List.of(),
                -1);
        Request large =
            RuntimeFixtures.request(
                List.of(RuntimeFixtures.user("many words ".repeat(500), 0)), List.of(), 4);
        for (Request r : List.of(bad, large)) {
          try {
            replies.add(s.generate(r, ReplyListener.NONE));
          } catch (OcelliException e) {
            assertThat(e.kind()).isIn(OcelliException.Kind.INPUT, OcelliException.Kind.CONTEXT);
          }
        }
      }
    }
    return replies;
  }

  private static void assertSame(List<Reply> got, List<Reply> want) {
    assertThat(got).hasSameSizeAs(want);
    for (int i = 0; i < want.size(); i++) {
      assertThat(got.get(i).tokens()).isEqualTo(want.get(i).tokens());
      assertThat(got.get(i).text()).isEqualTo(want.get(i).text());
      assertThat(got.get(i).finish()).isEqualTo(want.get(i).finish());
    }
  }
}
