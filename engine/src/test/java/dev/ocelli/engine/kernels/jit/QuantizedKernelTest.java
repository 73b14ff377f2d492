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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Quantized weights at every level against the scalar twin, bit for bit. */
class QuantizedKernelTest {
  record Case(DType type, Level level) {}

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Level level : KernelFixture.LEVELS) {
      for (SuperblockType t : SuperblockType.values()) {
        cases.add(new Case(t.type(), level));
      }
      for (BlockType t : BlockType.values()) {
        cases.add(new Case(t.type(), level));
      }
    }
    // A machine without a level cannot test it; the status test says which machines lack which.
    return cases.stream().filter(c -> EmittedKernels.find(c.type, c.level).isPresent()).toList();
  }

  private static MatrixKernel kernel(Case c) {
    return EmittedKernels.find(c.type, c.level).orElseThrow();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("cases")
  void equalsTheTwinForEveryShape(Case c) {
    MatrixKernel kernel = kernel(c);
    int block = c.type.blockValues();
    Random random = new Random(1);
    for (int tokens : new int[] {1, 2, 3, 4, 5, 7, 11, 12, 13, 24, 25, 100}) {
      int rows = List.of(1, 15, 16, 17, 33, 48).get(random.nextInt(6));
      int columns = block * (1 + random.nextInt(block == 256 ? 3 : 7));
      check(kernel, rows, columns, tokens, Fill.RANDOM, random);
    }
    check(kernel, 50, block, 1, Fill.RANDOM, random);
    check(kernel, 50, 2 * block, 12, Fill.RANDOM, random);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("cases")
  void equalsTheTwinForExtremeValues(Case c) {
    Random random = new Random(2);
    for (Fill fill : Fill.values()) {
      for (int tokens : new int[] {1, 3, 14}) {
        check(kernel(c), 17, 3 * c.type.blockValues(), tokens, fill, random);
      }
    }
  }

  private static void check(
      MatrixKernel kernel, int rows, int columns, int tokens, Fill fill, Random random) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = KernelFixture.weights(arena, kernel.type(), rows, columns, fill, random);
      Floats x = KernelFixture.activations(arena, tokens, columns, random);
      MemorySegment packed = KernelFixture.pack(arena, kernel, w, rows, columns);
      MemorySegment encoded = KernelFixture.encode(arena, kernel, x);
      Floats y = Floats.allocate(arena, tokens, rows + 5);
      kernel.multiply(packed, columns, 0, rows, x, encoded, 0, tokens, y, 3);
      float[] expected = new float[tokens * (rows + 5)];
      for (int t = 0; t < tokens; t++) {
        IntegerTwin.Row a = IntegerTwin.quantize(kernel.type(), KernelFixture.row(x, t));
        for (int r = 0; r < rows; r++) {
          expected[t * (rows + 5) + 3 + r] =
              IntegerTwin.product(kernel.type(), w, r * kernel.type().bytes(columns), a);
        }
      }
      assertThat(KernelFixture.bits(y.toArray()))
          .as("%s %d rows %d columns %d tokens %s", kernel.name(), rows, columns, tokens, fill)
          .isEqualTo(KernelFixture.bits(expected));
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("cases")
  void doesNotDependOnHowRowsAndTokensAreSplit(Case c) {
    MatrixKernel kernel = kernel(c);
    int rows = 53;
    int columns = 3 * c.type.blockValues();
    int tokens = 31;
    Random random = new Random(3);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = KernelFixture.weights(arena, c.type, rows, columns, Fill.RANDOM, random);
      Floats x = KernelFixture.activations(arena, tokens, columns, random);
      MemorySegment packed = KernelFixture.pack(arena, kernel, w, rows, columns);
      MemorySegment encoded = KernelFixture.encode(arena, kernel, x);
      Floats whole = Floats.allocate(arena, tokens, rows);
      kernel.multiply(packed, columns, 0, rows, x, encoded, 0, tokens, whole, 0);
      Floats parts = Floats.allocate(arena, tokens, rows);
      for (int r = 0; r < rows; r += 32) {
        for (int t = 0; t < tokens; ) {
          int to = Math.min(tokens, t + 1 + random.nextInt(20));
          kernel.multiply(packed, columns, r, Math.min(rows, r + 32), x, encoded, t, to, parts, 0);
          t = to;
        }
      }
      assertThat(KernelFixture.bits(parts.toArray()))
          .isEqualTo(KernelFixture.bits(whole.toArray()));
      for (int t = 0; t < tokens; t++) {
        Floats one = x.slice(t, t + 1);
        Floats alone = Floats.allocate(arena, 1, rows);
        MemorySegment e = KernelFixture.encode(arena, kernel, one);
        kernel.multiply(packed, columns, 0, rows, one, e, 0, 1, alone, 0);
        assertThat(KernelFixture.bits(alone.toArray()))
            .isEqualTo(KernelFixture.bits(KernelFixture.row(whole, t)));
      }
    }
  }

  /** The only rounding that matters is that of the activations. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("cases")
  void isTheProductOfDequantizedWeights(Case c) {
    MatrixKernel kernel = kernel(c);
    int rows = 32;
    int columns = 512;
    int tokens = 6;
    Random random = new Random(4);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = KernelFixture.weights(arena, c.type, rows, columns, Fill.RANDOM, random);
      Floats x = Floats.allocate(arena, tokens, columns);
      for (int i = 0; i < tokens * columns; i++) {
        x.set(i / columns, i % columns, (float) random.nextGaussian());
      }
      MemorySegment packed = KernelFixture.pack(arena, kernel, w, rows, columns);
      MemorySegment encoded = KernelFixture.encode(arena, kernel, x);
      Floats y = Floats.allocate(arena, tokens, rows);
      kernel.multiply(packed, columns, 0, rows, x, encoded, 0, tokens, y, 0);
      float[] values = new float[columns];
      double error = 0;
      double norm = 0;
      for (int r = 0; r < rows; r++) {
        Quants.dequantize(c.type, w, r * c.type.bytes(columns), values, 0, columns);
        for (int t = 0; t < tokens; t++) {
          float[] row = KernelFixture.row(x, t);
          IntegerTwin.Row a = IntegerTwin.quantize(c.type, row);
          double exact = 0;
          double rounded = 0;
          double size = 0;
          for (int k = 0; k < columns; k++) {
            exact += (double) values[k] * row[k];
            rounded += values[k] * a.value(k);
            size += Math.abs(values[k] * a.value(k));
          }
          assertThat((double) y.get(t, r))
              .isCloseTo(rounded, org.assertj.core.data.Offset.offset(1e-6 * size));
          error += Math.pow(y.get(t, r) - exact, 2);
          norm += exact * exact;
        }
      }
      assertThat(Math.sqrt(error / norm)).isLessThan(0.01);
    }
  }

  @Test
  void allLevelsGiveTheSameBits() {
    Random random = new Random(5);
    try (Arena arena = Arena.ofConfined()) {
      for (DType type : cases().stream().map(Case::type).distinct().toList()) {
        int columns = 4 * type.blockValues();
        MemorySegment w = KernelFixture.weights(arena, type, 20, columns, Fill.RANDOM, random);
        Floats x = KernelFixture.activations(arena, 15, columns, random);
        List<int[]> results = new ArrayList<>();
        for (Case c : cases()) {
          if (c.type == type) {
            MatrixKernel k = kernel(c);
            Floats y = Floats.allocate(arena, 15, 20);
            k.multiply(
                KernelFixture.pack(arena, k, w, 20, columns),
                columns,
                0,
                20,
                x,
                KernelFixture.encode(arena, k, x),
                0,
                15,
                y,
                0);
            results.add(KernelFixture.bits(y.toArray()));
          }
        }
        assertThat(results).allSatisfy(r -> assertThat(r).isEqualTo(results.getFirst()));
      }
    }
  }
}
