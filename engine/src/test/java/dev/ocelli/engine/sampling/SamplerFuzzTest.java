package dev.ocelli.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Any allowed settings, at the ends of their ranges too, on awkward logits: always a usable token.
 */
class SamplerFuzzTest {
  @Test
  void everyAllowedSettingGivesAPossibleToken() {
    SplittableRandom r = new SplittableRandom(77);
    for (int round = 0; round < 2000; round++) {
      int n = 1 + r.nextInt(50);
      Sampling s =
          Sampling.builder()
              .seed(r.nextLong())
              .temperature(pick(r, 0, Double.MIN_VALUE, 1e-6, 0.7, 1, 100))
              .topK((int) pick(r, -1, 0, 1, 5, n, Integer.MAX_VALUE))
              .topP(pick(r, 0, Double.MIN_VALUE, 0.5, Math.nextDown(1.0), 1))
              .minP(pick(r, 0, Double.MIN_VALUE, 0.05, 1))
              .typicalP(pick(r, 0, 0.3, Math.nextDown(1.0), 1))
              .penalties(
                  new Sampling.Penalties(
                      pick(r, 0.01, 1, 1.1, 100),
                      pick(r, -100, 0, 1.5, 100),
                      pick(r, -100, 0, 0.1, 100),
                      (int) pick(r, -1, 0, 1, 64, Integer.MAX_VALUE)))
              .dry(
                  new Sampling.Dry(
                      pick(r, 0, 0.8, 100),
                      pick(r, 1, 1.75, 100),
                      (int) pick(r, 1, 2, Integer.MAX_VALUE),
                      (int) pick(r, -1, 0, 1, 64, Integer.MAX_VALUE),
                      r.nextBoolean() ? List.of() : List.of("\n", "aa")))
              .logitBias(Map.of(r.nextInt(n), pick(r, -1e6, 0, 1e6)))
              .build();
      Sampler sampler =
          new Sampler(
              s,
              n,
              StopRules.of(),
              id -> (id % 3 == 0 ? "a" : id % 3 == 1 ? "\n" : "").getBytes(StandardCharsets.UTF_8));
      for (int step = 0; step < 30; step++) {
        float[] logits = awkward(r, n);
        int id = sampler.sample(logits);
        assertThat(id).describedAs(s.toString()).isBetween(0, n - 1);
        assertThat(logits[id]).describedAs(s.toString()).isGreaterThan(Float.NEGATIVE_INFINITY);
        sampler.accept(id);
      }
    }
  }

  private static double pick(SplittableRandom r, double... values) {
    return values[r.nextInt(values.length)];
  }

  private static float[] awkward(SplittableRandom r, int n) {
    float[] out = new float[n];
    float[] values = {0, -0.0f, Float.MIN_VALUE, 1, -1, 1e30f, -1e30f, 88, -104};
    int mode = r.nextInt(4);
    for (int i = 0; i < n; i++) {
      out[i] =
          switch (mode) {
            case 0 -> values[r.nextInt(values.length)];
            case 1 -> 5;
            case 2 -> r.nextInt(3) == 0 ? 2 : Float.NEGATIVE_INFINITY;
            default -> (float) r.nextGaussian();
          };
    }
    out[r.nextInt(n)] = 1; // at least one possible token
    return out;
  }
}
