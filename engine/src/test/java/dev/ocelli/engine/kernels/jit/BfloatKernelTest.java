package dev.ocelli.engine.kernels.jit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.kernels.MatrixKernel;
import dev.ocelli.engine.kernels.jit.KernelFixture.Fill;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of bfloat16 against the scalar twin, bit for bit, where the processor has them. */
class BfloatKernelTest {
  static List<MatrixKernel> kernels() {
    return Stream.of(DType.F32, DType.F16, DType.BF16)
        .map(t -> EmittedKernels.findBfloat(t, Level.AVX512_VNNI))
        .flatMap(Optional::stream)
        .toList();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("kernels")
  void equalsTheTwin(MatrixKernel kernel) {
    Random random = new Random(3);
    for (int tokens : new int[] {1, 2, 3, 5, 8, 11, 12, 13, 24, 25, 50}) {
      int rows = List.of(1, 31, 32, 33, 70).get(random.nextInt(5));
      check(kernel, rows, 2 + 2 * random.nextInt(40), tokens, Fill.RANDOM, random);
    }
    for (int columns : new int[] {2, 4, 6, 30, 32, 34, 72, 514}) {
      check(kernel, 40, columns, 3, Fill.RANDOM, random);
    }
    for (Fill fill : Fill.values()) {
      check(kernel, 33, 66, 14, fill, random);
    }
  }

  private static void check(
      MatrixKernel kernel, int rows, int columns, int tokens, Fill fill, Random random) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = KernelFixture.weights(arena, kernel.type(), rows, columns, fill, random);
      Floats x = KernelFixture.activations(arena, tokens, columns, random);
      MemorySegment packed = KernelFixture.pack(arena, kernel, w, rows, columns);
      MemorySegment encoded = KernelFixture.encode(arena, kernel, x);
      Floats y = Floats.allocate(arena, tokens, rows);
      kernel.multiply(packed, columns, 0, rows, x, encoded, 0, tokens, y, 0);
      float[] expected = new float[tokens * rows];
      float[] row = new float[columns];
      for (int r = 0; r < rows; r++) {
        Quants.dequantize(kernel.type(), w, r * kernel.type().bytes(columns), row, 0, columns);
        for (int t = 0; t < tokens; t++) {
          expected[t * rows + r] = product(row, KernelFixture.row(x, t));
        }
      }
      assertThat(KernelFixture.bits(y.toArray()))
          .as("%s %d rows %d columns %d tokens %s", kernel.name(), rows, columns, tokens, fill)
          .isEqualTo(KernelFixture.bits(expected));
    }
  }

  /** Odd columns first, as the instruction does. */
  private static float product(float[] w, float[] x) {
    float acc = 0;
    for (int k = 0; k < w.length; k += 2) {
      acc = add(acc, w[k + 1], x[k + 1]);
      acc = add(acc, w[k], x[k]);
    }
    return acc;
  }

  private static float add(float acc, float w, float x) {
    return flush(Math.fma(flush(round(w)), flush(round(x)), flush(acc)));
  }

  /** To the nearest bfloat16, ties to even; the conversion takes subnormals for zero. */
  private static float round(float f) {
    int b = Float.floatToRawIntBits(flush(f));
    return Float.intBitsToFloat(b + (b >>> 16 & 1) + 0x7FFF & 0xFFFF0000);
  }

  private static float flush(float f) {
    return Math.abs(f) < Float.MIN_NORMAL ? Math.copySign(0f, f) : f;
  }
}
