package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * A weight matrix that is ready to be multiplied with.
 *
 * @param name the tensor's name, for reports
 * @param rows outputs
 * @param columns inputs
 * @param kernel computes with it
 * @param weights packed by the kernel, or the file's bytes
 */
public record Matrix(
    String name, int rows, int columns, MatrixKernel kernel, MemorySegment weights) {
  /** The type of the weights in the file. */
  public DType type() {
    return kernel.type();
  }
}
