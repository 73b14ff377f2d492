package dev.ocelli.engine.kernels.jit;

/**
 * Emits the unpacking of a {@link Unit}: one vector a chunk, a byte a value, unsigned (or signed
 * where the table or the stored byte is).
 */
final class Unpacker {
  /** Receives chunks in the order in which they are unpacked. */
  interface Sink {
    /**
     * Emits the use of a chunk.
     *
     * @param chunk 0..7: values 4 chunk to 4 chunk + 3 of the unit
     * @param weights a byte a value; may be overwritten
     */
    void chunk(int chunk, Vec weights);
  }

  /** Registers an unpacker may use, after those it {@link #reserve reserves} for constants. */
  record Temps(Vec source, Vec high, Vec low, Vec shifted) {}

  private static final int MASK_4 = 0x0F0F0F0F;
  private static final int MASK_2 = 0x03030303;

  /** From so many tokens on, arithmetic keeps the processor from looking far enough ahead. */
  private static final int PREFETCH_TOKENS = 4;

  private static final int PREFETCH_DISTANCE = 4096;
  private static final int OR_OF_AND = 0xEA;

  private final Asm asm;
  private final Isa isa;
  private final Unit unit;
  private final Temps temps;
  private final Operand lowMask;
  private final Operand highMask;
  private final Operand finish;
  private final ByteMap map;

  /**
   * @param constants three registers for constants with AVX-512; the other levels take constants
   *     from memory
   */
  Unpacker(Asm asm, Isa isa, Unit unit, ByteMap map, Temps temps, Vec[] constants) {
    this.asm = asm;
    this.isa = isa;
    this.unit = unit;
    this.temps = temps;
    this.map = map;
    int low = unit == Unit.BITS2 || unit == Unit.BITS3 ? MASK_2 : MASK_4;
    int high =
        switch (unit) {
          case BITS3 -> 0x04040404;
          case BITS5 -> 0x10101010;
          case BITS6 -> 0x30303030;
          default -> 0;
        };
    lowMask = constant(constants, 0, isa.repeat(asm, low));
    highMask = high == 0 ? lowMask : constant(constants, 1, isa.repeat(asm, high));
    finish = map.isIdentity() ? lowMask : constant(constants, 2, isa.constant(asm, map.dwords()));
  }

  private Operand constant(Vec[] registers, int i, Mem value) {
    if (!isa.wide()) {
      return value;
    }
    asm.vmovups(registers[i], value);
    return registers[i];
  }

  /**
   * Emits prefetches of what follows a unit by some distance, where they pay: with one token they
   * only get in the way of the processor's own.
   */
  void prefetch(Gpr base, int disp, int tokens) {
    if (tokens >= PREFETCH_TOKENS) {
      for (int i = 0; i < unit.bytes(); i += 64) {
        asm.prefetcht0(Mem.at(base, disp + i + PREFETCH_DISTANCE));
      }
    }
  }

  /** Emits the unpacking of the unit at {@code base + disp} for one half of the rows. */
  void unit(Gpr base, int disp, int half, Sink sink) {
    int at = disp + 32 * half;
    switch (unit) {
      case BITS2 -> {
        for (int c = 0; c < Unit.CHUNKS; c++) {
          twoBits(base, at, c);
          emit(sink, c, temps.low());
        }
      }
      case BITS3 -> {
        asm.vmovups(temps.high(), Mem.at(base, at));
        for (int c = 0; c < Unit.CHUNKS; c++) {
          twoBits(base, at + 64, c);
          emit(sink, c, join(c - 2));
        }
      }
      case BITS4 -> {
        for (int v = 0; v < 4; v++) {
          asm.vmovups(temps.source(), Mem.at(base, at + 64 * v));
          nibble(0);
          emit(sink, v, temps.low());
          nibble(1);
          emit(sink, v + 4, temps.low());
        }
      }
      case BITS4_IN_ORDER -> {
        for (int v = 0; v < 4; v++) {
          asm.vmovups(temps.source(), Mem.at(base, at + 64 * v));
          nibble(0);
          emit(sink, 2 * v, temps.low());
          nibble(1);
          emit(sink, 2 * v + 1, temps.low());
        }
      }
      case BITS5 -> {
        asm.vmovups(temps.high(), Mem.at(base, at));
        for (int v = 0; v < 4; v++) {
          asm.vmovups(temps.source(), Mem.at(base, at + 64 + 64 * v));
          nibble(0);
          emit(sink, v, join(v - 4));
          nibble(1);
          emit(sink, v + 4, join(v));
        }
      }
      case BITS6 -> {
        for (int c = 0; c < Unit.CHUNKS; c++) {
          int quad = at + 192 * (c / 4);
          if (c % 4 == 0) {
            asm.vmovups(temps.high(), Mem.at(base, quad));
          }
          if (c % 2 == 0) {
            asm.vmovups(temps.source(), Mem.at(base, quad + 64 + 64 * (c % 4 / 2)));
          }
          nibble(c % 2);
          emit(sink, c, join(2 * (c % 4) - 4));
        }
      }
      case BITS8 -> {
        for (int c = 0; c < Unit.CHUNKS; c++) {
          asm.vmovups(temps.low(), Mem.at(base, at + 64 * c));
          emit(sink, c, temps.low());
        }
      }
    }
  }

  private void twoBits(Gpr base, int at, int c) {
    if (c % 4 == 0) {
      asm.vmovups(temps.source(), Mem.at(base, at + 64 * (c / 4)));
      asm.vpand(temps.low(), temps.source(), lowMask);
    } else {
      asm.vpsrlw(temps.low(), temps.source(), 2 * (c % 4));
      asm.vpand(temps.low(), temps.low(), lowMask);
    }
  }

  private void nibble(int which) {
    if (which == 0) {
      asm.vpand(temps.low(), temps.source(), lowMask);
    } else {
      asm.vpsrlw(temps.low(), temps.source(), 4);
      asm.vpand(temps.low(), temps.low(), lowMask);
    }
  }

  /** Adds the high bits, shifted right by so many places (left when negative), to the low ones. */
  private Vec join(int right) {
    Vec bits = temps.high();
    Vec t = temps.shifted();
    if (right > 0) {
      asm.vpsrlw(t, bits, right);
      bits = t;
    } else if (right < 0) {
      asm.vpsllw(t, bits, -right);
      bits = t;
    }
    if (isa.wide()) {
      if (bits == temps.high()) {
        asm.vmovups(t, bits);
      }
      asm.vpternlogd(t, (Vec) highMask, temps.low(), OR_OF_AND);
    } else {
      asm.vpand(t, bits, highMask);
      asm.vpor(t, t, temps.low());
    }
    return t;
  }

  private void emit(Sink sink, int chunk, Vec w) {
    switch (map) {
      case ByteMap.Identity i -> {}
      case ByteMap.Table t -> lookUp(w);
      case ByteMap.Add a -> asm.vpaddb(w, w, finish);
    }
    sink.chunk(chunk, w);
  }

  private void lookUp(Vec w) {
    if (finish instanceof Vec table) {
      asm.vpshufb(w, table, w);
    } else {
      asm.vmovups(temps.shifted(), finish);
      asm.vpshufb(w, temps.shifted(), w);
    }
  }
}
