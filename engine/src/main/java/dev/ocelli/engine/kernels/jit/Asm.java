package dev.ocelli.engine.kernels.jit;

/**
 * An assembler for x86-64: one method an instruction, named and ordered as in Intel syntax
 * (destination first).
 *
 * <p>Vector instructions take VEX form where it exists and fits (registers below 16, up to 32
 * bytes, no broadcast), else EVEX form. Where the two have different names ({@code vpand} and
 * {@code vpandd}) the method has the older one.
 */
final class Asm extends Encoder {
  private static Op full(int map, int pp, int opcode) {
    return new Op(map, pp, 0, opcode, Tuple.FULL, Form.BOTH);
  }

  private static Op bytes(int map, int opcode) {
    return new Op(map, PP_66, 0, opcode, Tuple.FULL_MEM, Form.BOTH);
  }

  private static Op both(int map, int pp, int opcode, Tuple tuple) {
    return new Op(map, pp, 0, opcode, tuple, Form.BOTH);
  }

  private static Op evexOnly(int map, int pp, int opcode, Tuple tuple) {
    return new Op(map, pp, 0, opcode, tuple, Form.EVEX_ONLY);
  }

  private static Op vexOnly(int map, int opcode) {
    return new Op(map, PP_66, 0, opcode, Tuple.FULL_MEM, Form.VEX_ONLY);
  }

  // General purpose.

  void mov(Gpr dst, Gpr src) {
    rexW(0x89, src.number(), dst);
  }

  /** The value is extended with its sign to 64 bits. */
  void mov(Gpr dst, int value) {
    rexW(0xC7, 0, dst);
    emit32(value);
  }

  void mov(Gpr dst, Mem src) {
    rexMem(true, 0x8B, dst.number(), src);
  }

  void mov(Mem dst, Gpr src) {
    rexMem(true, 0x89, src.number(), dst);
  }

  /** Loads 4 bytes; the upper half of the register becomes zero. */
  void movd(Gpr dst, Mem src) {
    rexMem(false, 0x8B, dst.number(), src);
  }

  /** Stores the low 4 bytes. */
  void movd(Mem dst, Gpr src) {
    rexMem(false, 0x89, src.number(), dst);
  }

  /** Stores the low 2 bytes. */
  void movw(Mem dst, Gpr src) {
    emit(0x66);
    rexMem(false, 0x89, src.number(), dst);
  }

  void lea(Gpr dst, Mem src) {
    rexMem(true, 0x8D, dst.number(), src);
  }

  void add(Gpr dst, Gpr src) {
    rexW(0x01, src.number(), dst);
  }

  void add(Gpr dst, int value) {
    immediate(0, dst, value);
  }

  void sub(Gpr dst, Gpr src) {
    rexW(0x29, src.number(), dst);
  }

  void sub(Gpr dst, int value) {
    immediate(5, dst, value);
  }

  void and(Gpr dst, int value) {
    immediate(4, dst, value);
  }

  void cmp(Gpr a, Gpr b) {
    rexW(0x39, b.number(), a);
  }

  void cmp(Gpr a, int value) {
    immediate(7, a, value);
  }

  void test(Gpr a, Gpr b) {
    rexW(0x85, b.number(), a);
  }

  void dec(Gpr dst) {
    rexW(0xFF, 1, dst);
  }

  void shl(Gpr dst, int count) {
    rexW(0xC1, 4, dst);
    emit(count);
  }

  void shr(Gpr dst, int count) {
    rexW(0xC1, 5, dst);
    emit(count);
  }

  void push(Gpr src) {
    pushPop(0x50, src);
  }

  void pop(Gpr dst) {
    pushPop(0x58, dst);
  }

  void ret() {
    emit(0xC3);
  }

  void call(Gpr target) {
    if (target.number() > 7) {
      emit(0x41);
    }
    emit(0xFF);
    emit(0xD0 | target.number() & 7);
  }

  void jmp(Label target) {
    emit(0xE9);
    emitDistance(target, 0);
  }

  /** Jumps when the last result was not zero (operands differed). */
  void jnz(Label target) {
    jump(5, target);
  }

  /** Jumps when the last result was zero (operands were equal). */
  void jz(Label target) {
    jump(4, target);
  }

  /** Jumps when the first operand was less, as signed numbers. */
  void jl(Label target) {
    jump(12, target);
  }

  /** Asks for a line of memory in all caches. */
  void prefetcht0(Mem src) {
    prefetch(1, src);
  }

  void cpuid() {
    emit(0x0F);
    emit(0xA2);
  }

  void xgetbv() {
    emit(0x0F);
    emit(0x01);
    emit(0xD0);
  }

  private void immediate(int extension, Gpr dst, int value) {
    if (value == (byte) value) {
      rexW(0x83, extension, dst);
      emit(value);
    } else if (dst == Gpr.RAX) {
      emit(0x48);
      emit(extension << 3 | 5);
      emit32(value);
    } else {
      rexW(0x81, extension, dst);
      emit32(value);
    }
  }

  private void pushPop(int opcode, Gpr g) {
    if (g.number() > 7) {
      emit(0x41);
    }
    emit(opcode | g.number() & 7);
  }

  private void jump(int condition, Label target) {
    emit(0x0F);
    emit(0x80 | condition);
    emitDistance(target, 0);
  }

  // Moves, broadcasts, gathers.

  private static final Op MOVUPS_LOAD = both(MAP_0F, PP_NONE, 0x10, Tuple.FULL_MEM);
  private static final Op MOVUPS_STORE = both(MAP_0F, PP_NONE, 0x11, Tuple.FULL_MEM);
  private static final Op MOVD_LOAD = both(MAP_0F, PP_66, 0x6E, Tuple.SCALAR);
  private static final Op MOVD_STORE = both(MAP_0F, PP_66, 0x7E, Tuple.SCALAR);
  private static final Op PBROADCASTD = both(MAP_0F38, PP_66, 0x58, Tuple.SCALAR);
  private static final Op BROADCASTSS = both(MAP_0F38, PP_66, 0x18, Tuple.SCALAR);
  private static final Op BROADCASTI128 =
      new Op(MAP_0F38, PP_66, 0, 0x5A, Tuple.BYTES_16, Form.BOTH);
  private static final Op GATHERDD = both(MAP_0F38, PP_66, 0x90, Tuple.SCALAR);
  private static final Op EXTRACTI128 =
      new Op(MAP_0F3A, PP_66, 0, 0x39, Tuple.BYTES_16, Form.VEX_ONLY);
  private static final Op EXTRACTI64X4 =
      new Op(MAP_0F3A, PP_66, 1, 0x3B, Tuple.BYTES_32, Form.EVEX_ONLY);
  private static final Op PEXTRD = both(MAP_0F3A, PP_66, 0x16, Tuple.SCALAR);

  /** Copies a register, or loads from any address. */
  void vmovups(Vec dst, Operand src) {
    vector(MOVUPS_LOAD, dst, null, src, -1);
  }

  void vmovups(Mem dst, Vec src) {
    vector(MOVUPS_STORE, src, null, dst, -1);
  }

  /** Loads 4 bytes into the lowest lane; the others become zero. */
  void vmovd(Vec dst, Mem src) {
    vector(MOVD_LOAD, dst, null, src, -1);
  }

  void vmovd(Mem dst, Vec src) {
    vector(MOVD_STORE, src, null, dst, -1);
  }

  void vpbroadcastd(Vec dst, Operand src) {
    vector(PBROADCASTD, dst, null, src, -1);
  }

  void vbroadcastss(Vec dst, Operand src) {
    vector(BROADCASTSS, dst, null, src, -1);
  }

  /** Repeats 16 bytes of memory: vbroadcasti128, or vbroadcasti32x4 in EVEX form. */
  void vbroadcasti128(Vec dst, Mem src) {
    vector(BROADCASTI128, dst, null, src, -1);
  }

  /** Gathers dwords; lanes with a set top bit of {@code mask} are read, the mask becomes zero. */
  void vpgatherdd(Vec dst, Mem src, Vec mask) {
    vex(GATHERDD, dst.bytes(), dst.index(), mask.index(), src, -1);
  }

  /** Gathers dwords of the lanes set in mask register {@code k}, which becomes zero. */
  void vpgatherdd(Vec dst, Mem src, int k) {
    evex(GATHERDD, dst.bytes(), dst.index(), 0, src, k, -1);
  }

  /** Sets all 16 bits of a mask register. */
  void kxnorw(int dst) {
    Op op = new Op(MAP_0F, PP_NONE, 0, 0x46, Tuple.FULL, Form.VEX_ONLY);
    vex(op, 32, dst, dst, Vec.xmm(dst), -1);
  }

  /** Half 0 or 1 of a ymm register. */
  void vextracti128(Vec dst, Vec src, int half) {
    vector(EXTRACTI128, src, null, dst, half);
  }

  /** Half 0 or 1 of a zmm register. */
  void vextracti64x4(Vec dst, Vec src, int half) {
    vector(EXTRACTI64X4, src, null, dst, half);
  }

  void vpextrd(Mem dst, Vec src, int lane) {
    vector(PEXTRD, src, null, dst, lane);
  }

  void vzeroupper() {
    emit(0xC5);
    emit(0xF8);
    emit(0x77);
  }

  // Integer arithmetic and logic.

  private static final Op PADDD = full(MAP_0F, PP_66, 0xFE);
  private static final Op PSUBD = full(MAP_0F, PP_66, 0xFA);
  private static final Op PADDW = bytes(MAP_0F, 0xFD);
  private static final Op PADDB = bytes(MAP_0F, 0xFC);
  private static final Op PSUBB = bytes(MAP_0F, 0xF8);
  private static final Op PMULLD = full(MAP_0F38, PP_66, 0x40);
  private static final Op PMADDWD = bytes(MAP_0F, 0xF5);
  private static final Op PMADDUBSW = bytes(MAP_0F38, 0x04);
  private static final Op PAND = full(MAP_0F, PP_66, 0xDB);
  private static final Op POR = full(MAP_0F, PP_66, 0xEB);
  private static final Op PXOR = full(MAP_0F, PP_66, 0xEF);
  private static final Op PMAXUD = full(MAP_0F38, PP_66, 0x3F);
  private static final Op PCMPEQD = vexOnly(MAP_0F, 0x76);
  private static final Op PABSB = bytes(MAP_0F38, 0x1C);
  private static final Op PSIGNB = vexOnly(MAP_0F38, 0x08);
  private static final Op PHADDD = vexOnly(MAP_0F38, 0x02);
  private static final Op TERNLOGD = evexOnly(MAP_0F3A, PP_66, 0x25, Tuple.FULL);
  private static final Op SHIFT_W = bytes(MAP_0F, 0x71);
  private static final Op SHIFT_D = full(MAP_0F, PP_66, 0x72);
  private static final Op PDPBUSD = evexOnly(MAP_0F38, PP_66, 0x50, Tuple.FULL);
  private static final Op PDPWSSD = evexOnly(MAP_0F38, PP_66, 0x52, Tuple.FULL);

  void vpaddd(Vec dst, Vec a, Operand b) {
    vector(PADDD, dst, a, b, -1);
  }

  void vpsubd(Vec dst, Vec a, Operand b) {
    vector(PSUBD, dst, a, b, -1);
  }

  void vpaddw(Vec dst, Vec a, Operand b) {
    vector(PADDW, dst, a, b, -1);
  }

  void vpaddb(Vec dst, Vec a, Operand b) {
    vector(PADDB, dst, a, b, -1);
  }

  void vpsubb(Vec dst, Vec a, Operand b) {
    vector(PSUBB, dst, a, b, -1);
  }

  void vpmulld(Vec dst, Vec a, Operand b) {
    vector(PMULLD, dst, a, b, -1);
  }

  /** Sums of the products of two signed words. */
  void vpmaddwd(Vec dst, Vec a, Operand b) {
    vector(PMADDWD, dst, a, b, -1);
  }

  /** Saturated sums of the products of two unsigned bytes of a with two signed bytes of b. */
  void vpmaddubsw(Vec dst, Vec a, Operand b) {
    vector(PMADDUBSW, dst, a, b, -1);
  }

  void vpand(Vec dst, Vec a, Operand b) {
    vector(PAND, dst, a, b, -1);
  }

  void vpor(Vec dst, Vec a, Operand b) {
    vector(POR, dst, a, b, -1);
  }

  void vpxor(Vec dst, Vec a, Operand b) {
    vector(PXOR, dst, a, b, -1);
  }

  void vpmaxud(Vec dst, Vec a, Operand b) {
    vector(PMAXUD, dst, a, b, -1);
  }

  void vpcmpeqd(Vec dst, Vec a, Operand b) {
    vector(PCMPEQD, dst, a, b, -1);
  }

  void vpabsb(Vec dst, Operand a) {
    vector(PABSB, dst, null, a, -1);
  }

  /** Bytes of a, negated where b is negative, zero where b is zero. */
  void vpsignb(Vec dst, Vec a, Operand b) {
    vector(PSIGNB, dst, a, b, -1);
  }

  /** Sums of neighbours: those of a in the low, of b in the high half of each 16 bytes. */
  void vphaddd(Vec dst, Vec a, Operand b) {
    vector(PHADDD, dst, a, b, -1);
  }

  /** Any function of three bits: bit {@code 4 dst + 2 a + b} of the table. */
  void vpternlogd(Vec dst, Vec a, Operand b, int table) {
    vector(TERNLOGD, dst, a, b, table);
  }

  void vpsrlw(Vec dst, Vec a, int count) {
    vector(SHIFT_W, a.bytes(), 2, dst.index(), a, count);
  }

  void vpsllw(Vec dst, Vec a, int count) {
    vector(SHIFT_W, a.bytes(), 6, dst.index(), a, count);
  }

  void vpsrld(Vec dst, Vec a, int count) {
    vector(SHIFT_D, a.bytes(), 2, dst.index(), a, count);
  }

  void vpsrad(Vec dst, Vec a, int count) {
    vector(SHIFT_D, a.bytes(), 4, dst.index(), a, count);
  }

  void vpslld(Vec dst, Vec a, int count) {
    vector(SHIFT_D, a.bytes(), 6, dst.index(), a, count);
  }

  /** Adds the products of four unsigned bytes of a with four signed bytes of b (AVX-512). */
  void vpdpbusd(Vec dst, Vec a, Operand b) {
    vector(PDPBUSD, dst, a, b, -1);
  }

  /** The same in VEX form (AVX-VNNI). */
  void vpdpbusdVex(Vec dst, Vec a, Operand b) {
    vex(PDPBUSD, dst.bytes(), dst.index(), a.index(), b, -1);
  }

  /** Adds the products of two signed words (AVX-512). */
  void vpdpwssd(Vec dst, Vec a, Operand b) {
    vector(PDPWSSD, dst, a, b, -1);
  }

  /** The same in VEX form (AVX-VNNI). */
  void vpdpwssdVex(Vec dst, Vec a, Operand b) {
    vex(PDPWSSD, dst.bytes(), dst.index(), a.index(), b, -1);
  }

  // Permutations and conversions.

  private static final Op PSHUFB = bytes(MAP_0F38, 0x00);
  private static final Op PSHUFD = full(MAP_0F, PP_66, 0x70);
  private static final Op PERMD = full(MAP_0F38, PP_66, 0x36);
  private static final Op PERMQ = new Op(MAP_0F3A, PP_66, 1, 0x00, Tuple.FULL_MEM, Form.BOTH);
  private static final Op PACKSSDW = full(MAP_0F, PP_66, 0x6B);
  private static final Op PACKSSWB = bytes(MAP_0F, 0x63);
  private static final Op PMOVZXBD = both(MAP_0F38, PP_66, 0x31, Tuple.QUARTER);
  private static final Op PMOVSXBD = both(MAP_0F38, PP_66, 0x21, Tuple.QUARTER);
  private static final Op PMOVZXBW = both(MAP_0F38, PP_66, 0x30, Tuple.HALF);
  private static final Op PMOVSXBW = both(MAP_0F38, PP_66, 0x20, Tuple.HALF);
  private static final Op PMOVZXWD = both(MAP_0F38, PP_66, 0x33, Tuple.HALF);
  private static final Op PMOVDW = evexOnly(MAP_0F38, PP_F3, 0x33, Tuple.HALF);
  private static final Op CVTPH2PS = both(MAP_0F38, PP_66, 0x13, Tuple.HALF);
  private static final Op CVTPS2PH = both(MAP_0F3A, PP_66, 0x1D, Tuple.HALF);
  private static final Op CVTDQ2PS = full(MAP_0F, PP_NONE, 0x5B);
  private static final Op CVTPS2DQ = full(MAP_0F, PP_66, 0x5B);

  void vpshufb(Vec dst, Vec a, Operand control) {
    vector(PSHUFB, dst, a, control, -1);
  }

  void vpshufd(Vec dst, Operand a, int order) {
    vector(PSHUFD, dst, null, a, order);
  }

  void vpermd(Vec dst, Vec index, Operand a) {
    vector(PERMD, dst, index, a, -1);
  }

  void vpermq(Vec dst, Operand a, int order) {
    vector(PERMQ, dst, null, a, order);
  }

  void vpackssdw(Vec dst, Vec a, Operand b) {
    vector(PACKSSDW, dst, a, b, -1);
  }

  void vpacksswb(Vec dst, Vec a, Operand b) {
    vector(PACKSSWB, dst, a, b, -1);
  }

  void vpmovzxbd(Vec dst, Operand a) {
    vector(PMOVZXBD, dst.bytes(), dst.index(), 0, a, -1);
  }

  void vpmovsxbd(Vec dst, Operand a) {
    vector(PMOVSXBD, dst.bytes(), dst.index(), 0, a, -1);
  }

  void vpmovzxbw(Vec dst, Operand a) {
    vector(PMOVZXBW, dst.bytes(), dst.index(), 0, a, -1);
  }

  void vpmovsxbw(Vec dst, Operand a) {
    vector(PMOVSXBW, dst.bytes(), dst.index(), 0, a, -1);
  }

  void vpmovzxwd(Vec dst, Operand a) {
    vector(PMOVZXWD, dst.bytes(), dst.index(), 0, a, -1);
  }

  /** Stores the low word of each dword. */
  void vpmovdw(Mem dst, Vec src) {
    vector(PMOVDW, src, null, dst, -1);
  }

  /** {@code dst} has half the width of {@code src}. */
  void vpmovdw(Vec dst, Vec src) {
    vector(PMOVDW, src, null, dst, -1);
  }

  void vcvtph2ps(Vec dst, Operand a) {
    vector(CVTPH2PS, dst.bytes(), dst.index(), 0, a, -1);
  }

  /** Rounds to the nearest, ties to even; {@code dst} has half the width of {@code a}. */
  void vcvtps2ph(Vec dst, Vec a) {
    vector(CVTPS2PH, a, null, dst, 0);
  }

  void vcvtdq2ps(Vec dst, Operand a) {
    vector(CVTDQ2PS, dst, null, a, -1);
  }

  /** Rounds to the nearest integer, ties to even. */
  void vcvtps2dq(Vec dst, Operand a) {
    vector(CVTPS2DQ, dst, null, a, -1);
  }

  // Floating point.

  private static final Op ADDPS = full(MAP_0F, PP_NONE, 0x58);
  private static final Op MULPS = full(MAP_0F, PP_NONE, 0x59);
  private static final Op SUBPS = full(MAP_0F, PP_NONE, 0x5C);
  private static final Op MAXPS = full(MAP_0F, PP_NONE, 0x5F);
  private static final Op MINPS = full(MAP_0F, PP_NONE, 0x5D);
  private static final Op DIVPS = full(MAP_0F, PP_NONE, 0x5E);
  private static final Op FMADD231PS = full(MAP_0F38, PP_66, 0xB8);
  private static final Op FNMADD231PS = full(MAP_0F38, PP_66, 0xBC);
  private static final Op FMADD213PS = full(MAP_0F38, PP_66, 0xA8);
  private static final Op DPBF16PS = evexOnly(MAP_0F38, PP_F3, 0x52, Tuple.FULL);
  private static final Op CVTNEPS2BF16 = evexOnly(MAP_0F38, PP_F3, 0x72, Tuple.FULL);

  void vaddps(Vec dst, Vec a, Operand b) {
    vector(ADDPS, dst, a, b, -1);
  }

  void vmulps(Vec dst, Vec a, Operand b) {
    vector(MULPS, dst, a, b, -1);
  }

  void vsubps(Vec dst, Vec a, Operand b) {
    vector(SUBPS, dst, a, b, -1);
  }

  void vmaxps(Vec dst, Vec a, Operand b) {
    vector(MAXPS, dst, a, b, -1);
  }

  void vminps(Vec dst, Vec a, Operand b) {
    vector(MINPS, dst, a, b, -1);
  }

  void vdivps(Vec dst, Vec a, Operand b) {
    vector(DIVPS, dst, a, b, -1);
  }

  /** {@code dst = a * b + dst}, rounded once. */
  void vfmadd231ps(Vec dst, Vec a, Operand b) {
    vector(FMADD231PS, dst, a, b, -1);
  }

  /** {@code dst = -(a * b) + dst}, rounded once. */
  void vfnmadd231ps(Vec dst, Vec a, Operand b) {
    vector(FNMADD231PS, dst, a, b, -1);
  }

  /** {@code dst = a * dst + b}, rounded once. */
  void vfmadd213ps(Vec dst, Vec a, Operand b) {
    vector(FMADD213PS, dst, a, b, -1);
  }

  /** Adds the products of two bfloat16 pairs; subnormals count as zero (AVX512_BF16). */
  void vdpbf16ps(Vec dst, Vec a, Operand b) {
    vector(DPBF16PS, dst, a, b, -1);
  }

  /** Rounds float32 to bfloat16; {@code dst} has half the width of {@code a} (AVX512_BF16). */
  void vcvtneps2bf16(Vec dst, Vec a) {
    vector(CVTNEPS2BF16, a.bytes(), dst.index(), 0, a, -1);
  }
}
