package dev.ocelli.engine.gguf;

/** A metadata value with its type in the file. */
public sealed interface GgufValue
    permits GgufValue.Whole, GgufValue.Real, GgufValue.Bool, GgufValue.Text, GgufArray {

  /** The type in the file. */
  GgufType type();

  /** The value for a report; of an array the first elements. */
  default String display() {
    return switch (this) {
      case Whole w when w.type == GgufType.UINT64 -> Long.toUnsignedString(w.value);
      case Whole w -> Long.toString(w.value);
      case Real r when r.type == GgufType.FLOAT32 -> Float.toString((float) r.value);
      case Real r -> Double.toString(r.value);
      case Bool b -> Boolean.toString(b.value);
      case Text t -> t.value;
      case GgufArray a -> a.preview(8);
    };
  }

  /**
   * A whole number of any width.
   *
   * @param value the number; a {@link GgufType#UINT64} above 2^63 - 1 appears as negative
   */
  record Whole(GgufType type, long value) implements GgufValue {
    /** Checks that the type is one of whole numbers and holds the value. */
    public Whole {
      if (!type.isWhole()) {
        throw new IllegalArgumentException(type + " is no type of whole numbers");
      }
      long held =
          switch (type) {
            case UINT8 -> value & 0xff;
            case INT8 -> (byte) value;
            case UINT16 -> value & 0xffff;
            case INT16 -> (short) value;
            case UINT32 -> value & 0xffffffffL;
            case INT32 -> (int) value;
            default -> value;
          };
      if (held != value) {
        throw new IllegalArgumentException(type + " cannot hold " + value);
      }
    }
  }

  /** A float or double; a float is held exactly. */
  record Real(GgufType type, double value) implements GgufValue {
    /** Checks that the type is one of floating-point numbers. */
    public Real {
      if (!type.isReal()) {
        throw new IllegalArgumentException(type + " is no type of floating-point numbers");
      }
    }
  }

  /** True or false. */
  record Bool(boolean value) implements GgufValue {
    @Override
    public GgufType type() {
      return GgufType.BOOL;
    }
  }

  /** A string. */
  record Text(String value) implements GgufValue {
    @Override
    public GgufType type() {
      return GgufType.STRING;
    }
  }
}
