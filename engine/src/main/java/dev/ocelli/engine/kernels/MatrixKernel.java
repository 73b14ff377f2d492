package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.MemorySegment;

/**
 * Products {@code y[t][r] = sum over k of W[r][k] * x[t][k]} with weights of one type at one
 * instruction-set level.
 *
 * <p>Stateless and thread-safe. The value of {@code y[t][r]} depends on row r of W and row t of x
 * alone, and is accumulated in the same order whatever the number of rows and tokens: see the
 * bit-identity invariant.
 */
public interface MatrixKernel {
  /** Type and level, such as {@code Q4_K/avx512vnni}; appears in reports. */
  String name();

  /** The type of the weights in the file. */
  DType type();

  /** What activations become. */
  ActivationFormat activations();

  /**
   * Rows that are packed and computed together; tasks get multiples of it (but for the matrix's
   * last rows).
   */
  int rowGroup();

  /**
   * Bytes of the kernel's own arrangement of a matrix, or 0 when it reads the file's bytes in
   * place.
   */
  long packedBytes(int rows, int columns);

  /**
   * Rearranges the groups from (inclusive) to (exclusive) of a matrix; groups are independent, so
   * that workers can share them. Never called when {@link #packedBytes} is 0.
   */
  void pack(
      MemorySegment source,
      int rows,
      int columns,
      int groupFrom,
      int groupTo,
      MemorySegment target);

  /**
   * Adds to packed weights the factors that lie in a tensor of their own. Called after {@link
   * #pack} for the same groups, and only for kernels that were chosen for such weights.
   */
  default void packScales(
      BlockScales scales, int rows, int columns, int groupFrom, int groupTo, MemorySegment target) {
    throw new IllegalStateException(name() + " takes no scales");
  }

  /**
   * Computes rows {@code rowFrom} to {@code rowTo} of the product for all tokens.
   *
   * @param weights packed weights, or the file's bytes when {@link #packedBytes} is 0
   * @param columns length of a row
   * @param rowFrom first row, a multiple of {@link #rowGroup}
   * @param rowTo end of the rows
   * @param x the activations, {@code [tokens, columns]}
   * @param encoded the same in {@link #activations} format (empty when that takes no bytes)
   * @param tokenFrom first token
   * @param tokenTo end of the tokens
   * @param y receives {@code y[t][yColumn + r]}
   * @param yColumn column of y that receives row 0
   */
  void multiply(
      MemorySegment weights,
      int columns,
      int rowFrom,
      int rowTo,
      Floats x,
      MemorySegment encoded,
      int tokenFrom,
      int tokenTo,
      Floats y,
      int yColumn);
}
