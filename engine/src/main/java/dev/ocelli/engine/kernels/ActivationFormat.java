package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.MemorySegment;

/**
 * The form into which a {@link MatrixKernel} wants its right-hand side brought: float32 as it is,
 * or quantized or packed once for all the matrices that share it. Instances are singletons and
 * compared by identity.
 *
 * <p>The encoding of a row depends on that row alone, never on its neighbours or on how many there
 * are: only then are results independent of batch and chunk sizes.
 */
public interface ActivationFormat {
  /** A short name for messages, such as {@code q8_k}. */
  String name();

  /**
   * Bytes needed for so many rows of so many columns; 0 means that the kernel reads the float32
   * rows themselves.
   */
  long bytes(int columns, int rows);

  /** What products with rows in this form multiply. */
  default Arithmetic arithmetic() {
    return Arithmetic.FLOAT32;
  }

  /** Rows that are encoded together; a task encodes a multiple of it. */
  default int rowTile() {
    return 1;
  }

  /**
   * Encodes rows {@code from} (a multiple of {@link #rowTile}) to {@code to} of {@code x} into
   * {@code target}, which holds all rows of {@code x}.
   */
  void encode(Floats x, int from, int to, MemorySegment target);
}
