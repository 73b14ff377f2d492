package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.testing.TinyModels;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bit-identical replies: logits depend neither on chunk size nor on threads. */
class InvarianceContractTest {

  static Stream<Arguments> models() {
    return Stream.of(
        arguments("dense F32", TinyModels::dense),
        arguments("mixture of experts F32", TinyModels::moe),
        arguments("Q8_0", () -> TinyModels.wide("Q8_0")),
        arguments("Q4_K_M", () -> TinyModels.wide("Q4_K_M")));
  }

  private static Arguments arguments(String name, Supplier<ModelFiles> files) {
    return Arguments.of(Named.of(name, files));
  }

  @ParameterizedTest
  @MethodSource("models")
  void chunksAndThreadsDoNotChangeABit(Supplier<ModelFiles> files) {
    Reply want = reply(files, 512, 1, DType.F16);
    assertThat(want.tokens()).isNotEmpty();
    for (int chunk : new int[] {1, 7, 64}) {
      assertThat(reply(files, chunk, 2, DType.F16).tokens())
          .as("chunk %d", chunk)
          .isEqualTo(want.tokens());
    }
    for (int threads : new int[] {2, 3}) {
      assertThat(reply(files, 512, threads, DType.F16).tokens())
          .as("%d threads", threads)
          .isEqualTo(want.tokens());
    }
    for (DType cache : List.of(DType.F32, DType.Q8_0)) {
      assertThat(reply(files, 7, 2, cache).tokens())
          .as("keys and values in %s", cache)
          .isEqualTo(reply(files, 512, 1, cache).tokens());
    }
  }

  /**
   * Tokens carry exact log-probabilities of the whole vocabulary: equal tokens mean equal logits.
   */
  private static Reply reply(Supplier<ModelFiles> files, int chunk, int threads, DType cache) {
    EngineOptions options =
        EngineOptions.DEFAULT.withThreads(threads, threads).withChunk(chunk).withCacheType(cache);
    try (Engine engine = Engine.open(files.get(), options, ModelLoader.Progress.NONE);
        Session s = engine.newSession()) {
      Message m = RuntimeFixtures.user("What do both pictures show? ".repeat(6), 2);
      return s.generate(
          RuntimeFixtures.request(List.of(m), List.of("a_160x96", "h_720x480"), 6),
          ReplyListener.NONE);
    }
  }
}
