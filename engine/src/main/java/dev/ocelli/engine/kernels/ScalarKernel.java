package dev.ocelli.engine.kernels;

import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Products with weights of any type that can be dequantized, without vector instructions.
 *
 * <p>Order of accumulation: columns are taken in chunks of {@link #CHUNK}; the products of a chunk
 * are summed one after the other with fused multiply-add, and the sums of the chunks likewise.
 */
final class ScalarKernel implements MatrixKernel {
  /** Columns summed on their own before they are added to the rest. */
  static final int CHUNK = 256;

  private static final ThreadLocal<float[]> ROW = ThreadLocal.withInitial(() -> new float[CHUNK]);

  private final DType type;
  private final @Nullable BlockScales scales;

  ScalarKernel(DType type) {
    this(type, null);
  }

  /** For one matrix, whose factors are a tensor of their own. */
  ScalarKernel(DType type, @Nullable BlockScales scales) {
    this.type = type;
    this.scales = scales;
  }

  @Override
  public String name() {
    return type + "/scalar";
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  public ActivationFormat activations() {
    return PlainActivations.INSTANCE;
  }

  @Override
  public int rowGroup() {
    return 1;
  }

  @Override
  public long packedBytes(int rows, int columns) {
    return 0;
  }

  @Override
  public void pack(
      MemorySegment source,
      int rows,
      int columns,
      int groupFrom,
      int groupTo,
      MemorySegment target) {
    throw new IllegalStateException("computes with the file's bytes");
  }

  @Override
  public void multiply(
      MemorySegment weights,
      int columns,
      int rowFrom,
      int rowTo,
      Floats x,
      MemorySegment encoded,
      int tokenFrom,
      int tokenTo,
      Floats y,
      int yColumn) {
    float[] w = ROW.get();
    long rowBytes = type.bytes(columns);
    for (int r = rowFrom; r < rowTo; r++) {
      for (int k = 0; k < columns; k += CHUNK) {
        int n = Math.min(CHUNK, columns - k);
        Quants.dequantize(type, weights, r * rowBytes + type.bytes(k), w, 0, n);
        if (scales != null) {
          scales.multiply(r, k, w, n);
        }
        for (int t = tokenFrom; t < tokenTo; t++) {
          float sum = dot(w, n, x.segment(), x.offset(t) + 4L * k);
          y.set(t, yColumn + r, k == 0 ? sum : y.get(t, yColumn + r) + sum);
        }
      }
    }
  }

  private static float dot(float[] w, int n, MemorySegment x, long at) {
    float sum = 0;
    for (int k = 0; k < n; k++) {
      sum = Math.fma(w[k], x.get(ValueLayout.JAVA_FLOAT, at + 4L * k), sum);
    }
    return sum;
  }
}
