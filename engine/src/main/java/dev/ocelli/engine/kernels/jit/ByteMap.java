package dev.ocelli.engine.kernels.jit;

import java.util.Arrays;

/** What stored bits become before they are multiplied. */
sealed interface ByteMap {
  /** They stay as they are. */
  record Identity() implements ByteMap {}

  /** One of 16 bytes, as two's complement or unsigned. */
  record Table(int... values) implements ByteMap {
    @Override
    public boolean equals(Object o) {
      return o instanceof Table t && Arrays.equals(values, t.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }

  /** A constant is added. */
  record Add(int value) implements ByteMap {}

  ByteMap IDENTITY = new Identity();

  default boolean isIdentity() {
    return this instanceof Identity;
  }

  /** A table whose entries are raised by so much. */
  static Table raised(int[] table, int by) {
    return new Table(Arrays.stream(table).map(v -> v + by).toArray());
  }

  /** The constant vector that computes it, as dwords to be repeated. */
  default int[] dwords() {
    return switch (this) {
      case Identity i -> new int[] {0};
      case Add a -> new int[] {(a.value & 0xFF) * 0x01010101};
      case Table t -> {
        int[] d = new int[4];
        for (int i = 0; i < 16; i++) {
          d[i / 4] |= (t.values[i] & 0xFF) << 8 * (i % 4);
        }
        yield d;
      }
    };
  }
}
