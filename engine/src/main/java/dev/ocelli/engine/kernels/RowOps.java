package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.Floats;

/**
 * Operations on one row at a time.
 *
 * <p>{@link ScalarOps}, {@link VectorOps} and {@link EmittedOps} give the same bits. Sums along a
 * row are taken over 16 partial sums: value i is added to partial sum {@code i % 16}, and partial
 * sums are added in a tree (0 and 8, 1 and 9, ...; then 0 and 4, ...; 0 and 2, 1 and 3; 0 and 1).
 */
abstract sealed class RowOps permits ScalarOps, VectorOps, EmittedOps {
  /** Partial sums of the sum being taken; an instance belongs to one thread. */
  final float[] partial = new float[Lanes.SUM_LANES];

  abstract void rmsNorm(Floats x, int row, Floats weight, float eps, Floats out);

  /** In place, {@code weight.columns()} values from a column on. */
  abstract void rmsNormHead(Floats x, int row, int column, Floats weight, float eps);

  abstract void layerNorm(Floats x, int row, Floats weight, Floats bias, float eps, Floats out);

  /** In place, {@code 2 * cos.columns()} values from a column on. */
  abstract void rope(Floats x, int row, int column, Floats cos, Floats sin);

  abstract void swiglu(Floats gateUp, int row, Floats out);

  abstract void geluTanh(Floats x, int row);

  abstract void geluErf(Floats x, int row);

  /** {@code x[row] += y[yRow]}. */
  abstract void add(Floats x, int row, Floats y, int yRow);

  /** {@code x[row] = fma(factor, y[yRow], x[row])}. */
  abstract void addScaled(Floats x, int row, float factor, Floats y, int yRow);

  /** Adds up {@link #partial}, which is overwritten. */
  final float sumOfPartial() {
    float[] p = partial;
    for (int n = Lanes.SUM_LANES / 2; n > 0; n /= 2) {
      for (int i = 0; i < n; i++) {
        p[i] += p[i + n];
      }
    }
    return p[0];
  }

  /** What values are multiplied by, given the sum of their squares (or of those from the mean). */
  static float normFactor(float squares, int n, float eps) {
    return (float) (1 / Math.sqrt((double) squares / n + eps));
  }
}
