package dev.ocelli.engine.sampling;

/**
 * Locally typical sampling (Meister et al. 2022, arXiv 2202.00666): keeps the tokens whose surprise
 * -ln(probability) is nearest to the distribution's entropy, up to and including the one with which
 * their total probability exceeds p. Unlike every other filter it may remove the most likely token.
 *
 * <p>Distances are compared as float32; equal ones in the order of the candidates.
 */
record TypicalP(double p) implements Filter {
  @Override
  public void apply(Candidates c) {
    int n = c.size;
    double total = c.weigh(1);
    double[] weights = c.weights;
    double top = c.max();
    double logTotal = StrictMath.log(total);
    double entropy = 0;
    for (int i = 0; i < n; i++) {
      entropy += weights[i] * (logTotal - (c.logit(i) - top));
    }
    entropy /= total;
    long[] scores = c.scores();
    for (int i = 0; i < n; i++) {
      float distance = (float) Math.abs(logTotal - (c.logit(i) - top) - entropy);
      // Bits of floats that are not negative ascend as the floats do.
      scores[i] = ((long) Float.floatToRawIntBits(distance) << 32) | i;
    }
    MinHeap.build(scores, n);
    double limit = p * total;
    double kept = 0;
    int from = n;
    while (from > 0) {
      int place = (int) scores[0];
      MinHeap.popToEnd(scores, from--);
      kept += weights[place];
      if (kept > limit) {
        break;
      }
    }
    for (int i = from; i < n; i++) {
      scores[i] = c.keys[(int) scores[i]];
    }
    System.arraycopy(scores, from, c.keys, 0, n - from);
    c.size = n - from;
    c.sort();
  }
}
