package dev.ocelli.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.grammar.CompiledGrammar;
import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.grammar.TokenBytes;
import dev.ocelli.engine.grammar.TokenMask;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Sampler} promises to its callers. */
class SamplerContractTest {
  private static final float NONE = Float.NEGATIVE_INFINITY;
  private static final IntFunction<byte[]> NO_TEXT = id -> new byte[0];

  private static Sampler sampler(Sampling.Builder settings, int vocabularySize) {
    return new Sampler(settings.build(), vocabularySize, StopRules.of(0), NO_TEXT);
  }

  private static Sampling.Builder settings() {
    return Sampling.builder().seed(1);
  }

  @Test
  void greedyTakesTheLowestIdOfEqualLogits() {
    Sampler sampler = new Sampler(Sampling.greedy(), 5, StopRules.of(), NO_TEXT);
    assertThat(sampler.sample(new float[] {NONE, 2, 5, 5, 1})).isEqualTo(2);
    assertThat(sampler.sample(new float[] {-0.0f, 0, -1, NONE, NONE})).isZero();
    assertThat(sampler.sample(new float[] {-3, -2, -1, -1, -3e38f})).isEqualTo(2);
  }

  @Test
  void greedyIgnoresFiltersAndSeed() {
    float[] logits = SamplerKernelTest.logits(new SplittableRandom(1), 100, 2);
    int best = sampler(settings().temperature(0), 100).sample(logits);
    for (long seed = 0; seed < 20; seed++) {
      // Typical-p alone would remove the most likely token here.
      Sampling.Builder s =
          settings().temperature(0).seed(seed).typicalP(0.1).topP(0.1).minP(0.5).topK(3);
      assertThat(sampler(s, 100).sample(logits)).isEqualTo(best);
    }
  }

  @Test
  void greedyIsTakenAfterBiasAndPenalties() {
    float[] logits = {0, 10, 9, 8.5f};
    Sampler biased = sampler(settings().temperature(0).logitBias(Map.of(2, 1.5)), 4);
    assertThat(biased.sample(logits)).isEqualTo(2);
    Sampler penalised =
        sampler(settings().temperature(0).penalties(new Sampling.Penalties(1, 1.2, 0, 64)), 4);
    penalised.accept(1);
    assertThat(penalised.sample(logits)).isEqualTo(2);
    penalised.accept(2);
    assertThat(penalised.sample(logits)).isEqualTo(1); // 8.8 against 7.8 and 8.5
  }

  @Test
  void samplingTwiceAnswersTheSameAndChangesNothing() {
    float[] logits = SamplerKernelTest.logits(new SplittableRandom(2), 200, 1);
    float[] before = logits.clone();
    Sampler sampler = sampler(settings().penalties(new Sampling.Penalties(1.3, 1, 1, -1)), 200);
    for (int i = 0; i < 50; i++) {
      int id = sampler.sample(logits);
      assertThat(sampler.sample(logits)).isEqualTo(id);
      assertThat(sampler.generated()).isEqualTo(i);
      sampler.accept(id);
    }
    assertThat(logits).isEqualTo(before);
  }

  @Test
  void equalSeedsGiveEqualTokensHoweverThePromptArrives() {
    SplittableRandom random = new SplittableRandom(3);
    List<float[]> steps = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      steps.add(SamplerKernelTest.logits(random, 90, 1));
    }
    int[] prompt = random.ints(50, 0, 90).toArray();
    Sampling.Builder s =
        settings().seed(99).topP(0.95).penalties(new Sampling.Penalties(1.1, 0.5, 0.1, 32));
    Sampler whole = sampler(s, 90);
    whole.acceptPrompt(prompt);
    Sampler chunked = sampler(s, 90);
    for (int i = 0; i < prompt.length; i += 7) {
      chunked.acceptPrompt(prompt, i, Math.min(i + 7, prompt.length));
    }
    Sampler otherSeed = sampler(s.seed(100), 90);
    otherSeed.acceptPrompt(prompt);
    int differing = 0;
    for (float[] logits : steps) {
      int id = whole.sample(logits);
      assertThat(chunked.sample(logits)).isEqualTo(id);
      differing += otherSeed.sample(logits) == id ? 0 : 1;
      whole.accept(id);
      chunked.accept(id);
      otherSeed.accept(id);
    }
    assertThat(differing).isGreaterThan(10);
  }

  /** Counts of many draws against the exact distribution, by Pearson's chi-square. */
  @Test
  void drawsFollowTheDistribution() {
    float[] logits = {1.0f, 2.5f, 0.3f, -1.0f, 2.0f, NONE, 1.7f, 0.0f};
    List<Sampling.Builder> variants =
        List.of(
            settings().seed(11),
            settings().seed(12).temperature(0.5),
            settings().seed(13).temperature(3),
            settings().seed(14).topK(4),
            settings().seed(15).topP(0.85).temperature(0.7),
            settings().seed(16).minP(0.2),
            settings().seed(17).typicalP(0.7),
            settings().seed(18).topK(6).typicalP(0.9).topP(0.9).minP(0.1).temperature(1.5));
    for (Sampling.Builder b : variants) {
      Sampling s = b.build();
      int draws = 40_000;
      int[] counts = new int[logits.length];
      Sampler sampler = sampler(b, logits.length);
      for (int i = 0; i < draws; i++) {
        int id = sampler.sample(logits);
        counts[id]++;
        sampler.accept(id);
      }
      // The oracle's survivors, found by asking it for a fine grid of random numbers.
      double[] expected = new double[logits.length];
      int grid = 20_000;
      for (int i = 0; i < grid; i++) {
        expected[SamplingOracle.choose(logits, s, (i + 0.5) / grid)] += 1.0 / grid;
      }
      double chiSquare = 0;
      int cells = 0;
      for (int id = 0; id < counts.length; id++) {
        if (expected[id] == 0) {
          assertThat(counts[id]).describedAs("%s token %d", s, id).isZero();
        } else {
          double e = expected[id] * draws;
          chiSquare += (counts[id] - e) * (counts[id] - e) / e;
          cells++;
        }
      }
      // 0.999 quantiles of chi-square with 1 to 6 degrees of freedom.
      double[] limit = {0, 10.83, 13.82, 16.27, 18.47, 20.52, 22.46};
      assertThat(cells).isGreaterThan(1);
      assertThat(chiSquare).describedAs(s.toString()).isLessThan(limit[cells - 1]);
    }
  }

  /** Consecutive positions and neighbouring seeds must not be correlated. */
  @Test
  void randomNumbersOfNeighboursAreIndependent() {
    int n = 64;
    int[][] pairs = new int[4][4];
    for (long seed = 0; seed < n; seed++) {
      for (int position = 0; position < n; position++) {
        int a = (int) (4 * new CounterRandom(seed).unit(position));
        pairs[a][(int) (4 * new CounterRandom(seed + 1).unit(position))]++;
      }
    }
    double chiSquare = 0;
    double e = n * n / 16.0;
    for (int[] row : pairs) {
      for (int count : row) {
        chiSquare += (count - e) * (count - e) / e;
      }
    }
    assertThat(chiSquare).isLessThan(37.70); // 0.999 quantile, 15 degrees of freedom
  }

  @Test
  void temperaturesNearZeroAndAboveAllBoundsAreSafe() {
    float[] logits = {1, 3, 2, 3 - 1e-6f};
    for (long seed = 0; seed < 50; seed++) {
      assertThat(sampler(settings().seed(seed).temperature(1e-9), 4).sample(logits)).isEqualTo(1);
      assertThat(sampler(settings().seed(seed).temperature(Double.MIN_VALUE), 4).sample(logits))
          .isEqualTo(1);
      assertThat(sampler(settings().seed(seed).temperature(100), 4).sample(logits)).isBetween(0, 3);
    }
  }

  @Test
  void oneFiniteLogitIsAlwaysChosen() {
    float[] logits = {NONE, NONE, -40, NONE};
    List<Sampling.Builder> variants =
        List.of(
            settings(),
            settings().topK(1000),
            settings().topK(1),
            settings().topP(0),
            settings().minP(1),
            settings().typicalP(0),
            settings().temperature(0));
    for (Sampling.Builder b : variants) {
      assertThat(sampler(b, 4).sample(logits)).describedAs(b.build().toString()).isEqualTo(2);
    }
  }

  @Test
  void topKBeyondTheVocabularyAndOffAreTheSame() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 50; i++) {
      float[] logits = SamplerKernelTest.logits(random, 30, 1);
      int off = sampler(settings().seed(i).topK(0), 30).sample(logits);
      assertThat(sampler(settings().seed(i).topK(-1), 30).sample(logits)).isEqualTo(off);
      assertThat(sampler(settings().seed(i).topK(30), 30).sample(logits)).isEqualTo(off);
      assertThat(sampler(settings().seed(i).topK(31), 30).sample(logits)).isEqualTo(off);
    }
  }

  @Test
  void topPOfZeroMinPOfOneAndTopKOfOneTakeTheMostLikely() {
    float[] logits = SamplerKernelTest.logits(new SplittableRandom(6), 300, 0.01);
    int best = sampler(settings().temperature(0), 300).sample(logits);
    for (long seed = 0; seed < 20; seed++) {
      assertThat(sampler(settings().seed(seed).topP(0), 300).sample(logits)).isEqualTo(best);
      assertThat(sampler(settings().seed(seed).minP(1), 300).sample(logits)).isEqualTo(best);
      assertThat(sampler(settings().seed(seed).topK(1), 300).sample(logits)).isEqualTo(best);
    }
  }

  @Test
  void stopTokensAreBannedUntilMinTokensAndUnderIgnoreEos() {
    float[] logits = {50, 1, 0};
    Sampler min = sampler(settings().temperature(0).minTokens(2), 3);
    assertThat(min.sample(logits)).isEqualTo(1);
    min.accept(1);
    min.acceptPrompt(1, 1, 1); // prompt tokens are not generated ones
    assertThat(min.sample(logits)).isEqualTo(1);
    min.accept(1);
    assertThat(min.sample(logits)).isZero();
    Sampler never = sampler(settings().temperature(0).ignoreEos(true), 3);
    for (int i = 0; i < 5; i++) {
      assertThat(never.sample(logits)).isEqualTo(1);
      never.accept(1);
    }
  }

  @Test
  void penaltiesForgetTokensThatLeaveTheWindow() {
    float[] logits = {0, 10, 9.5f, 1};
    Sampler sampler =
        sampler(settings().temperature(0).penalties(new Sampling.Penalties(2, 0, 0, 2)), 4);
    sampler.acceptPrompt(1);
    assertThat(sampler.sample(logits)).isEqualTo(2);
    sampler.accept(3);
    assertThat(sampler.sample(logits)).isEqualTo(2);
    sampler.accept(3);
    assertThat(sampler.sample(logits)).isEqualTo(1);
  }

  @Test
  void aWindowOfZeroTurnsPenaltiesAndDryOff() {
    float[] logits = {0, 10, 9.5f, 1};
    Sampler sampler =
        sampler(
            settings()
                .temperature(0)
                .penalties(new Sampling.Penalties(2, 5, 5, 0))
                .dry(new Sampling.Dry(5, 2, 1, 0, List.of())),
            4);
    sampler.acceptPrompt(1, 1, 1, 1);
    assertThat(sampler.sample(logits)).isEqualTo(1);
  }

  @Test
  void repeatPenaltyLowersPositiveAndNegativeLogits() {
    Sampler sampler =
        sampler(settings().temperature(0).penalties(new Sampling.Penalties(1.5, 0, 0, -1)), 3);
    sampler.accept(1);
    assertThat(sampler.sample(new float[] {1, 1.4f, NONE})).isZero(); // 1.4 / 1.5 < 1
    assertThat(sampler.sample(new float[] {-1.4f, -1, NONE})).isZero(); // -1 * 1.5 < -1.4
  }

  /** Tokens 0 to 9 are words, 10 is a line feed, 11 and 12 are two halves of one breaker. */
  private static final List<String> WORDS =
      List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", ".\n ", "END", "ING");

  private static float[] dryPenalties(Sampling.Dry dry, int... history) {
    DryPenalty step =
        new DryPenalty(dry, id -> WORDS.get(id).getBytes(StandardCharsets.UTF_8), WORDS.size());
    TokenHistory tokens = new TokenHistory();
    for (int id : history) {
      tokens.add(id);
      step.accept(id);
    }
    float[] logits = new float[WORDS.size()];
    step.apply(logits, tokens);
    return logits;
  }

  private static float[] only(int id, float value) {
    float[] out = new float[WORDS.size()];
    out[id] = value;
    return out;
  }

  private static Sampling.Dry dry(int lastN, String... breakers) {
    return new Sampling.Dry(0.5, 2, 2, lastN, List.of(breakers));
  }

  @Test
  void dryPenalisesWhatWouldContinueARepetition() {
    // "a b c d ... a b" : c would make it a repetition of 2 and one more.
    assertThat(dryPenalties(dry(-1), 0, 1, 2, 3, 0, 1)).isEqualTo(only(2, -0.5f));
    assertThat(dryPenalties(dry(-1), 0, 1, 2, 3, 0, 1, 2)).isEqualTo(only(3, -1));
    assertThat(dryPenalties(dry(-1), 0, 1, 2, 3, 0)).isEqualTo(only(0, 0));
    // Overlapping: after "a a a a" the three before it repeat.
    assertThat(dryPenalties(dry(-1), 0, 0, 0, 0)).isEqualTo(only(0, -1));
  }

  @Test
  void dryTakesTheLongestOfSeveralRepetitions() {
    // "a b c" then "x a b c" both lead to d, the longer one counts.
    assertThat(dryPenalties(dry(-1), 1, 2, 3, 9, 0, 1, 2, 3, 8, 0, 1, 2)).isEqualTo(only(3, -1));
  }

  @Test
  void dryBreakersEndRepetitions() {
    int[] history = {0, 1, 10, 2, 3, 4, 0, 1, 10, 2, 3};
    assertThat(dryPenalties(dry(-1), history)).isEqualTo(only(4, -4)); // length 5
    assertThat(dryPenalties(dry(-1, "\n"), history)).isEqualTo(only(4, -0.5f)); // length 2
    // The breaker is the last token, or just before it: nothing long enough is left.
    assertThat(dryPenalties(dry(-1, "\n"), 0, 1, 10, 2, 0, 1, 10)).isEqualTo(only(0, 0));
    assertThat(dryPenalties(dry(-1, "\n"), 0, 1, 10, 2, 3, 0, 1, 10, 2)).isEqualTo(only(0, 0));
  }

  @Test
  void dryBreakersMaySpanTokens() {
    int[] history = {0, 11, 12, 2, 3, 4, 0, 11, 12, 2, 3};
    assertThat(dryPenalties(dry(-1), history)).isEqualTo(only(4, -4));
    assertThat(dryPenalties(dry(-1, "NDIN"), history)).isEqualTo(only(4, -0.5f));
    assertThat(dryPenalties(dry(-1, "NDXIN"), history)).isEqualTo(only(4, -4));
  }

  @Test
  void dryBreakersAreBytesSoThatSplitCharactersAreFound() {
    byte[][] bytes = {"é".getBytes(StandardCharsets.UTF_8), {(byte) 0xC3}, {(byte) 0xA9}, {'x'}};
    DryPenalty step = new DryPenalty(dry(-1, "é"), id -> bytes[id], 4);
    TokenHistory tokens = new TokenHistory();
    for (int id : new int[] {3, 3, 3, 1, 2, 3, 3}) {
      tokens.add(id);
      step.accept(id);
    }
    float[] logits = new float[4];
    step.apply(logits, tokens);
    // "x x" since the breaker repeats "x x" of the start, before an x (length 2) and a 1 (length
    // 2).
    assertThat(logits).containsExactly(0, -0.5f, 0, -0.5f);
  }

  @Test
  void drySearchesOnlyItsWindow() {
    int[] history = {0, 1, 2, 3, 4, 5, 0, 1};
    assertThat(dryPenalties(dry(8), history)).isEqualTo(only(2, -0.5f));
    assertThat(dryPenalties(dry(7), history)).isEqualTo(only(0, 0)); // sees only "b" before c
  }

  @Test
  void dryOfLongRepetitionsStaysFinite() {
    int[] history = new int[3000];
    float[] penalties = dryPenalties(new Sampling.Dry(1, 100, 1, -1, List.of()), history);
    assertThat(penalties[0]).isEqualTo(-1e30f);
  }

  @Test
  void impossibleLogitsAreAnErrorAndNotAToken() {
    float[] nan = {1, 2, Float.NaN, 4};
    float[] infinite = {1, Float.POSITIVE_INFINITY, 3, 4};
    float[] none = {NONE, NONE, NONE, NONE};
    List<Sampling.Builder> variants =
        List.of(
            settings(),
            settings().topK(2),
            settings().topK(2).topP(0.5),
            settings().topP(0.5),
            settings().temperature(0));
    for (Sampling.Builder b : variants) {
      assertModelError(() -> sampler(b, 4).sample(nan), "logit of token 2 is NaN");
      assertModelError(() -> sampler(b, 4).sample(infinite), "logit of token 1 is Infinity");
      assertModelError(() -> sampler(b, 4).sample(none), "all 4 logits are -inf");
    }
    assertModelError(() -> TokenLogprobs.of(nan, 0, 0), "logit of token 2 is NaN");
    assertModelError(() -> TokenLogprobs.of(infinite, 0, 1), "logit of token 1 is Infinity");
    assertModelError(() -> TokenLogprobs.of(none, 0, 1), "all 4 logits are -inf");
  }

  private static void assertModelError(Runnable call, String text) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            OcelliException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MODEL))
        .hasMessageContaining(text)
        .hasMessageNotContaining("\n");
  }

  @Test
  void banningEveryTokenIsTheUsersError() {
    Map<Integer, Double> ban = Map.of(1, Double.NEGATIVE_INFINITY);
    for (double temperature : new double[] {0, 1}) {
      Sampler sampler =
          sampler(settings().temperature(temperature).logitBias(ban).ignoreEos(true), 2);
      assertThatThrownBy(() -> sampler.sample(new float[] {1, 2}))
          .isInstanceOfSatisfying(
              OcelliException.class, e -> assertThat(e.kind()).isEqualTo(Kind.USAGE))
          .hasMessageContaining("ban every token");
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2);
        assertThatThrownBy(() -> sampler.sample(segment))
            .isInstanceOfSatisfying(
                OcelliException.class, e -> assertThat(e.kind()).isEqualTo(Kind.USAGE));
      }
    }
  }

  @Test
  void aBiasOutsideTheVocabularyIsTheUsersError() {
    assertThatThrownBy(() -> sampler(settings().logitBias(Map.of(7, 1.0)), 7))
        .isInstanceOf(OcelliException.class)
        .hasMessage("logit_bias names token 7; this model's ids are 0 to 6");
  }

  @Test
  void wrongSizesAndIdsAreFaultsOfTheCaller() {
    Sampler sampler = sampler(settings(), 4);
    assertThatThrownBy(() -> sampler.sample(new float[5]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sampler.accept(4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sampler.acceptPrompt(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Sampler(Sampling.greedy(), 4, StopRules.of(4), id -> new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TokenLogprobs.of(new float[4], 4, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void logprobsAreTheModelsOwnWhateverTheSettings() {
    float[] logits = {0, (float) Math.log(3), NONE, 0};
    TokenLogprobs actual = TokenLogprobs.of(logits, 2, 10);
    assertThat(actual.logprob()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(actual.top().stream().map(TokenLogprobs.Alternative::id)).containsExactly(1, 0, 3);
    assertThat(StrictMath.exp(actual.top().getFirst().logprob()))
        .isCloseTo(0.6, org.assertj.core.data.Offset.offset(1e-7));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_FLOAT, logits);
      Sampler sampler =
          sampler(settings().temperature(0.1).logitBias(Map.of(1, Double.NEGATIVE_INFINITY)), 4);
      sampler.sample(segment);
      assertThat(sampler.logprobs(segment, 2, 10)).isEqualTo(actual);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"greedy", "default", "everything", "unsorted"})
  void aTokenAllocatesNothing(String variant) {
    int n = 20_000;
    Sampling.Penalties penalties = new Sampling.Penalties(1.1, 1.5, 0.1, 64);
    Sampling.Builder s =
        switch (variant) {
          case "greedy" -> settings().temperature(0);
          case "default" -> settings().temperature(0.7).topK(20).topP(0.8).penalties(penalties);
          case "unsorted" -> settings().typicalP(0.9).topP(0.9).minP(0.01);
          default ->
              settings()
                  .topK(100)
                  .typicalP(0.9)
                  .topP(0.9)
                  .minP(0.01)
                  .penalties(penalties)
                  .dry(new Sampling.Dry(0.8, 1.75, 2, 1000, Sampling.Dry.OFF.sequenceBreakers()))
                  .logitBias(Map.of(3, 1.0))
                  .minTokens(5);
        };
    byte[] text = {'x'};
    Sampler sampler = new Sampler(s.build(), n, StopRules.of(0), id -> text);
    float[] logits = SamplerKernelTest.logits(new SplittableRandom(1), n, 3);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    // The least of several stretches: the runtime itself (compilation, class loading) may allocate
    // on this thread once, a step that allocates does so in every stretch.
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_FLOAT, logits);
      for (int stretch = 0; stretch < 8; stretch++) {
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
        for (int i = 0; i < 100; i++) {
          sampler.accept(sampler.sample(segment));
        }
        long after = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
        least = Math.min(least, after - before);
      }
    }
    assertThat(least).isLessThan(100); // fewer bytes than tokens
  }

  /** A constraint is the same as logits of minus infinity for what it does not allow. */
  @Test
  void masksAreLogitsOfMinusInfinity() {
    int size = 300;
    TokenBytes tokens = new TokenBytes(size, id -> new byte[] {(byte) id}, new int[] {});
    TokenMask mask =
        CompiledGrammar.of(new Constraint.Regex("[a-m0-7]+").grammar(), tokens).matcher().mask();
    List<Sampling.Builder> all =
        List.of(
            settings().temperature(0),
            settings(),
            settings().topK(5),
            settings().topP(0.7).minP(0.02),
            settings().typicalP(0.6),
            settings().penalties(new Sampling.Penalties(1.3, 0.4, 0.2, 16)),
            settings().dry(new Sampling.Dry(0.8, 1.75, 1, -1, List.of())),
            settings().logitBias(Map.of(70, 9.0, 110, 30.0)));
    try (Arena arena = Arena.ofConfined()) {
      for (Sampling.Builder s : all) {
        Sampler masked = sampler(s, size);
        Sampler cut = sampler(s, size);
        for (int step = 0; step < 60; step++) {
          float[] logits = SamplerKernelTest.logits(new SplittableRandom(step), size, 2);
          MemorySegment given = arena.allocateFrom(ValueLayout.JAVA_FLOAT, logits);
          for (int id = 0; id < size; id++) {
            logits[id] = mask.allows(id) ? logits[id] : NONE;
          }
          int want = cut.sample(logits);
          assertThat(masked.sample(given, mask)).isEqualTo(want);
          masked.accept(want);
          cut.accept(want);
        }
      }
    }
  }
}
