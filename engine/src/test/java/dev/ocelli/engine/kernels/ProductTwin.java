package dev.ocelli.engine.kernels;

import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What {@link PanelKernel} computes, in the plainest form; mirrors its order of operations. */
final class ProductTwin {
  private ProductTwin() {}

  /** The product of one row of weights with one row of activations. */
  static float product(
      DType type, MemorySegment weights, int row, float[] x, int xAt, int columns) {
    QuantFormat format = QuantFormat.of(type);
    long at = row * type.bytes(columns);
    float acc = 0;
    for (int k = 0; k < columns; k += 256) {
      int n = Math.min(256, columns - k);
      acc =
          format == null
              ? plain(type, weights, at + type.bytes(k), x, xAt + k, n, acc)
              : quantized(format, weights, at + type.bytes(k), x, xAt + k, n, acc);
    }
    return acc;
  }

  private static float plain(
      DType type, MemorySegment weights, long at, float[] x, int xAt, int n, float before) {
    float[] w = new float[n];
    Quants.dequantize(type, weights, at, w, 0, n);
    float acc = before;
    for (int b = 0; b < n; b += PlainKernel.BLOCK) {
      float sum = 0;
      for (int k = b; k < Math.min(n, b + PlainKernel.BLOCK); k++) {
        sum = Math.fma(w[k], x[xAt + k], sum);
      }
      acc += sum;
    }
    return acc;
  }

  private static float quantized(
      QuantFormat f, MemorySegment weights, long at, float[] x, int xAt, int n, float before) {
    byte[] bytes = weights.asSlice(at, f.type().bytes(n)).toArray(ValueLayout.JAVA_BYTE);
    QuantBlocks q = new QuantBlocks();
    q.read(f.type(), bytes, 0, n);
    float acc = before;
    float offset = 0;
    for (int b = 0; b < n / f.block(); b++) {
      float scale = f.nested() ? q.scale[0] * q.scaleFactor[b] : q.scale[b];
      float min = f.nested() ? q.min[0] * q.minFactor[b] : q.min[b];
      float sum = 0;
      float[] parts = new float[4];
      for (int k = b * f.block(); k < (b + 1) * f.block(); k++) {
        sum = Math.fma((float) q.quants[k], x[xAt + k], sum);
        parts[k % 4] += x[xAt + k];
      }
      float block = parts[0] + parts[1] + (parts[2] + parts[3]);
      offset =
          f.minima() ? Math.fma(min, block, offset) : Math.fma(scale, f.center() * block, offset);
      acc = Math.fma(sum, scale, acc);
    }
    return acc - offset;
  }
}
