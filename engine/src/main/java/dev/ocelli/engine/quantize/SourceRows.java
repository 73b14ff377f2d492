package dev.ocelli.engine.quantize;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Rows of a tensor as numbers, with the factors that they may have in a tensor of their own. */
final class SourceRows {
  private final Tensor tensor;
  private final int columns;
  private final long rowsPerMatrix;
  private final @Nullable BlockScales scales;

  SourceRows(Tensor tensor) {
    this.tensor = tensor;
    columns = Math.toIntExact(tensor.columns());
    rowsPerMatrix = tensor.rows() / ImportanceMatrix.matrices(tensor);
    scales = tensor.scales();
  }

  /**
   * Reads a row.
   *
   * @param row among those of all matrices of a stack
   * @throws OcelliException when a value is no number
   */
  void read(long row, float[] values) {
    Quants.dequantize(
        tensor.type(), tensor.data(), row * tensor.type().bytes(columns), values, 0, columns);
    if (scales != null) {
      // Every matrix of a stack begins with factors of its own, even if its last blocks are short.
      long blocks = Math.ceilDiv(rowsPerMatrix, scales.blockRows());
      long first = row / rowsPerMatrix * blocks * scales.blockRows();
      scales.multiply(Math.toIntExact(first + row % rowsPerMatrix), 0, values, columns);
    }
    for (int i = 0; i < columns; i++) {
      if (!(Math.abs(values[i]) <= Float.MAX_VALUE)) {
        throw new OcelliException(
            Kind.MODEL,
            "%s: tensor '%s' holds %s in row %d, column %d; the file is damaged, download or convert it again"
                .formatted(tensor.origin(), tensor.name(), values[i], row, i));
      }
    }
  }
}
