package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.Floats;
import java.util.Arrays;

/** {@link RowOps} without vector instructions. */
final class ScalarOps extends RowOps {

  @Override
  void rmsNorm(Floats x, int row, Floats weight, float eps, Floats out) {
    int n = x.columns();
    float scale = normFactor(squares(x, row, 0, n, 0), n, eps);
    for (int i = 0; i < n; i++) {
      out.set(row, i, x.get(row, i) * scale * weight.get(0, i));
    }
  }

  @Override
  void rmsNormHead(Floats x, int row, int column, Floats weight, float eps) {
    int n = weight.columns();
    float scale = normFactor(squares(x, row, column, n, 0), n, eps);
    for (int i = 0; i < n; i++) {
      x.set(row, column + i, x.get(row, column + i) * scale * weight.get(0, i));
    }
  }

  @Override
  void layerNorm(Floats x, int row, Floats weight, Floats bias, float eps, Floats out) {
    int n = x.columns();
    float mean = sum(x, row, n) / n;
    float scale = normFactor(squares(x, row, 0, n, mean), n, eps);
    for (int i = 0; i < n; i++) {
      float v = (x.get(row, i) - mean) * scale;
      out.set(row, i, Math.fma(v, weight.get(0, i), bias.get(0, i)));
    }
  }

  private float sum(Floats x, int row, int n) {
    Arrays.fill(partial, 0f);
    for (int i = 0; i < n; i++) {
      partial[i % Lanes.SUM_LANES] += x.get(row, i);
    }
    return sumOfPartial();
  }

  private float squares(Floats x, int row, int column, int n, float mean) {
    Arrays.fill(partial, 0f);
    for (int i = 0; i < n; i++) {
      float v = x.get(row, column + i) - mean;
      partial[i % Lanes.SUM_LANES] = Math.fma(v, v, partial[i % Lanes.SUM_LANES]);
    }
    return sumOfPartial();
  }

  @Override
  void rope(Floats x, int row, int column, Floats cos, Floats sin) {
    int half = cos.columns();
    for (int i = 0; i < half; i++) {
      float a = x.get(row, column + i);
      float b = x.get(row, column + half + i);
      float c = cos.get(row, i);
      float s = sin.get(row, i);
      x.set(row, column + i, Math.fma(a, c, -(b * s)));
      x.set(row, column + half + i, Math.fma(b, c, a * s));
    }
  }

  @Override
  void swiglu(Floats gateUp, int row, Floats out) {
    int n = out.columns();
    for (int i = 0; i < n; i++) {
      out.set(row, i, ScalarMath.silu(gateUp.get(row, i)) * gateUp.get(row, n + i));
    }
  }

  @Override
  void geluTanh(Floats x, int row) {
    for (int i = 0; i < x.columns(); i++) {
      x.set(row, i, ScalarMath.geluTanh(x.get(row, i)));
    }
  }

  @Override
  void geluErf(Floats x, int row) {
    for (int i = 0; i < x.columns(); i++) {
      x.set(row, i, ScalarMath.geluErf(x.get(row, i)));
    }
  }

  @Override
  void add(Floats x, int row, Floats y, int yRow) {
    for (int i = 0; i < x.columns(); i++) {
      x.set(row, i, x.get(row, i) + y.get(yRow, i));
    }
  }

  @Override
  void addScaled(Floats x, int row, float factor, Floats y, int yRow) {
    for (int i = 0; i < x.columns(); i++) {
      x.set(row, i, Math.fma(factor, y.get(yRow, i), x.get(row, i)));
    }
  }
}
