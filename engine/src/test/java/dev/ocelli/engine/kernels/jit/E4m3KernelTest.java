package dev.ocelli.engine.kernels.jit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.kernels.MatrixKernel;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** FP8 weights at every level against the scalar twin and the F32 kernel, bit for bit. */
class E4m3KernelTest {
  /** Blocks {@code [rows, columns]}; the first are what files have. */
  private static final List<int[]> BLOCKS =
      List.of(
          new int[] {128, 128},
          new int[] {32, 32},
          new int[] {64, 256},
          new int[] {1, 64},
          new int[] {7, 48},
          new int[] {1, 1 << 20},
          new int[] {1 << 20, 1 << 20});

  static List<Level> levels() {
    return KernelFixture.LEVELS.stream()
        .filter(l -> EmittedKernels.find(DType.F32, l).isPresent())
        .toList();
  }

  /** Weights, and the activations that they are multiplied with. */
  private record Case(Tensor weights, Floats x) {
    int rows() {
      return (int) weights.rows();
    }

    int columns() {
      return (int) weights.columns();
    }

    BlockScales scales() {
      return Objects.requireNonNull(weights.scales());
    }

    float[] dense() {
      float[] all = new float[rows() * columns()];
      float[] row = new float[columns()];
      for (int r = 0; r < rows(); r++) {
        Quants.dequantizeRow(weights, r, row);
        System.arraycopy(row, 0, all, r * columns(), columns());
      }
      return all;
    }

    float[] twin() {
      float[] dense = dense();
      float[] y = new float[x.rows() * rows()];
      for (int t = 0; t < x.rows(); t++) {
        for (int r = 0; r < rows(); r++) {
          float acc = 0;
          for (int k = 0; k < columns(); k++) {
            acc = Math.fma(dense[r * columns() + k], x.get(t, k), acc);
          }
          y[t * rows() + r] = acc;
        }
      }
      return y;
    }
  }

  /** Every byte but NaN occurs; factors of all sizes, some zero, subnormal or negative. */
  private static Case randomCase(
      Arena arena, int rows, int columns, int[] block, int tokens, Random random) {
    byte[] bytes = new byte[rows * columns];
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      if ((bytes[i] & 0x7f) == 0x7f) {
        bytes[i] = 0x7e;
      }
    }
    MemorySegment data = arena.allocate(bytes.length + 1, 64).asSlice(1);
    MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
    int across = Math.ceilDiv(columns, block[1]);
    float[] factors = new float[Math.ceilDiv(rows, block[0]) * across];
    for (int i = 0; i < factors.length; i++) {
      factors[i] =
          switch (random.nextInt(12)) {
            case 0 -> 0;
            case 1 -> 0x1p-140f * random.nextInt(100);
            case 2 -> -0.3f;
            case 3 -> 200f;
            default -> (float) random.nextGaussian() * 0.01f;
          };
    }
    Tensor t =
        new Tensor("w", DType.F8_E4M3, new long[] {rows, columns}, data, "test")
            .withScales(new BlockScales(block[0], block[1], across, factors));
    return new Case(t, KernelFixture.activations(arena, tokens, columns, random));
  }

  private static MatrixKernel kernel(Case c, Level level) {
    return EmittedKernels.findScaled(DType.F8_E4M3, c.scales(), c.columns(), level).orElseThrow();
  }

  private static MemorySegment pack(Arena arena, MatrixKernel kernel, Case c) {
    MemorySegment packed =
        KernelFixture.pack(arena, kernel, c.weights.data(), c.rows(), c.columns());
    int groups = Math.ceilDiv(c.rows(), kernel.rowGroup());
    kernel.packScales(c.scales(), c.rows(), c.columns(), groups / 2, groups, packed);
    kernel.packScales(c.scales(), c.rows(), c.columns(), 0, groups / 2, packed);
    return packed;
  }

  /** The product, computed at once and in parts of rows and tokens. */
  private static int[] multiply(Arena arena, MatrixKernel kernel, Case c, int cut) {
    MemorySegment packed = pack(arena, kernel, c);
    MemorySegment encoded = KernelFixture.encode(arena, kernel, c.x);
    int tokens = c.x.rows();
    int rows = c.rows();
    Floats y = Floats.allocate(arena, tokens, rows + 3);
    Floats parts = Floats.allocate(arena, tokens, rows + 3);
    kernel.multiply(packed, c.columns(), 0, rows, c.x, encoded, 0, tokens, y, 2);
    for (int r = 0; r < rows; r += 32) {
      int to = Math.min(rows, r + 32);
      kernel.multiply(packed, c.columns(), r, to, c.x, encoded, 0, cut, parts, 2);
      kernel.multiply(packed, c.columns(), r, to, c.x, encoded, cut, tokens, parts, 2);
    }
    assertThat(KernelFixture.bits(parts.toArray())).isEqualTo(KernelFixture.bits(y.toArray()));
    float[] out = new float[tokens * rows];
    for (int i = 0; i < out.length; i++) {
      out[i] = y.get(i / rows, 2 + i % rows);
    }
    return KernelFixture.bits(out);
  }

  private static void check(
      Level level, int rows, int columns, int[] block, int tokens, Random random) {
    try (Arena arena = Arena.ofConfined()) {
      Case c = randomCase(arena, rows, columns, block, tokens, random);
      assertThat(multiply(arena, kernel(c, level), c, random.nextInt(tokens + 1)))
          .as("%s [%d, %d] blocks %s, %d tokens", level, rows, columns, block, tokens)
          .isEqualTo(KernelFixture.bits(c.twin()));
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("levels")
  void equalsTheTwinForEveryShape(Level level) {
    Random random = new Random(1);
    for (int tokens : new int[] {1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 24, 25, 100}) {
      int rows = List.of(1, 31, 32, 33, 70, 130).get(random.nextInt(6));
      int[] block = BLOCKS.get(random.nextInt(BLOCKS.size()));
      check(level, rows, 1 + random.nextInt(300), block, tokens, random);
    }
    for (int[] block : BLOCKS) {
      for (int columns : new int[] {1, 2, 3, 4, 5, 16, 127, 128, 129, 320, 513}) {
        check(level, 40, columns, block, 3, random);
      }
    }
  }

  /** Each of the 254 numbers, exactly. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("levels")
  void everyByteIsItsNumber(Level level) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(256);
      float[] values = new float[256];
      for (int i = 0; i < 256; i++) {
        data.set(ValueLayout.JAVA_BYTE, i, (byte) ((i & 0x7f) == 0x7f ? 0 : i));
      }
      Quants.dequantize(DType.F8_E4M3, data, 0, values, 0, 256);
      Floats one = Floats.allocate(arena, 1, 1);
      one.set(0, 0, 1f);
      Case c =
          new Case(
              new Tensor("w", DType.F8_E4M3, new long[] {256, 1}, data, "test")
                  .withScales(new BlockScales(256, 1, 1, new float[] {1})),
              one);
      for (int i = 0; i < 256; i++) {
        values[i] = Math.fma(values[i], 1f, 0f);
      }
      assertThat(multiply(arena, kernel(c, level), c, 0)).isEqualTo(KernelFixture.bits(values));
    }
  }

  /** So a de-quantized snapshot gives the same replies, at any level. */
  @Test
  void allLevelsGiveTheBitsOfTheDequantizedMatrix() {
    Random random = new Random(2);
    try (Arena arena = Arena.ofConfined()) {
      Case c = randomCase(arena, 67, 333, new int[] {32, 32}, 15, random);
      MemorySegment dense = arena.allocate(4L * 67 * 333);
      MemorySegment.copy(c.dense(), 0, dense, ValueLayout.JAVA_FLOAT, 0, 67 * 333);
      Tensor f32 = new Tensor("w", DType.F32, new long[] {67, 333}, dense, "test");
      List<int[]> results = new ArrayList<>();
      for (Level level : levels()) {
        results.add(multiply(arena, kernel(c, level), c, 4));
        MatrixKernel plain = EmittedKernels.find(DType.F32, level).orElseThrow();
        Floats y = Floats.allocate(arena, 15, 67);
        plain.multiply(
            KernelFixture.pack(arena, plain, f32.data(), 67, 333),
            333,
            0,
            67,
            c.x,
            KernelFixture.encode(arena, plain, c.x),
            0,
            15,
            y,
            0);
        results.add(KernelFixture.bits(y.toArray()));
      }
      assertThat(results).allSatisfy(r -> assertThat(r).isEqualTo(results.getFirst()));
    }
  }
}
