package dev.ocelli.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.sampling.SamplingOracle.Candidate;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every step, and all of them in order, against {@link SamplingOracle}. */
class SamplerKernelTest {
  private static final int ODD_SIZE = 317;

  static float[] logits(SplittableRandom random, int n, double spread) {
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      out[i] = (float) (spread * random.nextGaussian());
    }
    return out;
  }

  /** As {@link #logits}, with many equal values, both zeros and banned tokens. */
  static float[] tied(SplittableRandom random, int n) {
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      int r = random.nextInt(8);
      out[i] = r == 0 ? Float.NEGATIVE_INFINITY : r == 1 ? -0.0f : (r - 4) * 0.5f;
    }
    return out;
  }

  private static List<Candidate> list(float[] logits) {
    List<Candidate> out = new ArrayList<>();
    for (int id = 0; id < logits.length; id++) {
      if (logits[id] > Float.NEGATIVE_INFINITY) {
        out.add(new Candidate(id, logits[id]));
      }
    }
    return out;
  }

  private static List<Integer> ids(List<Candidate> c) {
    return c.stream().map(Candidate::id).toList();
  }

  private static List<Integer> ids(Candidates c) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < c.size; i++) {
      out.add(c.id(i));
    }
    return out;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 20, 64, 316, 317})
  void topKKeepsTheLargestAndOfEqualOnesTheLowestIds(int k) {
    SplittableRandom random = new SplittableRandom(k);
    Candidates c = new Candidates();
    for (int round = 0; round < 50; round++) {
      float[] logits = round % 2 == 0 ? logits(random, ODD_SIZE, 3) : tied(random, ODD_SIZE);
      TopK.select(logits, k, c);
      List<Integer> sorted =
          ids(
              list(logits).stream()
                  .sorted((a, b) ->
                      // Not Float.compare, for which -0 is less than +0.
                      a.logit() == b.logit()
                          ? Integer.compare(a.id(), b.id())
                          : a.logit() > b.logit() ? -1 : 1)
                  .limit(k)
                  .toList());
      assertThat(ids(c)).isEqualTo(sorted);
      for (int i = 0; i < c.size; i++) {
        assertThat(c.logit(i)).isEqualTo(logits[c.id(i)] + 0.0f);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-9, 0.1, 0.5, 0.8, 0.95, 0.999999})
  void topPKeepsTheNucleusFromSortedAndUnsortedCandidates(double p) {
    SplittableRandom random = new SplittableRandom(3);
    Candidates c = new Candidates();
    for (int round = 0; round < 60; round++) {
      float[] logits = logits(random, 1 + random.nextInt(ODD_SIZE), 0.1 + round * 0.1);
      List<Integer> expected = ids(SamplingOracle.topP(list(logits), p));
      c.fill(logits);
      new TopP(p).apply(c);
      assertThat(ids(c)).isEqualTo(expected);
      c.fill(logits);
      c.sort();
      new TopP(p).apply(c);
      assertThat(ids(c)).isEqualTo(expected);
      assertThat(c.sorted).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-12, 0.01, 0.3, 0.9999, 1})
  void minPKeepsTokensNearTheMostLikely(double p) {
    SplittableRandom random = new SplittableRandom(4);
    Candidates c = new Candidates();
    for (int round = 0; round < 60; round++) {
      float[] logits = logits(random, 1 + random.nextInt(ODD_SIZE), 0.1 + round * 0.1);
      c.fill(logits);
      MinP.of(p).apply(c);
      assertThat(ids(c)).isEqualTo(ids(SamplingOracle.minP(list(logits), p)));
    }
  }

  @Test
  void minPOfOneKeepsAllThatShareTheLargestLogit() {
    Candidates c = new Candidates();
    c.fill(new float[] {1, 3, 2.999f, 3, Float.NEGATIVE_INFINITY});
    MinP.of(1).apply(c);
    assertThat(ids(c)).containsExactly(1, 3);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.05, 0.2, 0.5, 0.95})
  void typicalKeepsTheTokensNearestToTheEntropy(double p) {
    SplittableRandom random = new SplittableRandom(5);
    Candidates c = new Candidates();
    int mostLikelyRemoved = 0;
    for (int round = 0; round < 60; round++) {
      float[] logits = logits(random, 1 + random.nextInt(ODD_SIZE), 0.1 + round * 0.1);
      List<Integer> expected = ids(SamplingOracle.typical(list(logits), p));
      c.fill(logits);
      int best = 0;
      for (int i = 1; i < c.size; i++) {
        best = c.logit(i) > c.logit(best) ? i : best;
      }
      int bestId = c.id(best);
      new TypicalP(p).apply(c);
      // One candidate alone is not sorted by the oracle's filter, which is the same list.
      assertThat(ids(c)).isEqualTo(expected);
      assertThat(c.max()).isEqualTo(logits[expected.getFirst()]);
      mostLikelyRemoved += expected.contains(bestId) ? 0 : 1;
    }
    if (p == 0.2) {
      assertThat(mostLikelyRemoved).isPositive();
    }
  }

  /** Random settings of all steps at once, over a growing history: the documented order. */
  @Test
  void allStepsInOrderEqualTheOracle() {
    SplittableRandom random = new SplittableRandom(20);
    List<String> alphabet = List.of("a", "b", "\n", "ab", ":", "x\ny", "\"", "*", "é", "c", "");
    int n = 61;
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      texts.add(alphabet.get(i % alphabet.size()));
    }
    Map<Integer, Integer> differing = new TreeMap<>();
    for (int round = 0; round < 300; round++) {
      Sampling s = randomSettings(random, n);
      StopRules stops = StopRules.of(3, 17);
      Set<Integer> stopSet = Set.of(3, 17);
      Sampler sampler =
          new Sampler(s, n, stops, id -> texts.get(id).getBytes(StandardCharsets.UTF_8));
      List<Integer> history = new ArrayList<>();
      int[] prompt = random.ints(random.nextInt(30), 0, 6).toArray();
      sampler.acceptPrompt(prompt);
      for (int id : prompt) {
        history.add(id);
      }
      for (int position = 0; position < 40; position++) {
        float[] model = logits(random, n, 2);
        for (int i = 0; i < 6; i++) {
          model[i] += 3; // few likely tokens, so that sequences repeat
        }
        float[] adjusted =
            SamplingOracle.adjusted(
                model, s, stopSet, history, new SamplingOracle.State(position, texts));
        double unit = new CounterRandom(s.seed()).unit(position);
        int expected = SamplingOracle.choose(adjusted, s, unit);
        int actual = sampler.sample(model);
        assertThat(actual)
            .describedAs("%s at %d after %s", s, position, history)
            .isEqualTo(expected);
        if (expected != SamplingOracle.choose(model, s, unit)) {
          differing.merge(round, 1, Integer::sum);
        }
        sampler.accept(actual);
        history.add(actual);
      }
    }
    // The settings must have mattered, else equality proves little.
    assertThat(differing.size()).isGreaterThan(150);
  }

  private static Sampling randomSettings(SplittableRandom r, int n) {
    Sampling.Builder b = Sampling.builder().seed(r.nextLong());
    b.temperature(r.nextInt(4) == 0 ? 0 : r.nextDouble(0.05, 2));
    b.topK(r.nextInt(3) == 0 ? 0 : r.nextInt(1, n + 10));
    b.topP(r.nextInt(3) == 0 ? 1 : r.nextDouble());
    b.minP(r.nextInt(3) > 0 ? 0 : r.nextDouble(0.3));
    b.typicalP(r.nextInt(3) > 0 ? 1 : r.nextDouble(0.2, 1));
    if (r.nextInt(3) > 0) {
      b.penalties(
          new Sampling.Penalties(
              r.nextDouble(0.8, 1.5), r.nextDouble(-1, 2), r.nextDouble(-0.2, 1), window(r)));
    }
    if (r.nextInt(3) > 0) {
      List<String> breakers =
          r.nextBoolean() ? Sampling.Dry.OFF.sequenceBreakers() : List.of("aba", "b\n", "é");
      b.dry(
          new Sampling.Dry(
              r.nextDouble(0.1, 2), r.nextDouble(1, 3), r.nextInt(1, 4), window(r), breakers));
    }
    if (r.nextInt(3) == 0) {
      b.logitBias(Map.of(2, Double.NEGATIVE_INFINITY, 4, r.nextDouble(-5, 5), n - 1, 1.5));
    }
    return b.ignoreEos(r.nextInt(4) == 0).minTokens(r.nextInt(20)).build();
  }

  private static int window(SplittableRandom r) {
    return r.nextInt(3) == 0 ? -1 : r.nextInt(0, 40);
  }

  @Test
  void logprobsEqualTheLogarithmOfSoftmax() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 40; round++) {
      float[] logits = logits(random, 1 + random.nextInt(ODD_SIZE), 8);
      if (round % 4 == 3) {
        logits[0] = 3e37f; // the others are then impossible, not NaN
      }
      int id = random.nextInt(logits.length);
      int k = random.nextInt(8);
      TokenLogprobs actual = TokenLogprobs.of(logits, id, k);
      double max = Double.NEGATIVE_INFINITY;
      for (float l : logits) {
        max = Math.max(max, l);
      }
      double sum = 0;
      for (float l : logits) {
        sum += StrictMath.exp(l - max);
      }
      double lse = max + StrictMath.log(sum);
      double eps = 1e-12 * Math.max(1, Math.abs(max));
      assertThat(actual.id()).isEqualTo(id);
      assertThat(actual.logprob())
          .isCloseTo(logits[id] - lse, org.assertj.core.data.Offset.offset(eps));
      List<Integer> best =
          ids(SamplingOracle.topP(list(logits), 0.99999999999)).stream().limit(k).toList();
      assertThat(actual.top().stream().map(TokenLogprobs.Alternative::id).toList())
          .startsWith(best.toArray(Integer[]::new))
          .hasSize(Math.min(k, logits.length));
      for (TokenLogprobs.Alternative a : actual.top()) {
        assertThat(a.logprob())
            .isCloseTo(logits[a.id()] - lse, org.assertj.core.data.Offset.offset(eps))
            .isLessThanOrEqualTo(0);
      }
    }
  }

  @Test
  void logprobsOfTheWholeVocabularySumToOne() {
    float[] logits = logits(new SplittableRandom(8), 151_936, 3);
    TokenLogprobs all = TokenLogprobs.of(logits, 5, logits.length);
    double sum = all.top().stream().mapToDouble(a -> StrictMath.exp(a.logprob())).sum();
    assertThat(sum).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-12));
    assertThat(new HashSet<>(all.top())).hasSize(logits.length);
  }

  @Test
  void aSegmentGivesWhatAnArrayGives() {
    float[] logits = logits(new SplittableRandom(9), ODD_SIZE, 3);
    Sampling s = Sampling.builder().seed(4).topP(0.9).build();
    Sampler sampler = new Sampler(s, ODD_SIZE, StopRules.of(), id -> new byte[0]);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_FLOAT, logits);
      for (int i = 0; i < 50; i++) {
        int id = sampler.sample(logits);
        assertThat(sampler.sample(segment)).isEqualTo(id);
        assertThat(sampler.logprobs(segment, id, 3)).isEqualTo(TokenLogprobs.of(logits, id, 3));
        sampler.accept(id);
      }
      assertThat(segment.toArray(ValueLayout.JAVA_FLOAT)).isEqualTo(logits);
    }
  }

  @Test
  void expIsWithinTwoUnitsInTheLastPlace() {
    SplittableRandom random = new SplittableRandom(10);
    for (int i = 0; i < 200_000; i++) {
      double x = -(i % 2 == 0 ? random.nextDouble(708) : random.nextDouble(2));
      double exact = StrictMath.exp(x); // itself within 1 unit
      assertThat(Math.abs(Exp.ofNonPositive(x) - exact)).isLessThanOrEqualTo(2 * Math.ulp(exact));
    }
    assertThat(Exp.ofNonPositive(0)).isEqualTo(1);
    assertThat(Exp.ofNonPositive(-0.0)).isEqualTo(1);
    assertThat(Exp.ofNonPositive(-709)).isZero();
    assertThat(Exp.ofNonPositive(Double.NEGATIVE_INFINITY)).isZero();
  }

  /** The documented generator, as the JDK implements it. */
  @Test
  void randomNumbersAreSplitMix64ByPosition() {
    for (long seed : new long[] {0, 1, -1, 42, Long.MIN_VALUE}) {
      // nextLong of seed s is mix(s + gamma): with s = seed - gamma this yields mix(seed).
      long start = new SplittableRandom(seed - 0x9E3779B97F4A7C15L).nextLong();
      SplittableRandom reference = new SplittableRandom(start);
      CounterRandom random = new CounterRandom(seed);
      for (int position = 0; position < 100; position++) {
        long bits = reference.nextLong();
        assertThat(random.bits(position)).isEqualTo(bits);
        assertThat(random.unit(position)).isEqualTo((bits >>> 11) / (double) (1L << 53));
      }
    }
  }
}
