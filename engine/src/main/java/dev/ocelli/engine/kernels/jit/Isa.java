package dev.ocelli.engine.kernels.jit;

/**
 * What emitters must know of their target.
 *
 * <p>Weights lie in groups of 16 rows, one row a lane. AVX-512 computes 16 rows at once; the levels
 * with 256-bit vectors compute them as two halves of 8.
 *
 * @param level the instruction set
 * @param windows whether the code is called by the Windows x64 convention
 * @param vexDots whether {@code vpdpbusd} exists in VEX form (level AVX_VNNI)
 */
record Isa(Level level, boolean windows, boolean vexDots) {
  /** Rows of a group of quantized weights. */
  static final int ROWS = 16;

  /** Whether vectors have 512 bits. */
  boolean wide() {
    return level == Level.AVX512_VNNI;
  }

  /** Whether there are dot products of bytes that add up 32-bit integers. */
  boolean hasDots() {
    return level != Level.AVX2;
  }

  /** Bytes of a vector. */
  int width() {
    return wide() ? 64 : 32;
  }

  /** 32-bit lanes of a vector. */
  int lanes() {
    return wide() ? 16 : 8;
  }

  /** Vectors for the rows of a group. */
  int halves() {
    return wide() ? 1 : 2;
  }

  Vec vec(int index) {
    return new Vec(index, width());
  }

  /** {@code dst += a (4 unsigned bytes) * b (4 signed bytes)} in each lane. */
  void dot(Asm asm, Vec dst, Vec a, Operand b) {
    if (vexDots) {
      asm.vpdpbusdVex(dst, a, b);
    } else {
      asm.vpdpbusd(dst, a, b);
    }
  }

  /** {@code dst += a (2 words) * b (2 words)} in each lane; {@code scratch} may be overwritten. */
  void dotWords(Asm asm, Vec dst, Vec a, Vec b, Vec scratch) {
    if (!hasDots()) {
      asm.vpmaddwd(scratch, a, b);
      asm.vpaddd(dst, dst, scratch);
    } else if (vexDots) {
      asm.vpdpwssdVex(dst, a, b);
    } else {
      asm.vpdpwssd(dst, a, b);
    }
  }

  /** A vector constant in memory that repeats a dword. */
  Mem repeat(Asm asm, int dword) {
    return constant(asm, dword);
  }

  /** A vector constant in memory that repeats dwords. */
  Mem constant(Asm asm, int... dwords) {
    byte[] b = new byte[width()];
    for (int i = 0; i < b.length; i++) {
      b[i] = (byte) (dwords[i / 4 % dwords.length] >> 8 * (i % 4));
    }
    return asm.constant(b);
  }
}
