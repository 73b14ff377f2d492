package dev.ocelli.engine.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A row-major matrix of float32 in native memory: activations, not weights.
 *
 * <p>Rows are contiguous and follow each other without gaps. The first value is 64-byte aligned
 * when the matrix was allocated by {@link #allocate}. Not thread-safe beyond what plain memory is:
 * workers write disjoint rows.
 */
public final class Floats {
  private final MemorySegment segment;
  private final int rows;
  private final int columns;

  /** Wraps memory that holds at least {@code rows * columns} floats. */
  public Floats(MemorySegment segment, int rows, int columns) {
    this.segment = segment;
    this.rows = rows;
    this.columns = columns;
  }

  /** Allocates zeros. */
  public static Floats allocate(Arena arena, int rows, int columns) {
    return new Floats(arena.allocate(Math.max(4, 4L * rows * columns), 64), rows, columns);
  }

  /** Allocates a copy of heap data, {@code rows * columns} values. */
  public static Floats copyOf(Arena arena, float[] data, int rows, int columns) {
    Floats f = allocate(arena, rows, columns);
    MemorySegment.copy(data, 0, f.segment, ValueLayout.JAVA_FLOAT, 0, rows * columns);
    return f;
  }

  /** The memory; byte offset of (r, c) is {@code 4 * (r * columns + c)}. */
  public MemorySegment segment() {
    return segment;
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  /** Byte offset of the first value of a row. */
  public long offset(int row) {
    return 4L * row * columns;
  }

  public float get(int row, int column) {
    return segment.get(ValueLayout.JAVA_FLOAT, offset(row) + 4L * column);
  }

  public void set(int row, int column, float value) {
    segment.set(ValueLayout.JAVA_FLOAT, offset(row) + 4L * column, value);
  }

  /** The rows from (inclusive) to (exclusive) as a matrix over the same memory. */
  public Floats slice(int from, int to) {
    return new Floats(
        segment.asSlice(offset(from), 4L * (to - from) * columns), to - from, columns);
  }

  /** The same memory with other dimensions of the same product or less. */
  public Floats reshape(int newRows, int newColumns) {
    return new Floats(segment.asSlice(0, 4L * newRows * newColumns), newRows, newColumns);
  }

  /** A heap copy, row after row. */
  public float[] toArray() {
    float[] out = new float[Math.multiplyExact(rows, columns)];
    MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT, 0, out, 0, out.length);
    return out;
  }
}
