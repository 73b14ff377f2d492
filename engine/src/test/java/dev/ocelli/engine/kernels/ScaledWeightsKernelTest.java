package dev.ocelli.engine.kernels;

import static dev.ocelli.engine.testing.Errors.assertModelError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.kernels.jit.Level;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.safetensors.SafetensorsFile;
import dev.ocelli.engine.selftest.Npy;
import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.testing.Fixtures;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** FP8 matrices from loading to the product, at every level and in every load mode. */
class ScaledWeightsKernelTest {
  static List<Level> levels() {
    return KernelSet.levels();
  }

  /** The reference's matrix {@code [192, 320]} with short last blocks of both axes. */
  private static Tensor matrix(SafetensorsFile file) {
    Tensor s = file.get("w.weight_scale_inv");
    float[] factors = new float[6];
    Quants.dequantize(s.type(), s.data(), 0, factors, 0, 6);
    return file.get("w.weight").withScales(new BlockScales(128, 128, 3, factors));
  }

  @ParameterizedTest
  @MethodSource("levels")
  void productWithShortLastBlocksIsThatOfTheReference(Level level) {
    float[] x = Npy.resource("/reference/fp8/matrix.x.npy").floats();
    float[] want = Npy.resource("/reference/fp8/matrix.y_weight_only.npy").floats();
    for (LoadMode mode : LoadMode.values()) {
      KernelSet kernels = KernelSet.of(level, Activations.QUANTIZED);
      try (Arena arena = Arena.ofShared();
          WorkerTeam team = new WorkerTeam(2);
          SafetensorsFile file = SafetensorsFile.open(Fixtures.path("fp8/matrix.safetensors"));
          Compute compute = new Compute(team, kernels)) {
        Matrix m = new WeightLoader(kernels, team, arena, mode).matrix(matrix(file));
        Floats y = Floats.allocate(arena, 3, 192);
        compute.matmul(m, Floats.copyOf(arena, x, 3, 320), y);
        for (int i = 0; i < want.length; i++) {
          assertThat(y.get(i / 192, i % 192)).isCloseTo(want[i], Offset.offset(1e-4f));
        }
      }
      boolean emitted = level.isEmitted();
      boolean inJava = !emitted || mode == LoadMode.MMAP;
      assertThat(kernels.notices())
          .isEqualTo(
              inJava && level != Level.SCALAR
                  ? List.of(
                      new SlowPath.Notice(
                          emitted ? SlowPath.MAPPED_WEIGHTS : SlowPath.GENERIC_WEIGHTS, "F8_E4M3"))
                  : List.of());
    }
  }

  /** Each matrix of a stack has its own factors; all ways to them give the same values. */
  @ParameterizedTest
  @MethodSource("levels")
  void stacksAndTables(Level level) {
    KernelSet kernels = KernelSet.of(level, Activations.EXACT);
    try (Arena arena = Arena.ofShared();
        WorkerTeam team = new WorkerTeam(1);
        Compute compute = new Compute(team, kernels)) {
      WeightLoader loader = new WeightLoader(kernels, team, arena);
      MemorySegment ones = arena.allocate(2 * 3 * 40);
      ones.fill((byte) 0x38);
      float[] factors = {1, 2, 3, 4, 5, 6, 7, 8};
      BlockScales scales = new BlockScales(2, 32, 2, factors);
      Tensor stack =
          new Tensor("s", DType.F8_E4M3, new long[] {2, 3, 40}, ones, "f").withScales(scales);
      Floats x = Floats.allocate(arena, 1, 40);
      x.set(0, 3, 1f);
      x.set(0, 39, 100f);
      Floats y = Floats.allocate(arena, 1, 3);
      Matrix[] both = loader.matrices(stack);
      compute.matmul(both[0], x, y);
      assertThat(y.toArray()).containsExactly(201, 201, 403);
      compute.matmul(both[1], x, y);
      assertThat(y.toArray()).containsExactly(605, 605, 807);
      Tensor second =
          new Tensor("t", DType.F8_E4M3, new long[] {3, 40}, ones.asSlice(120), "f")
              .withScales(scales.ofMatrix(1, 3));
      Floats table = loader.floats(second);
      assertThat(table.get(0, 31)).isEqualTo(5f);
      assertThat(table.get(2, 32)).isEqualTo(8f);
    }
  }

  /** Narrow blocks and large factors go the slow way, and are said to. */
  @Test
  void whatCannotBePackedIsComputedInJava() {
    for (BlockScales scales :
        List.of(
            new BlockScales(8, 8, 2, new float[] {1, 2}),
            new BlockScales(8, 16, 1, new float[] {1e30f}))) {
      KernelSet kernels = KernelSet.best(Activations.EXACT);
      assertThat(kernels.scaled(DType.F8_E4M3, scales, 16).packedBytes(8, 16)).isZero();
      assertThat(kernels.notices())
          .allMatch(n -> n.subject().equals("F8_E4M3") || n.subject().isEmpty());
    }
  }

  @Test
  void bytesThatAreNoNumbersAreRefused() {
    try (Arena arena = Arena.ofShared();
        WorkerTeam team = new WorkerTeam(2)) {
      WeightLoader loader = new WeightLoader(KernelSet.best(Activations.EXACT), team, arena);
      int columns = 1 << 20;
      MemorySegment data = arena.allocate(4L * columns);
      data.set(ValueLayout.JAVA_BYTE, 3L * columns + 12, (byte) 0x7f);
      data.set(ValueLayout.JAVA_BYTE, 2L * columns + 1, (byte) 0xff);
      float[] factors = new float[4 * 2048];
      Arrays.fill(factors, 1);
      BlockScales scales = new BlockScales(1, 512, 2048, factors);
      Tensor t =
          new Tensor("w", DType.F8_E4M3, new long[] {4, columns}, data, "f.safetensors")
              .withScales(scales);
      assertModelError(
          () -> loader.matrix(t),
          "f.safetensors: tensor 'w' holds no number (NaN) in row 2, column 1; the file is damaged");
      assertModelError(() -> loader.floats(t), "row 2, column 1");
      for (int at = 0; at < 20; at++) {
        MemorySegment few = arena.allocate(20);
        few.fill((byte) 0x7e);
        assertThat(Quants.findNan(few, 0, 20)).isEqualTo(-1);
        few.set(ValueLayout.JAVA_BYTE, at, (byte) 0xff);
        assertThat(Quants.findNan(few, 0, 20)).isEqualTo(at);
      }
    }
  }
}
