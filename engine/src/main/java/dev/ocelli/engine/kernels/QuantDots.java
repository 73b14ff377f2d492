package dev.ocelli.engine.kernels;

import static dev.ocelli.engine.kernels.Lanes.F;
import static dev.ocelli.engine.kernels.Lanes.GROUP;
import static dev.ocelli.engine.kernels.Lanes.I;
import static dev.ocelli.engine.kernels.Lanes.L;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * One token's product with a chunk of a group of packed rows: quants go from memory to the sums
 * without a stop, in ascending order of addresses.
 *
 * <p>For every block {@code acc = fma(sum over k by fma of q[k] x[k], scale, acc)}, exactly what
 * {@link Tile} does with an unpacked panel. A quant costs three operations on a vector of rows:
 * mask, convert, multiply and add; the compiler unrolls the loop over an int and makes the masks
 * constants.
 *
 * <p>A call does two of the four vectors of a group, from a lane on: with all four the methods are
 * so large that the compiler would box vectors. The chunk stays in the first-level cache between
 * the two calls.
 */
final class QuantDots {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  private QuantDots() {}

  static void dot2(
      MemorySegment w,
      long at,
      float[] x,
      int xAt,
      float[] scale,
      float[] acc,
      int lane,
      int blocks) {
    long p = at + 4L * lane;
    int xo = xAt;
    int so = lane;
    FloatVector s0 = FloatVector.fromArray(F, acc, lane);
    FloatVector s1 = FloatVector.fromArray(F, acc, lane + L);
    for (int b = 0; b < blocks; b++) {
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = FloatVector.zero(F);
      IntVector v0 = IntVector.fromMemorySegment(I, w, p, LE);
      IntVector v1 = IntVector.fromMemorySegment(I, w, p + 4L * L, LE);
      p += 4L * GROUP;
      IntVector mask = IntVector.broadcast(I, 3);
      for (int j = 0; j < 15; j++) {
        FloatVector f = FloatVector.broadcast(F, x[xo++]);
        a0 = toFloat(v0.and(mask)).fma(f, a0);
        a1 = toFloat(v1.and(mask)).fma(f, a1);
        mask = mask.lanewise(VectorOperators.LSHL, 2);
      }
      FloatVector f = FloatVector.broadcast(F, x[xo++]);
      a0 = toFloat(v0.lanewise(VectorOperators.LSHR, 30)).fma(f, a0);
      a1 = toFloat(v1.lanewise(VectorOperators.LSHR, 30)).fma(f, a1);
      s0 = a0.fma(FloatVector.fromArray(F, scale, so), s0);
      s1 = a1.fma(FloatVector.fromArray(F, scale, so + L), s1);
      so += GROUP;
    }
    s0.intoArray(acc, lane);
    s1.intoArray(acc, lane + L);
  }

  static void dot4(
      MemorySegment w,
      long at,
      float[] x,
      int xAt,
      float[] scale,
      float[] acc,
      int ints,
      int lane,
      int blocks) {
    long p = at + 4L * lane;
    int xo = xAt;
    int so = lane;
    FloatVector s0 = FloatVector.fromArray(F, acc, lane);
    FloatVector s1 = FloatVector.fromArray(F, acc, lane + L);
    for (int b = 0; b < blocks; b++) {
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = FloatVector.zero(F);
      for (int i = 0; i < ints; i++) {
        IntVector v0 = IntVector.fromMemorySegment(I, w, p, LE);
        IntVector v1 = IntVector.fromMemorySegment(I, w, p + 4L * L, LE);
        p += 4L * GROUP;
        IntVector mask = IntVector.broadcast(I, 15);
        for (int j = 0; j < 7; j++) {
          FloatVector f = FloatVector.broadcast(F, x[xo++]);
          a0 = toFloat(v0.and(mask)).fma(f, a0);
          a1 = toFloat(v1.and(mask)).fma(f, a1);
          mask = mask.lanewise(VectorOperators.LSHL, 4);
        }
        FloatVector f = FloatVector.broadcast(F, x[xo++]);
        a0 = toFloat(v0.lanewise(VectorOperators.LSHR, 28)).fma(f, a0);
        a1 = toFloat(v1.lanewise(VectorOperators.LSHR, 28)).fma(f, a1);
      }
      s0 = a0.fma(FloatVector.fromArray(F, scale, so), s0);
      s1 = a1.fma(FloatVector.fromArray(F, scale, so + L), s1);
      so += GROUP;
    }
    s0.intoArray(acc, lane);
    s1.intoArray(acc, lane + L);
  }

  static void dot5(
      MemorySegment w,
      long at,
      float[] x,
      int xAt,
      float[] scale,
      float[] acc,
      int lane,
      int blocks) {
    long p = at + 4L * lane;
    int xo = xAt;
    int so = lane;
    FloatVector s0 = FloatVector.fromArray(F, acc, lane);
    FloatVector s1 = FloatVector.fromArray(F, acc, lane + L);
    for (int b = 0; b < blocks; b++) {
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = FloatVector.zero(F);
      IntVector r0 = IntVector.zero(I);
      IntVector r1 = IntVector.zero(I);
      for (int i = 0; i < 5; i++) {
        IntVector v0 = IntVector.fromMemorySegment(I, w, p, LE);
        IntVector v1 = IntVector.fromMemorySegment(I, w, p + 4L * L, LE);
        p += 4L * GROUP;
        IntVector mask = IntVector.broadcast(I, 31);
        for (int j = 0; j < 6; j++) {
          FloatVector f = FloatVector.broadcast(F, x[xo++]);
          a0 = toFloat(v0.and(mask)).fma(f, a0);
          a1 = toFloat(v1.and(mask)).fma(f, a1);
          mask = mask.lanewise(VectorOperators.LSHL, 5);
        }
        r0 = r0.lanewise(VectorOperators.LSHL, 2).or(v0.lanewise(VectorOperators.LSHR, 30));
        r1 = r1.lanewise(VectorOperators.LSHL, 2).or(v1.lanewise(VectorOperators.LSHR, 30));
      }
      for (int j = 0; j < 2; j++) {
        FloatVector f = FloatVector.broadcast(F, x[xo++]);
        a0 = toFloat(r0.and(31)).fma(f, a0);
        a1 = toFloat(r1.and(31)).fma(f, a1);
        r0 = r0.lanewise(VectorOperators.LSHR, 5);
        r1 = r1.lanewise(VectorOperators.LSHR, 5);
      }
      s0 = a0.fma(FloatVector.fromArray(F, scale, so), s0);
      s1 = a1.fma(FloatVector.fromArray(F, scale, so + L), s1);
      so += GROUP;
    }
    s0.intoArray(acc, lane);
    s1.intoArray(acc, lane + L);
  }

  static void dot6(
      MemorySegment w,
      long at,
      float[] x,
      int xAt,
      float[] scale,
      float[] acc,
      int lane,
      int blocks) {
    long p = at + 4L * lane;
    int xo = xAt;
    int so = lane;
    FloatVector s0 = FloatVector.fromArray(F, acc, lane);
    FloatVector s1 = FloatVector.fromArray(F, acc, lane + L);
    for (int b = 0; b < blocks; b++) {
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = FloatVector.zero(F);
      IntVector r0 = IntVector.zero(I);
      IntVector r1 = IntVector.zero(I);
      for (int i = 0; i < 3; i++) {
        IntVector v0 = IntVector.fromMemorySegment(I, w, p, LE);
        IntVector v1 = IntVector.fromMemorySegment(I, w, p + 4L * L, LE);
        p += 4L * GROUP;
        IntVector mask = IntVector.broadcast(I, 63);
        for (int j = 0; j < 5; j++) {
          FloatVector f = FloatVector.broadcast(F, x[xo++]);
          a0 = toFloat(v0.and(mask)).fma(f, a0);
          a1 = toFloat(v1.and(mask)).fma(f, a1);
          mask = mask.lanewise(VectorOperators.LSHL, 6);
        }
        r0 = r0.lanewise(VectorOperators.LSHL, 2).or(v0.lanewise(VectorOperators.LSHR, 30));
        r1 = r1.lanewise(VectorOperators.LSHL, 2).or(v1.lanewise(VectorOperators.LSHR, 30));
      }
      FloatVector f = FloatVector.broadcast(F, x[xo++]);
      a0 = toFloat(r0).fma(f, a0);
      a1 = toFloat(r1).fma(f, a1);
      s0 = a0.fma(FloatVector.fromArray(F, scale, so), s0);
      s1 = a1.fma(FloatVector.fromArray(F, scale, so + L), s1);
      so += GROUP;
    }
    s0.intoArray(acc, lane);
    s1.intoArray(acc, lane + L);
  }

  static void dot8(
      MemorySegment w,
      long at,
      float[] x,
      int xAt,
      float[] scale,
      float[] acc,
      int lane,
      int blocks) {
    long p = at + 4L * lane;
    int xo = xAt;
    int so = lane;
    FloatVector s0 = FloatVector.fromArray(F, acc, lane);
    FloatVector s1 = FloatVector.fromArray(F, acc, lane + L);
    for (int b = 0; b < blocks; b++) {
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = FloatVector.zero(F);
      for (int i = 0; i < 8; i++) {
        IntVector v0 = IntVector.fromMemorySegment(I, w, p, LE);
        IntVector v1 = IntVector.fromMemorySegment(I, w, p + 4L * L, LE);
        p += 4L * GROUP;
        for (int j = 0; j < 4; j++) {
          FloatVector f = FloatVector.broadcast(F, x[xo++]);
          a0 = toFloat(v0.lanewise(VectorOperators.LSHL, 24)).fma(f, a0);
          a1 = toFloat(v1.lanewise(VectorOperators.LSHL, 24)).fma(f, a1);
          v0 = v0.lanewise(VectorOperators.LSHR, 8);
          v1 = v1.lanewise(VectorOperators.LSHR, 8);
        }
      }
      s0 = a0.fma(FloatVector.fromArray(F, scale, so), s0);
      s1 = a1.fma(FloatVector.fromArray(F, scale, so + L), s1);
      so += GROUP;
    }
    s0.intoArray(acc, lane);
    s1.intoArray(acc, lane + L);
  }

  private static FloatVector toFloat(IntVector v) {
    return (FloatVector) v.convert(VectorOperators.I2F, 0);
  }
}
