package dev.ocelli.engine.kernels;

import static dev.ocelli.engine.kernels.Lanes.F;
import static dev.ocelli.engine.kernels.Lanes.GROUP;
import static dev.ocelli.engine.kernels.Lanes.I;
import static dev.ocelli.engine.kernels.Lanes.L;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Unpacks chunks of {@link QuantFormat} to float32. */
final class QuantUnpack {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private QuantUnpack() {}

  /** The scales and minima of a chunk, {@code [block][lane]} each from index {@code to}. */
  static void scales(
      QuantFormat f, MemorySegment w, long at, int blocks, float[] scale, float[] min, int to) {
    if (!f.nested()) {
      int values = blocks * GROUP;
      MemorySegment.copy(w, F32, at, scale, to, values);
      if (f.minima()) {
        MemorySegment.copy(w, F32, at + 4L * values, min, to, values);
      }
      return;
    }
    long factors = at + (f.minima() ? 8L : 4L) * GROUP;
    for (int lane = 0; lane < GROUP; lane += L) {
      long o = 4L * lane;
      nestedScales(w, at + o, factors + o, blocks / 4, scale, to + lane);
      if (f.minima()) {
        long minFactors = factors + (long) blocks * GROUP;
        nestedMinima(w, at + 4L * GROUP + o, minFactors + o, blocks / 4, min, to + lane);
      }
    }
  }

  private static void nestedScales(
      MemorySegment w, long dAt, long factors, int ints, float[] scale, int to) {
    FloatVector d = FloatVector.fromMemorySegment(F, w, dAt, LE);
    long p = factors;
    int o = to;
    for (int i = 0; i < ints; i++) {
      IntVector v = IntVector.fromMemorySegment(I, w, p, LE);
      for (int j = 0; j < 4; j++) {
        IntVector factor = v.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 24);
        toFloat(factor).mul(d).intoArray(scale, o);
        v = v.lanewise(VectorOperators.LSHR, 8);
        o += GROUP;
      }
      p += 4L * GROUP;
    }
  }

  private static void nestedMinima(
      MemorySegment w, long dAt, long factors, int ints, float[] min, int to) {
    FloatVector d = FloatVector.fromMemorySegment(F, w, dAt, LE);
    long p = factors;
    int o = to;
    for (int i = 0; i < ints; i++) {
      IntVector v = IntVector.fromMemorySegment(I, w, p, LE);
      for (int j = 0; j < 4; j++) {
        toFloat(v.and(0xff)).mul(d).intoArray(min, o);
        v = v.lanewise(VectorOperators.LSHR, 8);
        o += GROUP;
      }
      p += 4L * GROUP;
    }
  }

  /**
   * The quants of a chunk where they stand in their ints, {@code [column][lane]} from {@code to}.
   */
  static void panel(QuantFormat f, MemorySegment w, long at, int blocks, float[] panel, int to) {
    int bits = f.bits();
    int ints = f.intsPerBlock();
    for (int lane = 0; lane < GROUP; lane += L) {
      long p = at + 4L * lane;
      int o = to + lane;
      for (int b = 0; b < blocks; b++) {
        if (bits == 8) {
          signedBytes(w, p, ints, panel, o);
        } else if (32 % bits == 0) {
          quants(w, p, bits, ints, panel, o);
        } else {
          quantsAndRest(w, p, bits, ints, panel, o);
        }
        p += 4L * ints * GROUP;
        o += f.block() * GROUP;
      }
    }
  }

  private static void signedBytes(MemorySegment w, long at, int ints, float[] panel, int to) {
    long p = at;
    int o = to;
    for (int i = 0; i < ints; i++) {
      IntVector v = IntVector.fromMemorySegment(I, w, p, LE);
      for (int j = 0; j < 4; j++) {
        toFloat(v.lanewise(VectorOperators.LSHL, 24)).intoArray(panel, o);
        v = v.lanewise(VectorOperators.LSHR, 8);
        o += GROUP;
      }
      p += 4L * GROUP;
    }
  }

  private static void quants(MemorySegment w, long at, int bits, int ints, float[] panel, int to) {
    int perInt = 32 / bits;
    long p = at;
    int o = to;
    for (int i = 0; i < ints; i++) {
      IntVector v = IntVector.fromMemorySegment(I, w, p, LE);
      int mask = (1 << bits) - 1;
      for (int j = 0; j < perInt - 1; j++) {
        toFloat(v.and(mask)).intoArray(panel, o);
        mask <<= bits;
        o += GROUP;
      }
      toFloat(v.lanewise(VectorOperators.LSHR, 32 - bits)).intoArray(panel, o);
      o += GROUP;
      p += 4L * GROUP;
    }
  }

  private static void quantsAndRest(
      MemorySegment w, long at, int bits, int ints, float[] panel, int to) {
    int perInt = 32 / bits;
    long p = at;
    int o = to;
    IntVector rest = IntVector.zero(I);
    for (int i = 0; i < ints; i++) {
      IntVector v = IntVector.fromMemorySegment(I, w, p, LE);
      int mask = (1 << bits) - 1;
      for (int j = 0; j < perInt; j++) {
        toFloat(v.and(mask)).intoArray(panel, o);
        mask <<= bits;
        o += GROUP;
      }
      rest = rest.lanewise(VectorOperators.LSHL, 2).or(v.lanewise(VectorOperators.LSHR, 30));
      p += 4L * GROUP;
    }
    for (int j = 0; j < 2 * ints / bits; j++) {
      toFloat(rest.and((1 << bits) - 1)).intoArray(panel, o);
      rest = rest.lanewise(VectorOperators.LSHR, bits);
      o += GROUP;
    }
  }

  private static FloatVector toFloat(IntVector v) {
    return (FloatVector) v.convert(VectorOperators.I2F, 0);
  }
}
