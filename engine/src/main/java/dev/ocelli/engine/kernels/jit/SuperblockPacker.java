package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

import dev.ocelli.engine.quant.Codebook;

/**
 * Emits the packing of {@link SuperblockType}s from GGUF blocks.
 *
 * <p>Offsets and bit fields are those of the {@code block_*} structures in ggml-common.h and of
 * {@code dequantize_row_*} in ggml-quants.c; see {@link Rows} for registers.
 */
final class SuperblockPacker {
  private static final int LOW_NIBBLES = 0x0F0F0F0F;
  private static final int HIGH_NIBBLES = 0xF0F0F0F0;
  private static final int BITS_4_5 = 0x30303030;
  private static final int BITS_0_1 = 0x03030303;
  private static final int BIT_0 = 0x01010101;

  private final Isa isa;
  private final SuperblockType type;
  private final Asm a = new Asm();

  SuperblockPacker(Isa isa, SuperblockType type) {
    this.isa = isa;
    this.type = type;
  }

  /** Packs one group: {@code (first row, offsets of 16 rows, packed weights, superblocks)}. */
  byte[] pack() {
    Frame frame = Frame.enter(a, isa.windows(), 0);
    Rows.sweep(a);
    Label superblock = a.here();
    for (int half = 0; half < isa.halves(); half++) {
      Rows rows = new Rows(a, isa, half);
      switch (type) {
        case Q2_K -> packQ2K(rows);
        case Q3_K -> packQ3K(rows);
        case Q4_K -> packQ4K(rows);
        case Q5_K -> packQ5K(rows);
        case Q6_K -> packQ6K(rows);
        case IQ4_XS -> packIq4Xs(rows);
        default -> packCodebook(rows);
      }
    }
    a.add(RDI, type.sourceBytes());
    a.add(RDX, type.packedBytes());
    a.dec(RCX);
    a.jnz(superblock);
    frame.leave();
    return a.finish();
  }

  private int unit(int u) {
    return type.headerBytes() + u * type.unit().bytes();
  }

  /** {@code scales[16] (low nibbles scale, high nibbles min), qs[64], d, dmin}. */
  private void packQ2K(Rows rows) {
    rows.storeBothWords(0, rows.gather(0, 80));
    for (int i = 0; i < 4; i++) {
      rows.storeBothWords(SuperblockType.SCALES + 64 * i, rows.gather(0, 4 * i));
    }
    storeTwoBits(rows, 16, 0);
  }

  /** {@code hmask[32], qs[64], scales[12], d}. */
  private void packQ3K(Rows rows) {
    Vec d = rows.gather(0, 106);
    a.vpsrld(d, d, 16);
    rows.storeWords(0, d);
    Vec a0 = rows.gather(0, 96);
    Vec a1 = rows.gather(1, 100);
    Vec top = rows.gather(2, 104);
    for (int i = 0; i < 4; i++) {
      Vec s = rows.vec(3);
      rows.field(s, i % 2 == 0 ? a0 : a1, i < 2 ? 0 : 4, LOW_NIBBLES);
      rows.addField(s, top, 2 * i - 4, BITS_4_5);
      a.vpsubb(s, s, isa.repeat(a, 0x20202020));
      rows.storeBothWords(SuperblockType.SCALES + 64 * i, s);
    }
    Vec plane = rows.vec(8);
    for (int u = 0; u < SuperblockType.UNITS; u++) {
      a.vpxor(plane, plane, plane);
      for (int c = 0; c < Unit.CHUNKS; c++) {
        addBit(rows, plane, rows.gather(0, 4 * c), u, c);
      }
      rows.store(unit(u), plane);
    }
    storeTwoBits(rows, 32, 64);
  }

  /** {@code d, dmin, scales[12], qs[128]}. */
  private void packQ4K(Rows rows) {
    scalesAndMins(rows);
    storeNibbles(rows, 16, 0);
  }

  /** {@code d, dmin, scales[12], qh[32], qs[128]}. */
  private void packQ5K(Rows rows) {
    scalesAndMins(rows);
    for (int c = 0; c < Unit.CHUNKS; c++) {
      rows.gather(c, 16 + 4 * c);
    }
    Vec plane = rows.vec(8);
    for (int u = 0; u < SuperblockType.UNITS; u++) {
      a.vpxor(plane, plane, plane);
      for (int c = 0; c < Unit.CHUNKS; c++) {
        addBit(rows, plane, rows.vec(c), u, c);
      }
      rows.store(unit(u), plane);
    }
    storeNibbles(rows, 48, 64);
  }

  /** {@code ql[128], qh[64], scales[16], d}. */
  private void packQ6K(Rows rows) {
    Vec d = rows.gather(0, 206);
    a.vpsrld(d, d, 16);
    rows.storeWords(0, d);
    for (int i = 0; i < 4; i++) {
      rows.storeBothWords(SuperblockType.SCALES + 64 * i, rows.gather(0, 192 + 4 * i));
    }
    Vec first = rows.vec(2);
    Vec second = rows.vec(3);
    for (int half = 0; half < 2; half++) {
      for (int quad = 0; quad < 2; quad++) {
        storeQuads(rows, 4 * half, 192 * quad, 128 + 32 * half + 16 * quad);
        for (int i = 0; i < 4; i++) {
          int u = 4 * half + i / 2;
          int at = 192 * quad + 64 + 64 * (i % 2);
          int from = 64 * half + 32 * (i / 2) + 16 * quad + 8 * (i % 2);
          Vec even = rows.gather(0, from);
          Vec odd = rows.gather(1, from + 4);
          rows.field(first, even, 0, LOW_NIBBLES);
          rows.addField(first, odd, -4, HIGH_NIBBLES);
          rows.store(unit(u) + at, first);
          rows.field(second, even, 4, LOW_NIBBLES);
          rows.addField(second, odd, 0, HIGH_NIBBLES);
          rows.store(unit(u + 2) + at, second);
        }
      }
    }
  }

  /** {@code d, scales_h, scales_l[4], qs[128]}; scales have 6 bits and are 32 too large. */
  private void packIq4Xs(Rows rows) {
    Vec high = rows.gather(0, 0);
    rows.storeWords(0, high);
    a.vpsrld(high, high, 16);
    Vec low = rows.gather(1, 4);
    Vec s = rows.vec(2);
    for (int p = 0; p < type.pairs(); p++) {
      rows.field(s, low, 8 * p, 0x0F);
      rows.addField(s, low, 8 * p - 4, 0x0F00);
      rows.addField(s, high, 4 * p - 4, 0x30);
      rows.addField(s, high, 4 * p - 10, 0x3000);
      a.vpsubb(s, s, isa.repeat(a, 0x2020));
      rows.storeWords(SuperblockType.SCALES + 32 * p, s);
    }
    for (int u = 0; u < SuperblockType.UNITS; u++) {
      for (int v = 0; v < 4; v++) {
        rows.store(unit(u) + 64 * v, rows.gather(0, 8 + 16 * u + 4 * v));
      }
    }
  }

  /** {@code d, 0, scales[16], qs[128]}, nibbles as in a unit. */
  private void packCodebook(Rows rows) {
    rows.storeWords(0, rows.gather(0, 0));
    for (int i = 0; i < 4; i++) {
      Vec scales = rows.gather(0, Codebook.SCALES + 4 * i);
      rows.storeBothWords(SuperblockType.SCALES + 64 * i, scales);
    }
    for (int u = 0; u < SuperblockType.UNITS; u++) {
      for (int v = 0; v < 4; v++) {
        Vec nibbles = rows.gather(0, Codebook.NIBBLES + 16 * u + 4 * v);
        rows.store(unit(u) + 64 * v, nibbles);
      }
    }
  }

  /** Header of Q4_K and Q5_K: function {@code get_scale_min_k4}. */
  private void scalesAndMins(Rows rows) {
    rows.storeBothWords(0, rows.gather(0, 0));
    Vec scales = rows.gather(0, 4);
    Vec mins = rows.gather(1, 8);
    Vec both = rows.gather(2, 12);
    Vec t = rows.vec(3);
    rows.field(t, scales, 0, 0x3F3F3F3F);
    rows.storeBothWords(SuperblockType.SCALES, t);
    rows.field(t, both, 0, LOW_NIBBLES);
    rows.addField(t, scales, 2, BITS_4_5);
    rows.storeBothWords(SuperblockType.SCALES + 64, t);
    rows.field(t, mins, 0, 0x3F3F3F3F);
    rows.storeBothWords(type.minsOffset(), t);
    rows.field(t, both, 4, LOW_NIBBLES);
    rows.addField(t, mins, 2, BITS_4_5);
    rows.storeBothWords(type.minsOffset() + 64, t);
  }

  /**
   * Nibbles of Q4_K and Q5_K: 32 bytes hold two sub-blocks, the first in the low halves.
   *
   * @param from offset in the file's block
   * @param into offset of the nibbles in a unit
   */
  private void storeNibbles(Rows rows, int from, int into) {
    Vec first = rows.vec(2);
    Vec second = rows.vec(3);
    for (int j = 0; j < 4; j++) {
      for (int v = 0; v < 4; v++) {
        Vec x = rows.gather(0, from + 32 * j + 4 * v);
        Vec y = rows.gather(1, from + 32 * j + 16 + 4 * v);
        rows.field(first, x, 0, LOW_NIBBLES);
        rows.addField(first, y, -4, HIGH_NIBBLES);
        rows.store(unit(2 * j) + into + 64 * v, first);
        rows.field(second, x, 4, LOW_NIBBLES);
        rows.addField(second, y, 0, HIGH_NIBBLES);
        rows.store(unit(2 * j + 1) + into + 64 * v, second);
      }
    }
  }

  /**
   * Two-bit fields of all units: 32 bytes hold four units, the first in the low bits.
   *
   * @param from offset in the file's block
   * @param into offset of the fields in a unit
   */
  private void storeTwoBits(Rows rows, int from, int into) {
    for (int q = 0; q < 4; q++) {
      storeQuads(rows, q / 2 * 4, into + q % 2 * 64, from + 16 * q);
    }
  }

  /** One vector of two-bit fields, four chunks, for each of four units: from 16 bytes. */
  private void storeQuads(Rows rows, int firstUnit, int into, int from) {
    for (int c = 0; c < 4; c++) {
      rows.gather(4 + c, from + 4 * c);
    }
    Vec sum = rows.vec(3);
    for (int u = 0; u < 4; u++) {
      a.vpxor(sum, sum, sum);
      for (int c = 0; c < 4; c++) {
        rows.addField(sum, rows.vec(4 + c), 2 * u - 2 * c, BITS_0_1 << 2 * c);
      }
      rows.store(unit(firstUnit + u) + into, sum);
    }
  }

  /** Adds bit {@code from} of each byte as bit {@code to}. */
  private void addBit(Rows rows, Vec plane, Vec bytes, int from, int to) {
    rows.addField(plane, bytes, from - to, BIT_0 << to);
  }
}
