package dev.ocelli.engine.sampling;

/**
 * Nucleus sampling (Holtzman et al. 2020, arXiv 1904.09751): keeps the most likely tokens up to and
 * including the one with which their total probability reaches p. The most likely one always stays.
 */
record TopP(double p) implements Filter {
  @Override
  public void apply(Candidates c) {
    double total = c.weigh(1);
    if (c.sorted) {
      c.size = prefix(c.weights, c.size, p * total);
    } else {
      takeBest(c, total);
    }
  }

  private static int prefix(double[] weights, int n, double limit) {
    double kept = 0;
    for (int i = 0; i < n; i++) {
      kept += weights[i];
      if (kept >= limit) {
        return i + 1;
      }
    }
    return n;
  }

  /**
   * Without a full sort. All tokens lighter than (1 - p) / n of the total weigh less than 1 - p
   * together, so the heavier ones reach p without them: they alone are heaped (half that weight is
   * the bound, far beyond any rounding), and only the nucleus is taken from the heap.
   */
  private void takeBest(Candidates c, double total) {
    long[] keys = c.keys;
    double light = (1 - p) * total / (2.0 * c.size);
    int n = 0;
    for (int i = 0; i < c.size; i++) {
      if (c.weights[i] >= light) {
        keys[n++] = ~keys[i]; // the most likely becomes the smallest
      }
    }
    MinHeap.build(keys, n);
    double limit = p * total;
    double top = c.max();
    double kept = 0;
    int from = n;
    while (from > 0) {
      float logit = Candidates.logitOf(~keys[0]);
      MinHeap.popToEnd(keys, from--);
      kept += Exp.ofNonPositive(logit - top);
      if (kept >= limit) {
        break;
      }
    }
    // The nucleus stands at the end, most likely last.
    for (int i = from, j = n - 1; i <= j; i++, j--) {
      long key = ~keys[i];
      keys[i] = ~keys[j];
      keys[j] = key;
    }
    System.arraycopy(keys, from, keys, 0, n - from);
    c.size = n - from;
    c.sorted = true;
  }
}
