package dev.ocelli.engine.kernels;

/**
 * What an adapter adds to a product: {@code y += scale * B (A x)}.
 *
 * @param a {@code [rank, inputs of the base matrix]}
 * @param b {@code [outputs of the base matrix, rank]}
 */
public record LowRank(Matrix a, Matrix b) {
  /** Outputs of A, inputs of B. */
  public int rank() {
    return a.rows();
  }
}
