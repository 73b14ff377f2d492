package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

/**
 * Emits the steps of packing: dwords of 16 rows are gathered into lanes, rearranged, and stored.
 *
 * <p>General registers: RDI the group's first row in the file, RSI 16 offsets of rows (dwords, may
 * repeat), RDX packed weights. Vector registers 0 to 11 are free for the caller.
 */
final class Rows {
  private final Asm a;
  private final Isa isa;
  private final int half;

  /** For one half of the rows; loads their offsets. */
  Rows(Asm a, Isa isa, int half) {
    this.a = a;
    this.isa = isa;
    this.half = half;
    a.vmovups(offsets(), Mem.at(RSI, 32 * half));
  }

  /**
   * Emits one read in each of R9 lines of 64 bytes from R8 on; clobbers RAX.
   *
   * <p>Rows lie behind each other, but gathers jump between sixteen of them, which the processor
   * does not foresee; read in order first, they come from the cache.
   */
  static void sweep(Asm a) {
    Label done = new Label();
    a.test(R9, R9);
    a.jz(done);
    Label line = a.here();
    a.mov(RAX, Mem.at(R8, 0));
    a.add(R8, 64);
    a.dec(R9);
    a.jnz(line);
    a.bind(done);
  }

  private Vec offsets() {
    return isa.vec(15);
  }

  Vec vec(int index) {
    return isa.vec(index);
  }

  /** Gathers the dwords at {@code RDI + disp} of each row. */
  Vec gather(int register, int disp) {
    Vec dst = isa.vec(register);
    // Without this the gather would wait for the register's old value.
    a.vpxor(dst, dst, dst);
    if (isa.wide()) {
      a.kxnorw(1);
      a.vpgatherdd(dst, Mem.gather(RDI, offsets(), disp), 1);
    } else {
      Vec mask = isa.vec(12);
      a.vpcmpeqd(mask, mask, mask);
      a.vpgatherdd(dst, Mem.gather(RDI, offsets(), disp), mask);
    }
    return dst;
  }

  /** {@code dst = (src >> right) & mask}, repeated dword; a negative shift goes left. */
  void field(Vec dst, Vec src, int right, int mask) {
    Vec s = src;
    if (right > 0) {
      a.vpsrld(dst, src, right);
      s = dst;
    } else if (right < 0) {
      a.vpslld(dst, src, -right);
      s = dst;
    }
    a.vpand(dst, s, isa.repeat(a, mask));
  }

  /** {@code dst |= ((src >> right) & mask)}; scratch is register 11. */
  void addField(Vec dst, Vec src, int right, int mask) {
    Vec t = isa.vec(11);
    field(t, src, right, mask);
    a.vpor(dst, dst, t);
  }

  /** Stores a dword a row at {@code RDX + disp}. */
  void store(int disp, Vec v) {
    a.vmovups(Mem.at(RDX, disp + 32 * half), v);
  }

  /** Stores the low word of each row at {@code RDX + disp}; scratch is register 12. */
  void storeWords(int disp, Vec v) {
    Mem to = Mem.at(RDX, disp + 16 * half);
    if (isa.wide()) {
      a.vpmovdw(to, v);
    } else {
      Vec t = isa.vec(12);
      Mem control = isa.constant(a, 0x05040100, 0x0D0C0908, 0x80808080, 0x80808080);
      a.vpshufb(t, v, control);
      a.vpermq(t, t, 0b1000);
      a.vmovups(to, t.as(16));
    }
  }

  /** Stores the low and the high words as two rows of 16 words at {@code disp} and 32 after it. */
  void storeBothWords(int disp, Vec v) {
    storeWords(disp, v);
    Vec t = isa.vec(11);
    a.vpsrld(t, v, 16);
    storeWords(disp + 32, t);
  }
}
