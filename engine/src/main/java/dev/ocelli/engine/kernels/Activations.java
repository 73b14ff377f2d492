package dev.ocelli.engine.kernels;

/** What kernels may do to activations before they multiply them with quantized weights. */
public enum Activations {
  /**
   * Round them to 8 bits in blocks, as llama.cpp does, where that is faster; the kernels in Java
   * have no use for it.
   */
  QUANTIZED,
  /** Nothing: products are those of the dequantized weights in float32. */
  EXACT
}
