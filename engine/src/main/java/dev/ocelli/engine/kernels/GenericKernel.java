package dev.ocelli.engine.kernels;

import static dev.ocelli.engine.kernels.Lanes.GROUP;
import static dev.ocelli.engine.kernels.PanelScratch.PANEL;

import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Products with weights of any type that can be dequantized: the file's rows become float32 panels
 * each time they are used. Correct for every type and fast with many tokens, but slow in decoding.
 */
final class GenericKernel extends PanelKernel {
  private static final ThreadLocal<float[]> ROW =
      ThreadLocal.withInitial(() -> new float[PanelScratch.CHUNK]);

  private final DType type;
  private final @Nullable BlockScales scales;

  GenericKernel(DType type) {
    this(type, null);
  }

  /** For one matrix, whose factors are a tensor of their own. */
  GenericKernel(DType type, @Nullable BlockScales scales) {
    this.type = type;
    this.scales = scales;
  }

  @Override
  public String name() {
    return type + "/vector-generic";
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  int block() {
    return PlainKernel.BLOCK;
  }

  @Override
  boolean hasScales() {
    return false;
  }

  @Override
  boolean hasSums() {
    return false;
  }

  @Override
  Tile offsets(PanelScratch s) {
    throw new IllegalStateException("no offsets");
  }

  @Override
  public ActivationFormat activations() {
    return PlainActivations.INSTANCE;
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
  void unpack(MemorySegment weights, int columns, int row, int k, int n, PanelScratch s, int slot) {
    float[] in = ROW.get();
    float[] out = s.panel;
    long rowBytes = type.bytes(columns);
    long rows = Math.min(GROUP, weights.byteSize() / rowBytes - row);
    for (int r = 0; r < rows; r++) {
      Quants.dequantize(type, weights, (row + r) * rowBytes + type.bytes(k), in, 0, n);
      if (scales != null) {
        scales.multiply(row + r, k, in, n);
      }
      int o = slot * PANEL + r;
      for (int i = 0; i < n; i++) {
        out[o + i * GROUP] = in[i];
      }
    }
    /* Lanes beyond the last row keep what an earlier panel left; their outputs are not stored. */
  }

  @Override
  void addProduct(MemorySegment weights, int columns, int row, int k, int n, PanelScratch s) {
    unpack(weights, columns, row, k, n, s, 0);
    int full = n - n % block();
    s.plainRow.multiply(1, 4, 0, k, 0, 0, block(), n / block());
    if (full < n) {
      s.plainRow.multiply(1, 4, full * GROUP, k + full, 0, 0, n - full, 1);
    }
  }
}
