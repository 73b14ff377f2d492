package dev.ocelli.engine.kernels;

import static dev.ocelli.engine.kernels.PanelScratch.PANEL;
import static dev.ocelli.engine.kernels.PanelScratch.SCALES;

import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.MemorySegment;

/** Products with quantized weights that have a {@link QuantFormat}. */
final class QuantKernel extends PanelKernel {
  private final QuantFormat format;

  QuantKernel(QuantFormat format) {
    this.format = format;
  }

  @Override
  public String name() {
    return format.type() + "/vector";
  }

  @Override
  public DType type() {
    return format.type();
  }

  @Override
  int block() {
    return format.block();
  }

  @Override
  boolean hasScales() {
    return true;
  }

  @Override
  boolean hasSums() {
    return format.minima() || format.center() != 0;
  }

  @Override
  Tile offsets(PanelScratch s) {
    return format.minima() ? s.minima : s.centers;
  }

  @Override
  public ActivationFormat activations() {
    return format.activations();
  }

  @Override
  public long packedBytes(int rows, int columns) {
    long groups = (rows + Lanes.GROUP - 1) / Lanes.GROUP;
    return groups * format.groupBytes(columns);
  }

  @Override
  public void pack(
      MemorySegment source,
      int rows,
      int columns,
      int groupFrom,
      int groupTo,
      MemorySegment target) {
    QuantPacker packer = new QuantPacker(format);
    for (int g = groupFrom; g < groupTo; g++) {
      packer.pack(source, rows, columns, g * Lanes.GROUP, target);
    }
  }

  @Override
  void unpack(MemorySegment weights, int columns, int row, int k, int n, PanelScratch s, int slot) {
    long at = format.chunkOffset(columns, row, k);
    int blocks = n / format.block();
    QuantUnpack.scales(format, weights, at, blocks, s.scale, s.min, slot * SCALES);
    QuantUnpack.panel(format, weights, quants(at, blocks), blocks, s.panel, slot * PANEL);
  }

  @Override
  void addProduct(MemorySegment weights, int columns, int row, int k, int n, PanelScratch s) {
    long at = format.chunkOffset(columns, row, k);
    int blocks = n / format.block();
    QuantUnpack.scales(format, weights, at, blocks, s.scale, s.min, 0);
    long quants = quants(at, blocks);
    int ints = format.intsPerBlock();
    for (int lane = 0; lane < Lanes.GROUP; lane += 2 * Lanes.L) {
      switch (format.bits()) {
        case 2 -> QuantDots.dot2(weights, quants, s.row, k, s.scale, s.acc, lane, blocks);
        case 4 -> QuantDots.dot4(weights, quants, s.row, k, s.scale, s.acc, ints, lane, blocks);
        case 5 -> QuantDots.dot5(weights, quants, s.row, k, s.scale, s.acc, lane, blocks);
        case 6 -> QuantDots.dot6(weights, quants, s.row, k, s.scale, s.acc, lane, blocks);
        default -> QuantDots.dot8(weights, quants, s.row, k, s.scale, s.acc, lane, blocks);
      }
    }
    if (hasSums()) {
      Tile offsets = format.minima() ? s.minimaRow : s.centersRow;
      offsets.multiply(1, 4, 0, k / format.block(), 0, 0, blocks, 1);
    }
  }

  private long quants(long chunk, int blocks) {
    return chunk + 4L * format.headValues(blocks) * Lanes.GROUP;
  }
}
