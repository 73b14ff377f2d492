package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Finds out what loading would take: chooses the kernels that {@link WeightLoader} would choose,
 * and touches no weight. What it returns has sizes and kernels, but no values.
 */
public final class WeightMeter implements Weights {
  private final KernelSet kernels;
  private final LoadMode mode;
  private final WeightConversion conversion;
  private long packedBytes;
  private long tableBytes;
  private long mappedBytes;

  /**
   * Begins at zero.
   *
   * @param kernels say how each type is packed
   * @param mode whether weights are packed at all
   * @param conversion gives weights another type
   */
  public WeightMeter(KernelSet kernels, LoadMode mode, WeightConversion conversion) {
    this.kernels = kernels;
    this.mode = mode;
    this.conversion = conversion;
  }

  @Override
  public Matrix matrix(Tensor tensor) {
    WeightLoader.requireDimensions(tensor, 2);
    WeightLoader.requireBytes(tensor);
    return meter(tensor, tensor.name(), tensor.shape()[0], tensor.shape()[1], 1);
  }

  @Override
  public Matrix[] matrices(Tensor tensor) {
    WeightLoader.requireDimensions(tensor, 3);
    WeightLoader.requireBytes(tensor);
    int count = WeightLoader.dimension(tensor, tensor.shape()[0]);
    Matrix[] all = new Matrix[count];
    Matrix m = meter(tensor, tensor.name(), tensor.shape()[1], tensor.shape()[2], count);
    Arrays.setAll(
        all,
        i -> new Matrix(m.name() + "[" + i + "]", m.rows(), m.columns(), m.kernel(), m.weights()));
    return all;
  }

  @Override
  public Floats floats(Tensor tensor) {
    WeightLoader.requireConvertible(tensor);
    WeightLoader.requireBytes(tensor);
    int rows = WeightLoader.dimension(tensor, tensor.rows());
    int columns = WeightLoader.dimension(tensor, tensor.columns());
    tableBytes += 4L * rows * columns;
    return new Floats(MemorySegment.NULL, rows, columns);
  }

  /** One of equal matrices. */
  private Matrix meter(Tensor tensor, String name, long rows, long columns, int count) {
    int r = WeightLoader.dimension(tensor, rows);
    int c = WeightLoader.dimension(tensor, columns);
    DType type = conversion.type(tensor);
    boolean converted = type != tensor.type();
    MatrixKernel kernel = kernels.forLoading(mode, type, c, converted ? null : tensor.scales());
    long bytes = kernel.packedBytes(r, c);
    if (converted && bytes == 0) {
      bytes = r * type.bytes(c);
    }
    packedBytes += count * bytes;
    if (bytes == 0) {
      mappedBytes += tensor.data().byteSize();
    }
    return new Matrix(name, r, c, kernel, MemorySegment.NULL);
  }

  /** Bytes of packed weights. */
  public long packedBytes() {
    return packedBytes;
  }

  /** Bytes of vectors and tables in float32. */
  public long tableBytes() {
    return tableBytes;
  }

  /** Bytes of the file that would be computed with as they are. */
  public long mappedBytes() {
    return mappedBytes;
  }
}
