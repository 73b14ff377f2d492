package dev.ocelli.engine.kernels.jit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.kernels.MatrixKernel;
import dev.ocelli.engine.kernels.jit.KernelFixture.Fill;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Floating-point weights at every level against the scalar twin, bit for bit. */
class FloatKernelTest {
  static List<MatrixKernel> kernels() {
    List<MatrixKernel> kernels = new ArrayList<>();
    for (Level level : KernelFixture.LEVELS) {
      for (DType type : List.of(DType.F32, DType.F16, DType.BF16)) {
        EmittedKernels.find(type, level).ifPresent(kernels::add);
      }
    }
    return kernels;
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("kernels")
  void equalsTheTwin(MatrixKernel kernel) {
    Random random = new Random(1);
    for (int tokens : new int[] {1, 2, 3, 5, 8, 11, 12, 13, 24, 25, 100}) {
      int rows = List.of(1, 31, 32, 33, 70).get(random.nextInt(5));
      check(kernel, rows, 1 + random.nextInt(40), tokens, Fill.RANDOM, random);
    }
    for (int columns : new int[] {1, 2, 3, 4, 5, 72, 513}) {
      check(kernel, 40, columns, 3, Fill.RANDOM, random);
    }
    for (Fill fill : Fill.values()) {
      check(kernel, 33, 67, 14, fill, random);
    }
  }

  private static void check(
      MatrixKernel kernel, int rows, int columns, int tokens, Fill fill, Random random) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = KernelFixture.weights(arena, kernel.type(), rows, columns, fill, random);
      Floats x = KernelFixture.activations(arena, tokens, columns, random);
      MemorySegment packed = KernelFixture.pack(arena, kernel, w, rows, columns);
      MemorySegment encoded = KernelFixture.encode(arena, kernel, x);
      Floats y = Floats.allocate(arena, tokens, rows + 3);
      Floats parts = Floats.allocate(arena, tokens, rows + 3);
      kernel.multiply(packed, columns, 0, rows, x, encoded, 0, tokens, y, 2);
      int cut = random.nextInt(tokens + 1);
      for (int r = 0; r < rows; r += 32) {
        int to = Math.min(rows, r + 32);
        kernel.multiply(packed, columns, r, to, x, encoded, 0, cut, parts, 2);
        kernel.multiply(packed, columns, r, to, x, encoded, cut, tokens, parts, 2);
      }
      float[] expected = new float[tokens * (rows + 3)];
      float[] row = new float[columns];
      for (int r = 0; r < rows; r++) {
        Quants.dequantize(kernel.type(), w, r * kernel.type().bytes(columns), row, 0, columns);
        for (int t = 0; t < tokens; t++) {
          float acc = 0;
          for (int k = 0; k < columns; k++) {
            acc = Math.fma(row[k], x.get(t, k), acc);
          }
          expected[t * (rows + 3) + 2 + r] = acc;
        }
      }
      assertThat(KernelFixture.bits(y.toArray()))
          .as("%s %d rows %d columns %d tokens %s", kernel.name(), rows, columns, tokens, fill)
          .isEqualTo(KernelFixture.bits(expected));
      assertThat(KernelFixture.bits(parts.toArray())).isEqualTo(KernelFixture.bits(expected));
    }
  }
}
