package dev.ocelli.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.kernels.jit.Level;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels in Java against their twin (bit for bit) and against double arithmetic. */
class MatrixKernelTest {
  private static final List<DType> TYPES =
      List.of(
          DType.F32,
          DType.F16,
          DType.BF16,
          DType.Q8_0,
          DType.Q4_0,
          DType.Q4_1,
          DType.Q5_0,
          DType.Q5_1,
          DType.Q2_K,
          DType.Q3_K,
          DType.Q4_K,
          DType.Q5_K,
          DType.Q6_K,
          DType.IQ4_NL,
          DType.TQ2_0);

  private static KernelSet set(Simd simd) {
    return KernelSet.of(simd == Simd.VECTOR ? Level.VECTOR_API : Level.SCALAR, Activations.EXACT);
  }

  static List<DType> types() {
    return TYPES;
  }

  /** Rows and columns: less than a group, a group and more; chunks and blocks with rests. */
  private static List<int[]> shapes(DType type) {
    List<int[]> shapes = new ArrayList<>();
    int block = type.blockValues();
    for (int rows : new int[] {1, Lanes.GROUP - 1, 4 * Lanes.GROUP + 3}) {
      for (int columns : block == 1 ? new int[] {1, 72, 333} : new int[] {block, 288, 512}) {
        if (columns % block == 0) {
          shapes.add(new int[] {rows, columns});
        }
      }
    }
    return shapes;
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyOutputEqualsTheTwinBitForBitWhateverTheNumberOfTokens(DType type) {
    MatrixKernel kernel = set(Simd.VECTOR).kernel(type, 256);
    for (int[] shape : shapes(type)) {
      int rows = shape[0];
      int columns = shape[1];
      int most = 27;
      float[] x = RandomWeights.floats(most * columns, 5);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment w = RandomWeights.of(type, rows, columns, rows + columns, arena);
        float[] expected = new float[most * rows];
        for (int t = 0; t < most; t++) {
          for (int r = 0; r < rows; r++) {
            expected[t * rows + r] = ProductTwin.product(type, w, r, x, t * columns, columns);
          }
        }
        for (int tokens : new int[] {1, 2, 3, 7, 12, most}) {
          float[] y = multiply(kernel, w, rows, columns, x, tokens, arena);
          assertThat(y)
              .as("%s [%d, %d] for %d tokens", type, rows, columns, tokens)
              .isEqualTo(Arrays.copyOf(expected, tokens * rows));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void bothLevelsAreWithinFloat32RoundingOfDoubleArithmetic(DType type) {
    int rows = 5;
    int columns = 2048;
    float[] x = RandomWeights.floats(2 * columns, 9);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = RandomWeights.of(type, rows, columns, 3, arena);
      float[] dense = new float[rows * columns];
      Quants.dequantize(type, w, 0, dense, 0, dense.length);
      for (Simd simd : Simd.values()) {
        MatrixKernel kernel = set(simd).kernel(type, 256);
        float[] y = multiply(kernel, w, rows, columns, x, 2, arena);
        for (int i = 0; i < y.length; i++) {
          double sum = 0;
          double size = 0;
          for (int k = 0; k < columns; k++) {
            double p = (double) dense[i % rows * columns + k] * x[i / rows * columns + k];
            sum += p;
            size += Math.abs(p);
          }
          /* Far below the worst case of 2048 roundings, well above what random signs leave. */
          assertThat((double) y[i]).as("%s %s", type, simd).isCloseTo(sum, within(4e-7 * size));
        }
      }
    }
  }

  private static Offset<Double> within(double d) {
    return Offset.offset(d);
  }

  @ParameterizedTest
  @EnumSource(Simd.class)
  void rangesOfRowsAndTokensGiveThePartsOfTheWholeAndTouchNothingElse(Simd simd) {
    int rows = 3 * Lanes.GROUP + 5;
    int columns = 512;
    int tokens = 30;
    float[] x = RandomWeights.floats(tokens * columns, 4);
    for (DType type : List.of(DType.Q4_K, DType.Q6_K, DType.F16)) {
      MatrixKernel kernel = set(simd).kernel(type, 256);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment w = RandomWeights.of(type, rows, columns, 8, arena);
        float[] whole = multiply(kernel, w, rows, columns, x, tokens, arena);
        Packed p = new Packed(kernel, w, rows, columns, x, tokens, arena);
        int width = rows + 9;
        Floats y = Floats.allocate(arena, tokens, width);
        y.segment().fill((byte) 0x11);
        float untouched = y.get(0, 0);
        int group = kernel.rowGroup();
        int rowFrom = (Lanes.GROUP / group) * group;
        kernel.multiply(p.weights, columns, rowFrom, rows, p.x, p.encoded, 13, 29, y, 4);
        for (int t = 0; t < tokens; t++) {
          for (int c = 0; c < width; c++) {
            boolean inside = t >= 13 && t < 29 && c >= 4 + rowFrom && c < 4 + rows;
            float expected = inside ? whole[t * rows + c - 4] : untouched;
            assertThat(y.get(t, c)).as("%s token %d column %d", type, t, c).isEqualTo(expected);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void nanAndInfinityInOneTokenReachAllOfItsOutputsAndNoOthers(DType type) {
    int rows = 9;
    int columns = type.blockValues() == 256 ? 512 : 320;
    int tokens = 8;
    MatrixKernel kernel = set(Simd.VECTOR).kernel(type, 256);
    float[] x = RandomWeights.floats(tokens * columns, 6);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = RandomWeights.of(type, rows, columns, 2, arena);
      float[] clean = multiply(kernel, w, rows, columns, x, tokens, arena);
      x[3 * columns + 77] = Float.NaN;
      x[5 * columns + 200] = Float.POSITIVE_INFINITY;
      float[] y = multiply(kernel, w, rows, columns, x, tokens, arena);
      for (int t = 0; t < tokens; t++) {
        for (int r = 0; r < rows; r++) {
          float v = y[t * rows + r];
          if (t == 3) {
            assertThat(v).as("token %d row %d", t, r).isNaN();
          } else if (t == 5) {
            assertThat(Float.isFinite(v)).as("token %d row %d: %s", t, r, v).isFalse();
          } else {
            assertThat(v).isEqualTo(clean[t * rows + r]);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "F16", "BF16"})
  void weightsThatAreNoNumbersAreNotHidden(DType type) {
    int rows = 3;
    int columns = 80;
    float[] w = new float[rows * columns];
    Arrays.fill(w, 0.5f);
    w[5] = Float.NaN;
    w[columns + 79] = Float.NEGATIVE_INFINITY;
    w[2 * columns] = 0x1p-20f;
    float[] x = new float[columns];
    Arrays.fill(x, 1f);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment s = arena.allocate(type.bytes(w.length));
      Quants.quantize(type, w, 0, s, 0, w.length);
      MatrixKernel kernel = set(Simd.VECTOR).kernel(type, 256);
      float[] y = multiply(kernel, s, rows, columns, x, 1, arena);
      assertThat(y[0]).isNaN();
      assertThat(y[1]).isEqualTo(Float.NEGATIVE_INFINITY);
      assertThat(y[2]).isEqualTo(39.5f + 0x1p-20f, within32(1e-5f));
    }
  }

  private static Offset<Float> within32(float d) {
    return Offset.offset(d);
  }

  /** The integers and factors that are packed mean the same as the values of the file. */
  @ParameterizedTest
  @MethodSource("types")
  void quantsTimesScaleMinusMinimumAreTheDequantizedWeights(DType type) {
    QuantFormat f = QuantFormat.of(type);
    if (f == null) {
      assertThat(type.isQuantized() && !List.of(DType.IQ4_NL, DType.TQ2_0).contains(type))
          .as("%s is quantized and has no format", type)
          .isFalse();
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = RandomWeights.of(type, 40, 256, 12, arena);
      float[] dense = new float[40 * 256];
      Quants.dequantize(type, w, 0, dense, 0, dense.length);
      QuantBlocks q = new QuantBlocks();
      for (int row = 0; row < 40; row++) {
        byte[] bytes =
            w.asSlice(row * type.bytes(256), type.bytes(256)).toArray(ValueLayout.JAVA_BYTE);
        q.read(type, bytes, 0, 256);
        for (int k = 0; k < 256; k++) {
          int b = k / f.block();
          double scale = f.nested() ? (double) q.scale[0] * q.scaleFactor[b] : q.scale[b];
          double min = f.nested() ? (double) q.min[0] * q.minFactor[b] : q.min[b];
          double value = scale * (q.quants[k] - f.center()) - (f.minima() ? min : 0);
          float dequantized = dense[row * 256 + k];
          assertThat((double) dequantized)
              .isCloseTo(value, within(Math.ulp((float) (Math.abs(min) + Math.abs(scale * 64)))));
        }
      }
    }
  }

  @Test
  void typesWithoutKernelAreRefusedAndSlowOnesNotedOnce() {
    KernelSet set = set(Simd.VECTOR);
    assertThat(set.kernel(DType.IQ4_NL, 256)).isSameAs(set.kernel(DType.IQ4_NL, 256));
    assertThat(set.kernel(DType.Q4_K, 256).name()).isEqualTo("Q4_K/vector");
    assertThat(set.notices())
        .containsExactly(new SlowPath.Notice(SlowPath.GENERIC_WEIGHTS, "IQ4_NL"));
    assertThat(set.notices().getFirst().message()).contains("IQ4_NL").contains("Q4_K_M");
    assertThatThrownBy(() -> set.kernel(DType.I32, 256))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("I32");
  }

  /** Everything that a kernel needs. */
  private static final class Packed {
    final MemorySegment weights;
    final MemorySegment encoded;
    final Floats x;

    Packed(
        MatrixKernel kernel,
        MemorySegment w,
        int rows,
        int columns,
        float[] in,
        int tokens,
        Arena arena) {
      long bytes = kernel.packedBytes(rows, columns);
      if (bytes == 0) {
        weights = w;
      } else {
        weights = arena.allocate(bytes, 64);
        int groups = (rows + kernel.rowGroup() - 1) / kernel.rowGroup();
        for (int g = groups - 1; g >= 0; g--) {
          kernel.pack(w, rows, columns, g, g + 1, weights);
        }
      }
      x = Floats.copyOf(arena, in, tokens, columns);
      ActivationFormat format = kernel.activations();
      encoded = arena.allocate(format.bytes(columns, tokens) + 1, 64);
      if (format.bytes(columns, tokens) > 0) {
        for (int t = tokens - 1; t >= 0; t--) {
          format.encode(x, t, t + 1, encoded);
        }
      }
    }
  }

  private static float[] multiply(
      MatrixKernel kernel,
      MemorySegment w,
      int rows,
      int columns,
      float[] x,
      int tokens,
      Arena arena) {
    Packed p = new Packed(kernel, w, rows, columns, x, tokens, arena);
    Floats y = Floats.allocate(arena, tokens, rows);
    kernel.multiply(p.weights, columns, 0, rows, p.x, p.encoded, 0, tokens, y, 0);
    return y.toArray();
  }
}
