package dev.ocelli.engine.quality;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Files of what a model says about a text: the format of {@code llama-perplexity
 * --kl-divergence-base}, little-endian, with checksums behind it that llama.cpp does not look at.
 *
 * <ul>
 *   <li>{@code _logits_}; int32: tokens of a window, vocabulary, windows
 *   <li>int32 ids of all windows' tokens
 *   <li>for each window and predicted token a row: float32 step, float32 least ln of a probability,
 *       uint16 for each token of the vocabulary (and one more when that is odd): ln of its
 *       probability is least + step * value, nothing below 16 nats under the likeliest
 *   <li>only here: {@code ocelli_1}, CRC-32C of everything before the rows, CRC-32C of each
 *       window's rows
 * </ul>
 */
final class ReferenceFormat {
  static final byte[] MAGIC = "_logits_".getBytes(StandardCharsets.US_ASCII);
  static final byte[] TRAILER = "ocelli_1".getBytes(StandardCharsets.US_ASCII);
  static final int FIXED_HEADER = 8 + 3 * 4;

  /** Least probabilities that are told apart: e^-16 of the likeliest. */
  private static final float DEPTH = 16;

  private static final float STEPS = 65535;
  private static final int ROW_HEAD = 8;

  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private ReferenceFormat() {}

  /** Bytes of a row. */
  static int rowBytes(int vocabulary) {
    return ROW_HEAD + Math.multiplyExact(4, Math.ceilDiv(vocabulary, 2));
  }

  /** Bytes before the rows. */
  static long headerBytes(int context, int windows) {
    return FIXED_HEADER + 4L * context * windows;
  }

  /** Bytes without what follows the rows. */
  static long bytes(int context, int windows, int vocabulary) {
    long rows = (long) windows * (context - 1 - context / 2);
    return headerBytes(context, windows) + rows * rowBytes(vocabulary);
  }

  /** Bytes behind the rows. */
  static long trailerBytes(int windows) {
    return TRAILER.length + 4L + 4L * windows;
  }

  /** Writes a row into memory of {@link #rowBytes}. */
  static void encode(LogSoftmax s, MemorySegment to) {
    float[] logits = s.logits();
    float max = logits[s.top()];
    float min = max;
    for (float l : logits) {
      min = Math.min(min, l);
    }
    min = Math.max(min, max - DEPTH);
    float logSum = (float) s.logSum();
    float step = (max - min) / STEPS;
    to.set(F32, 0, step);
    to.set(F32, 4, min - max - logSum);
    float inverse = 1 / step;
    for (int i = 0; i < logits.length; i++) {
      boolean above = step > 0 && logits[i] > min;
      int value = above ? (int) Math.min(STEPS, Math.rint(inverse * (logits[i] - min))) : 0;
      to.set(U16, ROW_HEAD + 2L * i, (short) value);
    }
    if (logits.length % 2 == 1) {
      to.set(U16, ROW_HEAD + 2L * logits.length, (short) 0);
    }
  }

  /**
   * A row as it is in the file.
   *
   * @param values of the tokens, behind step and least
   */
  record Row(float step, float least, MemorySegment values) {
    /** The row in memory of {@link #rowBytes}. */
    static Row of(MemorySegment row) {
      return new Row(row.get(F32, 0), row.get(F32, 4), row.asSlice(ROW_HEAD));
    }

    /** ln of a token's probability. */
    float logProbability(int id) {
      return step * Short.toUnsignedInt(values.get(U16, 2L * id)) + least;
    }
  }
}
