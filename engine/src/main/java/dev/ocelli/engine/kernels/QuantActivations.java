package dev.ocelli.engine.kernels;

import static dev.ocelli.engine.kernels.Lanes.F;
import static dev.ocelli.engine.kernels.Lanes.L;

import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/**
 * Activations for {@link QuantKernel}: still float32, but divided by the power of two by which
 * quants are too large where they stand in an int, so that quants need not be shifted; and the sum
 * of each block, which multiplies what is subtracted from all quants of a block.
 *
 * <p>A row is {@code columns} floats followed by {@code columns / block} sums. Both steps are exact
 * or have a fixed order: a sum is taken over four partial sums (columns modulo 4), then {@code (s0
 * + s1) + (s2 + s3)}.
 */
final class QuantActivations implements ActivationFormat {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  private final String name;
  private final int block;
  private final float sumFactor;

  /** Factors of the columns of a block. */
  private final float[] factors;

  /**
   * @param bits bits of a packed quant
   * @param block columns that share a scale
   * @param sumFactor what the sums are multiplied by, a power of two
   */
  QuantActivations(int bits, int block, int sumFactor) {
    this.name = "f32/q%d-%d-%d".formatted(bits, block, sumFactor);
    this.block = block;
    this.sumFactor = sumFactor;
    this.factors = new float[block];
    for (int k = 0; k < block; k++) {
      factors[k] = Math.scalb(1f, -QuantFormat.position(bits, block, k));
    }
  }

  @Override
  public String name() {
    return name;
  }

  /** Floats of an encoded row. */
  int rowValues(int columns) {
    return columns + columns / block;
  }

  @Override
  public long bytes(int columns, int rows) {
    return 4L * rows * rowValues(columns);
  }

  @Override
  public void encode(Floats x, int from, int to, MemorySegment target) {
    int columns = x.columns();
    for (int r = from; r < to; r++) {
      long in = x.offset(r);
      long out = 4L * r * rowValues(columns);
      long sums = out + 4L * columns;
      for (int k = 0; k < columns; k += block) {
        scale(x.segment(), in + 4L * k, target, out + 4L * k);
        float sum = sum(x.segment(), in + 4L * k) * sumFactor;
        target.set(ValueLayout.JAVA_FLOAT, sums + 4L * (k / block), sum);
      }
    }
  }

  private void scale(MemorySegment in, long at, MemorySegment out, long to) {
    for (int k = 0; k < block; k += L) {
      FloatVector.fromMemorySegment(F, in, at + 4L * k, LE)
          .mul(FloatVector.fromArray(F, factors, k))
          .intoMemorySegment(out, to + 4L * k, LE);
    }
  }

  private float sum(MemorySegment in, long at) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int k = 0; k < block; k += 4) {
      s0 += in.get(ValueLayout.JAVA_FLOAT, at + 4L * k);
      s1 += in.get(ValueLayout.JAVA_FLOAT, at + 4L * k + 4);
      s2 += in.get(ValueLayout.JAVA_FLOAT, at + 4L * k + 8);
      s3 += in.get(ValueLayout.JAVA_FLOAT, at + 4L * k + 12);
    }
    return (s0 + s1) + (s2 + s3);
  }
}
