package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;
import static dev.ocelli.engine.kernels.jit.Vec.xmm;
import static dev.ocelli.engine.kernels.jit.Vec.ymm;

/**
 * Emits the encoding of some neighbouring columns of a float32 matrix as rows of a tile, {@code
 * [step][column]}: the columns are multiplied with as if they were rows.
 *
 * <p>A step is one row of the matrix in float32; in bfloat16 it is two, each value rounded to
 * nearest even, the first row in the low half of each dword.
 *
 * <p>Arguments: first row's first column, bytes between rows, target, steps. RAX is the second row.
 */
final class ColumnsEmitter {
  private final Isa isa;
  private final boolean bfloat;

  ColumnsEmitter(Isa isa, boolean bfloat) {
    this.isa = isa;
    this.bfloat = bfloat;
  }

  /** Whether so many columns can be encoded together: in vectors of 8 and 4. */
  static boolean fits(int width) {
    return width % 4 == 0;
  }

  byte[] emit(int width) {
    Asm a = new Asm();
    Frame frame = Frame.enter(a, isa.windows(), 0);
    Label loop = a.here();
    if (bfloat) {
      a.mov(RAX, RDI);
      a.add(RAX, RSI);
    }
    int column = 0;
    while (column < width) {
      boolean eight = width - column >= 8;
      Vec x = eight ? ymm(0) : xmm(0);
      a.vmovups(x, Mem.at(RDI, 4 * column));
      if (bfloat) {
        Vec odd = eight ? ymm(1) : xmm(1);
        Vec scratch = eight ? ymm(2) : xmm(2);
        round(a, x, scratch);
        a.vpsrld(x, x, 16);
        a.vmovups(odd, Mem.at(RAX, 4 * column));
        round(a, odd, scratch);
        a.vpand(odd, odd, isa.repeat(a, 0xFFFF0000));
        a.vpor(x, x, odd);
      }
      a.vmovups(Mem.at(RDX, 4 * column), x);
      column += eight ? 8 : 4;
    }
    a.add(RDI, RSI);
    if (bfloat) {
      a.add(RDI, RSI);
    }
    a.add(RDX, 4 * width);
    a.dec(RCX);
    a.jnz(loop);
    frame.leave();
    return a.finish();
  }

  /** Bits whose upper half is the nearest bfloat16, ties to even; of finite numbers. */
  private void round(Asm a, Vec x, Vec scratch) {
    a.vpsrld(scratch, x, 16);
    a.vpand(scratch, scratch, isa.repeat(a, 1));
    a.vpaddd(x, x, scratch);
    a.vpaddd(x, x, isa.repeat(a, 0x7FFF));
  }

  /** The same for the bits of one number. */
  static int round(int bits) {
    return bits + ((bits >>> 16) & 1) + 0x7FFF;
  }
}
