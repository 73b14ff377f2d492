package dev.ocelli.engine.safetensors;

import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Copies of tensors in another arrangement, of the same type, in native memory that is released
 * when nobody refers to it any more.
 */
final class Relayout {
  /** Side of a square tile of a transposition: a tile of either matrix stays in the L1 cache. */
  private static final int TILE = 64;

  private static final VarHandle PAIRS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());

  private Relayout() {}

  private static Tensor allocate(String name, Tensor like, long[] shape) {
    long bytes = like.type().blockBytes();
    for (long d : shape) {
      bytes = Math.multiplyExact(bytes, d);
    }
    return new Tensor(name, like.type(), shape, Arena.ofAuto().allocate(bytes, 64), like.origin());
  }

  /** Columns {@code from} to {@code to} of every matrix of {@code [n, r, c]}, transposed. */
  static Tensor transposed(String name, Tensor t, long from, long to) {
    long n = t.shape()[0];
    long r = t.shape()[1];
    long c = t.shape()[2];
    Tensor out = allocate(name, t, new long[] {n, to - from, r});
    Tiles tiles = new Tiles(elementBytes(t.type()));
    for (long m = 0; m < n; m++) {
      for (long row = 0; row < r; row += TILE) {
        int rows = (int) Math.min(TILE, r - row);
        for (long column = from; column < to; column += TILE) {
          int columns = (int) Math.min(TILE, to - column);
          long source = (m * r + row) * c + column;
          long target = (m * (to - from) + column - from) * r + row;
          tiles.move(
              new Corner(t.data(), source, c), new Corner(out.data(), target, r), rows, columns);
        }
      }
    }
    return out;
  }

  /**
   * Where a tile lies.
   *
   * @param element number of its first element
   * @param stride elements from one row to the next
   */
  private record Corner(MemorySegment memory, long element, long stride) {}

  /** Transposes tiles by way of small arrays, where single elements are cheap to move. */
  private static final class Tiles {
    private final int size;
    private final byte[] rows = new byte[TILE * TILE * 8];
    private final byte[] columns = new byte[TILE * TILE * 8];

    Tiles(int size) {
      this.size = size;
    }

    void move(Corner from, Corner to, int height, int width) {
      for (int i = 0; i < height; i++) {
        long at = (from.element + i * from.stride) * size;
        MemorySegment.copy(
            from.memory, ValueLayout.JAVA_BYTE, at, rows, i * TILE * size, width * size);
      }
      switch (size) {
        case 1 -> transposeSingles(height, width);
        case 2 -> transposePairs(height, width);
        default -> transposeBytes(height, width);
      }
      for (int j = 0; j < width; j++) {
        long at = (to.element + j * to.stride) * size;
        MemorySegment.copy(
            columns, j * TILE * size, to.memory, ValueLayout.JAVA_BYTE, at, height * size);
      }
    }

    /** Moves FP8. */
    private void transposeSingles(int height, int width) {
      for (int j = 0; j < width; j++) {
        for (int i = 0; i < height; i++) {
          columns[j * TILE + i] = rows[i * TILE + j];
        }
      }
    }

    /** The common case, bf16 and f16, moved as whole elements. */
    private void transposePairs(int height, int width) {
      for (int j = 0; j < width; j++) {
        for (int i = 0; i < height; i++) {
          PAIRS.set(columns, 2 * (j * TILE + i), (short) PAIRS.get(rows, 2 * (i * TILE + j)));
        }
      }
    }

    private void transposeBytes(int height, int width) {
      for (int j = 0; j < width; j++) {
        for (int i = 0; i < height; i++) {
          for (int b = 0; b < size; b++) {
            columns[(j * TILE + i) * size + b] = rows[(i * TILE + j) * size + b];
          }
        }
      }
    }
  }

  /** Rows {@code from} to {@code to} of every matrix of {@code [n, r, c]}. */
  static Tensor rows(String name, Tensor t, long from, long to) {
    long n = t.shape()[0];
    long r = t.shape()[1];
    long row = t.shape()[2] * elementBytes(t.type());
    Tensor out = allocate(name, t, new long[] {n, to - from, t.shape()[2]});
    for (long m = 0; m < n; m++) {
      MemorySegment.copy(
          t.data(), (m * r + from) * row, out.data(), m * (to - from) * row, (to - from) * row);
    }
    return out;
  }

  /** Matrices of one shape and type as {@code [n, ...]}. */
  static Tensor stacked(String name, List<Tensor> parts) {
    Tensor first = parts.getFirst();
    long[] shape = new long[first.shape().length + 1];
    shape[0] = parts.size();
    System.arraycopy(first.shape(), 0, shape, 1, first.shape().length);
    Tensor out = allocate(name, first, shape);
    long bytes = first.data().byteSize();
    for (int i = 0; i < parts.size(); i++) {
      MemorySegment.copy(parts.get(i).data(), 0, out.data(), i * bytes, bytes);
    }
    return out;
  }

  /** The kernel at one time of {@code [out, channels, time, y, x]}. */
  static Tensor atTime(String name, Tensor t, int time) {
    long[] s = t.shape();
    Tensor out = allocate(name, t, new long[] {s[0], s[1], s[3], s[4]});
    long plane = s[3] * s[4] * elementBytes(t.type());
    for (long i = 0; i < s[0] * s[1]; i++) {
      MemorySegment.copy(t.data(), (i * s[2] + time) * plane, out.data(), i * plane, plane);
    }
    return out;
  }

  private static int elementBytes(DType type) {
    return type.blockBytes();
  }
}
