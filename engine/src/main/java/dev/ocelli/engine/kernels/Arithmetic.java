package dev.ocelli.engine.kernels;

/** What a matrix product multiplies; processors have a rate for each. */
public enum Arithmetic {
  /** Bytes, added up as 32-bit integers. */
  INT8,
  /** bfloat16 pairs, added up as float32. */
  BFLOAT16,
  /** float32, fused with the addition. */
  FLOAT32
}
