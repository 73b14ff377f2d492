package dev.ocelli.engine.kernels.jit;

import dev.ocelli.engine.quant.Codebook;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Rewrites rows of a type that no code is emitted for in one that there is, without any loss, when
 * weights are packed.
 */
interface Recoding {
  /** Bytes of a rewritten row. */
  long rowBytes(int columns);

  /** Rewrites the row at a byte offset. */
  void recode(MemorySegment source, long from, int columns, MemorySegment target, long to);

  /** As superblocks of {@link Codebook}: 4.6 bits a weight in memory. */
  record ToCodebook(DType type) implements Recoding {
    @Override
    public long rowBytes(int columns) {
      return (long) columns / type.blockValues() * Codebook.BYTES;
    }

    @Override
    public void recode(
        MemorySegment source, long from, int columns, MemorySegment target, long to) {
      Codebook book = new Codebook(type);
      int blocks = columns / type.blockValues();
      int size = type.blockBytes();
      for (int b = 0; b < blocks; b++) {
        MemorySegment.copy(
            source, ValueLayout.JAVA_BYTE, from + (long) b * size, book.block(), 0, size);
        byte[] form = book.rewrite();
        long at = to + (long) b * Codebook.BYTES;
        MemorySegment.copy(form, 0, target, ValueLayout.JAVA_BYTE, at, Codebook.BYTES);
      }
    }
  }

  /**
   * In a type that has all values of the other. Q1_0 and Q2_0 are multiples of their scale by -1 to
   * 2, which Q4_0 stores as they are; an NVFP4 value has six significant bits and lies between
   * 2^-10 and 2880, so F16 has it.
   */
  record ToType(DType type, DType wider) implements Recoding {
    @Override
    public long rowBytes(int columns) {
      return wider.bytes(columns);
    }

    @Override
    public void recode(
        MemorySegment source, long from, int columns, MemorySegment target, long to) {
      if (wider == DType.Q4_0) {
        recodeSmall(source, from, columns, target, to);
        return;
      }
      float[] row = new float[columns];
      Quants.dequantize(type, source, from, row, 0, columns);
      Quants.quantize(wider, row, 0, target, to, columns);
    }

    /** Scales are copied, not found again: that of a block of zeros could not be. */
    private void recodeSmall(
        MemorySegment source, long from, int columns, MemorySegment target, long to) {
      int bits = type == DType.Q1_0 ? 1 : 2;
      int values = type.blockValues();
      for (int k = 0; k < columns; k++) {
        long block = from + (long) (k / values) * type.blockBytes();
        int i = k % values;
        int stored = source.get(ValueLayout.JAVA_BYTE, block + 2 + i * bits / 8) >> i * bits % 8;
        int q = bits == 1 ? 7 + 2 * (stored & 1) : 7 + (stored & 3);
        long into = to + k / 32 * 18L;
        if (k % 32 == 0) {
          MemorySegment.copy(source, block, target, into, 2);
        }
        long at = into + 2 + k % 16;
        int low = k % 32 < 16 ? 0 : target.get(ValueLayout.JAVA_BYTE, at);
        target.set(ValueLayout.JAVA_BYTE, at, (byte) (k % 32 < 16 ? q : low | q << 4));
      }
    }
  }
}
