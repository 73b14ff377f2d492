package dev.ocelli.engine.sampling;

/**
 * The tokens that may still be drawn, with their logits. Reused from token to token; arrays grow to
 * what the settings need (k values with top-k, the vocabulary without) and stay.
 *
 * <p>A candidate is one long, so that sorting moves one value and comparing is one comparison: the
 * greater key is the more likely token, and of equal logits the lower id. The high half is the
 * logit's bits in an order-preserving form, the low half is the complement of the id.
 */
final class Candidates {
  /** The keys; the first {@link #size} places count. */
  long[] keys = {};

  int size;

  /** Whether keys descend (most likely first); otherwise they are in the order of ids. */
  boolean sorted;

  /** Scratch of the filters, as long as the keys: softmax weights, place by place. */
  double[] weights = {};

  /** Scratch of typical-p, as long as the keys once used. */
  long[] scores = {};

  private float max;

  /** Makes room for n candidates; there are none afterwards. */
  void clear(int n) {
    if (keys.length < n) {
      keys = new long[n];
      weights = new double[n];
    }
    size = 0;
    max = Float.NEGATIVE_INFINITY;
  }

  /** The scratch for scores, as long as the keys. */
  long[] scores() {
    if (scores.length < keys.length) {
      scores = new long[keys.length];
    }
    return scores;
  }

  /** All tokens whose logit is above minus infinity, by id. */
  void fill(float[] logits) {
    clear(logits.length);
    for (int id = 0; id < logits.length; id++) {
      float logit = logits[id];
      if (!(logit <= Float.NEGATIVE_INFINITY)) {
        Sampler.requireNumber(logit, id);
        keys[size++] = key(logit, id);
        max = Math.max(max, logit);
      }
    }
    sorted = false;
  }

  /** Sorts, most likely first. */
  void sort() {
    MinHeap.build(keys, size);
    sortHeap();
  }

  /** Sorts keys that already are a {@link MinHeap}. */
  void sortHeap() {
    MinHeap.sortDescending(keys, size);
    sorted = true;
    max = size == 0 ? Float.NEGATIVE_INFINITY : logit(0);
  }

  int id(int i) {
    return ~(int) keys[i];
  }

  float logit(int i) {
    return logitOf(keys[i]);
  }

  /** The largest logit. */
  float max() {
    return max;
  }

  /**
   * Sets {@link #weights} to e^((logit - max) / temperature), the unnormalised probabilities, and
   * returns their sum, added in the order of the candidates.
   */
  double weigh(double temperature) {
    double top = max;
    double sum = 0;
    for (int i = 0; i < size; i++) {
      double w = Exp.ofNonPositive((logit(i) - top) / temperature);
      weights[i] = w;
      sum += w;
    }
    return sum;
  }

  static long key(float logit, int id) {
    // Adding zero makes -0 into +0, which must compare equal to it.
    int bits = Float.floatToRawIntBits(logit + 0.0f);
    int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    return ((long) ordered << 32) | (~id & 0xFFFFFFFFL);
  }

  static float logitOf(long key) {
    int ordered = (int) (key >> 32);
    return Float.intBitsToFloat(ordered ^ ((ordered >> 31) & Integer.MAX_VALUE));
  }
}
