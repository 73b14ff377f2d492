package dev.ocelli.engine.vision;

import dev.ocelli.engine.kernels.Workers;
import java.util.Arrays;

/**
 * Antialiased bicubic resizing of 8-bit RGB, bit-exact to torchvision or to Pillow (QWEN3VL section
 * 5.2).
 *
 * <p>Rows are resized first and rounded to 8 bits, then columns. An axis whose size does not change
 * is left alone. Integer arithmetic throughout, so the result depends on neither the number of
 * threads nor the instruction set.
 */
public final class Resampler {

  /** How many bits the kernel's weights have: the only difference between the two libraries. */
  public enum Precision {
    /** 16-bit weights: Hugging Face's default. */
    TORCHVISION,
    /** 22 binary places: Pillow, and llama.cpp. */
    PILLOW
  }

  /** Input rows that are resized together: the vector lanes of the horizontal pass. */
  private static final int ROWS = 32;

  private static final int LANES = 3 * ROWS;

  /** Input pixels of a tile of the horizontal pass, which should stay in the second-level cache. */
  private static final int TILE = 256;

  /** Output rows of a task of the vertical pass. */
  private static final int STRIP = 16;

  /** Bytes of a row that the vertical pass accumulates together. */
  private static final int SPAN = 1536;

  private Resampler() {}

  /** Resizes a picture by stretching it. */
  public static RgbImage resize(
      RgbImage source, int width, int height, Precision precision, Workers workers) {
    RgbImage image = source;
    if (image.width() != width) {
      image = horizontal(image, width, precision, workers);
    }
    if (image.height() != height) {
      image = vertical(image, height, precision, workers);
    }
    return image;
  }

  /**
   * Resizes rows. A tile of 32 rows is transposed, so that equal columns of all rows lie side by
   * side and one weight meets 96 values: {@code [pixel, channel, row]}.
   */
  private static RgbImage horizontal(
      RgbImage source, int width, Precision precision, Workers workers) {
    AxisWeights axis = AxisWeights.of(source.width(), width, precision);
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, source.height()), 3)];
    int window = Math.min(source.width(), Math.max(TILE, 4 * axis.taps()));
    int[][] tiles = new int[workers.threads()][];
    int[][] sums = new int[workers.threads()][];
    workers.run(
        Math.ceilDiv(source.height(), ROWS),
        (index, worker) -> {
          if (tiles[worker] == null) {
            tiles[worker] = new int[window * LANES];
            sums[worker] = new int[LANES];
          }
          horizontal(source, axis, index * ROWS, window, tiles[worker], sums[worker], out);
        });
    return new RgbImage(width, source.height(), out);
  }

  private static void horizontal(
      RgbImage source, AxisWeights axis, int y, int window, int[] tile, int[] sum, byte[] out) {
    int rows = Math.min(ROWS, source.height() - y);
    int width = axis.first().length;
    int from = 0;
    int to = 0;
    for (int x = 0; x < width; x++) {
      int first = axis.first()[x];
      int count = axis.count()[x];
      if (first + count > to) {
        from = first;
        to = Math.min(first + window, source.width());
        transpose(source, y, rows, from, to, tile);
      }
      Arrays.fill(sum, 1 << (axis.bits() - 1));
      int[] weights = axis.weights();
      int w = x * axis.taps();
      int at = (first - from) * LANES;
      int j = 0;
      for (; j + 4 <= count; j += 4, w += 4, at += 4 * LANES) {
        add4(tile, at, weights, w, sum);
      }
      for (; j < count; j++, w++, at += LANES) {
        add1(tile, at, weights[w], sum);
      }
      storePixel(sum, axis.bits(), rows, width, (y * width + x) * 3, out);
    }
  }

  private static void transpose(RgbImage source, int y, int rows, int from, int to, int[] tile) {
    byte[] rgb = source.rgb();
    int values = (to - from) * 3;
    for (int r = 0; r < rows; r++) {
      int at = ((y + r) * source.width() + from) * 3;
      for (int k = 0, t = r; k < values; k++, t += ROWS) {
        tile[t] = rgb[at + k] & 0xFF;
      }
    }
  }

  private static void add4(int[] tile, int at, int[] weights, int w, int[] sum) {
    int w0 = weights[w];
    int w1 = weights[w + 1];
    int w2 = weights[w + 2];
    int w3 = weights[w + 3];
    for (int l = 0; l < LANES; l++) {
      sum[l] +=
          w0 * tile[at + l]
              + w1 * tile[at + LANES + l]
              + w2 * tile[at + 2 * LANES + l]
              + w3 * tile[at + 3 * LANES + l];
    }
  }

  private static void add1(int[] tile, int at, int weight, int[] sum) {
    for (int l = 0; l < LANES; l++) {
      sum[l] += weight * tile[at + l];
    }
  }

  private static void storePixel(int[] sum, int bits, int rows, int width, int at, byte[] out) {
    for (int r = 0, o = at; r < rows; r++, o += 3 * width) {
      out[o] = clamp(sum[r] >> bits);
      out[o + 1] = clamp(sum[ROWS + r] >> bits);
      out[o + 2] = clamp(sum[2 * ROWS + r] >> bits);
    }
  }

  /** Resizes columns: every output row is a weighted sum of input rows. */
  private static RgbImage vertical(
      RgbImage source, int height, Precision precision, Workers workers) {
    AxisWeights axis = AxisWeights.of(source.height(), height, precision);
    int stride = source.width() * 3;
    byte[] out = new byte[Math.multiplyExact(stride, height)];
    int[][] sums = new int[workers.threads()][];
    workers.run(
        Math.ceilDiv(height, STRIP),
        (index, worker) -> {
          if (sums[worker] == null) {
            sums[worker] = new int[SPAN];
          }
          int to = Math.min(height, (index + 1) * STRIP);
          for (int x = 0; x < stride; x += SPAN) {
            int span = Math.min(SPAN, stride - x);
            for (int y = index * STRIP; y < to; y++) {
              vertical(source.rgb(), stride, x, span, axis, y, sums[worker], out);
            }
          }
        });
    return new RgbImage(source.width(), height, out);
  }

  private static void vertical(
      byte[] in, int stride, int x, int span, AxisWeights axis, int y, int[] sum, byte[] out) {
    Arrays.fill(sum, 0, span, 1 << (axis.bits() - 1));
    int[] weights = axis.weights();
    int w = y * axis.taps();
    int at = axis.first()[y] * stride + x;
    int count = axis.count()[y];
    int j = 0;
    for (; j + 4 <= count; j += 4, w += 4, at += 4 * stride) {
      addRows4(in, at, stride, span, weights, w, sum);
    }
    for (; j < count; j++, w++, at += stride) {
      addRow(in, at, span, weights[w], sum);
    }
    int o = y * stride + x;
    int bits = axis.bits();
    for (int i = 0; i < span; i++) {
      out[o + i] = clamp(sum[i] >> bits);
    }
  }

  private static void addRows4(
      byte[] in, int at, int stride, int span, int[] weights, int w, int[] sum) {
    int w0 = weights[w];
    int w1 = weights[w + 1];
    int w2 = weights[w + 2];
    int w3 = weights[w + 3];
    for (int i = 0; i < span; i++) {
      sum[i] +=
          w0 * (in[at + i] & 0xFF)
              + w1 * (in[at + stride + i] & 0xFF)
              + w2 * (in[at + 2 * stride + i] & 0xFF)
              + w3 * (in[at + 3 * stride + i] & 0xFF);
    }
  }

  private static void addRow(byte[] in, int at, int span, int weight, int[] sum) {
    for (int i = 0; i < span; i++) {
      sum[i] += weight * (in[at + i] & 0xFF);
    }
  }

  private static byte clamp(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
