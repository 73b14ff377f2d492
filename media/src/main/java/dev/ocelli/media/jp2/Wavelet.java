package dev.ocelli.media.jp2;

/**
 * The inverse wavelets (annex F), in place. Before a level, low frequencies lie at the upper left
 * of the array and high ones behind and below them.
 *
 * <p>Several lines are lifted together, so that rows and columns are the same code and neighbours
 * in memory are worked on together.
 */
final class Wavelet {
  private static final int LINES = 16;

  private static final float ALPHA = -1.586134342f;
  private static final float BETA = -0.052980118f;
  private static final float GAMMA = 0.882911075f;
  private static final float DELTA = 0.443506852f;
  private static final float K = 1.230174105f;

  /** Of the high frequencies: that of openjpeg, whose pixels the reference sees, for 1 / K. */
  private static final float HIGH = 1.625732422f / 2;

  private Wavelet() {}

  /**
   * Lines of an array.
   *
   * @param stride from one sample of a line to the next
   * @param length samples of a line
   * @param lineStride from a line to the next
   * @param lines their number
   * @param odd whether the first sample is one of the high frequencies
   */
  private record Lines(int stride, int length, int lineStride, int lines, boolean odd) {
    /** Where sample {@code i} of a line comes from: low frequencies are stored first. */
    int source(int i) {
      int low = odd ? length / 2 : (length + 1) / 2;
      boolean isHigh = (i & 1) == (odd ? 0 : 1);
      return (isHigh ? low + i / 2 : i / 2) * stride;
    }
  }

  /** The lines of the two directions, rows first. */
  private static Lines[] directions(Area area, int arrayWidth) {
    return new Lines[] {
      new Lines(1, area.width(), arrayWidth, area.height(), (area.x0() & 1) == 1),
      new Lines(arrayWidth, area.height(), 1, area.width(), (area.y0() & 1) == 1)
    };
  }

  /**
   * One level of 5/3.
   *
   * @param area of the resolution that comes out
   */
  static void inverse(int[] array, int arrayWidth, Area area) {
    for (Lines all : directions(area, arrayWidth)) {
      int[] work = new int[all.length * LINES];
      for (int first = 0; first < all.lines; first += LINES) {
        int count = Math.min(LINES, all.lines - first);
        int base = first * all.lineStride;
        for (int i = 0; i < all.length; i++) {
          int from = base + all.source(i);
          for (int k = 0; k < count; k++, from += all.lineStride) {
            work[i * LINES + k] = array[from];
          }
        }
        lift(work, all.length, all.odd);
        for (int i = 0; i < all.length; i++) {
          int to = base + i * all.stride;
          for (int k = 0; k < count; k++, to += all.lineStride) {
            array[to] = work[i * LINES + k];
          }
        }
      }
    }
  }

  /** One level of 9/7. */
  static void inverse(float[] array, int arrayWidth, Area area) {
    for (Lines all : directions(area, arrayWidth)) {
      float[] work = new float[all.length * LINES];
      for (int first = 0; first < all.lines; first += LINES) {
        int count = Math.min(LINES, all.lines - first);
        int base = first * all.lineStride;
        for (int i = 0; i < all.length; i++) {
          int from = base + all.source(i);
          for (int k = 0; k < count; k++, from += all.lineStride) {
            work[i * LINES + k] = array[from];
          }
        }
        lift(work, all.length, all.odd);
        for (int i = 0; i < all.length; i++) {
          int to = base + i * all.stride;
          for (int k = 0; k < count; k++, to += all.lineStride) {
            array[to] = work[i * LINES + k];
          }
        }
      }
    }
  }

  private static void lift(int[] work, int length, boolean odd) {
    int low = odd ? 1 : 0;
    int high = 1 - low;
    if (length == 1) {
      if (odd) {
        for (int k = 0; k < LINES; k++) {
          work[k] /= 2;
        }
      }
      return;
    }
    for (int i = low; i < length; i += 2) {
      int before = before(i) * LINES;
      int behind = behind(i, length) * LINES;
      int at = i * LINES;
      for (int k = 0; k < LINES; k++) {
        work[at + k] -= work[before + k] + work[behind + k] + 2 >> 2;
      }
    }
    for (int i = high; i < length; i += 2) {
      int before = before(i) * LINES;
      int behind = behind(i, length) * LINES;
      int at = i * LINES;
      for (int k = 0; k < LINES; k++) {
        work[at + k] += work[before + k] + work[behind + k] >> 1;
      }
    }
  }

  private static void lift(float[] work, int length, boolean odd) {
    int low = odd ? 1 : 0;
    int high = 1 - low;
    if (length == 1) {
      if (odd) {
        for (int k = 0; k < LINES; k++) {
          work[k] /= 2;
        }
      }
      return;
    }
    scale(work, length, low, K);
    scale(work, length, high, HIGH);
    step(work, length, low, DELTA);
    step(work, length, high, GAMMA);
    step(work, length, low, BETA);
    step(work, length, high, ALPHA);
  }

  private static void scale(float[] work, int length, int first, float factor) {
    for (int i = first; i < length; i += 2) {
      for (int k = i * LINES; k < (i + 1) * LINES; k++) {
        work[k] *= factor;
      }
    }
  }

  private static void step(float[] work, int length, int first, float factor) {
    for (int i = first; i < length; i += 2) {
      int before = before(i) * LINES;
      int behind = behind(i, length) * LINES;
      int at = i * LINES;
      for (int k = 0; k < LINES; k++) {
        work[at + k] -= (work[before + k] + work[behind + k]) * factor;
      }
    }
  }

  /** The sample before; at the edge lines are mirrored. */
  private static int before(int i) {
    return i == 0 ? 1 : i - 1;
  }

  private static int behind(int i, int length) {
    return i == length - 1 ? i - 1 : i + 1;
  }
}
