package dev.ocelli.engine.runtime;

/**
 * A prompt as one vector: its final hidden states, pooled. These are the states of a model that was
 * trained to generate; they are no trained embedding.
 *
 * @param values {@code [hidden]}, not normalised; empty when the work was cancelled
 * @param reply what the prompt took: a reply without tokens
 */
@SuppressWarnings("ArrayRecordComponent") // compared value by value where it is compared at all
public record Embedding(float[] values, Reply reply) {

  /** The values divided by their Euclidean length; zeros stay zeros. */
  public float[] normalized() {
    double squares = 0;
    for (float v : values) {
      squares += (double) v * v;
    }
    double factor = squares == 0 ? 0 : 1 / Math.sqrt(squares);
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) (values[i] * factor);
    }
    return out;
  }
}
