package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.runtime.Reply.Finish;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.testing.TinyModels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a session promises: prefixes reused, requests cancelled, nothing left behind. */
class SessionContractTest {
  private static Engine engine;

  @BeforeAll
  static void open() {
    engine =
        Engine.open(
            TinyModels.dense(),
            EngineOptions.DEFAULT
                .withThreads(2, 2)
                .withContextLength(400)
                .withChunk(16)
                .withCaches(CacheOptions.DEFAULT.withPrefixBytes(0)),
            ModelLoader.Progress.NONE);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static Reply fresh(Request r) {
    try (Session s = engine.newSession()) {
      return s.generate(r, ReplyListener.NONE);
    }
  }

  private static void assertSame(Reply got, Reply want) {
    assertThat(got.tokens()).isEqualTo(want.tokens()); // ids and exact log-probabilities
    assertThat(got.text()).isEqualTo(want.text());
    assertThat(got.finish()).isEqualTo(want.finish());
    assertThat(got.promptTokens()).isEqualTo(want.promptTokens());
  }

  @Test
  void failureWhileLoadingEndsTheThreads() throws InterruptedException {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    assertThatThrownBy(() ->
            Engine.open(
                TinyModels.dense(),
                EngineOptions.DEFAULT.withThreads(2, 3),
                (done, total) -> {
                  if (done > total / 2) {
                    throw new IllegalStateException("stop");
                  }
                }))
        .hasMessage("stop");
    for (Thread t : Thread.getAllStackTraces().keySet()) {
      if (!before.contains(t) && t.getName().startsWith("ocelli-")) {
        assertThat(t.join(Duration.ofSeconds(30))).as(t.getName()).isTrue();
      }
    }
  }

  @Test
  void noTokensMeansThePromptAlone() {
    try (Session s = engine.newSession()) {
      Reply r =
          s.generate(
              RuntimeFixtures.request(List.of(RuntimeFixtures.user("Hello", 0)), List.of(), 0),
              ReplyListener.NONE);
      assertThat(r.tokens()).isEmpty();
      assertThat(r.finish()).isEqualTo(Reply.Finish.LENGTH);
      assertThat(s.length()).isEqualTo(r.promptTokens());
    }
  }

  @Test
  void laterTurnsReuseThePrefixAndAnswerAlike() {
    try (Session s = engine.newSession()) {
      List<Message> talk = new ArrayList<>(List.of(RuntimeFixtures.user("What is this?", 1)));
      Reply first =
          s.generate(RuntimeFixtures.request(talk, List.of("f_100x75"), 8), ReplyListener.NONE);
      assertThat(first.reusedTokens()).isZero();
      assertThat(first.media().getFirst().cached()).isFalse();
      talk.add(Message.of("assistant", first.text()));
      talk.add(RuntimeFixtures.user("And now?", 1));
      Request second = RuntimeFixtures.request(talk, List.of("f_100x75", "g_301x199"), 8);
      Reply reply = s.generate(second, ReplyListener.NONE);
      assertThat(reply.reusedTokens()).isGreaterThanOrEqualTo(first.promptTokens());
      assertThat(reply.media().get(0).cached()).isTrue();
      assertThat(reply.media().get(1).cached()).isFalse();
      assertSame(reply, fresh(second));
    }
  }

  @Test
  void anotherPictureOfTheSameSizeIsNotTakenForTheFirst() {
    Request a =
        RuntimeFixtures.request(List.of(RuntimeFixtures.user("Look.", 1)), List.of("v_96x64_0"), 6);
    Request b =
        RuntimeFixtures.request(List.of(RuntimeFixtures.user("Look.", 1)), List.of("v_96x64_4"), 6);
    try (Session s = engine.newSession()) {
      Reply ra = s.generate(a, ReplyListener.NONE);
      Reply rb = s.generate(b, ReplyListener.NONE);
      assertThat(rb.reusedTokens()).isLessThan(8);
      assertSame(rb, fresh(b));
      assertThat(rb.tokens()).isNotEqualTo(ra.tokens());
      assertSame(s.generate(a, ReplyListener.NONE), ra);
    }
  }

  @Test
  void aPrefixThatEndsInsideAPictureIsReused() {
    // The same picture and words again: all but the last token are known.
    Request r =
        RuntimeFixtures.request(List.of(RuntimeFixtures.user("Look.", 1)), List.of("c_128x128"), 4);
    try (Session s = engine.newSession()) {
      Reply one = s.generate(r, ReplyListener.NONE);
      Reply two = s.generate(r, ReplyListener.NONE);
      assertThat(two.reusedTokens()).isEqualTo(one.promptTokens() - 1);
      assertSame(two, one);
    }
  }

  @Test
  void cancellingAnywhereLeavesTheSessionSound() {
    Request r =
        RuntimeFixtures.request(
            List.of(RuntimeFixtures.user("What is it?", 1)), List.of("e_32x512"), 10);
    Reply want = fresh(r);
    for (ReplyListener.Phase phase : ReplyListener.Phase.values()) {
      try (Engine own =
              Engine.open(TinyModels.dense(), engine.options(), ModelLoader.Progress.NONE);
          Session s = own.newSession()) {
        Reply cut =
            s.generate(
                r,
                new ReplyListener() {
                  @Override
                  public void progress(Phase p, int done, int total) {
                    if (p == phase) {
                      s.cancel();
                    }
                  }
                });
        assertThat(cut.finish()).as("%s", phase).isEqualTo(Finish.CANCELLED);
        assertThat(cut.tokens()).isEmpty();
        assertSame(s.generate(r, ReplyListener.NONE), want);
      }
    }
  }

  @Test
  void cancellingDuringTheReplyKeepsWhatWasSaid() {
    Request r = RuntimeFixtures.request(List.of(RuntimeFixtures.user("Go on.", 0)), List.of(), 40);
    try (Session s = engine.newSession()) {
      Reply cut =
          s.generate(
              r,
              new ReplyListener() {
                private int seen;

                @Override
                public void token(Reply.Token token) {
                  if (++seen == 3) {
                    s.cancel();
                  }
                }
              });
      assertThat(cut.finish()).isEqualTo(Finish.CANCELLED);
      assertThat(cut.tokens()).hasSize(3);
      assertSame(s.generate(r, ReplyListener.NONE), fresh(r));
    }
  }

  @Test
  void aPromptThatDoesNotFitIsRefusedWithTheNumbers() {
    Request r =
        RuntimeFixtures.request(
            List.of(RuntimeFixtures.user("many words ".repeat(300), 1)), List.of("a_160x96"), 4);
    try (Session s = engine.newSession()) {
      assertThatThrownBy(() -> s.generate(r, ReplyListener.NONE))
          .isInstanceOfSatisfying(
              OcelliException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(OcelliException.Kind.CONTEXT);
                assertThat(e.getMessage())
                    .contains("the context holds 400")
                    .contains("15 of them from pictures");
              });
      assertThat(s.length()).isZero();
    }
  }

  @Test
  void theContextEndsAReply() {
    Request r =
        RuntimeFixtures.request(
            List.of(RuntimeFixtures.user("Tell me more.", 0)),
            List.of(),
            -1,
            Sampling.builder().temperature(0).ignoreEos(true).build());
    Reply reply = fresh(r);
    assertThat(reply.finish()).isEqualTo(Finish.CONTEXT);
    assertThat(reply.promptTokens() + reply.tokens().size()).isEqualTo(401);
  }

  @Test
  void sessionsOnSeveralThreadsAnswerAsIfAlone() throws InterruptedException {
    List<Request> requests = new ArrayList<>();
    for (String p : List.of("a_160x96", "b_96x160", "c_128x128")) {
      requests.add(
          RuntimeFixtures.request(List.of(RuntimeFixtures.user("Say " + p, 1)), List.of(p), 12));
    }
    Reply[] together = new Reply[requests.size()];
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < together.length; i++) {
      int k = i;
      threads.add(Thread.ofPlatform().start(() -> together[k] = fresh(requests.get(k))));
    }
    for (Thread t : threads) {
      t.join();
    }
    for (int i = 0; i < together.length; i++) {
      assertSame(together[i], fresh(requests.get(i)));
    }
  }
}
