package dev.ocelli.engine.kernels.jit;

import dev.ocelli.engine.tensor.DType;

/**
 * The types with blocks of 32 values and one floating-point scale each; some have a minimum.
 *
 * <p>The value is {@code d * w} or {@code d * w + m}, with a signed integer w (unsigned where there
 * is a minimum).
 *
 * <p>Packed: for each group of 16 rows, pairs of blocks, so that every vector starts on a 64-byte
 * boundary: {@code d[16]} of the first block, of the second, then {@code m} likewise where there is
 * one (two bytes each), then the two {@link Unit}s. An odd last block leaves half a pair unused.
 */
enum BlockType {
  Q8_0(DType.Q8_0, Unit.BITS8),
  Q4_0(DType.Q4_0, Unit.BITS4),
  Q4_1(DType.Q4_1, Unit.BITS4),
  Q5_0(DType.Q5_0, Unit.BITS5),
  Q5_1(DType.Q5_1, Unit.BITS5),
  IQ4_NL(DType.IQ4_NL, Unit.BITS4),
  MXFP4(DType.MXFP4, Unit.BITS4);

  /** Logarithm of what is added to signed weights to make them unsigned bytes. */
  static final int BYTE_OFFSET_SHIFT = 7;

  /** Twice the values of FP4 E2M1; the packed scale is halved. OCP MX specification, 5.3.3. */
  static final int[] FP4_DOUBLED = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  private static final int[] Q4_0_VALUES = {-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7};

  private final DType type;
  private final Unit unit;

  BlockType(DType type, Unit unit) {
    this.type = type;
    this.unit = unit;
  }

  DType type() {
    return type;
  }

  Unit unit() {
    return unit;
  }

  /** Whether blocks have a minimum. */
  boolean hasMin() {
    return this == Q4_1 || this == Q5_1;
  }

  /** Whether scales are bfloat16 (powers of two) rather than float16. */
  boolean bfloatScales() {
    return this == MXFP4;
  }

  /** Offset of the first unit in a pair. */
  int unitsOffset() {
    return hasMin() ? 128 : 64;
  }

  /** Bytes of a pair of blocks of 16 rows. */
  int pairBytes() {
    return unitsOffset() + 2 * unit.bytes();
  }

  /**
   * Logarithm of the offset that unsigned weights have at this level, or -1 when they have none.
   */
  int offsetShift(Isa isa) {
    if (hasMin()) {
      return -1;
    }
    return isa.hasDots()
        ? BYTE_OFFSET_SHIFT
        : switch (this) {
          case Q4_0 -> 3;
          case Q5_0 -> 4;
          default -> -1;
        };
  }

  /** What becomes of stored bits at this level. */
  ByteMap mapAt(Isa isa) {
    int raise = isa.hasDots() ? 1 << BYTE_OFFSET_SHIFT : 0;
    return switch (this) {
      case IQ4_NL -> ByteMap.raised(SuperblockType.IQ4_VALUES, raise);
      case MXFP4 -> ByteMap.raised(FP4_DOUBLED, raise);
      case Q4_0 -> isa.hasDots() ? ByteMap.raised(Q4_0_VALUES, raise) : ByteMap.IDENTITY;
      case Q5_0 -> isa.hasDots() ? new ByteMap.Add(raise - 16) : ByteMap.IDENTITY;
      default -> ByteMap.IDENTITY;
    };
  }

  /** What Q8_0's bytes are XORed with when they are packed: unsigned where the level wants it. */
  int storedXor(Isa isa) {
    return this == Q8_0 && isa.hasDots() ? 0x80808080 : 0;
  }

  /** Largest weight, or {@link Dots#SIGNED}; matters for AVX2 only. */
  int maxWeight() {
    return switch (this) {
      case Q4_0, Q4_1 -> 15;
      case Q5_0, Q5_1 -> 31;
      case Q8_0, IQ4_NL, MXFP4 -> Dots.SIGNED;
    };
  }

  /** Whether many tokens are computed from a panel; bytes need no unpacking. */
  boolean usesPanel() {
    return this != Q8_0;
  }
}
