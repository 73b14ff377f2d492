package dev.ocelli.engine.sampling;

/**
 * Keeps the k most likely tokens; of equal logits the lower ids. One pass over the logits with a
 * heap of the best k so far: almost every logit fails one comparison and costs nothing else.
 */
final class TopK {
  private TopK() {}

  /** Makes the candidates the best k of the logits above minus infinity, sorted. */
  static void select(float[] logits, int k, Candidates into) {
    into.clear(k);
    long[] heap = into.keys;
    int size = 0;
    // The worst logit that is kept. Later ids do not displace equal logits.
    float worst = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < logits.length; id++) {
      float logit = logits[id];
      // Written so that NaN enters and is found.
      if (!(logit <= worst)) {
        Sampler.requireNumber(logit, id);
        if (size < k) {
          heap[size] = Candidates.key(logit, id);
          MinHeap.siftUp(heap, size++);
        } else {
          heap[0] = Candidates.key(logit, id);
          MinHeap.siftDown(heap, 0, k);
        }
        if (size == k) {
          worst = Candidates.logitOf(heap[0]);
        }
      }
    }
    into.size = size;
    into.sortHeap();
  }
}
