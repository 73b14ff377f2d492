package dev.ocelli.engine.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shape that this machine computes with, and the sizes that follow from it.
 *
 * <p>No result depends on it: a lane is a matrix row, a key or a column of its own, and the few
 * sums across lanes are taken over {@link #SUM_LANES} partial sums whatever the width of a vector.
 */
final class Lanes {
  /** Partial sums of every sum that runs along the lanes. */
  static final int SUM_LANES = 16;

  /** At most 512 bits, and no wider for floats than for ints (on AVX ints have half the width). */
  private static final VectorShape SHAPE =
      VectorShape.forBitSize(
          Math.clamp(
              Math.min(
                  FloatVector.SPECIES_PREFERRED.vectorBitSize(),
                  IntVector.SPECIES_PREFERRED.vectorBitSize()),
              128,
              512));

  static final VectorSpecies<Float> F = VectorSpecies.of(float.class, SHAPE);
  static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, SHAPE);

  /** Floats in a vector: 4, 8 or 16. */
  static final int L = F.length();

  /** Matrix rows that are packed together: four vectors, enough sums to hide the latency of one. */
  static final int GROUP = 4 * L;

  private Lanes() {}
}
