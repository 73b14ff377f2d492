package dev.ocelli.engine.kernels;

import static dev.ocelli.engine.kernels.Lanes.GROUP;
import static dev.ocelli.engine.kernels.PanelScratch.PANEL;

import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Products with F32, F16 or BF16 weights.
 *
 * <p>Packed: for each group of rows, for each column, that column's values of all rows of the group
 * in the type of the file; rows that the last group lacks are zeros.
 */
final class PlainKernel extends PanelKernel {
  /**
   * Columns that are summed on their own. Half of the first-level cache holds a panel of so many
   * columns, so that decoding unpacks and multiplies without leaving it.
   */
  static final int BLOCK = 64;

  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort S16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final DType type;

  PlainKernel(DType type) {
    this.type = type;
  }

  @Override
  public String name() {
    return type + "/vector";
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  int block() {
    return BLOCK;
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
    long groups = (rows + GROUP - 1) / GROUP;
    return groups * GROUP * type.bytes(columns);
  }

  @Override
  public void pack(
      MemorySegment source,
      int rows,
      int columns,
      int groupFrom,
      int groupTo,
      MemorySegment target) {
    for (int g = groupFrom; g < groupTo; g++) {
      int row = g * GROUP;
      int count = Math.min(GROUP, rows - row);
      for (int k = 0; k < columns; k += BLOCK) {
        int n = Math.min(BLOCK, columns - k);
        long at = type.bytes((long) row * columns + (long) k * GROUP);
        if (type == DType.F32) {
          packFloats(source, columns, row, count, k, n, target, at);
        } else {
          packHalves(source, columns, row, count, k, n, target, at);
        }
      }
    }
  }

  private static void packFloats(
      MemorySegment source,
      int columns,
      int row,
      int rows,
      int k,
      int n,
      MemorySegment target,
      long at) {
    float[] in = new float[n];
    float[] out = new float[n * GROUP];
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(source, F32, 4 * ((long) (row + r) * columns + k), in, 0, n);
      for (int i = 0; i < n; i++) {
        out[i * GROUP + r] = in[i];
      }
    }
    MemorySegment.copy(out, 0, target, F32, at, n * GROUP);
  }

  private static void packHalves(
      MemorySegment source,
      int columns,
      int row,
      int rows,
      int k,
      int n,
      MemorySegment target,
      long at) {
    short[] in = new short[n];
    short[] out = new short[n * GROUP];
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(source, S16, 2 * ((long) (row + r) * columns + k), in, 0, n);
      for (int i = 0; i < n; i++) {
        out[i * GROUP + r] = in[i];
      }
    }
    MemorySegment.copy(out, 0, target, S16, at, n * GROUP);
  }

  @Override
  void unpack(MemorySegment weights, int columns, int row, int k, int n, PanelScratch s, int slot) {
    for (int i = 0; i < n; i += BLOCK) {
      unpackBlock(
          weights,
          type.bytes((long) row * columns + (long) (k + i) * GROUP),
          Math.min(BLOCK, n - i) * GROUP,
          s.panel,
          slot * PANEL + i * GROUP);
    }
  }

  @Override
  void addProduct(MemorySegment weights, int columns, int row, int k, int n, PanelScratch s) {
    for (int i = 0; i < n; i += BLOCK) {
      int m = Math.min(BLOCK, n - i);
      long at = type.bytes((long) row * columns + (long) (k + i) * GROUP);
      unpackBlock(weights, at, m * GROUP, s.panel, 0);
      s.plainRow.multiply(1, 4, 0, k + i, 0, 0, m, 1);
    }
  }

  private void unpackBlock(MemorySegment weights, long at, int values, float[] out, int to) {
    if (type == DType.F32) {
      MemorySegment.copy(weights, F32, at, out, to, values);
      return;
    }
    if (type == DType.F16) {
      Halves.fromF16(weights, at, out, to, values);
    } else {
      Halves.fromBf16(weights, at, out, to, values);
    }
  }
}
