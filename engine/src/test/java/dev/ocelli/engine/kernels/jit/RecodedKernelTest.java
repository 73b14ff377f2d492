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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Types that are rewritten in another one: nothing is lost, and products are the other's. */
class RecodedKernelTest {
  @ParameterizedTest
  @CsvSource({"Q1_0, Q4_0", "Q2_0, Q4_0", "NVFP4, F16"})
  void valuesAndProductsAreThoseOfTheOtherType(DType type, DType wider) {
    Random random = new Random(1);
    int columns = 384;
    for (Fill fill : List.of(Fill.RANDOM, Fill.TINY_SCALES, Fill.ALL_ONES, Fill.ZERO)) {
      for (int rows : new int[] {1, 33, 64}) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment w = KernelFixture.weights(arena, type, rows, columns, fill, random);
          MemorySegment other = arena.allocate(wider.bytes((long) rows * columns));
          Recoding recoding = new Recoding.ToType(type, wider);
          for (int r = 0; r < rows; r++) {
            long to = r * recoding.rowBytes(columns);
            recoding.recode(w, r * type.bytes(columns), columns, other, to);
          }
          float[] values = new float[rows * columns];
          float[] back = new float[rows * columns];
          Quants.dequantize(type, w, 0, values, 0, values.length);
          Quants.dequantize(wider, other, 0, back, 0, back.length);
          assertThat(back)
              .usingElementComparator((a, b) -> a.floatValue() == b.floatValue() ? 0 : 1)
              .isEqualTo(values);
          for (Level level : KernelFixture.LEVELS) {
            Optional<MatrixKernel> own = EmittedKernels.find(type, level);
            Optional<MatrixKernel> others = EmittedKernels.find(wider, level);
            assertThat(own.isPresent()).isEqualTo(others.isPresent());
            if (own.isPresent()) {
              Floats x = KernelFixture.activations(arena, 14, columns, random);
              int[] want = product(arena, others.get(), other, rows, x);
              assertThat(product(arena, own.get(), w, rows, x)).isEqualTo(want);
            }
          }
        }
      }
    }
  }

  private static int[] product(
      Arena arena, MatrixKernel kernel, MemorySegment w, int rows, Floats x) {
    MemorySegment packed = KernelFixture.pack(arena, kernel, w, rows, x.columns());
    Floats y = Floats.allocate(arena, x.rows(), rows);
    MemorySegment encoded = KernelFixture.encode(arena, kernel, x);
    kernel.multiply(packed, x.columns(), 0, rows, x, encoded, 0, x.rows(), y, 0);
    return KernelFixture.bits(y.toArray());
  }
}
