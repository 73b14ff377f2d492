package dev.ocelli.engine.model.qwen3vl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.kernels.ActivationFormat;
import dev.ocelli.engine.kernels.Arithmetic;
import dev.ocelli.engine.kernels.Matrix;
import dev.ocelli.engine.kernels.MatrixKernel;
import dev.ocelli.engine.kernels.Operations;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlWeights.Affine;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlWeights.Linear;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlWeights.Merger;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.vision.Grid;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Operations of the published 2B model's shapes against numbers computed by hand. */
class OperationCountGoldenTest {
  private static final Floats NO_FLOATS = new Floats(MemorySegment.NULL, 0, 0);
  private static final Affine NO_NORM = new Affine(NO_FLOATS, NO_FLOATS);
  private static final Tensor NO_TENSOR =
      new Tensor("none", DType.F32, new long[] {0}, MemorySegment.NULL, "nowhere");
  private static final Arithmetic INT8 = Arithmetic.INT8;
  private static final Arithmetic BFLOAT16 = Arithmetic.BFLOAT16;

  private static Qwen3VlConfig.Text text(Qwen3VlConfig.@Nullable Experts experts) {
    Qwen3VlConfig.Rope rope = new Qwen3VlConfig.Rope(5e6, new int[] {24, 20, 20}, null);
    return new Qwen3VlConfig.Text(
        28, 2048, 16, 8, 128, 6144, 151936, 262144, 1e-6f, rope, experts, 3);
  }

  private static Qwen3VlWeights.Text weights(Qwen3VlWeights.FeedForward ffn) {
    Qwen3VlWeights.Layer layer =
        new Qwen3VlWeights.Layer(
            NO_FLOATS,
            new Matrix[] {
              matrix(2048, 2048, INT8), matrix(1024, 2048, INT8), matrix(1024, 2048, INT8)
            },
            NO_FLOATS,
            NO_FLOATS,
            matrix(2048, 2048, INT8),
            NO_FLOATS,
            ffn);
    Qwen3VlWeights.Layer[] layers = new Qwen3VlWeights.Layer[28];
    Arrays.fill(layers, layer);
    return new Qwen3VlWeights.Text(NO_TENSOR, layers, NO_FLOATS, matrix(151936, 2048, INT8));
  }

  private static Qwen3VlWeights.Text dense() {
    Matrix in = matrix(6144, 2048, INT8);
    return weights(new Qwen3VlWeights.Dense(new Matrix[] {in, in}, matrix(2048, 6144, INT8)));
  }

  @Test
  void prompt() {
    // A layer: 2 x 2048 x 2048 + 2 x 1024 x 2048 + 3 x 6144 x 2048 = 50,331,648 multiply-adds;
    // 28 layers 1,409,286,144; 512 tokens 721,554,505,728; and the head 311,164,928.
    // Attention: 512 x 513 / 2 = 131,328 pairs; 2 products of 2048, 28 layers: 15,061,745,664.
    assertThat(OperationCount.text(text(null), dense(), 0, 512, 1))
        .isEqualTo(new Operations(1_443_731_341_312L, 0, 30_123_491_328L));
  }

  @Test
  void promptBehindAnother() {
    // One token behind 4096: 4097 pairs, 2 x 2048 x 28 each: 469,876,736.
    assertThat(OperationCount.text(text(null), dense(), 4096, 1, 0))
        .isEqualTo(new Operations(2_818_572_288L, 0, 939_753_472L));
  }

  @Test
  void onlyExpertsThatAreUsed() {
    Matrix in = matrix(768, 2048, INT8);
    Matrix out = matrix(2048, 768, INT8);
    Matrix[] gateUp = {in, in};
    Matrix[][] inputs = new Matrix[128][];
    Arrays.fill(inputs, gateUp);
    Matrix[] outputs = new Matrix[128];
    Arrays.fill(outputs, out);
    Matrix router = matrix(128, 2048, Arithmetic.FLOAT32);
    Qwen3VlWeights.Text w = weights(new Qwen3VlWeights.Sparse(router, inputs, outputs));
    // A layer: 12,582,912 of attention and 8 x 3 x 768 x 2048 = 37,748,736 of experts;
    // in float32 the router, 262,144, and one pair of attention, 4096.
    assertThat(OperationCount.text(text(new Qwen3VlConfig.Experts(128, 8, 768)), w, 0, 1, 0))
        .isEqualTo(new Operations(2_818_572_288L, 0, 14_909_440L));
  }

  @Test
  void picture() {
    // 2304 patches. Patch embedding 1024 x 1536; a block 12 x 1024 x 1024; 24 blocks:
    // 303,562,752 multiply-adds a patch. Mergers: 4 x 576 x (4096 x 4096 + 2048 x 4096).
    // Attention: 2 x 2304 x 2304 x 1024 x 24 = 260,919,263,232.
    Operations weights = Operations.of(BFLOAT16, 303_562_752L * 2304 + 57_982_058_496L);
    Operations attention = Operations.of(BFLOAT16, 260_919_263_232L);
    assertThat(OperationCount.vision(VISION, vision(), new Grid(1, 48, 48), BFLOAT16))
        .isEqualTo(weights.plus(attention))
        .isEqualTo(new Operations(0, 2_036_619_804_672L, 0));
  }

  @Test
  void framesOfClipDoNotAttendToEachOther() {
    Operations one = OperationCount.vision(VISION, vision(), new Grid(1, 48, 48), BFLOAT16);
    Operations three = OperationCount.vision(VISION, vision(), new Grid(3, 48, 48), BFLOAT16);
    assertThat(three.total()).isEqualTo(3 * one.total());
  }

  private static final Qwen3VlConfig.Vision VISION =
      new Qwen3VlConfig.Vision(
          24,
          1024,
          16,
          4096,
          16,
          2,
          2,
          48,
          2048,
          new int[] {5, 11, 17},
          1e-6f,
          new float[3],
          new float[3]);

  private static Qwen3VlWeights.Vision vision() {
    Qwen3VlWeights.Block block =
        new Qwen3VlWeights.Block(
            NO_NORM,
            linear(3072, 1024),
            linear(1024, 1024),
            NO_NORM,
            linear(4096, 1024),
            linear(1024, 4096));
    Qwen3VlWeights.Block[] blocks = new Qwen3VlWeights.Block[24];
    Arrays.fill(blocks, block);
    Merger merger = new Merger(NO_NORM, linear(4096, 4096), linear(2048, 4096));
    return new Qwen3VlWeights.Vision(
        linear(1024, 1536), NO_FLOATS, blocks, merger, new Merger[] {merger, merger, merger});
  }

  private static Linear linear(int rows, int columns) {
    return new Linear(matrix(rows, columns, BFLOAT16), NO_FLOATS);
  }

  private static Matrix matrix(int rows, int columns, Arithmetic arithmetic) {
    return new Matrix("w", rows, columns, new Shape(arithmetic), MemorySegment.NULL);
  }

  /** A kernel that is only asked what it multiplies. */
  private record Shape(Arithmetic arithmetic) implements MatrixKernel, ActivationFormat {
    @Override
    public String name() {
      return arithmetic.name();
    }

    @Override
    public DType type() {
      return DType.F32;
    }

    @Override
    public ActivationFormat activations() {
      return this;
    }

    @Override
    public int rowGroup() {
      return 1;
    }

    @Override
    public long packedBytes(int rows, int columns) {
      return 0;
    }

    @Override
    public long bytes(int columns, int rows) {
      return 0;
    }

    @Override
    public void encode(Floats x, int from, int to, MemorySegment target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void pack(
        MemorySegment source, int rows, int columns, int from, int to, MemorySegment target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void multiply(
        MemorySegment weights,
        int columns,
        int rowFrom,
        int rowTo,
        Floats x,
        MemorySegment encoded,
        int tokenFrom,
        int tokenTo,
        Floats y,
        int yColumn) {
      throw new UnsupportedOperationException();
    }
  }
}
