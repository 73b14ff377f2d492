package dev.ocelli.engine.kernels;

import static dev.ocelli.engine.kernels.Lanes.F;
import static dev.ocelli.engine.kernels.Lanes.I;
import static dev.ocelli.engine.kernels.Lanes.L;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Exact conversion of half-precision and bfloat16 values to float32, a vector at a time. */
final class Halves {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  /** As many shorts as a vector has floats. */
  private static final VectorSpecies<Short> S =
      VectorSpecies.of(short.class, VectorShape.forBitSize(F.vectorBitSize() / 2));

  private Halves() {}

  /** Converts n half-precision values, n a multiple of the lanes. */
  static void fromF16(MemorySegment in, long at, float[] out, int to, int n) {
    for (int i = 0; i < n; i += L) {
      f16(ShortVector.fromMemorySegment(S, in, at + 2L * i, LE)).intoArray(out, to + i);
    }
  }

  /** Converts n bfloat16 values, n a multiple of the lanes. */
  static void fromBf16(MemorySegment in, long at, float[] out, int to, int n) {
    for (int i = 0; i < n; i += L) {
      IntVector v = widen(ShortVector.fromMemorySegment(S, in, at + 2L * i, LE));
      v.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(out, to + i);
    }
  }

  /**
   * Exponent and mantissa move to their places in a float32, whose exponent is then too small by
   * 112; the multiplication makes up for it and normalises subnormal numbers. Infinities and NaN
   * get all bits of the exponent.
   */
  private static FloatVector f16(ShortVector h) {
    IntVector v = widen(h);
    VectorMask<Integer> special = v.and(0x7c00).compare(VectorOperators.EQ, 0x7c00);
    FloatVector f =
        v.lanewise(VectorOperators.LSHL, 13).and(0x8fffe000).reinterpretAsFloats().mul(0x1p112f);
    IntVector bits = f.reinterpretAsInts();
    return bits.blend(bits.or(0x7f800000), special).reinterpretAsFloats();
  }

  private static IntVector widen(ShortVector v) {
    return (IntVector) v.convertShape(VectorOperators.S2I, I, 0);
  }
}
