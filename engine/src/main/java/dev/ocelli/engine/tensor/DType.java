package dev.ocelli.engine.tensor;

import org.jspecify.annotations.Nullable;

/**
 * How the values of a tensor are encoded: the GGML types with their numbers, and the two that only
 * safetensors has.
 *
 * <p>Block sizes and bytes are those of {@code ggml.h}; they are proven by the reference data.
 */
public enum DType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q8_1(9, 32, 36),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  Q8_K(15, 256, 292),
  IQ2_XXS(16, 256, 66),
  IQ2_XS(17, 256, 74),
  IQ3_XXS(18, 256, 98),
  IQ1_S(19, 256, 50),
  IQ4_NL(20, 32, 18),
  IQ3_S(21, 256, 110),
  IQ2_S(22, 256, 82),
  IQ4_XS(23, 256, 136),
  I8(24, 1, 1),
  I16(25, 1, 2),
  I32(26, 1, 4),
  I64(27, 1, 8),
  F64(28, 1, 8),
  IQ1_M(29, 256, 56),
  BF16(30, 1, 2),
  TQ1_0(34, 256, 54),
  TQ2_0(35, 256, 66),
  MXFP4(39, 32, 17),
  NVFP4(40, 64, 36),
  Q1_0(41, 128, 18),
  Q2_0(42, 64, 18),
  /**
   * Eight-bit float of safetensors: bias 7, no infinity, 0x7f and 0xff are NaN. Not a GGML type.
   */
  F8_E4M3(-1, 1, 1),
  /** One byte a value, safetensors only. */
  U8(-1, 1, 1);

  private static final @Nullable DType[] BY_NUMBER = new @Nullable DType[64];

  static {
    for (DType t : values()) {
      if (t.ggmlType >= 0) {
        BY_NUMBER[t.ggmlType] = t;
      }
    }
  }

  private final int ggmlType;
  private final int blockValues;
  private final int blockBytes;

  DType(int ggmlType, int blockValues, int blockBytes) {
    this.ggmlType = ggmlType;
    this.blockValues = blockValues;
    this.blockBytes = blockBytes;
  }

  /** The type with this number in a GGUF file, or null. */
  public static @Nullable DType ofGgml(long number) {
    return number < 0 || number >= BY_NUMBER.length ? null : BY_NUMBER[(int) number];
  }

  /** The number in GGUF files; -1 for types that only safetensors has. */
  public int ggmlType() {
    return ggmlType;
  }

  /** Values in one block; a row is a whole number of blocks. */
  public int blockValues() {
    return blockValues;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Whether values are grouped in blocks with common scales. */
  public boolean isQuantized() {
    return blockValues > 1;
  }

  /**
   * Bytes of so many values.
   *
   * @throws ArithmeticException on overflow, and when the values are no whole number of blocks
   */
  public long bytes(long values) {
    if (values % blockValues != 0) {
      throw new ArithmeticException(
          values + " values are no whole number of " + this + " blocks of " + blockValues);
    }
    return Math.multiplyExact(values / blockValues, (long) blockBytes);
  }
}
