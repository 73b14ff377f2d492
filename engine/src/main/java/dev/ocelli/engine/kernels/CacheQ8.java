package dev.ocelli.engine.kernels;

import static dev.ocelli.engine.kernels.Lanes.F;
import static dev.ocelli.engine.kernels.Lanes.I;
import static dev.ocelli.engine.kernels.Lanes.L;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Keys or values of one head in one block of the cache as Q8_0: 32 neighbouring components of a
 * token share a half-precision scale d; a component is q d, exactly.
 *
 * <p>Numbers and rounding are those of Q8_0 in files, the arrangement is the cache's: all q of the
 * head first, in the order that {@link KvLayout} gives for keys and for values, then the scales:
 * {@code [headDim / 32][token]} of keys, {@code [token][headDim / 32]} of values.
 */
final class CacheQ8 {
  /** Components that share a scale. */
  static final int GROUP = 32;

  private static final int BLOCK = KvLayout.BLOCK_TOKENS;
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  /** At least as many bytes as a vector has floats; what is read too much are q or scales, too. */
  private static final VectorSpecies<Byte> B =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, F.vectorBitSize() / 4)));

  private CacheQ8() {}

  private static long keyScale(long at, int dim, int token, int group) {
    return at + (long) BLOCK * dim + 2L * (group * BLOCK + token);
  }

  private static long valueScale(long at, int dim, int token, int group) {
    return at + (long) BLOCK * dim + 2L * ((long) token * (dim / GROUP) + group);
  }

  static float key(MemorySegment block, long at, int dim, int token, int d) {
    float scale = scale(block, keyScale(at, dim, token, d / GROUP));
    return block.get(ValueLayout.JAVA_BYTE, at + (long) d * BLOCK + token) * scale;
  }

  static float value(MemorySegment block, long at, int dim, int token, int d) {
    float scale = scale(block, valueScale(at, dim, token, d / GROUP));
    return block.get(ValueLayout.JAVA_BYTE, at + (long) token * dim + d) * scale;
  }

  private static float scale(MemorySegment block, long at) {
    return Float.float16ToFloat(block.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
  }

  /** Stores a key of {@code dim} floats. */
  static void storeKey(
      MemorySegment block, long at, int dim, int token, MemorySegment x, long from) {
    for (int g = 0; g < dim / GROUP; g++) {
      store(
          x,
          from + 4L * g * GROUP,
          block,
          at + (long) g * GROUP * BLOCK + token,
          BLOCK,
          keyScale(at, dim, token, g));
    }
  }

  /** Stores a value of {@code dim} floats. */
  static void storeValue(
      MemorySegment block, long at, int dim, int token, MemorySegment x, long from) {
    for (int g = 0; g < dim / GROUP; g++) {
      store(
          x,
          from + 4L * g * GROUP,
          block,
          at + (long) token * dim + (long) g * GROUP,
          1,
          valueScale(at, dim, token, g));
    }
  }

  private static void store(
      MemorySegment x, long from, MemorySegment block, long to, int stride, long scaleAt) {
    float most = 0;
    for (int j = 0; j < GROUP; j++) {
      most = Math.max(most, Math.abs(x.get(ValueLayout.JAVA_FLOAT, from + 4L * j)));
    }
    float d = most / 127;
    float inverse = d == 0 ? 0 : 1 / d;
    block.set(ValueLayout.JAVA_SHORT_UNALIGNED, scaleAt, Float.floatToFloat16(d));
    for (int j = 0; j < GROUP; j++) {
      float v = x.get(ValueLayout.JAVA_FLOAT, from + 4L * j) * inverse;
      int q = (int) (Math.abs((double) v) + 0.5); // halves away from zero
      block.set(ValueLayout.JAVA_BYTE, to + (long) j * stride, (byte) (v < 0 ? -q : q));
    }
  }

  /**
   * Loads the keys of 64 tokens, {@code [headDim][64]}.
   *
   * @param scales scratch for {@code 2 * dim} floats
   */
  static void loadKeys(MemorySegment block, long at, int dim, float[] out, float[] scales) {
    Halves.fromF16(block, keyScale(at, dim, 0, 0), scales, 0, 2 * dim);
    for (int d = 0; d < dim; d++) {
      int s = d / GROUP * BLOCK;
      for (int j = 0; j < BLOCK; j += L) {
        int i = d * BLOCK + j;
        quants(block, at + i).mul(FloatVector.fromArray(F, scales, s + j)).intoArray(out, i);
      }
    }
  }

  /** Loads the values of 64 tokens, {@code [64][headDim]}. */
  static void loadValues(MemorySegment block, long at, int dim, float[] out, float[] scales) {
    Halves.fromF16(block, valueScale(at, dim, 0, 0), scales, 0, 2 * dim);
    for (int g = 0; g < BLOCK * dim / GROUP; g++) {
      FloatVector scale = FloatVector.broadcast(F, scales[g]);
      for (int j = 0; j < GROUP; j += L) {
        int i = g * GROUP + j;
        quants(block, at + i).mul(scale).intoArray(out, i);
      }
    }
  }

  private static FloatVector quants(MemorySegment block, long at) {
    return (FloatVector)
        ByteVector.fromMemorySegment(B, block, at, LE)
            .convertShape(VectorOperators.B2I, I, 0)
            .convertShape(VectorOperators.I2F, F, 0);
  }
}
