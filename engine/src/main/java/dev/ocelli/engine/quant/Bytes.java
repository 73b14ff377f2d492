package dev.ocelli.engine.quant;

/** Little-endian fields of a quantization block. */
final class Bytes {
  private Bytes() {}

  /** The half-precision float at i. */
  static float f16(byte[] b, int i) {
    return Float.float16ToFloat((short) u16(b, i));
  }

  /** The unsigned 16-bit number at i. */
  static int u16(byte[] b, int i) {
    return (b[i] & 0xff) | (b[i + 1] & 0xff) << 8;
  }

  /** The 32 bits at i. */
  static int i32(byte[] b, int i) {
    return u16(b, i) | u16(b, i + 2) << 16;
  }

  /** Writes the 16 bits at i. */
  static void putU16(byte[] b, int i, int value) {
    b[i] = (byte) value;
    b[i + 1] = (byte) (value >> 8);
  }

  /** Writes the 32 bits at i. */
  static void putI32(byte[] b, int i, int value) {
    putU16(b, i, value);
    putU16(b, i + 2, value >> 16);
  }

  /** Writes a value as half-precision float at i, rounded to nearest even. */
  static void putF16(byte[] b, int i, float value) {
    putU16(b, i, Float.floatToFloat16(value));
  }

  /** A value as it comes back when it was stored in half precision. */
  static float half(float value) {
    return Float.float16ToFloat(Float.floatToFloat16(value));
  }
}
