package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.kernels.jit.Level;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.sampling.TokenLogprobs;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.testing.Fixtures;
import dev.ocelli.engine.testing.LoraFiles;
import dev.ocelli.engine.testing.LoraFiles.Part;
import dev.ocelli.engine.testing.LoraFiles.Recipe;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Adapters give what models give that they are merged into: {@code W + scale * alpha / rank * B A}
 * in float32. Only rounding differs, as sums have another order.
 */
class LoraGoldenTest {
  /** Of log-probabilities: float32 rounding through four layers, measured 1.6e-5. */
  private static final double BOUND = 5e-5;

  private static final Path DENSE = Fixtures.path("models/tiny-dense/tiny-dense-f32.gguf");
  private static final Path DENSE_VISION =
      Fixtures.path("models/tiny-dense/tiny-dense-mmproj-f32.gguf");
  private static final Path MOE = Fixtures.path("models/tiny-moe/tiny-moe-f32.gguf");
  private static final Path MOE_VISION = Fixtures.path("models/tiny-moe/tiny-moe-mmproj-f16.gguf");
  private static final EngineOptions OPTIONS =
      EngineOptions.DEFAULT
          .withThreads(2, 2)
          .withContextLength(700)
          .withChunk(48)
          .withCacheType(DType.F32)
          .withCaches(CacheOptions.NONE);

  @TempDir Path folder;

  private Path adapter(String name, Path model, Recipe recipe) {
    return LoraFiles.write(folder.resolve(name + ".gguf"), model, recipe);
  }

  private static List<Reply.Token> reply(Path model, Path vision, EngineOptions options) {
    ModelFiles.PictureRules pictures;
    try (ModelFiles dense = ModelFiles.open(DENSE, DENSE_VISION, true)) {
      pictures = dense.pictures();
    }
    ModelFiles files = ModelFiles.open(model, vision, true).withPictures(pictures);
    try (Engine engine = Engine.open(files, options, ModelLoader.Progress.NONE);
        Session s = engine.newSession()) {
      Request r =
          RuntimeFixtures.request(
              List.of(RuntimeFixtures.user("What does the picture show? ".repeat(3), 1)),
              List.of("a_160x96"),
              6);
      return s.generate(r, ReplyListener.NONE).tokens();
    }
  }

  private static EngineOptions with(EngineOptions options, Part... parts) {
    return options.withAdapters(
        Stream.of(parts)
            .map(p -> new EngineOptions.AdapterChoice(p.adapter(), p.scale()))
            .toList());
  }

  private static double distance(List<Reply.Token> got, List<Reply.Token> want) {
    assertThat(got).extracting(Reply.Token::id).isEqualTo(want.stream().map(t -> t.id()).toList());
    double most = 0;
    for (int i = 0; i < want.size(); i++) {
      Map<Integer, Double> there = all(want.get(i).logprobs());
      Map<Integer, Double> here = all(got.get(i).logprobs());
      assertThat(here).hasSize(there.size()).hasSizeGreaterThan(1000);
      for (Map.Entry<Integer, Double> e : there.entrySet()) {
        most = Math.max(most, Math.abs(e.getValue() - here.getOrDefault(e.getKey(), 1e9)));
      }
    }
    return most;
  }

  private static Map<Integer, Double> all(@Nullable TokenLogprobs logprobs) {
    return Objects.requireNonNull(logprobs).top().stream()
        .collect(
            Collectors.toMap(TokenLogprobs.Alternative::id, TokenLogprobs.Alternative::logprob));
  }

  /** In Java, and in emitted code; what is between them differs in integer products alone. */
  private static List<Arguments> levels() {
    List<Level> all = KernelSet.levels();
    return all.stream()
        .filter(l -> l == Level.VECTOR_API || l == all.getLast())
        .map(Level::label)
        .map(Arguments::of)
        .toList();
  }

  /** All matrices of a dense model. */
  @ParameterizedTest
  @MethodSource("levels")
  void denseModel(String level) {
    EngineOptions options = OPTIONS.edit().level(level).build();
    Path lora = adapter("all", DENSE, Recipe.of(1, 3));
    Path merged = LoraFiles.merge(folder.resolve("m.gguf"), DENSE, new Part(lora, 0.75f));
    List<Reply.Token> want = reply(merged, DENSE_VISION, options);
    List<Reply.Token> got = reply(DENSE, DENSE_VISION, with(options, new Part(lora, 0.75f)));
    assertThat(distance(got, want)).isLessThan(BOUND);
    assertThat(got).isNotEqualTo(reply(DENSE, DENSE_VISION, options));
  }

  /** Router and all experts, too. */
  @Test
  void mixtureOfExperts() {
    Path lora = adapter("all", MOE, Recipe.of(2, 4));
    Path merged = LoraFiles.merge(folder.resolve("m.gguf"), MOE, new Part(lora, 1));
    assertThat(
            distance(
                reply(MOE, MOE_VISION, with(OPTIONS, new Part(lora, 1))),
                reply(merged, MOE_VISION, OPTIONS)))
        .isLessThan(BOUND);
  }

  /** Of other matrices, ranks and scales, one of them taken away. The order does not matter. */
  @Test
  void severalAdaptersAddUp() {
    Part one = new Part(adapter("one", DENSE, Recipe.of(3, 1)), 1);
    Part two =
        new Part(adapter("two", DENSE, Recipe.of(4, 17).only("attn_k.weight", "up.weight")), -0.5f);
    Path merged = LoraFiles.merge(folder.resolve("m.gguf"), DENSE, one, two);
    List<Reply.Token> got = reply(DENSE, DENSE_VISION, with(OPTIONS, one, two));
    assertThat(distance(got, reply(merged, DENSE_VISION, OPTIONS))).isLessThan(BOUND);
    assertThat(reply(DENSE, DENSE_VISION, with(OPTIONS, two, one))).isEqualTo(got);
  }

  /** Without alpha an adapter is taken as it is. */
  @Test
  void alphaZeroMeansNoFactor() {
    Recipe plain = Recipe.of(5, 4).only("attn_q.weight");
    Path none = adapter("none", DENSE, new Recipe(5, 4, 0, DType.F32, List.of("attn_q.weight")));
    Path one = adapter("one", DENSE, new Recipe(5, 4, 4, DType.F32, plain.matrices()));
    assertThat(reply(DENSE, DENSE_VISION, with(OPTIONS, new Part(none, 1))))
        .isEqualTo(reply(DENSE, DENSE_VISION, with(OPTIONS, new Part(one, 1))));
  }

  private static List<DType> types() {
    return List.of(DType.F16, DType.BF16, DType.Q8_0);
  }

  /** Whatever its type, an adapter is what its values are in float32. */
  @ParameterizedTest
  @MethodSource("types")
  void otherTypes(DType type) {
    Recipe recipe = Recipe.of(6, 32).with(type).only("attn_output.weight", "ffn_down.weight");
    Path lora = adapter("typed", DENSE, recipe);
    Path merged = LoraFiles.merge(folder.resolve("m.gguf"), DENSE, new Part(lora, 1));
    assertThat(
            distance(
                reply(DENSE, DENSE_VISION, with(OPTIONS, new Part(lora, 1))),
                reply(merged, DENSE_VISION, OPTIONS)))
        .isLessThan(BOUND);
  }

  /** What is added is added in float32, whatever the weights are and however they are loaded. */
  @ParameterizedTest
  @MethodSource("modes")
  void quantizedBase(LoadMode mode) {
    Path base = Fixtures.path("models/tiny-wide/tiny-wide-Q8_0.gguf");
    Path vision = Fixtures.path("models/tiny-wide/tiny-wide-mmproj-f16.gguf");
    EngineOptions options = OPTIONS.withExact(true).edit().loadMode(mode).build();
    Path lora = adapter("wide", base, Recipe.of(7, 8));
    Path merged = LoraFiles.merge(folder.resolve("m.gguf"), base, new Part(lora, 1));
    assertThat(
            distance(
                reply(base, vision, with(options, new Part(lora, 1))),
                reply(merged, vision, options)))
        .isLessThan(BOUND);
  }

  private static List<LoadMode> modes() {
    return List.of(LoadMode.REPACK, LoadMode.MMAP);
  }
}
