package dev.ocelli.engine.kernels;

import static dev.ocelli.engine.kernels.Lanes.F;
import static dev.ocelli.engine.kernels.Lanes.L;

import jdk.incubator.vector.FloatVector;

/**
 * The product of a panel with a few rows, held in registers: the inner loop of everything that is
 * computed for many tokens at once.
 *
 * <p>A panel holds element k of all its columns (matrix rows, keys, or values of a head) side by
 * side, so a lane is an output of its own. Every output is
 *
 * <pre>
 * acc[t][c] = fma(sum over k of block b, in order, by fma, starting from 0; scale[b][c]; acc[t][c])
 * </pre>
 *
 * for the blocks in order. Neither the width of vectors nor the shape of a tile occurs in that
 * formula, so both are chosen for speed alone.
 *
 * <p>Heap arrays and named locals, no arrays of vectors: only these stay in registers. One method a
 * shape, because a method with more vector operations than the compiler inlines would box them.
 */
final class Tile {
  /** Floats from one row of x to the next; a constant, so that it costs no register. */
  static final int ROW = 256;

  /** Rows that one tile takes at most; x holds so many. */
  static final int ROWS = 12;

  /**
   * A tile of 6 rows and 4 vectors needs up to 31 registers, whatever order the compiler puts its
   * operations in. AVX2 has 16; Arm and AVX-512 have 32, and AVX-512 is recognised by its width.
   */
  private static final boolean MANY_REGISTERS = L != 8;

  /** {@code [k][stride]}. */
  float[] panel;

  /** Floats from element k to element k + 1. */
  int stride;

  /** {@code [ROWS][ROW]}. */
  float[] x;

  /** {@code [blocks][scaleStride]}. */
  float[] scale;

  /** Floats from one block's scales to the next; 0 to use the same for all. */
  int scaleStride;

  /** {@code [rows][accStride]}. */
  float[] acc;

  /** Floats from one row's outputs to the next. */
  int accStride;

  Tile(float[] panel, int stride, float[] x, float[] scale, int scaleStride, float[] acc) {
    this.panel = panel;
    this.stride = stride;
    this.x = x;
    this.scale = scale;
    this.scaleStride = scaleStride;
    this.acc = acc;
    this.accStride = stride;
  }

  /**
   * Multiplies.
   *
   * @param rows rows of x, at most {@link #ROWS}
   * @param vectors columns, in vectors
   * @param panelAt index of the first column's element 0
   * @param xAt index of the first row's element 0
   * @param scaleAt index of the first block's scale of the first column
   * @param accAt index of the first row's first output
   * @param block elements of a block
   * @param blocks how many blocks
   */
  void multiply(
      int rows, int vectors, int panelAt, int xAt, int scaleAt, int accAt, int block, int blocks) {
    int t = 0;
    if (MANY_REGISTERS) {
      for (; t + 6 <= rows; t += 6) {
        rows6(vectors, panelAt, xAt + t * ROW, scaleAt, accAt + t * accStride, block, blocks);
      }
    }
    for (; t + 3 <= rows; t += 3) {
      rows3(vectors, panelAt, xAt + t * ROW, scaleAt, accAt + t * accStride, block, blocks);
    }
    for (; t < rows; t++) {
      row(vectors, panelAt, xAt + t * ROW, scaleAt, accAt + t * accStride, block, blocks);
    }
  }

  private void rows6(
      int vectors, int panelAt, int xAt, int scaleAt, int accAt, int block, int blocks) {
    int v = 0;
    for (; v + 4 <= vectors; v += 4) {
      tile6x4(panelAt + v * L, xAt, scaleAt + v * L, accAt + v * L, block, blocks);
    }
    for (; v < vectors; v++) {
      tile6x1(panelAt + v * L, xAt, scaleAt + v * L, accAt + v * L, block, blocks);
    }
  }

  private void rows3(
      int vectors, int panelAt, int xAt, int scaleAt, int accAt, int block, int blocks) {
    int v = 0;
    for (; v + 4 <= vectors; v += 4) {
      tile3x4(panelAt + v * L, xAt, scaleAt + v * L, accAt + v * L, block, blocks);
    }
    for (; v < vectors; v++) {
      tile3x1(panelAt + v * L, xAt, scaleAt + v * L, accAt + v * L, block, blocks);
    }
  }

  private void row(
      int vectors, int panelAt, int xAt, int scaleAt, int accAt, int block, int blocks) {
    int v = 0;
    for (; v + 4 <= vectors; v += 4) {
      tile1x4(panelAt + v * L, xAt, scaleAt + v * L, accAt + v * L, block, blocks);
    }
    for (; v < vectors; v++) {
      tile1x1(panelAt + v * L, xAt, scaleAt + v * L, accAt + v * L, block, blocks);
    }
  }

  private void tile6x4(int panelAt, int xAt, int scaleAt, int accAt, int block, int blocks) {
    float[] p = panel;
    int step = stride;
    float[] q = x;
    float[] scales = scale;
    float[] out = acc;
    int po = panelAt;
    int xo = xAt;
    int so = scaleAt;
    for (int b = 0; b < blocks; b++) {
      FloatVector a0 = FloatVector.zero(F);
      FloatVector b0 = FloatVector.zero(F);
      FloatVector c0 = FloatVector.zero(F);
      FloatVector d0 = FloatVector.zero(F);
      FloatVector a1 = FloatVector.zero(F);
      FloatVector b1 = FloatVector.zero(F);
      FloatVector c1 = FloatVector.zero(F);
      FloatVector d1 = FloatVector.zero(F);
      FloatVector a2 = FloatVector.zero(F);
      FloatVector b2 = FloatVector.zero(F);
      FloatVector c2 = FloatVector.zero(F);
      FloatVector d2 = FloatVector.zero(F);
      FloatVector a3 = FloatVector.zero(F);
      FloatVector b3 = FloatVector.zero(F);
      FloatVector c3 = FloatVector.zero(F);
      FloatVector d3 = FloatVector.zero(F);
      FloatVector a4 = FloatVector.zero(F);
      FloatVector b4 = FloatVector.zero(F);
      FloatVector c4 = FloatVector.zero(F);
      FloatVector d4 = FloatVector.zero(F);
      FloatVector a5 = FloatVector.zero(F);
      FloatVector b5 = FloatVector.zero(F);
      FloatVector c5 = FloatVector.zero(F);
      FloatVector d5 = FloatVector.zero(F);
      for (int k = 0; k < block; k++) {
        FloatVector w0 = FloatVector.fromArray(F, p, po);
        FloatVector w1 = FloatVector.fromArray(F, p, po + L);
        FloatVector w2 = FloatVector.fromArray(F, p, po + 2 * L);
        FloatVector w3 = FloatVector.fromArray(F, p, po + 3 * L);
        po += step;
        FloatVector f = FloatVector.broadcast(F, q[xo]);
        a0 = w0.fma(f, a0);
        b0 = w1.fma(f, b0);
        c0 = w2.fma(f, c0);
        d0 = w3.fma(f, d0);
        f = FloatVector.broadcast(F, q[xo + ROW]);
        a1 = w0.fma(f, a1);
        b1 = w1.fma(f, b1);
        c1 = w2.fma(f, c1);
        d1 = w3.fma(f, d1);
        f = FloatVector.broadcast(F, q[xo + 2 * ROW]);
        a2 = w0.fma(f, a2);
        b2 = w1.fma(f, b2);
        c2 = w2.fma(f, c2);
        d2 = w3.fma(f, d2);
        f = FloatVector.broadcast(F, q[xo + 3 * ROW]);
        a3 = w0.fma(f, a3);
        b3 = w1.fma(f, b3);
        c3 = w2.fma(f, c3);
        d3 = w3.fma(f, d3);
        f = FloatVector.broadcast(F, q[xo + 4 * ROW]);
        a4 = w0.fma(f, a4);
        b4 = w1.fma(f, b4);
        c4 = w2.fma(f, c4);
        d4 = w3.fma(f, d4);
        f = FloatVector.broadcast(F, q[xo + 5 * ROW]);
        a5 = w0.fma(f, a5);
        b5 = w1.fma(f, b5);
        c5 = w2.fma(f, c5);
        d5 = w3.fma(f, d5);
        xo++;
      }
      FloatVector s0 = FloatVector.fromArray(F, scales, so);
      FloatVector s1 = FloatVector.fromArray(F, scales, so + L);
      FloatVector s2 = FloatVector.fromArray(F, scales, so + 2 * L);
      FloatVector s3 = FloatVector.fromArray(F, scales, so + 3 * L);
      so += scaleStride;
      int o = accAt;
      a0.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      b0.fma(s1, FloatVector.fromArray(F, out, o + L)).intoArray(out, o + L);
      c0.fma(s2, FloatVector.fromArray(F, out, o + 2 * L)).intoArray(out, o + 2 * L);
      d0.fma(s3, FloatVector.fromArray(F, out, o + 3 * L)).intoArray(out, o + 3 * L);
      o += accStride;
      a1.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      b1.fma(s1, FloatVector.fromArray(F, out, o + L)).intoArray(out, o + L);
      c1.fma(s2, FloatVector.fromArray(F, out, o + 2 * L)).intoArray(out, o + 2 * L);
      d1.fma(s3, FloatVector.fromArray(F, out, o + 3 * L)).intoArray(out, o + 3 * L);
      o += accStride;
      a2.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      b2.fma(s1, FloatVector.fromArray(F, out, o + L)).intoArray(out, o + L);
      c2.fma(s2, FloatVector.fromArray(F, out, o + 2 * L)).intoArray(out, o + 2 * L);
      d2.fma(s3, FloatVector.fromArray(F, out, o + 3 * L)).intoArray(out, o + 3 * L);
      o += accStride;
      a3.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      b3.fma(s1, FloatVector.fromArray(F, out, o + L)).intoArray(out, o + L);
      c3.fma(s2, FloatVector.fromArray(F, out, o + 2 * L)).intoArray(out, o + 2 * L);
      d3.fma(s3, FloatVector.fromArray(F, out, o + 3 * L)).intoArray(out, o + 3 * L);
      o += accStride;
      a4.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      b4.fma(s1, FloatVector.fromArray(F, out, o + L)).intoArray(out, o + L);
      c4.fma(s2, FloatVector.fromArray(F, out, o + 2 * L)).intoArray(out, o + 2 * L);
      d4.fma(s3, FloatVector.fromArray(F, out, o + 3 * L)).intoArray(out, o + 3 * L);
      o += accStride;
      a5.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      b5.fma(s1, FloatVector.fromArray(F, out, o + L)).intoArray(out, o + L);
      c5.fma(s2, FloatVector.fromArray(F, out, o + 2 * L)).intoArray(out, o + 2 * L);
      d5.fma(s3, FloatVector.fromArray(F, out, o + 3 * L)).intoArray(out, o + 3 * L);
    }
  }

  private void tile3x4(int panelAt, int xAt, int scaleAt, int accAt, int block, int blocks) {
    float[] p = panel;
    int step = stride;
    float[] q = x;
    float[] scales = scale;
    float[] out = acc;
    int po = panelAt;
    int xo = xAt;
    int so = scaleAt;
    for (int b = 0; b < blocks; b++) {
      FloatVector a0 = FloatVector.zero(F);
      FloatVector b0 = FloatVector.zero(F);
      FloatVector c0 = FloatVector.zero(F);
      FloatVector d0 = FloatVector.zero(F);
      FloatVector a1 = FloatVector.zero(F);
      FloatVector b1 = FloatVector.zero(F);
      FloatVector c1 = FloatVector.zero(F);
      FloatVector d1 = FloatVector.zero(F);
      FloatVector a2 = FloatVector.zero(F);
      FloatVector b2 = FloatVector.zero(F);
      FloatVector c2 = FloatVector.zero(F);
      FloatVector d2 = FloatVector.zero(F);
      for (int k = 0; k < block; k++) {
        FloatVector w0 = FloatVector.fromArray(F, p, po);
        FloatVector w1 = FloatVector.fromArray(F, p, po + L);
        FloatVector w2 = FloatVector.fromArray(F, p, po + 2 * L);
        FloatVector w3 = FloatVector.fromArray(F, p, po + 3 * L);
        po += step;
        FloatVector f = FloatVector.broadcast(F, q[xo]);
        a0 = w0.fma(f, a0);
        b0 = w1.fma(f, b0);
        c0 = w2.fma(f, c0);
        d0 = w3.fma(f, d0);
        f = FloatVector.broadcast(F, q[xo + ROW]);
        a1 = w0.fma(f, a1);
        b1 = w1.fma(f, b1);
        c1 = w2.fma(f, c1);
        d1 = w3.fma(f, d1);
        f = FloatVector.broadcast(F, q[xo + 2 * ROW]);
        a2 = w0.fma(f, a2);
        b2 = w1.fma(f, b2);
        c2 = w2.fma(f, c2);
        d2 = w3.fma(f, d2);
        xo++;
      }
      FloatVector s0 = FloatVector.fromArray(F, scales, so);
      FloatVector s1 = FloatVector.fromArray(F, scales, so + L);
      FloatVector s2 = FloatVector.fromArray(F, scales, so + 2 * L);
      FloatVector s3 = FloatVector.fromArray(F, scales, so + 3 * L);
      so += scaleStride;
      int o = accAt;
      a0.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      b0.fma(s1, FloatVector.fromArray(F, out, o + L)).intoArray(out, o + L);
      c0.fma(s2, FloatVector.fromArray(F, out, o + 2 * L)).intoArray(out, o + 2 * L);
      d0.fma(s3, FloatVector.fromArray(F, out, o + 3 * L)).intoArray(out, o + 3 * L);
      o += accStride;
      a1.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      b1.fma(s1, FloatVector.fromArray(F, out, o + L)).intoArray(out, o + L);
      c1.fma(s2, FloatVector.fromArray(F, out, o + 2 * L)).intoArray(out, o + 2 * L);
      d1.fma(s3, FloatVector.fromArray(F, out, o + 3 * L)).intoArray(out, o + 3 * L);
      o += accStride;
      a2.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      b2.fma(s1, FloatVector.fromArray(F, out, o + L)).intoArray(out, o + L);
      c2.fma(s2, FloatVector.fromArray(F, out, o + 2 * L)).intoArray(out, o + 2 * L);
      d2.fma(s3, FloatVector.fromArray(F, out, o + 3 * L)).intoArray(out, o + 3 * L);
    }
  }

  private void tile1x4(int panelAt, int xAt, int scaleAt, int accAt, int block, int blocks) {
    float[] p = panel;
    int step = stride;
    float[] q = x;
    float[] scales = scale;
    float[] out = acc;
    int po = panelAt;
    int xo = xAt;
    int so = scaleAt;
    for (int b = 0; b < blocks; b++) {
      FloatVector a0 = FloatVector.zero(F);
      FloatVector b0 = FloatVector.zero(F);
      FloatVector c0 = FloatVector.zero(F);
      FloatVector d0 = FloatVector.zero(F);
      for (int k = 0; k < block; k++) {
        FloatVector w0 = FloatVector.fromArray(F, p, po);
        FloatVector w1 = FloatVector.fromArray(F, p, po + L);
        FloatVector w2 = FloatVector.fromArray(F, p, po + 2 * L);
        FloatVector w3 = FloatVector.fromArray(F, p, po + 3 * L);
        po += step;
        FloatVector f = FloatVector.broadcast(F, q[xo]);
        a0 = w0.fma(f, a0);
        b0 = w1.fma(f, b0);
        c0 = w2.fma(f, c0);
        d0 = w3.fma(f, d0);
        xo++;
      }
      FloatVector s0 = FloatVector.fromArray(F, scales, so);
      FloatVector s1 = FloatVector.fromArray(F, scales, so + L);
      FloatVector s2 = FloatVector.fromArray(F, scales, so + 2 * L);
      FloatVector s3 = FloatVector.fromArray(F, scales, so + 3 * L);
      so += scaleStride;
      int o = accAt;
      a0.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      b0.fma(s1, FloatVector.fromArray(F, out, o + L)).intoArray(out, o + L);
      c0.fma(s2, FloatVector.fromArray(F, out, o + 2 * L)).intoArray(out, o + 2 * L);
      d0.fma(s3, FloatVector.fromArray(F, out, o + 3 * L)).intoArray(out, o + 3 * L);
    }
  }

  private void tile6x1(int panelAt, int xAt, int scaleAt, int accAt, int block, int blocks) {
    float[] p = panel;
    int step = stride;
    float[] q = x;
    float[] scales = scale;
    float[] out = acc;
    int po = panelAt;
    int xo = xAt;
    int so = scaleAt;
    for (int b = 0; b < blocks; b++) {
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = FloatVector.zero(F);
      FloatVector a2 = FloatVector.zero(F);
      FloatVector a3 = FloatVector.zero(F);
      FloatVector a4 = FloatVector.zero(F);
      FloatVector a5 = FloatVector.zero(F);
      for (int k = 0; k < block; k++) {
        FloatVector w0 = FloatVector.fromArray(F, p, po);
        po += step;
        FloatVector f = FloatVector.broadcast(F, q[xo]);
        a0 = w0.fma(f, a0);
        f = FloatVector.broadcast(F, q[xo + ROW]);
        a1 = w0.fma(f, a1);
        f = FloatVector.broadcast(F, q[xo + 2 * ROW]);
        a2 = w0.fma(f, a2);
        f = FloatVector.broadcast(F, q[xo + 3 * ROW]);
        a3 = w0.fma(f, a3);
        f = FloatVector.broadcast(F, q[xo + 4 * ROW]);
        a4 = w0.fma(f, a4);
        f = FloatVector.broadcast(F, q[xo + 5 * ROW]);
        a5 = w0.fma(f, a5);
        xo++;
      }
      FloatVector s0 = FloatVector.fromArray(F, scales, so);
      so += scaleStride;
      int o = accAt;
      a0.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      o += accStride;
      a1.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      o += accStride;
      a2.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      o += accStride;
      a3.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      o += accStride;
      a4.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      o += accStride;
      a5.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
    }
  }

  private void tile3x1(int panelAt, int xAt, int scaleAt, int accAt, int block, int blocks) {
    float[] p = panel;
    int step = stride;
    float[] q = x;
    float[] scales = scale;
    float[] out = acc;
    int po = panelAt;
    int xo = xAt;
    int so = scaleAt;
    for (int b = 0; b < blocks; b++) {
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = FloatVector.zero(F);
      FloatVector a2 = FloatVector.zero(F);
      for (int k = 0; k < block; k++) {
        FloatVector w0 = FloatVector.fromArray(F, p, po);
        po += step;
        FloatVector f = FloatVector.broadcast(F, q[xo]);
        a0 = w0.fma(f, a0);
        f = FloatVector.broadcast(F, q[xo + ROW]);
        a1 = w0.fma(f, a1);
        f = FloatVector.broadcast(F, q[xo + 2 * ROW]);
        a2 = w0.fma(f, a2);
        xo++;
      }
      FloatVector s0 = FloatVector.fromArray(F, scales, so);
      so += scaleStride;
      int o = accAt;
      a0.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      o += accStride;
      a1.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
      o += accStride;
      a2.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
    }
  }

  private void tile1x1(int panelAt, int xAt, int scaleAt, int accAt, int block, int blocks) {
    float[] p = panel;
    int step = stride;
    float[] q = x;
    float[] scales = scale;
    float[] out = acc;
    int po = panelAt;
    int xo = xAt;
    int so = scaleAt;
    for (int b = 0; b < blocks; b++) {
      FloatVector a0 = FloatVector.zero(F);
      for (int k = 0; k < block; k++) {
        FloatVector w0 = FloatVector.fromArray(F, p, po);
        po += step;
        FloatVector f = FloatVector.broadcast(F, q[xo]);
        a0 = w0.fma(f, a0);
        xo++;
      }
      FloatVector s0 = FloatVector.fromArray(F, scales, so);
      so += scaleStride;
      int o = accAt;
      a0.fma(s0, FloatVector.fromArray(F, out, o)).intoArray(out, o);
    }
  }
}
