package dev.ocelli.engine.kernels.jit;

import dev.ocelli.engine.kernels.MatrixKernel;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Weights and activations for kernel tests. */
final class KernelFixture {
  static final List<Level> LEVELS = List.of(Level.AVX2, Level.AVX_VNNI, Level.AVX512_VNNI);

  /** What weights are filled with. */
  enum Fill {
    /** Random bytes with scales of ordinary size. */
    RANDOM,
    /** All bits set in quants and sub-scales. */
    ALL_ONES,
    /** All bits clear: zero scales. */
    ZERO,
    /** Random bytes with subnormal float16 scales. */
    TINY_SCALES,
    /** Only the lowest quants, with the largest scales. */
    LOWEST
  }

  private KernelFixture() {}

  /** Encoded weights {@code [rows, columns]}. */
  static MemorySegment weights(
      Arena arena, DType type, int rows, int columns, Fill fill, Random random) {
    long bytes = type.bytes((long) rows * columns);
    MemorySegment s = arena.allocate(bytes, 1);
    byte[] b = new byte[(int) bytes];
    switch (fill) {
      case RANDOM, TINY_SCALES -> random.nextBytes(b);
      case ALL_ONES -> Arrays.fill(b, (byte) 0xFF);
      case ZERO, LOWEST -> {}
    }
    MemorySegment.copy(b, 0, s, ValueLayout.JAVA_BYTE, 0, b.length);
    if (type == DType.F32) {
      for (int i = 0; i < rows * columns; i++) {
        s.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, value(fill, random));
      }
    } else if (type == DType.F16) {
      for (int i = 0; i < rows * columns; i++) {
        short v = Float.floatToFloat16(value(fill, random));
        s.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, v);
      }
    } else if (type == DType.BF16) {
      for (int i = 0; i < rows * columns; i++) {
        short v = (short) (Float.floatToRawIntBits(value(fill, random)) >> 16);
        s.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, v);
      }
    } else {
      for (long at = 0; at < bytes; at += type.blockBytes()) {
        for (int offset : scaleOffsets(type)) {
          if (type == DType.MXFP4) {
            byte e =
                (byte) (fill == Fill.TINY_SCALES ? random.nextInt(3) : 110 + random.nextInt(20));
            s.set(ValueLayout.JAVA_BYTE, at, fill == Fill.ZERO ? 0 : e);
          } else if (type == DType.IQ1_M) {
            int v = Float.floatToFloat16(scale(fill, random));
            for (int i = 0; i < 4; i++) {
              long word = at + 49 + 2 * i;
              int low = s.get(ValueLayout.JAVA_BYTE, word) & 15;
              s.set(ValueLayout.JAVA_BYTE, word, (byte) (low | (v >> 4 * i & 15) << 4));
            }
          } else {
            short v = Float.floatToFloat16(scale(fill, random));
            s.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + offset, v);
          }
        }
      }
    }
    return s;
  }

  private static float value(Fill fill, Random random) {
    return switch (fill) {
      case RANDOM -> (float) random.nextGaussian();
      case ALL_ONES -> 65504f;
      case ZERO -> 0f;
      case TINY_SCALES -> (float) random.nextGaussian() * 1e-7f;
      case LOWEST -> -65504f;
    };
  }

  private static float scale(Fill fill, Random random) {
    return switch (fill) {
      case RANDOM -> (float) random.nextGaussian() * 0.01f;
      case ALL_ONES -> 0.5f;
      case ZERO -> 0f;
      case TINY_SCALES -> random.nextInt(64) * 0x1p-24f;
      case LOWEST -> -65504f;
    };
  }

  private static int[] scaleOffsets(DType type) {
    return switch (type) {
      case Q2_K -> new int[] {80, 82};
      case Q3_K -> new int[] {108};
      case Q4_K, Q5_K, Q4_1, Q5_1 -> new int[] {0, 2};
      case Q6_K -> new int[] {208};
      case TQ1_0 -> new int[] {52};
      case TQ2_0 -> new int[] {64};
      default -> new int[] {0};
    };
  }

  /** Activations with rows of different character: ordinary, zero, one outlier, tiny. */
  static Floats activations(Arena arena, int tokens, int columns, Random random) {
    Floats x = Floats.allocate(arena, tokens, columns);
    for (int t = 0; t < tokens; t++) {
      int character = t < 2 ? 0 : random.nextInt(8);
      for (int c = 0; c < columns; c++) {
        float v = (float) random.nextGaussian();
        x.set(
            t,
            c,
            switch (character) {
              case 1 -> 0f;
              case 2 -> c == columns / 3 ? 1000f : v;
              case 3 -> v * 1e-38f;
              case 4 -> v * 1e-30f;
              default -> v;
            });
      }
    }
    return x;
  }

  /** All rows packed. */
  static MemorySegment pack(
      Arena arena, MatrixKernel kernel, MemorySegment source, int rows, int columns) {
    MemorySegment packed = arena.allocate(kernel.packedBytes(rows, columns), 64);
    int groups = Math.ceilDiv(rows, kernel.rowGroup());
    int middle = groups / 2;
    kernel.pack(source, rows, columns, middle, groups, packed);
    kernel.pack(source, rows, columns, 0, middle, packed);
    return packed;
  }

  static MemorySegment encode(Arena arena, MatrixKernel kernel, Floats x) {
    long bytes = kernel.activations().bytes(x.columns(), x.rows());
    MemorySegment encoded = arena.allocate(Math.max(bytes, 1), 64);
    kernel.activations().encode(x, 0, x.rows(), encoded);
    return encoded;
  }

  static float[] row(Floats x, int row) {
    return x.slice(row, row + 1).toArray();
  }

  static int[] bits(float[] values) {
    int[] b = new int[values.length];
    for (int i = 0; i < b.length; i++) {
      b[i] = Float.floatToIntBits(values[i]);
    }
    return b;
  }
}
