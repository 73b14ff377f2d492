package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tensor.Tensor;

/**
 * Turns tensors of a file into what kernels compute with: chooses a kernel for each type, repacks
 * where it pays, reports slow paths.
 */
public interface Weights {

  /** A matrix {@code [rows, columns]} (outputs, inputs). */
  Matrix matrix(Tensor tensor);

  /** One matrix of a stack {@code [count, rows, columns]}, as experts are stored. */
  Matrix[] matrices(Tensor tensor);

  /** A vector or table as float32, {@code [rows, columns]} with one row for a vector. */
  Floats floats(Tensor tensor);
}
