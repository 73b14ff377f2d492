package dev.ocelli.media.jp2;

/** A rectangle of some grid, without its right and lower edge. */
record Area(int x0, int y0, int x1, int y1) {
  int width() {
    return Math.max(0, x1 - x0);
  }

  int height() {
    return Math.max(0, y1 - y0);
  }

  long size() {
    return (long) width() * height();
  }

  boolean isEmpty() {
    return x1 <= x0 || y1 <= y0;
  }

  /** The same on a grid with so many times fewer columns and rows. */
  Area over(int dx, int dy) {
    return new Area(
        Math.ceilDiv(x0, dx), Math.ceilDiv(y0, dy), Math.ceilDiv(x1, dx), Math.ceilDiv(y1, dy));
  }

  /** What lies in both. */
  Area and(Area other) {
    return new Area(
        Math.max(x0, other.x0),
        Math.max(y0, other.y0),
        Math.min(x1, other.x1),
        Math.min(y1, other.y1));
  }
}
