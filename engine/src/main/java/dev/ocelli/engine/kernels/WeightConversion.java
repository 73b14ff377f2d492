package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Gives matrices another type while they are loaded; the files stay as they are. */
public interface WeightConversion {
  /** Weights stay what they are. */
  WeightConversion NONE =
      new WeightConversion() {
        @Override
        public DType type(Tensor tensor) {
          return tensor.type();
        }

        @Override
        public void convert(Tensor tensor, long firstRow, int rows, MemorySegment target) {
          throw new IllegalStateException(tensor.name() + " stays as it is");
        }
      };

  /** What a matrix, or each of a stack, becomes; its own type where it stays as it is. */
  DType type(Tensor tensor);

  /**
   * Writes rows in the new type. Called by several threads for different rows.
   *
   * @param firstRow among the rows of all matrices of a stack
   * @param target native memory of exactly these rows
   * @throws dev.ocelli.engine.OcelliException when a value is no number
   */
  void convert(Tensor tensor, long firstRow, int rows, MemorySegment target);
}
