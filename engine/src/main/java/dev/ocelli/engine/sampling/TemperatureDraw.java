package dev.ocelli.engine.sampling;

/**
 * Draws a candidate with probability proportional to e^(logit / temperature): the first one at
 * which the running sum of weights exceeds {@code unit} times their total. Candidates stand most
 * likely first if top-k (with k below the vocabulary size), typical-p or top-p is on, otherwise by
 * id.
 */
record TemperatureDraw(double temperature) {
  /** The drawn token; unit is from 0 to below 1. */
  int draw(Candidates c, double unit) {
    double target = unit * c.weigh(temperature);
    double sum = 0;
    int i = 0;
    for (; i < c.size - 1; i++) {
      sum += c.weights[i];
      if (sum > target) {
        break;
      }
    }
    return c.id(i);
  }
}
