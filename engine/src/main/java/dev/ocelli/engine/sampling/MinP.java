package dev.ocelli.engine.sampling;

/**
 * Keeps the tokens whose probability is at least p times that of the most likely one (Nguyen et al.
 * 2024, arXiv 2407.01082), compared as logits: {@code logit - max >= ln p}.
 */
record MinP(double logP) implements Filter {
  static MinP of(double p) {
    return new MinP(StrictMath.log(p));
  }

  @Override
  public void apply(Candidates c) {
    double threshold = c.max() + logP;
    int kept = 0;
    for (int i = 0; i < c.size; i++) {
      if (c.logit(i) >= threshold) {
        c.keys[kept++] = c.keys[i];
      }
    }
    c.size = kept;
  }
}
