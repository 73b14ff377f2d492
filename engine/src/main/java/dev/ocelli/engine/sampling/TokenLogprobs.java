package dev.ocelli.engine.sampling;

import java.util.ArrayList;
import java.util.List;

/**
 * How likely the model held a token, and the most likely ones beside it.
 *
 * <p>These are natural logarithms of the model's own distribution: softmax of the logits as the
 * model gave them, at temperature 1, before biases, penalties and filters, whatever the sampling
 * settings.
 *
 * @param id the token
 * @param logprob its log-probability, 0 or below; minus infinity where its logit is
 * @param top the most likely tokens, most likely first, of equal ones the lower id; the token
 *     itself is among them if it is one of them
 */
public record TokenLogprobs(int id, double logprob, List<Alternative> top) {

  /**
   * One of the most likely tokens.
   *
   * @param id the token
   * @param logprob its log-probability
   */
  public record Alternative(int id, double logprob) {}

  public TokenLogprobs {
    top = List.copyOf(top);
  }

  /**
   * Computes them, in float64.
   *
   * @param logits one value a token of the vocabulary
   * @param id the token asked for
   * @param k how many alternatives, 0 or more; at most as many as have a logit above minus infinity
   * @throws dev.ocelli.engine.OcelliException {@code MODEL} when a logit is NaN or plus infinity or
   *     none is above minus infinity
   */
  public static TokenLogprobs of(float[] logits, int id, int k) {
    if (id < 0 || id >= logits.length || k < 0) {
      throw new IllegalArgumentException(
          "token " + id + " of " + logits.length + " logits, " + k + " alternatives");
    }
    Candidates best = new Candidates();
    TopK.select(logits, Math.min(Math.max(k, 1), logits.length), best);
    if (best.size == 0) {
      throw Sampler.nothingLeft(logits);
    }
    double max = best.max();
    // Four running sums, always the same four: additions that do not wait for each other, and the
    // same bits everywhere.
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < logits.length; i += 4) {
      s0 += Exp.ofNonPositive(logits[i] - max);
      s1 += Exp.ofNonPositive(logits[i + 1] - max);
      s2 += Exp.ofNonPositive(logits[i + 2] - max);
      s3 += Exp.ofNonPositive(logits[i + 3] - max);
    }
    for (; i < logits.length; i++) {
      s0 += Exp.ofNonPositive(logits[i] - max);
    }
    double logSum = StrictMath.log((s0 + s1) + (s2 + s3));
    List<Alternative> top = new ArrayList<>(k);
    for (int j = 0; j < Math.min(k, best.size); j++) {
      top.add(new Alternative(best.id(j), best.logit(j) - max - logSum));
    }
    return new TokenLogprobs(id, logits[id] - max - logSum, top);
  }
}
