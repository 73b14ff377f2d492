package dev.ocelli.engine.kernels;

/**
 * Decides operation by operation between scalar loops and the Vector API, whose results are equal
 * bit for bit.
 *
 * <p>Until the JIT compiler has taken up a loop over vectors, each of its operations is interpreted
 * and allocates: many times slower than a scalar loop, and a small model's whole reply may be over
 * by then. So the first part of all work is done one value at a time. Belongs to one {@link
 * Compute}.
 */
final class ColdStart {
  private final Simd simd;
  private long left;

  /**
   * @param scalarWork work after which {@link Simd#ADAPTIVE} means vectors; what does not fit into
   *     the rest of it is done with vectors at once
   */
  ColdStart(Simd simd, long scalarWork) {
    this.simd = simd;
    this.left = scalarWork;
  }

  /** Whether an operation of so much work is done with vectors. */
  boolean vector(long work) {
    if (simd != Simd.ADAPTIVE) {
      return simd == Simd.VECTOR;
    }
    left -= Math.min(left, work);
    return left == 0;
  }
}
