package dev.ocelli.engine.quality;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.sampling.Exp;

/**
 * What logits say about the next token.
 *
 * @param logits {@code [vocabulary]}, not copied
 * @param top the likeliest token, the first of several
 * @param logSum ln of the sum of e^(logit - greatest logit)
 */
@SuppressWarnings("ArrayRecordComponent") // a view of a row, never compared
record LogSoftmax(float[] logits, int top, double logSum) {

  /**
   * Of a row.
   *
   * @throws OcelliException (MODEL) when one of them is no number
   */
  static LogSoftmax of(float[] logits) {
    int top = 0;
    boolean sound = true;
    for (int i = 0; i < logits.length; i++) {
      sound &= logits[i] < Float.POSITIVE_INFINITY;
      if (logits[i] > logits[top]) {
        top = i;
      }
    }
    if (!sound || logits[top] == Float.NEGATIVE_INFINITY) {
      throw new OcelliException(
          Kind.MODEL, "a logit is no number; the model's file is damaged, check it with verify");
    }
    double sum = 0;
    double greatest = logits[top];
    for (float l : logits) {
      sum += Exp.ofNonPositive(l - greatest);
    }
    return new LogSoftmax(logits, top, Math.log(sum));
  }

  /** ln of a token's probability. */
  double logProbability(int id) {
    return logits[id] - (double) logits[top] - logSum;
  }

  /** How far another distribution is from this one: KL(this || other), in nats. */
  double divergence(LogSoftmax other) {
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      double own = logProbability(i);
      double p = Exp.ofNonPositive(own);
      if (p > 0) {
        sum += p * (own - other.logProbability(i));
      }
    }
    return Math.max(0, sum);
  }
}
