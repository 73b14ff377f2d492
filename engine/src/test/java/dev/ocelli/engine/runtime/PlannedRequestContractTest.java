package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.runtime.Reply.Finish;
import dev.ocelli.engine.testing.TinyModels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests that are planned before a session is chosen for them, as servers do. */
class PlannedRequestContractTest {
  private static Engine engine;

  @BeforeAll
  static void open() {
    engine =
        Engine.open(
            TinyModels.dense(),
            EngineOptions.DEFAULT.withThreads(2, 2).withContextLength(400),
            ModelLoader.Progress.NONE);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static Request look(String picture, int tokens) {
    return RuntimeFixtures.request(
        List.of(RuntimeFixtures.user("Look.", 1)), List.of(picture), tokens);
  }

  @Test
  void aPlannedRequestGetsTheSameReply() {
    Request r = look("c_128x128", 6);
    try (Session s = engine.newSession();
        Session t = engine.newSession()) {
      Reply planned = s.generate(r, engine.prepare(r), ReplyListener.NONE);
      assertThat(planned.tokens()).isEqualTo(t.generate(r, ReplyListener.NONE).tokens());
    }
  }

  /** What is foreseen is what the reply then reports. */
  @Test
  void whatARequestWouldFindIsKnownBefore() {
    Request r = look("c_128x128", 0);
    Prepared prepared = engine.prepare(r);
    Request other = r.withCacheSalt("another tenant");
    try (Session s = engine.newSession();
        Session t = engine.newSession()) {
      for (Session session : List.of(s, s, t)) {
        int held = session.reusable(prepared, r);
        Outlook outlook = engine.outlook(r, prepared, held);
        Reply reply = session.generate(r, prepared, ReplyListener.NONE);
        assertThat(outlook.promptTokens()).isEqualTo(reply.promptTokens());
        assertThat(outlook.reused()).isEqualTo(reply.reusedTokens());
        assertThat(outlook.media()).isEqualTo(reply.media());
      }
    }
    assertThat(engine.outlook(r, prepared, 0).media())
        .allMatch(m -> m.origin() == Reply.Origin.MEMORY || m.origin() == Reply.Origin.PREFIX);
    assertThat(engine.outlook(other, prepared, 0).media())
        .allMatch(m -> m.origin() == Reply.Origin.COMPUTED);
    assertThat(engine.outlook(other, prepared, 0).computed())
        .isEqualTo(prepared.prompt().ids().length);
  }

  @Test
  void aSessionTellsWhatItHoldsOfAPrompt() {
    Request r = look("c_128x128", 0);
    Prepared prepared = engine.prepare(r);
    try (Session s = engine.newSession()) {
      assertThat(s.reusable(prepared, r)).isZero();
      s.generate(r, prepared, ReplyListener.NONE);
      assertThat(s.reusable(prepared, r)).isEqualTo(prepared.prompt().ids().length - 1);
      assertThat(s.reusable(prepared, r.withCacheSalt("another"))).isZero();
    }
  }

  @Test
  void cancellingBeforeTheStartCounts() {
    Request r = look("c_128x128", 6);
    try (Session s = engine.newSession()) {
      s.cancel();
      assertThat(s.generate(r, engine.prepare(r), ReplyListener.NONE).finish())
          .isEqualTo(Finish.CANCELLED);
      s.resume();
      assertThat(s.generate(r, engine.prepare(r), ReplyListener.NONE).finish())
          .isNotEqualTo(Finish.CANCELLED);
    }
  }

  @Test
  void whatWillBeEncodedIsToldBeforeItIs() {
    Request r = look("f_100x75", 2).withCacheSalt("once");
    List<String> told = new ArrayList<>();
    ReplyListener listener =
        new ReplyListener() {
          @Override
          public void encoding(List<PlannedMedia> media) {
            told.add("encoding " + media.size());
          }

          @Override
          public void progress(Phase phase, int done, int total) {
            if (phase == Phase.DECODE_IMAGE) {
              told.add("decode");
            }
          }
        };
    try (Session s = engine.newSession();
        Session t = engine.newSession()) {
      s.generate(r, engine.prepare(r), listener);
      t.generate(r, engine.prepare(r), listener);
    }
    assertThat(told).containsExactly("encoding 1", "decode", "encoding 0");
  }

  @Test
  void aPromptMayBeTokens() {
    int[] ids = engine.tokenizer().encode("a b c");
    Prepared prepared = engine.prepare(ids);
    assertThat(prepared.prompt().ids()).isEqualTo(ids);
    try (Session s = engine.newSession()) {
      assertThat(s.generate(look("c_128x128", 3), prepared, ReplyListener.NONE).promptTokens())
          .isEqualTo(ids.length);
    }
    assertThatThrownBy(() -> engine.prepare(new int[0]))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void thePromptOfAConversationCanBeRead() {
    assertThat(engine.render(look("c_128x128", 1)).text()).contains("Look.", "<|image_pad|>");
  }

  @Test
  void aReplySaysWhichStopStringEndedIt() {
    Request r = look("c_128x128", 20);
    try (Session s = engine.newSession()) {
      Reply whole = s.generate(r, ReplyListener.NONE);
      assertThat(whole.stoppedBy()).isNull();
      String word = whole.text().substring(1, 3);
      Reply stopped =
          s.generate(
              new Request(r.messages(), r.media(), r.tools(), r.sampling(), 20, List.of(word), -1),
              ReplyListener.NONE);
      assertThat(stopped.stoppedBy()).isEqualTo(word);
      assertThat(stopped.finish()).isEqualTo(Finish.STOP);
    }
  }
}
