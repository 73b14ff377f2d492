package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.runtime.Reply.Finish;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.testing.TinyModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replies with drafts are those without, bit for bit, whatever ends them. */
class DraftContractTest {
  private static final int CONTEXT = 300;

  /** Greedy among three tokens: repeats itself, though not always in the same way. */
  private static final Sampling LOOP =
      Sampling.builder()
          .temperature(0)
          .ignoreEos(true)
          .logitBias(Map.of(300, 20.0, 301, 20.0, 302, 20.0))
          .build();

  static Stream<Named<Supplier<ModelFiles>>> models() {
    return Stream.of(
        Named.of("dense F32", TinyModels::dense),
        Named.of("mixture of experts F32", TinyModels::moe),
        Named.of("Q4_K_M", () -> TinyModels.wide("Q4_K_M")));
  }

  private static Engine open(Supplier<ModelFiles> files, int draft) {
    return Engine.open(
        files.get(),
        EngineOptions.DEFAULT.withThreads(2, 2).withContextLength(CONTEXT).withDraft(draft),
        ModelLoader.Progress.NONE);
  }

  private static Reply fresh(Engine engine, Request request) {
    try (Session s = engine.newSession()) {
      return s.generate(request, ReplyListener.NONE);
    }
  }

  /** Tokens carry the exact log-probabilities of the whole vocabulary. */
  private static void assertSame(Reply got, Reply want) {
    assertThat(got.tokens()).isEqualTo(want.tokens());
    assertThat(got.text()).isEqualTo(want.text());
    assertThat(got.finish()).isEqualTo(want.finish());
    assertThat(got.reusedTokens()).isEqualTo(want.reusedTokens());
  }

  private static Request request(Sampling sampling, int maxTokens, List<String> pictures) {
    Message m = RuntimeFixtures.user("one two one two one two three one two", pictures.size());
    return RuntimeFixtures.request(List.of(m), pictures, maxTokens, sampling);
  }

  /** Greedy and sampled, sharp and flat, with every kind of memory that a sampler has. */
  private static List<Sampling> samplings() {
    List<Sampling> all = new ArrayList<>();
    all.add(Sampling.greedy());
    all.add(LOOP);
    for (int seed = 0; seed < 12; seed++) {
      Sampling.Builder b = Sampling.builder().seed(seed).minTokens(5);
      b.temperature(seed % 3 == 0 ? 0.1 : seed % 3 == 1 ? 0.7 : 1.5);
      if (seed % 4 == 1) {
        b.penalties(new Sampling.Penalties(1.2, 0.4, 0.3, 16));
      }
      if (seed % 4 == 2) {
        b.dry(new Sampling.Dry(0.8, 1.75, 1, -1, List.of("\n")));
      }
      if (seed % 4 == 3) {
        b.topK(4).topP(0.9);
      }
      all.add(b.build());
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("models")
  void draftsChangeNoBit(Supplier<ModelFiles> files) {
    List<List<String>> pictures = List.of(List.of(), List.of("a_160x96"));
    try (Engine plain = open(files, 0)) {
      for (int draft : new int[] {1, 4, EngineOptions.MAX_DRAFT, EngineOptions.AUTO_DRAFT}) {
        int drafted = 0;
        int accepted = 0;
        try (Engine engine = open(files, draft)) {
          for (Sampling s : samplings()) {
            for (List<String> p : pictures) {
              Request r = request(s, 24, p);
              Reply got = fresh(engine, r);
              assertSame(got, fresh(plain, r));
              drafted += got.drafts().drafted();
              accepted += got.drafts().accepted();
            }
          }
        }
        if (draft > 0) {
          assertThat(accepted).as("accepted of %d", draft).isPositive().isLessThan(drafted);
        }
      }
    }
  }

  /** A reply that is mostly accepted drafts, cut at every possible place. */
  @Test
  void limitsEndRepliesInsideDrafts() {
    try (Engine plain = open(TinyModels::dense, 0);
        Engine engine = open(TinyModels::dense, 7)) {
      Reply all = fresh(plain, request(LOOP, 40, List.of()));
      Reply drafted = fresh(engine, request(LOOP, 40, List.of()));
      assertThat(drafted.drafts().accepted())
          .isGreaterThan(10)
          .isLessThan(drafted.drafts().drafted());
      for (int n = 1; n <= 40; n++) {
        Reply cut = fresh(engine, request(LOOP, n, List.of()));
        assertThat(cut.finish()).isEqualTo(Finish.LENGTH);
        assertThat(cut.tokens()).isEqualTo(all.tokens().subList(0, n));
      }
    }
  }

  @Test
  void theContextEndsInsideADraft() {
    try (Engine plain = open(TinyModels::dense, 0)) {
      Reply want = fresh(plain, request(LOOP, -1, List.of("a_160x96")));
      assertThat(want.finish()).isEqualTo(Finish.CONTEXT);
      for (int draft = 1; draft <= 8; draft++) {
        try (Engine engine = open(TinyModels::dense, draft);
            Session s = engine.newSession()) {
          Reply got = s.generate(request(LOOP, -1, List.of("a_160x96")), ReplyListener.NONE);
          assertSame(got, want);
          assertThat(s.length()).isEqualTo(CONTEXT);
        }
      }
    }
  }

  @Test
  void stopsEndRepliesInsideDrafts() {
    try (Engine plain = open(TinyModels::dense, 0);
        Engine engine = open(TinyModels::dense, 7)) {
      String text = fresh(plain, request(LOOP, 60, List.of())).text();
      int stopped = 0;
      for (int at = 0; at + 2 <= text.length(); at += 3) {
        Request r = request(LOOP, 60, List.of());
        Request stopping =
            new Request(
                r.messages(),
                r.media(),
                r.tools(),
                LOOP,
                60,
                List.of(text.substring(at, Math.min(text.length(), at + 4))),
                0);
        Reply want = fresh(plain, stopping);
        assertSame(fresh(engine, stopping), want);
        stopped += want.finish() == Finish.STOP ? 1 : 0;
      }
      assertThat(stopped).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void cancelledDraftsLeaveTheSessionSound(Supplier<ModelFiles> files) {
    Request r = request(LOOP, 40, List.of("a_160x96"));
    try (Engine plain = open(files, 0);
        Engine engine = open(files, 7)) {
      Reply want = fresh(plain, r);
      for (int n = 1; n < 30; n += 3) {
        int last = n;
        try (Session s = engine.newSession()) {
          Reply cut =
              s.generate(
                  r,
                  new ReplyListener() {
                    private int seen;

                    @Override
                    public void token(Reply.Token token) {
                      if (++seen == last) {
                        s.cancel();
                      }
                    }
                  });
          assertThat(cut.finish()).isEqualTo(Finish.CANCELLED);
          assertThat(cut.tokens()).isEqualTo(want.tokens().subList(0, n));
          assertThat(s.generate(r, ReplyListener.NONE).tokens()).isEqualTo(want.tokens());
        }
      }
    }
  }

  /** The session's keys and values, and what it knows of them, are right after rejected drafts. */
  @ParameterizedTest
  @MethodSource("models")
  void laterTurnsReuseThePrefixAlike(Supplier<ModelFiles> files) {
    try (Engine plain = open(files, 0);
        Engine engine = open(files, 5)) {
      for (int seed = 0; seed < 6; seed++) {
        Sampling s = Sampling.builder().temperature(0.3 * seed).seed(seed).build();
        List<Message> talk = new ArrayList<>(List.of(RuntimeFixtures.user("one two one two", 1)));
        try (Session a = plain.newSession();
            Session b = engine.newSession()) {
          for (int turn = 0; turn < 3; turn++) {
            Request r = RuntimeFixtures.request(talk, List.of("a_160x96"), 9 + turn, s);
            Reply want = a.generate(r, ReplyListener.NONE);
            assertSame(b.generate(r, ReplyListener.NONE), want);
            talk.add(Message.of("assistant", want.text()));
            talk.add(RuntimeFixtures.user("one two", 0));
          }
        }
      }
    }
  }

  @Test
  void sessionsThatDraftTogetherAnswerAsIfAlone() throws InterruptedException {
    try (Engine plain = open(TinyModels::dense, 0);
        Engine engine = open(TinyModels::dense, 4)) {
      List<Sampling> samplings = samplings();
      Reply[] together = new Reply[8];
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < together.length; i++) {
        int k = i;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> together[k] = fresh(engine, request(samplings.get(k), 30, List.of()))));
      }
      for (Thread t : threads) {
        t.join();
      }
      for (int i = 0; i < together.length; i++) {
        assertSame(together[i], fresh(plain, request(samplings.get(i), 30, List.of())));
      }
    }
  }
}
