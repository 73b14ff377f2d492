package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

import dev.ocelli.engine.kernels.Arithmetic;

/**
 * Emits loops that do nothing but what a processor is to be measured at: reading memory, and
 * multiplying in registers.
 *
 * <p>Chains of additions are as many as the product of latency and units of every processor so far
 * needs (10), and a few more.
 */
final class PeakEmitter {
  /** Bytes that are read in a turn of the loop. */
  static final int READ_BYTES = 512;

  private static final int LINE = 64;

  /** How far ahead memory is asked for. */
  private static final int PREFETCH_DISTANCE = 4096;

  private static final int CHAINS = 12;

  /** AVX2: products of bytes whose 16-bit sums are added before they are widened. */
  private static final int WORD_SUMS = 8;

  /** The value of all factors; {@link #WORD_SUMS} sums of two squares of it fit into 16 bits. */
  static final int BYTE = 17;

  private static final int FOUR_BYTES = BYTE * 0x01010101;
  private static final int ONE_BFLOAT = 0x3F80;
  private static final int TWO_BFLOATS = ONE_BFLOAT << 16 | ONE_BFLOAT;
  private static final int TWO_WORDS = 0x00010001;

  private final Isa isa;

  PeakEmitter(Isa isa) {
    this.isa = isa;
  }

  /**
   * Reads memory: {@code (address, turns, result)}; the result is the exclusive or of all 64-byte
   * lines.
   */
  byte[] read() {
    Asm a = new Asm();
    Frame frame = Frame.enter(a, isa.windows(), 0);
    int parts = LINE / isa.width();
    int sums = 4 * parts;
    for (int i = 0; i < sums; i++) {
      a.vpxor(isa.vec(i), isa.vec(i), isa.vec(i));
    }
    Label next = a.here();
    for (int at = 0; at < READ_BYTES; at += isa.width()) {
      if (at % LINE == 0) {
        a.prefetcht0(Mem.at(RDI, PREFETCH_DISTANCE + at));
      }
      Vec sum = isa.vec(at / isa.width() % sums);
      a.vpxor(sum, sum, Mem.at(RDI, at));
    }
    a.add(RDI, READ_BYTES);
    a.dec(RSI);
    a.jnz(next);
    for (int i = parts; i < sums; i++) {
      Vec sum = isa.vec(i % parts);
      a.vpxor(sum, sum, isa.vec(i));
    }
    for (int i = 0; i < parts; i++) {
      a.vmovups(Mem.at(RDX, i * isa.width()), isa.vec(i));
    }
    frame.leave();
    return a.finish();
  }

  /** Multiplies: {@code (turns, result)}; the result is one vector of sums. */
  byte[] multiply(Arithmetic arithmetic) {
    Asm a = new Asm();
    Frame frame = Frame.enter(a, isa.windows(), 0);
    Vec factor = isa.vec(CHAINS);
    Vec ones = isa.vec(CHAINS + 1);
    for (int i = 0; i < CHAINS; i++) {
      a.vpxor(isa.vec(i), isa.vec(i), isa.vec(i));
    }
    a.vmovups(factor, isa.repeat(a, factor(arithmetic)));
    a.vmovups(ones, isa.repeat(a, TWO_WORDS));
    Label next = a.here();
    if (arithmetic == Arithmetic.INT8 && !isa.hasDots()) {
      wordSums(a, factor, ones);
    } else {
      for (int i = 0; i < CHAINS; i++) {
        Vec sum = isa.vec(i);
        switch (arithmetic) {
          case INT8 -> isa.dot(a, sum, factor, factor);
          case BFLOAT16 -> a.vdpbf16ps(sum, factor, factor);
          case FLOAT32 -> a.vfmadd231ps(sum, factor, factor);
        }
      }
    }
    a.dec(RDI);
    a.jnz(next);
    a.vmovups(Mem.at(RSI, 0), isa.vec(0));
    frame.leave();
    return a.finish();
  }

  private static int factor(Arithmetic arithmetic) {
    return switch (arithmetic) {
      case INT8 -> FOUR_BYTES;
      case BFLOAT16 -> TWO_BFLOATS;
      case FLOAT32 -> Float.floatToIntBits(1);
    };
  }

  /** As {@link Dots} does it with narrow weights; half of the chains are those of 16 bits. */
  private void wordSums(Asm a, Vec factor, Vec ones) {
    Vec product = isa.vec(CHAINS + 2);
    for (int k = 0; k < WORD_SUMS; k++) {
      for (int i = 0; i < CHAINS / 2; i++) {
        Vec part = isa.vec(CHAINS / 2 + i);
        a.vpmaddubsw(k == 0 ? part : product, factor, factor);
        if (k > 0) {
          a.vpaddw(part, part, product);
        }
      }
    }
    for (int i = 0; i < CHAINS / 2; i++) {
      Vec part = isa.vec(CHAINS / 2 + i);
      a.vpmaddwd(part, part, ones);
      a.vpaddd(isa.vec(i), isa.vec(i), part);
    }
  }

  /** Multiply-adds of a turn in one lane of the result. */
  int laneMultiplyAdds(Arithmetic arithmetic) {
    return switch (arithmetic) {
      case INT8 -> isa.hasDots() ? 4 : 4 * WORD_SUMS;
      case BFLOAT16 -> 2;
      case FLOAT32 -> 1;
    };
  }

  /** Multiply-adds of a turn. */
  long multiplyAdds(Arithmetic arithmetic) {
    boolean halved = arithmetic == Arithmetic.INT8 && !isa.hasDots();
    int chains = halved ? CHAINS / 2 : CHAINS;
    return (long) chains * isa.lanes() * laneMultiplyAdds(arithmetic);
  }
}
