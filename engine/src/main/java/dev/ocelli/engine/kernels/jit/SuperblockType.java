package dev.ocelli.engine.kernels.jit;

import dev.ocelli.engine.quant.Codebook;
import dev.ocelli.engine.tensor.DType;

/**
 * The types with superblocks of 256 values: integer scales for each 16 or 32 of them, float16
 * scales for all.
 *
 * <p>The value is {@code d * scale * (q - offset) - dmin * min}, with q unsigned as {@link Unit}
 * gives it. Types whose files name points of grids are rewritten in {@link Codebook}'s form first.
 *
 * <p>Packed: for each group of 16 rows, superblock after superblock, a header and 8 {@link Unit}s.
 * The header comes first, so that memory is read in ascending order. It has {@code d[16]} (float16)
 * at 0, {@code dmin[16]} at 32, scales at {@link #SCALES}, minimums at {@link #mins}. Scales and
 * minimums lie in pairs of neighbouring sub-blocks, {@code [pair][row][2]} bytes, because products
 * with activation sums are made two words at a time.
 */
enum SuperblockType {
  Q2_K(DType.Q2_K, Unit.BITS2, 16, Mins.HIGH_NIBBLES, 0),
  Q3_K(DType.Q3_K, Unit.BITS3, 16, Mins.NONE, 2),
  Q4_K(DType.Q4_K, Unit.BITS4, 32, Mins.BYTES, 0),
  Q5_K(DType.Q5_K, Unit.BITS5, 32, Mins.BYTES, 0),
  Q6_K(DType.Q6_K, Unit.BITS6, 16, Mins.NONE, 5),
  IQ4_XS(DType.IQ4_XS, Unit.BITS4, 32, Mins.NONE, 7),
  IQ1_S(DType.IQ1_S),
  IQ1_M(DType.IQ1_M),
  IQ2_XXS(DType.IQ2_XXS),
  IQ2_XS(DType.IQ2_XS),
  IQ2_S(DType.IQ2_S),
  IQ3_XXS(DType.IQ3_XXS),
  IQ3_S(DType.IQ3_S),
  TQ1_0(DType.TQ1_0),
  TQ2_0(DType.TQ2_0);

  /** Values of a superblock. */
  static final int VALUES = 256;

  static final int UNITS = VALUES / Unit.VALUES;

  /** Offset of the scales in a header. */
  static final int SCALES = 64;

  /** Where minimums are kept. */
  enum Mins {
    NONE,
    /** A byte each after the scales. */
    BYTES,
    /** In the high half of each scale's byte. */
    HIGH_NIBBLES
  }

  /** Values of IQ4_NL and IQ4_XS: table {@code kvalues_iq4nl} of ggml-common.h. */
  static final int[] IQ4_VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private final DType type;
  private final Unit unit;
  private final int subBlock;
  private final Mins mins;
  private final int offsetShift;

  /** A type that is packed from its {@link Codebook} form. */
  SuperblockType(DType type) {
    this(type, Unit.BITS4_IN_ORDER, 16, Mins.NONE, 7);
  }

  SuperblockType(DType type, Unit unit, int subBlock, Mins mins, int offsetShift) {
    this.type = type;
    this.unit = unit;
    this.subBlock = subBlock;
    this.mins = mins;
    this.offsetShift = offsetShift;
  }

  DType type() {
    return type;
  }

  Unit unit() {
    return unit;
  }

  /** Values that share a scale: 16 or 32. */
  int subBlock() {
    return subBlock;
  }

  Mins mins() {
    return mins;
  }

  boolean hasMins() {
    return mins != Mins.NONE;
  }

  /** Logarithm of the offset; 0 when there is none. */
  int offsetShift() {
    return offsetShift;
  }

  /** Whether scales are signed bytes. */
  boolean signedScales() {
    return !hasMins();
  }

  /** Pairs of sub-blocks in a superblock. */
  int pairs() {
    return VALUES / subBlock / 2;
  }

  /** Bytes of a header. */
  int headerBytes() {
    int end = SCALES + pairs() * 32 * (mins == Mins.BYTES ? 2 : 1);
    return (end + 63) & -64;
  }

  /** Offset of minimums kept as bytes. */
  int minsOffset() {
    return SCALES + pairs() * 32;
  }

  /** Bytes of a superblock of 16 rows. */
  int packedBytes() {
    return headerBytes() + UNITS * unit.bytes();
  }

  /** Whether rows are rewritten as {@link Codebook} superblocks before they are packed. */
  boolean isRecoded() {
    return unit == Unit.BITS4_IN_ORDER;
  }

  /** Bytes of a superblock as it is packed from. */
  int sourceBytes() {
    return isRecoded() ? Codebook.BYTES : type.blockBytes();
  }

  /** What {@code d} is multiplied by: a power of two. */
  float unitValue() {
    return isRecoded() ? Codebook.unit(type) : 1;
  }

  private boolean hasTable() {
    return this == IQ4_XS || isRecoded();
  }

  /** Whether weights are signed bytes at this level, so that no offset remains. */
  boolean signedAt(Isa isa) {
    return hasTable() && !isa.hasDots();
  }

  /** What becomes of stored bits at this level. */
  ByteMap mapAt(Isa isa) {
    if (!hasTable()) {
      return ByteMap.IDENTITY;
    }
    int[] table = isRecoded() ? Codebook.levels(type) : IQ4_VALUES;
    return ByteMap.raised(table, signedAt(isa) ? 0 : 1 << offsetShift);
  }

  /** Largest weight, or {@link Dots#SIGNED}. */
  int maxWeight(Isa isa) {
    return switch (this) {
      case Q2_K -> 3;
      case Q3_K -> 7;
      case Q4_K -> 15;
      case Q5_K -> 31;
      case Q6_K -> 63;
      default -> signedAt(isa) ? Dots.SIGNED : 255;
    };
  }
}
