package dev.ocelli.media.jp2;

/**
 * Coefficients of one direction at one resolution.
 *
 * @param kind {@link #LL}, {@link #HL}, {@link #LH} or {@link #HH}
 * @param area on the band's own grid
 * @param column of its first coefficient in the tile's array
 * @param row of its first coefficient in the tile's array
 * @param planes of bits that a coefficient may have
 * @param step by which whole numbers are multiplied; 1 where they stay as they are
 */
record Band(int kind, Area area, int column, int row, int planes, float step) {
  static final int LL = 0;
  static final int HL = 1;
  static final int LH = 2;
  static final int HH = 3;

  /** Whether it has high frequencies from left to right. */
  static int right(int kind) {
    return kind & 1;
  }

  /** Whether it has high frequencies from top to bottom. */
  static int down(int kind) {
    return kind >> 1;
  }
}
