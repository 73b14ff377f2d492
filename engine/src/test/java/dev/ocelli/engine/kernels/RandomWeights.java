package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;

/**
 * Random bytes that are sensible weights of a type: every quant and factor occurs, scales are
 * small.
 */
final class RandomWeights {
  private static final ValueLayout.OfShort S16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private RandomWeights() {}

  /** {@code rows * columns} values, at an address that is only 2-byte aligned, as in a file. */
  static MemorySegment of(DType type, int rows, int columns, long seed, Arena arena) {
    long bytes = rows * type.bytes(columns);
    MemorySegment w = arena.allocate(bytes + 64, 64).asSlice(2, bytes);
    Random random = new Random(seed);
    switch (type) {
      case F32 -> {
        for (long i = 0; i < bytes; i += 4) {
          w.set(ValueLayout.JAVA_FLOAT_UNALIGNED, i, (random.nextFloat() - 0.5f) / 8);
        }
      }
      case F16 -> {
        for (long i = 0; i < bytes; i += 2) {
          w.set(S16, i, Float.floatToFloat16((random.nextFloat() - 0.5f) / 8));
        }
      }
      case BF16 -> {
        for (long i = 0; i < bytes; i += 2) {
          int bits = Float.floatToRawIntBits((random.nextFloat() - 0.5f) / 8);
          w.set(S16, i, (short) (bits >> 16));
        }
      }
      default -> {
        byte[] some = new byte[1 << 16];
        for (long i = 0; i < bytes; i += some.length) {
          random.nextBytes(some);
          MemorySegment.copy(
              some, 0, w, ValueLayout.JAVA_BYTE, i, (int) Math.min(some.length, bytes - i));
        }
        for (long i = 0; i < bytes; i += type.blockBytes()) {
          for (int offset : scaleOffsets(type)) {
            float scale = (0.5f + random.nextFloat()) / 256 * (random.nextInt(8) == 0 ? -1 : 1);
            w.set(S16, i + offset, Float.floatToFloat16(scale));
          }
        }
      }
    }
    return w;
  }

  /** Where the half-precision scales of a block are. */
  private static int[] scaleOffsets(DType type) {
    return switch (type) {
      case Q8_0, Q4_0, Q5_0, IQ4_NL, IQ4_XS, IQ2_XXS, IQ2_XS, IQ3_XXS, IQ1_S -> new int[] {0};
      case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {0, 2};
      case Q2_K -> new int[] {80, 82};
      case Q3_K -> new int[] {108};
      case Q6_K -> new int[] {208};
      case TQ1_0 -> new int[] {52};
      case TQ2_0 -> new int[] {64};
      default -> throw new IllegalArgumentException("no random weights of " + type);
    };
  }

  /** Normally distributed activations. */
  static float[] floats(int n, long seed) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
