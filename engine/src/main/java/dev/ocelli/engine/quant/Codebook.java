package dev.ocelli.engine.quant;

import dev.ocelli.engine.tensor.DType;
import java.util.Arrays;

/**
 * The one form that all types with at most 16 different values to a scale can be rewritten in
 * without loss: IQ1, IQ2, IQ3 and TQ, whose own forms name points of grids, are fit for files but
 * not for products.
 *
 * <p>A superblock of 256 values: f16 d, two bytes of nothing, 16 signed bytes of scales s for 16
 * values each, 128 bytes of nibbles that index the type's 16 {@link #levels}; value = d {@link
 * #unit} s level. 148 bytes. Bytes of nibbles are in fours: byte 16 u + 4 v + j has value 32 u + 8
 * v + j in its low and value 32 u + 8 v + 4 + j in its high half.
 */
public final class Codebook {
  /** Offset of the scales. */
  public static final int SCALES = 4;

  /** Offset of the nibbles. */
  public static final int NIBBLES = 20;

  /** Bytes of a superblock. */
  public static final int BYTES = 148;

  private static final int VALUES = 256;
  private static final int ONE = 0x3c00;

  private final DType type;
  private final int[] levels;
  private final float unit;

  /** Index of a level by the level and 128. */
  private final byte[] index = new byte[256];

  private final byte[] block;
  private final byte[] form = new byte[BYTES];
  private final float[] values = new float[VALUES];

  /**
   * A rewriter with scratch of its own, for one thread.
   *
   * @throws IllegalArgumentException when the type has no such form
   */
  public Codebook(DType type) {
    this.type = type;
    levels = levels(type);
    unit = unit(type);
    block = new byte[type.blockBytes()];
    Arrays.fill(index, (byte) -1);
    for (int i = 0; i < levels.length; i++) {
      index[levels[i] + 128] = (byte) i;
    }
  }

  /** The 16 whole numbers that indices name; unused ones are repeated. */
  public static int[] levels(DType type) {
    return switch (type) {
      case IQ1_S, IQ1_M -> padded(-9, -7, -1, 1, 7, 9);
      case IQ2_XXS, IQ2_XS, IQ2_S -> padded(-43, -25, -8, 8, 25, 43);
      case IQ3_XXS -> padded(-62, -52, -44, -36, -28, -20, -12, -4, 4, 12, 20, 28, 36, 44, 52, 62);
      case IQ3_S -> padded(-15, -13, -11, -9, -7, -5, -3, -1, 1, 3, 5, 7, 9, 11, 13, 15);
      case TQ1_0, TQ2_0 -> padded(-1, 0, 1, 2);
      default -> throw new IllegalArgumentException(type + " has no codebook");
    };
  }

  /** What a level of 1 with a scale of 1 stands for: a power of two. */
  public static float unit(DType type) {
    return switch (type) {
      case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S -> 0.125f;
      case IQ3_XXS -> 0.25f;
      default -> 1;
    };
  }

  private static int[] padded(int... levels) {
    int[] all = Arrays.copyOf(levels, 16);
    Arrays.fill(all, levels.length, 16, levels[levels.length - 1]);
    return all;
  }

  /** The bytes of a block; to be filled before {@link #rewrite}. */
  public byte[] block() {
    return block;
  }

  /** The block in the common form; valid until the next call. */
  public byte[] rewrite() {
    int d = exchangeFactor(ONE);
    decode();
    Bytes.putU16(form, 0, d);
    Arrays.fill(form, NIBBLES, BYTES, (byte) 0);
    for (int g = 0; g < 16; g++) {
      int scale = scale(g);
      form[SCALES + g] = (byte) scale;
      float inverse = 1 / unit;
      for (int i = 16 * g; i < 16 * g + 16; i++) {
        // Exact: the values are whole multiples of unit times scale.
        int level = (int) (values[i] * inverse) / scale;
        int at = NIBBLES + (i >> 5 << 4) + (i >> 3 & 3) * 4 + (i & 3);
        form[at] |= (byte) (index[level + 128] << (i & 4));
      }
    }
    return form;
  }

  /** Puts another common factor, as bits of an f16, in the block's place and returns its own. */
  private int exchangeFactor(int bits) {
    int own = 0;
    if (type == DType.IQ1_M) {
      for (int k = 0; k < 4; k++) {
        int word = Bytes.u16(block, 48 + 2 * k);
        own |= word >> 12 << 4 * k;
        Bytes.putU16(block, 48 + 2 * k, (word & 0xfff) | (bits >> 4 * k & 15) << 12);
      }
      return own;
    }
    int at = type == DType.TQ1_0 ? 52 : type == DType.TQ2_0 ? 64 : 0;
    own = Bytes.u16(block, at);
    Bytes.putU16(block, at, bits);
    return own;
  }

  private void decode() {
    switch (type) {
      case IQ1_S -> BlocksIQ1_S.decode(block, 1, values, 0);
      case IQ1_M -> BlocksIQ1_M.decode(block, 1, values, 0);
      case IQ2_XXS -> BlocksIQ2_XXS.decode(block, 1, values, 0);
      case IQ2_XS -> BlocksIQ2_XS.decode(block, 1, values, 0);
      case IQ2_S -> BlocksIQ2_S.decode(block, 1, values, 0);
      case IQ3_XXS -> BlocksIQ3_XXS.decode(block, 1, values, 0);
      case IQ3_S -> BlocksIQ3_S.decode(block, 1, values, 0);
      case TQ1_0 -> BlocksTQ1_0.decode(block, 1, values, 0);
      default -> BlocksTQ2_0.decode(block, 1, values, 0);
    }
  }

  /** The scale of sixteen values: an odd number below 32. */
  private int scale(int g) {
    int s =
        switch (type) {
          case IQ1_S -> Bytes.u16(block, 34 + 2 * (g >> 1)) >> 12 & 7;
          case IQ1_M -> Bytes.u16(block, 48 + 2 * (g >> 2)) >> 3 * (g & 3) & 7;
          case IQ2_XXS -> Bytes.i32(block, 6 + 8 * (g >> 1)) >>> 28;
          case IQ2_XS -> block[66 + (g >> 1)] >> 4 * (g & 1) & 15;
          case IQ2_S -> block[74 + (g >> 1)] >> 4 * (g & 1) & 15;
          case IQ3_XXS -> Bytes.i32(block, 66 + 4 * (g >> 1)) >>> 28;
          case IQ3_S -> block[106 + (g >> 2)] >> 4 * (g >> 1 & 1) & 15;
          default -> 0;
        };
    return 2 * s + 1;
  }
}
