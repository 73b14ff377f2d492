package dev.ocelli.media.webp;

import java.util.Arrays;

/**
 * Prediction within a frame (RFC 6386 section 12), and adding the residual to it.
 *
 * <p>Pixels above the frame count as 127, those at its left as 129.
 */
final class Predictor {
  static final int DC = 0;
  static final int TM = 1;
  static final int VERTICAL = 2;
  static final int HORIZONTAL = 3;
  static final int LEFT_DOWN = 4;
  static final int RIGHT_DOWN = 5;
  static final int VERTICAL_RIGHT = 6;
  static final int VERTICAL_LEFT = 7;
  static final int HORIZONTAL_DOWN = 8;
  static final int HORIZONTAL_UP = 9;

  private static final int ABOVE = 127;
  private static final int LEFT = 129;

  private final Vp8Frame frame;

  /** Edge of a 4 x 4 block: left from bottom to top, corner, 8 above. */
  private final int[] e = new int[13];

  /** Edge of a larger block. */
  private final int[] above = new int[16];

  private final int[] left = new int[16];
  private int corner;

  Predictor(Vp8Frame frame) {
    this.frame = frame;
  }

  /** Predicts 16 x 16 pixels as one. */
  void luma(int row, int column, int mode, short[] coefficients, boolean[] filled) {
    int stride = frame.lumaStride();
    int at = (row * stride + column) * 16;
    square(frame.luma(), at, stride, 16, row, column, mode);
    for (int b = 0; b < 16; b++) {
      if (filled[b]) {
        int block = at + b / 4 * 4 * stride + b % 4 * 4;
        Transform.addTo(frame.luma(), block, stride, coefficients, 16 * b);
      }
    }
  }

  /** Predicts 8 x 8 pixels of U and of V. */
  void chroma(int row, int column, int mode, short[] coefficients, boolean[] filled) {
    int stride = frame.chromaStride();
    int at = (row * stride + column) * 8;
    for (int plane = 0; plane < 2; plane++) {
      byte[] p = plane == 0 ? frame.u() : frame.v();
      square(p, at, stride, 8, row, column, mode);
      for (int b = 0; b < 4; b++) {
        int index = 16 + 4 * plane + b;
        if (filled[index]) {
          int block = at + b / 2 * 4 * stride + b % 2 * 4;
          Transform.addTo(p, block, stride, coefficients, 16 * index);
        }
      }
    }
  }

  private void square(byte[] p, int at, int stride, int n, int row, int column, int mode) {
    for (int i = 0; i < n; i++) {
      above[i] = row > 0 ? p[at - stride + i] & 0xFF : ABOVE;
      left[i] = column > 0 ? p[at + i * stride - 1] & 0xFF : LEFT;
    }
    corner = corner(p, at, stride, row > 0, column > 0);
    int dc = mode == DC ? dc(n, row > 0, column > 0) : 0;
    for (int y = 0; y < n; y++) {
      int o = at + y * stride;
      switch (mode) {
        case DC -> Arrays.fill(p, o, o + n, (byte) dc);
        case HORIZONTAL -> Arrays.fill(p, o, o + n, (byte) left[y]);
        case VERTICAL -> {
          for (int x = 0; x < n; x++) {
            p[o + x] = (byte) above[x];
          }
        }
        default -> {
          for (int x = 0; x < n; x++) {
            p[o + x] = Vp8Frame.clamp(left[y] + above[x] - corner);
          }
        }
      }
    }
  }

  private static int corner(byte[] p, int at, int stride, boolean hasAbove, boolean hasLeft) {
    if (!hasAbove) {
      return ABOVE;
    }
    return hasLeft ? p[at - stride - 1] & 0xFF : LEFT;
  }

  private int dc(int n, boolean hasAbove, boolean hasLeft) {
    int sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (hasAbove ? above[i] : 0) + (hasLeft ? left[i] : 0);
    }
    int count = (hasAbove ? n : 0) + (hasLeft ? n : 0);
    return count == 0 ? 128 : (sum + count / 2) / count;
  }

  /** Predicts 16 blocks of 4 x 4 pixels, each from those before it. */
  void blocks(int row, int column, int[] modes, short[] coefficients, boolean[] filled) {
    byte[] p = frame.luma();
    int stride = frame.lumaStride();
    int at = (row * stride + column) * 16;
    int[] aboveRight = aboveRight(row, column, at);
    for (int b = 0; b < 16; b++) {
      int x = b % 4;
      int y = b / 4;
      int o = at + y * 4 * stride + x * 4;
      boolean hasAbove = row > 0 || y > 0;
      boolean hasLeft = column > 0 || x > 0;
      for (int i = 0; i < 4; i++) {
        e[3 - i] = hasLeft ? p[o + i * stride - 1] & 0xFF : LEFT;
        e[5 + i] = hasAbove ? p[o - stride + i] & 0xFF : ABOVE;
        if (x == 3) {
          e[9 + i] = aboveRight[i];
        } else {
          e[9 + i] = hasAbove ? p[o - stride + 4 + i] & 0xFF : ABOVE;
        }
      }
      e[4] = corner(p, o, stride, hasAbove, hasLeft);
      block(p, o, stride, modes[b]);
      if (filled[b]) {
        Transform.addTo(p, o, stride, coefficients, 16 * b);
      }
    }
  }

  /**
   * The four pixels above and to the right of the macroblock; they serve all four blocks of its
   * last column, as those of the lower rows are not decoded yet.
   */
  private int[] aboveRight(int row, int column, int at) {
    int[] out = new int[4];
    int stride = frame.lumaStride();
    for (int i = 0; i < 4; i++) {
      if (row == 0) {
        out[i] = ABOVE;
      } else {
        int x = column == frame.columns() - 1 ? 15 : 16 + i;
        out[i] = frame.luma()[at - stride + x] & 0xFF;
      }
    }
    return out;
  }

  private void block(byte[] p, int at, int stride, int mode) {
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        p[at + y * stride + x] = (byte) pixel(mode, x, y);
      }
    }
  }

  private int pixel(int mode, int x, int y) {
    return switch (mode) {
      case DC -> (e[0] + e[1] + e[2] + e[3] + e[5] + e[6] + e[7] + e[8] + 4) >> 3;
      case TM -> Vp8Frame.clamp(e[3 - y] + e[5 + x] - e[4]);
      case VERTICAL -> three(5 + x);
      case HORIZONTAL -> y < 3 ? three(3 - y) : (e[1] + 3 * e[0] + 2) >> 2;
      case LEFT_DOWN -> x + y < 6 ? three(6 + x + y) : (e[11] + 3 * e[12] + 2) >> 2;
      case RIGHT_DOWN -> three(4 + x - y);
      case VERTICAL_RIGHT -> verticalRight(x, y);
      case VERTICAL_LEFT -> verticalLeft(x, y);
      case HORIZONTAL_DOWN -> horizontalDown(x, y);
      default -> horizontalUp(x, y);
    };
  }

  private int verticalRight(int x, int y) {
    if (x == 0 && y >= 2) {
      return three(5 - y);
    }
    int i = 4 + x - y / 2;
    return (y & 1) == 0 ? two(i) : three(i);
  }

  private int verticalLeft(int x, int y) {
    if (x == 3 && y >= 2) {
      // These two do not follow the pattern.
      return three(y == 2 ? 10 : 11);
    }
    int i = 5 + x + y / 2;
    return (y & 1) == 0 ? two(i) : three(i + 1);
  }

  private int horizontalDown(int x, int y) {
    int k = x + 2 * (3 - y);
    if (k > 7) {
      return three(k - 3);
    }
    return (k & 1) == 0 ? two(k / 2) : three(k / 2 + 1);
  }

  private int horizontalUp(int x, int y) {
    int k = x + 2 * y;
    if (k > 5) {
      return e[0];
    }
    if (k == 5) {
      return (e[1] + 3 * e[0] + 2) >> 2;
    }
    return (k & 1) == 0 ? two(2 - k / 2) : three(2 - k / 2);
  }

  /** The edge around an index, weighted 1, 2, 1. */
  private int three(int i) {
    return (e[i - 1] + 2 * e[i] + e[i + 1] + 2) >> 2;
  }

  /** The mean of the edge at an index and the next. */
  private int two(int i) {
    return (e[i] + e[i + 1] + 1) >> 1;
  }
}
