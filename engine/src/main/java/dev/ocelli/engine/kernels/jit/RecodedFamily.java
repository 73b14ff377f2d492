package dev.ocelli.engine.kernels.jit;

import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * The emitters of another type, for weights that are rewritten in it.
 *
 * @param family of the type that is computed with
 * @param type of the file
 */
record RecodedFamily(Family family, DType type) implements Family {
  @Override
  public Recoding recoding() {
    return new Recoding.ToType(type, family.type());
  }

  @Override
  public String name() {
    return type + " as " + family.name();
  }

  @Override
  public int rowGroup() {
    return family.rowGroup();
  }

  @Override
  public long groupBytes(int columns) {
    return family.groupBytes(columns);
  }

  @Override
  public long setBytes() {
    return family.setBytes();
  }

  @Override
  public int blocks(int columns) {
    return family.blocks(columns);
  }

  @Override
  public int maxPackedTokens() {
    return family.maxPackedTokens();
  }

  @Override
  public int panelBlockBytes() {
    return family.panelBlockBytes();
  }

  @Override
  public byte[] product(int width, Walk walk) {
    return family.product(width, walk);
  }

  @Override
  public byte[] expand() {
    return family.expand();
  }

  @Override
  public byte[] pack() {
    return family.pack();
  }

  @Override
  public void packRest(
      MemorySegment source, long firstRow, long[] rows, MemorySegment target, int columns) {
    family.packRest(source, firstRow, rows, target, columns);
  }
}
