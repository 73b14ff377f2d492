package dev.ocelli.engine.quant;

import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Encodes rows of weights as blocks of a type.
 *
 * <p>Errors are weighed by the importance of each column where that is known: the mean square of
 * the activations that the column is multiplied with. The result depends on row and importance
 * alone. An encoder has scratch of its own and serves one thread.
 */
public final class RowEncoder {
  private final DType type;
  private final @Nullable BlockEncoder blocks;

  private RowEncoder(DType type, @Nullable BlockEncoder blocks) {
    this.type = type;
    this.blocks = blocks;
  }

  /**
   * An encoder.
   *
   * @throws IllegalArgumentException when the type is not {@link Quants#quantizable}
   */
  public static RowEncoder of(DType type) {
    return new RowEncoder(
        type,
        switch (type) {
          case F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1 -> null;
          default -> searching(type);
        });
  }

  /** The encoder of a type that {@link Quants} does not encode by itself. */
  static BlockEncoder searching(DType type) {
    return switch (type) {
      case Q2_K, Q4_K, Q5_K -> new AffineSuperblocks(type);
      case Q3_K, Q6_K -> new SymmetricSuperblocks(type);
      case IQ4_NL, IQ4_XS -> new LevelBlocks(type);
      case IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S -> new GridSuperblocks(type);
      case IQ1_S, IQ1_M -> new ShiftedSuperblocks(type);
      case TQ1_0, TQ2_0, MXFP4, NVFP4, Q1_0, Q2_0 -> SmallBlocks.of(type);
      default -> throw new IllegalArgumentException("no conversion from float32 to " + type);
    };
  }

  /**
   * Whether rows of so few bits are useless unless importance is known; {@code llama-quantize}
   * refuses to write them without it.
   */
  public static boolean needsImportance(DType type) {
    return switch (type) {
      case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S -> true;
      default -> false;
    };
  }

  /**
   * Encodes a row.
   *
   * @param row finite values from index 0 on
   * @param columns how many, a multiple of {@link DType#blockValues}
   * @param importance of each column, 0 or more; or null
   * @param out receives {@code type.bytes(columns)} bytes
   * @param at index of the first
   */
  public void encode(float[] row, int columns, float @Nullable [] importance, byte[] out, int at) {
    if (columns % type.blockValues() != 0) {
      throw new IllegalArgumentException(
          "a row of %d values is no whole number of %s blocks".formatted(columns, type));
    }
    BlockEncoder encoder = blocks;
    if (encoder == null) {
      boolean weighs =
          switch (type) {
            case Q4_0, Q4_1, Q5_0, Q5_1 -> importance != null;
            default -> false;
          };
      if (!weighs) {
        Quants.quantize(type, row, 0, MemorySegment.ofArray(out), at, columns);
        return;
      }
      encoder = new LegacyBlocks(type, BlockEncoder.meanSquare(row, 0, columns));
    }
    int size = type.blockValues();
    for (int i = 0, o = at; i < columns; i += size, o += type.blockBytes()) {
      encoder.encode(row, importance, i, out, o);
    }
  }
}
