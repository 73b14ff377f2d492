package dev.ocelli.engine.gguf;

import org.jspecify.annotations.Nullable;

/** The type of a metadata value. */
public enum GgufType {
  UINT8(0, 1),
  INT8(1, 1),
  UINT16(2, 2),
  INT16(3, 2),
  UINT32(4, 4),
  INT32(5, 4),
  FLOAT32(6, 4),
  BOOL(7, 1),
  STRING(8, 0),
  ARRAY(9, 0),
  UINT64(10, 8),
  INT64(11, 8),
  FLOAT64(12, 8);

  private final int number;
  private final int bytes;

  GgufType(int number, int bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  /** The type with this number in the file, or null. */
  public static @Nullable GgufType of(long number) {
    for (GgufType t : values()) {
      if (t.number == number) {
        return t;
      }
    }
    return null;
  }

  /** The number in the file. */
  public int number() {
    return number;
  }

  /** Bytes of a value in the file; 0 for strings and arrays, whose length varies. */
  public int bytes() {
    return bytes;
  }

  /** Whether values are whole numbers. */
  public boolean isWhole() {
    return switch (this) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
      case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> false;
    };
  }

  /** Whether values are floating-point numbers. */
  public boolean isReal() {
    return this == FLOAT32 || this == FLOAT64;
  }
}
