package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

/**
 * Emits the packing of {@link BlockType}s from GGUF blocks; see {@link Rows} for registers.
 *
 * <p>Offsets are those of the {@code block_*} structures in ggml-common.h.
 */
final class BlockPacker {
  private final Isa isa;
  private final BlockType type;
  private final Asm a = new Asm();

  BlockPacker(Isa isa, BlockType type) {
    this.isa = isa;
    this.type = type;
  }

  /** Packs one group: {@code (first row, offsets of 16 rows, packed weights, blocks)}. */
  byte[] pack() {
    Frame frame = Frame.enter(a, isa.windows(), 0);
    Rows.sweep(a);
    Label done = new Label();
    Label pair = a.here();
    block(0);
    a.dec(RCX);
    a.jz(done);
    block(1);
    a.add(RDX, type.pairBytes());
    a.dec(RCX);
    a.jnz(pair);
    a.bind(done);
    frame.leave();
    return a.finish();
  }

  private void block(int which) {
    for (int half = 0; half < isa.halves(); half++) {
      Rows rows = new Rows(a, isa, half);
      header(rows, which);
      quants(rows, type.unitsOffset() + which * type.unit().bytes());
    }
    a.add(RDI, type.type().blockBytes());
  }

  private void header(Rows rows, int which) {
    Vec d = rows.gather(0, 0);
    if (type == BlockType.MXFP4) {
      halfPowerOfTwo(rows, d);
    }
    rows.storeWords(32 * which, d);
    if (type.hasMin()) {
      a.vpsrld(d, d, 16);
      rows.storeWords(64 + 32 * which, d);
    }
  }

  /**
   * From an exponent byte e to the bfloat16 {@code 2^(e - 128)}: {@code (e - 1) << 7}, and for e of
   * 1 and 0 the subnormals 0x40 and 0x20.
   */
  private void halfPowerOfTwo(Rows rows, Vec e) {
    rows.field(e, e, 0, 0xFF);
    Vec one = rows.vec(1);
    Vec raised = rows.vec(2);
    a.vmovups(one, isa.repeat(a, 1));
    a.vpmaxud(raised, e, one);
    a.vpsubd(e, raised, e);
    a.vpslld(e, e, 5);
    a.vpsubd(raised, raised, one);
    a.vpslld(raised, raised, 7);
    a.vpmaxud(raised, raised, isa.repeat(a, 0x40));
    a.vpsubd(e, raised, e);
  }

  private void quants(Rows rows, int to) {
    switch (type) {
      case Q8_0 -> {
        for (int c = 0; c < Unit.CHUNKS; c++) {
          Vec x = rows.gather(0, 2 + 4 * c);
          if (type.storedXor(isa) != 0) {
            a.vpxor(x, x, isa.repeat(a, type.storedXor(isa)));
          }
          rows.store(to + 64 * c, x);
        }
      }
      case Q4_0, IQ4_NL -> nibbles(rows, 2, to);
      case MXFP4 -> nibbles(rows, 1, to);
      case Q4_1 -> nibbles(rows, 4, to);
      case Q5_0 -> {
        plane(rows, 2, to);
        nibbles(rows, 6, to + 64);
      }
      case Q5_1 -> {
        plane(rows, 4, to);
        nibbles(rows, 8, to + 64);
      }
    }
  }

  private void nibbles(Rows rows, int from, int to) {
    for (int v = 0; v < 4; v++) {
      rows.store(to + 64 * v, rows.gather(0, from + 4 * v));
    }
  }

  /** From 32 bits, bit k of value k, to byte k % 4, bit k / 4. */
  private void plane(Rows rows, int from, int to) {
    Vec bits = rows.gather(0, from);
    Vec t = rows.vec(1);
    Vec sum = rows.vec(2);
    a.vpxor(sum, sum, sum);
    for (int c = 0; c < Unit.CHUNKS; c++) {
      rows.field(t, bits, 4 * c, 0xF);
      // Copies of the four bits, 7 places apart: bit i of copy i is bit 8 i of the product.
      a.vpmulld(t, t, isa.repeat(a, 0x00204081));
      rows.addField(sum, t, -c, 0x01010101 << c);
    }
    rows.store(to, sum);
  }
}
