package dev.ocelli.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@link VectorOps} and {@link EmittedOps} against {@link ScalarOps} (bit for bit), and those
 * against double arithmetic.
 */
class RowOpsKernelTest {
  private static final int ROWS = 3;

  /** Operands of an operation. */
  private record Operands(Floats x, Floats y, Floats w, Floats b, Floats out) {
    static Operands of(int columns, Arena arena) {
      return new Operands(
          random(arena, ROWS, columns, 1),
          random(arena, ROWS, columns, 2),
          random(arena, 1, columns, 3),
          random(arena, 1, columns, 4),
          Floats.allocate(arena, ROWS, columns));
    }
  }

  private static Floats random(Arena arena, int rows, int columns, long seed) {
    return Floats.copyOf(arena, RandomWeights.floats(rows * columns, seed), rows, columns);
  }

  private static void same(int columns, BiConsumer<RowOps, Operands> operation) {
    try (Arena arena = Arena.ofConfined()) {
      Operands scalar = Operands.of(columns, arena);
      Operands vector = Operands.of(columns, arena);
      operation.accept(new ScalarOps(), scalar);
      operation.accept(new VectorOps(), vector);
      assertThat(vector.x().toArray()).isEqualTo(scalar.x().toArray());
      assertThat(vector.out().toArray()).isEqualTo(scalar.out().toArray());
      for (RowOps emitted : emitted()) {
        Operands o = Operands.of(columns, arena);
        if (columns % 96 == 0) {
          operation.accept(emitted, o);
          assertThat(o.x().toArray()).isEqualTo(scalar.x().toArray());
          assertThat(o.out().toArray()).isEqualTo(scalar.out().toArray());
        }
      }
    }
  }

  /** Machine code of every level that runs here. */
  private static List<RowOps> emitted() {
    return KernelSet.levels().stream()
        .map(l -> KernelSet.of(l, Activations.EXACT).rowFunctions())
        .flatMap(Optional::stream)
        .<RowOps>map(EmittedOps::new)
        .toList();
  }

  /** Where exponentials overflow, vanish or are denormal, zeros of both signs, and no numbers. */
  @Test
  void extremesHaveTheSameBitsInMachineCode() {
    float[] values = {
      0f,
      -0f,
      1e-40f,
      -1e-40f,
      87f,
      88.5f,
      88.8f,
      89f,
      90f,
      200f,
      -86f,
      -87.5f,
      -88f,
      -103f,
      -103.9f,
      -104f,
      -105f,
      -200f,
      1e30f,
      -1e30f,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      0.5f,
      -0.5f,
      12f,
      -12f,
      5e-8f,
      -1f,
      1f
    };
    try (Arena arena = Arena.ofConfined()) {
      for (RowOps emitted : emitted()) {
        for (BiConsumer<RowOps, Floats> operation :
            List.<BiConsumer<RowOps, Floats>>of(
                (o, x) -> o.geluTanh(x, 0),
                (o, x) -> o.geluErf(x, 0),
                (o, x) -> o.swiglu(x, 0, x.reshape(1, 16)))) {
          Floats want = Floats.copyOf(arena, values, 1, values.length);
          Floats got = Floats.copyOf(arena, values, 1, values.length);
          operation.accept(new ScalarOps(), want);
          operation.accept(emitted, got);
          assertThat(got.toArray()).isEqualTo(want.toArray());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 15, 16, 17, 31, 32, 33, 48, 63, 72, 96, 130, 192, 1000, 1056})
  void bothLevelsGiveTheSameBits(int columns) {
    same(columns, (o, v) -> o.rmsNorm(v.x, 1, v.w, 1e-6f, v.out));
    same(columns, (o, v) -> o.layerNorm(v.x, 1, v.w, v.b, 1e-6f, v.out));
    same(columns, (o, v) -> o.geluTanh(v.x, 1));
    same(columns, (o, v) -> o.geluErf(v.x, 1));
    same(columns, (o, v) -> o.add(v.x, 1, v.y, 2));
    same(columns, (o, v) -> o.addScaled(v.x, 1, 0.37f, v.y, 2));
    same(2 * columns, (o, v) -> o.swiglu(v.x, 1, v.out.reshape(ROWS, columns)));
    same(3 * columns, (o, v) -> o.rmsNormHead(v.x, 1, columns, v.w.reshape(1, columns), 1e-6f));
    same(
        3 * columns,
        (o, v) -> {
          Floats cos = v.y.reshape(ROWS, columns);
          Floats sin = v.out.reshape(ROWS, columns);
          sin.segment().copyFrom(v.w.segment().asSlice(0, 4L * columns));
          o.rope(v.x, 1, columns, cos, sin);
        });
  }

  @Test
  void normsAreRight() {
    int n = 333;
    try (Arena arena = Arena.ofConfined()) {
      Operands v = Operands.of(n, arena);
      for (int i = 0; i < n; i++) {
        v.x.set(1, i, 5 + 3 * v.x.get(1, i));
      }
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        sum += v.x.get(1, i);
        squares += (double) v.x.get(1, i) * v.x.get(1, i);
      }
      double mean = sum / n;
      double deviation = 0;
      for (int i = 0; i < n; i++) {
        deviation += Math.pow(v.x.get(1, i) - mean, 2);
      }
      new VectorOps().rmsNorm(v.x, 1, v.w, 0.5f, v.out);
      for (int i = 0; i < n; i++) {
        double expected = v.x.get(1, i) / Math.sqrt(squares / n + 0.5) * v.w.get(0, i);
        assertThat((double) v.out.get(1, i)).isCloseTo(expected, Offset.offset(1e-6));
      }
      new VectorOps().layerNorm(v.x, 1, v.w, v.b, 0.5f, v.out);
      for (int i = 0; i < n; i++) {
        double normal = (v.x.get(1, i) - mean) / Math.sqrt(deviation / n + 0.5);
        double expected = normal * v.w.get(0, i) + v.b.get(0, i);
        assertThat((double) v.out.get(1, i)).isCloseTo(expected, Offset.offset(2e-6));
      }
      assertThat(v.out.get(0, 0)).isZero();
      assertThat(v.out.get(2, n - 1)).isZero();
    }
  }

  @Test
  void ropeRotatesPairsOfTheTwoHalves() {
    try (Arena arena = Arena.ofConfined()) {
      Floats x = random(arena, 2, 20, 1);
      float[] before = x.toArray();
      Floats cos = random(arena, 2, 5, 2);
      Floats sin = random(arena, 2, 5, 3);
      new VectorOps().rope(x, 1, 6, cos, sin);
      for (int i = 0; i < 20; i++) {
        double expected = before[20 + i];
        if (i >= 6 && i < 11) {
          expected = before[20 + i] * cos.get(1, i - 6) - before[25 + i] * sin.get(1, i - 6);
        } else if (i >= 11 && i < 16) {
          expected = before[20 + i] * cos.get(1, i - 11) + before[15 + i] * sin.get(1, i - 11);
        }
        assertThat((double) x.get(1, i)).isCloseTo(expected, Offset.offset(1e-6));
        assertThat(x.get(0, i)).isEqualTo(before[i]);
      }
    }
  }

  @Test
  void swigluMultipliesTheUpperHalfByTheSiluOfTheLower() {
    try (Arena arena = Arena.ofConfined()) {
      Floats in = random(arena, 1, 66, 1);
      Floats out = Floats.allocate(arena, 1, 33);
      new VectorOps().swiglu(in, 0, out);
      for (int i = 0; i < 33; i++) {
        double g = in.get(0, i);
        double expected = g / (1 + Math.exp(-g)) * in.get(0, 33 + i);
        assertThat((double) out.get(0, i)).isCloseTo(expected, Offset.offset(1e-6));
      }
    }
  }

  @Test
  void aNanIsNotHidden() {
    try (Arena arena = Arena.ofConfined()) {
      Operands v = Operands.of(40, arena);
      v.x.set(1, 39, Float.NaN);
      new VectorOps().rmsNorm(v.x, 1, v.w, 1e-6f, v.out);
      for (int i = 0; i < 40; i++) {
        assertThat(v.out.get(1, i)).isNaN();
      }
      new VectorOps().geluTanh(v.x, 1);
      assertThat(v.x.get(1, 39)).isNaN();
      assertThat(v.x.get(1, 38)).isNotNaN();
    }
  }
}
