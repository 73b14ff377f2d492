package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * How the vector kernels pack a quantized type: {@code w = scale[b] * (q - center) - min[b]}.
 *
 * <p>A packed matrix consists of groups of {@link Lanes#GROUP} rows, a group of chunks of 256
 * columns, and a chunk of the following parts. Each part is an array of 4-byte values whose last
 * index is the row in the group, so a vector holds the same thing for neighbouring rows.
 *
 * <ul>
 *   <li>simple scales: float scale[blocks], then float min[blocks] where there are minima
 *   <li>nested scales: float d, then float dmin where there are minima; then the 8-bit factors of
 *       four blocks in an int, {@code scale = d * factor} (signed), and likewise {@code min = dmin
 *       * factor} (unsigned)
 *   <li>quants of each block: the first in the lowest bits of an int, as many whole ones as fit;
 *       the two bits that are left over in each int of 5 or 6-bit quants hold the last quants of
 *       the block, highest bits first
 * </ul>
 *
 * <p>Kernels do not shift quants of less than 8 bits down: masked, they are too large by a power of
 * two, their {@link #position}, by which {@link QuantActivations} divides the activations. Quants
 * of 8 bits are signed and shifted to the top of an int, and scales are divided by 2^24.
 *
 * @param type type of the file
 * @param bits bits of a packed quant
 * @param block columns that share a scale
 * @param center what quants are too large by, 0 for none
 * @param minima whether blocks have minima
 * @param nested whether scales are factors of a common one
 * @param activations the activations that go with it
 */
record QuantFormat(
    DType type,
    int bits,
    int block,
    int center,
    boolean minima,
    boolean nested,
    ActivationFormat activations) {
  private static final int CHUNK = PanelScratch.CHUNK;

  private static final QuantActivations A2 = new QuantActivations(2, 16, 1);
  private static final QuantActivations A4 = new QuantActivations(4, 32, 1);
  private static final QuantActivations A5 = new QuantActivations(5, 32, 1);
  private static final QuantActivations A4_CENTER_8 = new QuantActivations(4, 32, 8);
  private static final QuantActivations A5_CENTER_16 = new QuantActivations(5, 32, 16);
  private static final QuantActivations A4_CENTER_4 = new QuantActivations(4, 16, 4);
  private static final QuantActivations A6_CENTER_32 = new QuantActivations(6, 16, 32);

  /** The format of a type, or null when it has none. */
  static @Nullable QuantFormat of(DType type) {
    return switch (type) {
      case Q8_0 -> new QuantFormat(type, 8, 32, 0, false, false, PlainActivations.INSTANCE);
      case Q4_0 -> new QuantFormat(type, 4, 32, 8, false, false, A4_CENTER_8);
      case Q4_1 -> new QuantFormat(type, 4, 32, 0, true, false, A4);
      case Q5_0 -> new QuantFormat(type, 5, 32, 16, false, false, A5_CENTER_16);
      case Q5_1 -> new QuantFormat(type, 5, 32, 0, true, false, A5);
      case Q2_K -> new QuantFormat(type, 2, 16, 0, true, true, A2);
      case Q3_K -> new QuantFormat(type, 4, 16, 4, false, true, A4_CENTER_4);
      case Q4_K -> new QuantFormat(type, 4, 32, 0, true, true, A4);
      case Q5_K -> new QuantFormat(type, 5, 32, 0, true, true, A5);
      case Q6_K -> new QuantFormat(type, 6, 16, 32, false, true, A6_CENTER_32);
      default -> null;
    };
  }

  /** The lowest bit that quant k of a block occupies where a kernel uses it. */
  static int position(int bits, int block, int k) {
    int perInt = 32 / bits;
    int whole = block * bits / 32 * perInt;
    if (k >= whole) {
      return 0;
    }
    /* At the top of an int the masked quant would be negative, so that one is shifted down. */
    int position = k % perInt * bits;
    return position + bits == 32 ? 0 : position;
  }

  /** Ints that hold a block's quants of one row. */
  int intsPerBlock() {
    return block * bits / 32;
  }

  /** 4-byte values of one row before the quants of a chunk of so many blocks. */
  int headValues(int blocks) {
    int one = nested ? 1 + blocks / 4 : blocks;
    return minima ? 2 * one : one;
  }

  /** 4-byte values of one row in a chunk of so many columns. */
  int chunkValues(int n) {
    int blocks = n / block;
    return headValues(blocks) + blocks * intsPerBlock();
  }

  /** Bytes of a group of rows. */
  long groupBytes(int columns) {
    int rest = columns % CHUNK;
    long values =
        (long) (columns / CHUNK) * chunkValues(CHUNK) + (rest > 0 ? chunkValues(rest) : 0);
    return 4 * values * Lanes.GROUP;
  }

  /** Byte offset of the chunk at column k of the group that begins at a row. */
  long chunkOffset(int columns, int row, int k) {
    return row / Lanes.GROUP * groupBytes(columns)
        + 4L * (k / CHUNK) * chunkValues(CHUNK) * Lanes.GROUP;
  }
}
