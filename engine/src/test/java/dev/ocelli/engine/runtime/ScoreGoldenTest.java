package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.kernels.Activations;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.WeightLoader;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.model.Checkpoint;
import dev.ocelli.engine.model.Model;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.model.Trace;
import dev.ocelli.engine.model.VisionEmbedding;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.testing.TinyModels;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits of a prompt's tokens are those that the forward pass gives, bit by bit. */
class ScoreGoldenTest {
  private static final EngineOptions PLAIN = EngineOptions.DEFAULT.withThreads(2, 2);

  private static int[] ids(int n) {
    int[] ids = new int[n];
    for (int i = 0; i < n; i++) {
      ids[i] = (i * 37 + 11) % 700;
    }
    return ids;
  }

  /** All logits from one token on. */
  private static float[][] score(Session s, Request request, Prepared prepared, int first) {
    float[][] rows = new float[prepared.prompt().ids().length - first][];
    Reply reply =
        s.score(
            request,
            prepared,
            first,
            (from, logits, team) -> {
              assertThat(logits.rows()).isBetween(1, PromptLogits.ROWS);
              for (int r = 0; r < logits.rows(); r++) {
                rows[from - first + r] = logits.slice(r, r + 1).toArray();
              }
            });
    assertThat(reply.finish()).isEqualTo(Reply.Finish.LENGTH);
    assertThat(reply.reusedTokens()).isLessThanOrEqualTo(first);
    return rows;
  }

  private static Request request(int pictures) {
    return RuntimeFixtures.request(
        List.of(RuntimeFixtures.user("What do the pictures show?", pictures)),
        pictures == 0 ? List.of() : List.of("a_160x96"),
        5);
  }

  /** The forward pass over all tokens at once, with a place for all logits. */
  private static float[] plain(int[] ids) {
    try (ModelFiles files = TinyModels.wide("Q4_K_M");
        Workers workers = Workers.single();
        Arena arena = Arena.ofShared()) {
      KernelSet kernels = KernelSet.best(Activations.QUANTIZED);
      Model model =
          ModelLoader.load(
              files, new WeightLoader(kernels, workers, arena), arena, ModelLoader.Progress.NONE);
      var text = model.config().text();
      Floats logits = Floats.allocate(arena, ids.length, text.vocabulary());
      try (ModelRunner runner =
              new ModelRunner(model, kernels, ModelRunner.Teams.one(workers), ids.length);
          KvCache kv = new KvCache(ModelRunner.kvLayout(text, DType.F16), (count, tokens) -> {})) {
        kv.reserve(0, ids.length);
        @Nullable VisionEmbedding[] none = {};
        runner.step(
            List.of(PromptPreparer.prepare(ids).rows(0, ids.length, none, kv, logits)),
            Trace.NONE,
            Checkpoint.NONE);
        return logits.toArray();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 512})
  void areThoseOfTheForwardPass(int chunk) {
    int[] ids = ids(150);
    float[] want = plain(ids);
    try (Engine engine =
        Engine.open(TinyModels.wide("Q4_K_M"), PLAIN.withChunk(chunk), ModelLoader.Progress.NONE)) {
      int width = want.length / ids.length;
      for (int first : new int[] {0, 75, 149}) {
        try (Session s = engine.newSession()) {
          float[][] rows = score(s, request(0), engine.prepare(ids), first);
          for (int r = 0; r < rows.length; r++) {
            int at = (first + r) * width;
            assertThat(rows[r])
                .as("token %d", first + r)
                .isEqualTo(Arrays.copyOfRange(want, at, at + width));
          }
        }
      }
    }
  }

  @Test
  void ofAReplyAreWhatItsTokensWereChosenFrom() {
    try (Engine engine = Engine.open(TinyModels.dense(), PLAIN, ModelLoader.Progress.NONE);
        Session s = engine.newSession();
        Session other = engine.newSession()) {
      Request request = request(1);
      Prepared prepared = engine.prepare(request);
      Reply reply = s.generate(request, prepared, ReplyListener.NONE);
      int[] made = reply.tokens().stream().mapToInt(Reply.Token::id).toArray();
      assertThat(made).isNotEmpty();
      Prepared whole = prepared.followedBy(Arrays.copyOf(made, made.length - 1));
      int first = prepared.prompt().ids().length - 1;
      float[][] rows = score(s, request, whole, first);
      for (int i = 0; i < made.length; i++) {
        int top = 0;
        for (int id = 0; id < rows[i].length; id++) {
          top = rows[i][id] > rows[i][top] ? id : top;
        }
        assertThat(top).as("token %d", i).isEqualTo(made[i]);
      }
      // What the session held of the prompt and reply changes nothing.
      assertThat(score(other, request, whole, first)).isDeepEqualTo(rows);
      assertThat(s.generate(request, prepared, ReplyListener.NONE).tokens())
          .isEqualTo(reply.tokens());
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    long[] free = {Long.MAX_VALUE};
    EngineOptions guarded = PLAIN.edit().memory(() -> free[0]).build();
    try (Engine engine = Engine.open(TinyModels.dense(), guarded, ModelLoader.Progress.NONE);
        Session s = engine.newSession()) {
      free[0] = 64 << 20;
      assertThatThrownBy(() -> score(s, request(0), engine.prepare(ids(100)), 0))
          .isInstanceOf(OcelliException.class)
          .hasMessageContaining("logits of 100 tokens at once need");
      free[0] = Long.MAX_VALUE;
      s.cancel();
      Reply reply = s.score(request(0), engine.prepare(ids(9)), 0, (from, logits, team) -> {});
      assertThat(reply.finish()).isEqualTo(Reply.Finish.CANCELLED);
    }
  }
}
