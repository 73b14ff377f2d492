package dev.ocelli.engine.kernels.jit;

/**
 * A vector register.
 *
 * @param index 0..31; 16 and above only in EVEX encodings
 * @param bytes 16 (xmm), 32 (ymm) or 64 (zmm)
 */
record Vec(int index, int bytes) implements Operand {
  static Vec xmm(int index) {
    return new Vec(index, 16);
  }

  static Vec ymm(int index) {
    return new Vec(index, 32);
  }

  static Vec zmm(int index) {
    return new Vec(index, 64);
  }

  /** The same register seen with another width. */
  Vec as(int width) {
    return new Vec(index, width);
  }
}
