package dev.ocelli.engine.kernels;

import static dev.ocelli.engine.kernels.Lanes.GROUP;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Brings the rows of a file into the form that {@link QuantFormat} describes. */
final class QuantPacker {
  private static final int CHUNK = PanelScratch.CHUNK;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final QuantFormat format;
  private final QuantBlocks blocks = new QuantBlocks();
  private final byte[] bytes;
  private final int[] out;

  QuantPacker(QuantFormat format) {
    this.format = format;
    bytes = new byte[(int) format.type().bytes(CHUNK)];
    out = new int[format.chunkValues(CHUNK) * GROUP];
  }

  /** Packs the group that begins at a row. */
  void pack(MemorySegment source, int rows, int columns, int row, MemorySegment target) {
    int count = Math.min(GROUP, rows - row);
    if (count < GROUP) {
      Arrays.fill(out, 0);
    }
    long rowBytes = format.type().bytes(columns);
    for (int k = 0; k < columns; k += CHUNK) {
      int n = Math.min(CHUNK, columns - k);
      int length = (int) format.type().bytes(n);
      for (int r = 0; r < count; r++) {
        long at = (row + r) * rowBytes + format.type().bytes(k);
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, at, bytes, 0, length);
        blocks.read(format.type(), bytes, 0, n);
        packRow(r, n / format.block());
      }
      MemorySegment.copy(
          out, 0, target, INT, format.chunkOffset(columns, row, k), format.chunkValues(n) * GROUP);
    }
  }

  private void packRow(int lane, int blockCount) {
    int o = format.nested() ? packNested(lane, blockCount) : packSimple(lane, blockCount);
    int perInt = 32 / format.bits();
    int mask = (1 << format.bits()) - 1;
    int ints = format.intsPerBlock();
    for (int b = 0; b < blockCount; b++) {
      int q = b * format.block();
      int last = q + ints * perInt;
      int left = 0;
      for (int j = format.block() - ints * perInt - 1; j >= 0; j--) {
        left = left << format.bits() | blocks.quants[last + j] & mask;
      }
      for (int i = 0; i < ints; i++, o += GROUP) {
        int v = 0;
        for (int j = perInt - 1; j >= 0; j--) {
          v = v << format.bits() | blocks.quants[q + i * perInt + j] & mask;
        }
        if (perInt * format.bits() < 32) {
          v |= (left >> 2 * (ints - 1 - i)) << 30;
        }
        out[o] = v;
      }
    }
  }

  /** Quants of 8 bits are used at the top of an int. */
  private float scaleFactor() {
    return format.bits() == 8 ? 0x1p-24f : 1;
  }

  private int packSimple(int lane, int blockCount) {
    int o = lane;
    for (int b = 0; b < blockCount; b++, o += GROUP) {
      out[o] = Float.floatToRawIntBits(blocks.scale[b] * scaleFactor());
    }
    if (format.minima()) {
      for (int b = 0; b < blockCount; b++, o += GROUP) {
        out[o] = Float.floatToRawIntBits(blocks.min[b]);
      }
    }
    return o;
  }

  private int packNested(int lane, int blockCount) {
    int o = lane;
    out[o] = Float.floatToRawIntBits(blocks.scale[0] * scaleFactor());
    o += GROUP;
    if (format.minima()) {
      out[o] = Float.floatToRawIntBits(blocks.min[0]);
      o += GROUP;
    }
    o = packFactors(blocks.scaleFactor, blockCount, o);
    return format.minima() ? packFactors(blocks.minFactor, blockCount, o) : o;
  }

  private int packFactors(int[] factors, int blockCount, int at) {
    int o = at;
    for (int b = 0; b < blockCount; b += 4, o += GROUP) {
      out[o] =
          factors[b] & 0xff
              | (factors[b + 1] & 0xff) << 8
              | (factors[b + 2] & 0xff) << 16
              | factors[b + 3] << 24;
    }
    return o;
  }
}
