package dev.ocelli.engine.convert;

import dev.ocelli.engine.tensor.DType;

/**
 * A tensor of the file to write.
 *
 * @param name its GGUF name
 * @param shape dimensions, outermost first
 * @param from its type in the snapshot
 * @param type its type in the file
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ConvertedTensor(String name, long[] shape, DType from, DType type) {
  /** The number of values. */
  public long values() {
    long n = 1;
    for (long d : shape) {
      n = Math.multiplyExact(n, d);
    }
    return n;
  }

  /** Bytes in the file. */
  public long bytes() {
    return type.bytes(values());
  }
}
