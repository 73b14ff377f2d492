package dev.ocelli.engine.sampling;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.util.Map;

/**
 * Adds the user's biases, and bans stop tokens where {@code ignoreEos} or {@code minTokens} ask for
 * it.
 */
final class LogitBias {
  private final int[] ids;
  private final double[] biases;
  private final int[] stops;
  private final int minTokens;

  /** A bias on a token that the vocabulary lacks is a {@code USAGE} error. */
  LogitBias(Sampling sampling, StopRules stopRules, int vocabularySize) {
    Map<Integer, Double> map = sampling.logitBias();
    ids = map.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    biases = new double[ids.length];
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] >= vocabularySize) {
        throw new OcelliException(
            Kind.USAGE,
            "logit_bias names token "
                + ids[i]
                + "; this model's ids are 0 to "
                + (vocabularySize - 1));
      }
      biases[i] = map.getOrDefault(ids[i], 0.0);
    }
    stops = stopRules.ids();
    for (int stop : stops) {
      if (stop >= vocabularySize) {
        throw new IllegalArgumentException(
            "stop token " + stop + " of a vocabulary of " + vocabularySize);
      }
    }
    minTokens = sampling.ignoreEos() ? Integer.MAX_VALUE : sampling.minTokens();
  }

  /** Changes the logits; {@code generated} tokens were chosen before this one. */
  void apply(float[] logits, int generated) {
    for (int i = 0; i < ids.length; i++) {
      logits[ids[i]] = (float) (logits[ids[i]] + biases[i]);
    }
    if (generated < minTokens) {
      for (int stop : stops) {
        logits[stop] = Float.NEGATIVE_INFINITY;
      }
    }
  }
}
