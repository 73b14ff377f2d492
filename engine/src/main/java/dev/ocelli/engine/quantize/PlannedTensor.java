package dev.ocelli.engine.quantize;

import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;

/**
 * A tensor and what it will be written as.
 *
 * @param source as it is
 * @param type as it will be
 * @param wanted the type that was chosen before its rows turned out not to fit; else the same
 * @param weighted whether its importance is known and used
 */
public record PlannedTensor(Tensor source, DType type, DType wanted, boolean weighted) {
  /** Whether it is written as it is. */
  public boolean isCopied() {
    return source.type() == type;
  }

  /** Bytes it will take. */
  public long bytes() {
    return type.bytes(source.values());
  }
}
