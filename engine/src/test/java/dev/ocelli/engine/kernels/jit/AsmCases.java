package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Instructions as text for GNU {@code as} and as calls of {@link Asm}: the two must agree. */
final class AsmCases {
  private interface TwoOperands {
    void emit(Asm a, Vec dst, Operand src);
  }

  private interface ThreeOperands {
    void emit(Asm a, Vec dst, Vec first, Operand second);
  }

  private interface WithImmediate {
    void emit(Asm a, Vec dst, Operand src, int immediate);
  }

  private interface Shift {
    void emit(Asm a, Vec dst, Vec src, int count);
  }

  private static final Mem[] MEMORY = {
    Mem.at(RDI, 0),
    Mem.at(RBP, 0),
    Mem.at(R13, 64),
    Mem.at(RSP, -128),
    Mem.at(R12, 36),
    Mem.at(RAX, 4096),
    Mem.at(R8, RSI, 4, 128),
    Mem.at(RDX, R9, 8, 1000),
    Mem.at(RBX, RBP, 1, 0),
  };

  /** The forms that scaled displacements can get wrong. */
  private static final Mem[] FEW = {MEMORY[2], MEMORY[4], MEMORY[7]};

  private final Map<String, Consumer<Asm>> cases = new LinkedHashMap<>();

  /** All cases by their text. */
  static Map<String, Consumer<Asm>> all() {
    AsmCases c = new AsmCases();
    c.generalPurpose();
    c.memoryMoves();
    c.integer();
    c.conversions();
    c.floats();
    c.constants();
    return c.cases;
  }

  private void add(String text, Consumer<Asm> call) {
    if (cases.put(text, call) != null) {
      throw new IllegalStateException("listed twice: " + text);
    }
  }

  private static String name(Gpr g) {
    return g.name().toLowerCase(Locale.ROOT);
  }

  private static String name(Vec v) {
    return (v.bytes() == 64 ? "zmm" : v.bytes() == 32 ? "ymm" : "xmm") + v.index();
  }

  private static String name(Operand o, int width) {
    return switch (o) {
      case Vec v -> name(v);
      case Mem m -> {
        StringBuilder s = new StringBuilder("[" + name(java.util.Objects.requireNonNull(m.base())));
        if (m.index() != null) {
          s.append('+').append(name(m.index())).append('*').append(m.scale());
        }
        if (m.vectorIndex() != null) {
          s.append('+').append(name(m.vectorIndex())).append("*1");
        }
        if (m.disp() != 0) {
          s.append(m.disp() < 0 ? "" : "+").append(m.disp());
        }
        s.append(']');
        if (m.broadcast()) {
          s.append("{1to").append(width / 4).append('}');
        }
        yield s.toString();
      }
    };
  }

  private void generalPurpose() {
    Gpr[] some = {RAX, RBX, RSI, R8, R15};
    for (Gpr a : some) {
      String x = name(a);
      for (Gpr b : some) {
        String y = name(b);
        add("mov %s, %s".formatted(x, y), s -> s.mov(a, b));
        add("add %s, %s".formatted(x, y), s -> s.add(a, b));
        add("sub %s, %s".formatted(x, y), s -> s.sub(a, b));
        add("cmp %s, %s".formatted(x, y), s -> s.cmp(a, b));
        add("test %s, %s".formatted(x, y), s -> s.test(a, b));
      }
      for (int v : new int[] {1, -64, 127, 128, 100000}) {
        add("mov %s, %d".formatted(x, v), s -> s.mov(a, v));
        add("add %s, %d".formatted(x, v), s -> s.add(a, v));
        add("sub %s, %d".formatted(x, v), s -> s.sub(a, v));
        add("and %s, %d".formatted(x, v), s -> s.and(a, v));
        add("cmp %s, %d".formatted(x, v), s -> s.cmp(a, v));
      }
      for (Mem m : MEMORY) {
        String t = name(m, 8);
        add("mov %s, %s".formatted(x, t), s -> s.mov(a, m));
        add("mov %s, %s".formatted(t, x), s -> s.mov(m, a));
        add("lea %s, %s".formatted(x, t), s -> s.lea(a, m));
      }
      add("dec " + x, s -> s.dec(a));
      add("shl %s, 5".formatted(x), s -> s.shl(a, 5));
      add("shr %s, 2".formatted(x), s -> s.shr(a, 2));
      add("push " + x, s -> s.push(a));
      add("pop " + x, s -> s.pop(a));
      add("call " + x, s -> s.call(a));
    }
    add("mov ecx, [r9+8]", s -> s.movd(RCX, Mem.at(R9, 8)));
    add("mov [rdi+rcx*4], r10d", s -> s.movd(Mem.at(RDI, RCX, 4, 0), R10));
    for (Mem m : MEMORY) {
      add("mov %s, ax".formatted(name(m, 2)), s -> s.movw(m, RAX));
      add("mov %s, r11w".formatted(name(m, 2)), s -> s.movw(m, R11));
    }
    add("mov eax, [rdx]", s -> s.movd(RAX, Mem.at(RDX, 0)));
    for (Mem m : MEMORY) {
      add("prefetcht0 " + name(m, 64), s -> s.prefetcht0(m));
    }
    add("ret", Asm::ret);
    add("cpuid", Asm::cpuid);
    add("xgetbv", Asm::xgetbv);
    add("vzeroupper", Asm::vzeroupper);
    jump("jnz", Asm::jnz);
    jump("jz", Asm::jz);
    jump("jl", Asm::jl);
    jump("jmp", Asm::jmp);
  }

  private interface Jump {
    void emit(Asm a, Label target);
  }

  private void jump(String name, Jump jump) {
    add(
        "1: nop; {disp32} %s 1b".formatted(name),
        s -> {
          Label back = s.here();
          s.emit(0x90);
          jump.emit(s, back);
        });
    add(
        "{disp32} %s 1f; nop; 1: nop".formatted(name),
        s -> {
          Label forward = new Label();
          jump.emit(s, forward);
          s.emit(0x90);
          s.bind(forward);
          s.emit(0x90);
        });
  }

  private void memoryMoves() {
    for (int width : new int[] {16, 32, 64}) {
      for (int r : registers(width)) {
        Vec v = new Vec(r, width);
        for (Mem m : MEMORY) {
          add("vmovups %s, %s".formatted(name(v), name(m, width)), s -> s.vmovups(v, m));
          add("vmovups %s, %s".formatted(name(m, width), name(v)), s -> s.vmovups(m, v));
        }
      }
      two("vmovups", new int[] {width}, false, false, Asm::vmovups);
    }
    for (int r : registers(64)) {
      Vec v = Vec.xmm(r);
      for (Mem m : MEMORY) {
        add("vmovd %s, DWORD PTR %s".formatted(name(v), name(m, 16)), s -> s.vmovd(v, m));
        add("vmovd DWORD PTR %s, %s".formatted(name(m, 16), name(v)), s -> s.vmovd(m, v));
        if (r < 16) {
          add("vpextrd %s, %s, 3".formatted(name(m, 16), name(v)), s -> s.vpextrd(m, v, 3));
        }
      }
    }
    two("vpbroadcastd", new int[] {32, 64}, true, false, Asm::vpbroadcastd, 16);
    two("vbroadcastss", new int[] {32, 64}, true, false, Asm::vbroadcastss, 16);
    for (Mem m : MEMORY) {
      String t = name(m, 16);
      add("vbroadcasti128 ymm5, " + t, s -> s.vbroadcasti128(Vec.ymm(5), m));
      add("vbroadcasti32x4 zmm21, " + t, s -> s.vbroadcasti128(Vec.zmm(21), m));
      add("vextracti128 %s, ymm9, 1".formatted(t), s -> extract(s, m));
    }
    add("vextracti128 xmm3, ymm12, 1", s -> s.vextracti128(Vec.xmm(3), Vec.ymm(12), 1));
    add("vextracti64x4 ymm3, zmm12, 1", s -> s.vextracti64x4(Vec.ymm(3), Vec.zmm(12), 1));
    add("vextracti64x4 ymm19, zmm25, 1", s -> s.vextracti64x4(Vec.ymm(19), Vec.zmm(25), 1));
    add(
        "vpgatherdd ymm3, [rsi+ymm12*1+40], ymm7",
        s -> s.vpgatherdd(Vec.ymm(3), Mem.gather(RSI, Vec.ymm(12), 40), Vec.ymm(7)));
    add(
        "vpgatherdd ymm13, [r9+ymm2*1], ymm9",
        s -> s.vpgatherdd(Vec.ymm(13), Mem.gather(R9, Vec.ymm(2), 0), Vec.ymm(9)));
    add(
        "vpgatherdd zmm3{k1}, [rsi+zmm12*1+40]",
        s -> s.vpgatherdd(Vec.zmm(3), Mem.gather(RSI, Vec.zmm(12), 40), 1));
    add(
        "vpgatherdd zmm20{k2}, [r12+zmm31*1+900]",
        s -> s.vpgatherdd(Vec.zmm(20), Mem.gather(R12, Vec.zmm(31), 900), 2));
    add("kxnorw k1, k1, k1", s -> s.kxnorw(1));
  }

  private static void extract(Asm s, Mem m) {
    s.vector(
        new Encoder.Op(
            Encoder.MAP_0F3A,
            Encoder.PP_66,
            0,
            0x39,
            Encoder.Tuple.BYTES_16,
            Encoder.Form.VEX_ONLY),
        Vec.ymm(9),
        null,
        m,
        1);
  }

  private void integer() {
    three("vpaddd", true, Asm::vpaddd);
    three("vpsubd", true, Asm::vpsubd);
    three("vpaddw", false, Asm::vpaddw);
    three("vpaddb", false, Asm::vpaddb);
    three("vpsubb", false, Asm::vpsubb);
    three("vpmulld", true, Asm::vpmulld);
    three("vpmaddwd", false, Asm::vpmaddwd);
    three("vpmaddubsw", false, Asm::vpmaddubsw);
    logic("vpand", Asm::vpand);
    logic("vpor", Asm::vpor);
    logic("vpxor", Asm::vpxor);
    three("vpmaxud", true, Asm::vpmaxud);
    three("vpcmpeqd", new int[] {16, 32}, "", false, Asm::vpcmpeqd);
    two("vpabsb", new int[] {32, 64}, true, false, Asm::vpabsb);
    three("vpsignb", new int[] {32}, "", false, Asm::vpsignb);
    three("vphaddd", new int[] {16, 32}, "", false, Asm::vphaddd);
    shift("vpsrlw", Asm::vpsrlw);
    shift("vpsllw", Asm::vpsllw);
    shift("vpsrld", Asm::vpsrld);
    shift("vpsrad", Asm::vpsrad);
    shift("vpslld", Asm::vpslld);
    three("{evex} vpdpbusd", new int[] {32, 64}, "", true, Asm::vpdpbusd);
    three("{evex} vpdpwssd", new int[] {32, 64}, "", true, Asm::vpdpwssd);
    three("{vex} vpdpbusd", new int[] {32}, "", false, Asm::vpdpbusdVex);
    three("{vex} vpdpwssd", new int[] {32}, "", false, Asm::vpdpwssdVex);
    for (int width : new int[] {32, 64}) {
      Vec d = new Vec(17, width);
      Vec a = new Vec(6, width);
      Operand[] sources = {new Vec(27, width), MEMORY[2], MEMORY[4].repeated()};
      for (Operand b : sources) {
        add(
            "vpternlogd %s, %s, %s, 0xea".formatted(name(d), name(a), name(b, width)),
            s -> s.vpternlogd(d, a, b, 0xEA));
      }
    }
  }

  private void conversions() {
    three("vpshufb", false, Asm::vpshufb);
    immediate("vpshufd", new int[] {16, 32, 64}, Asm::vpshufd);
    three("vpermd", new int[] {32, 64}, "", true, Asm::vpermd);
    immediate("vpermq", new int[] {32, 64}, Asm::vpermq);
    three("vpackssdw", true, Asm::vpackssdw);
    three("vpacksswb", false, Asm::vpacksswb);
    two("vpmovzxbd", new int[] {32, 64}, true, false, Asm::vpmovzxbd, -4);
    two("vpmovsxbd", new int[] {32, 64}, true, false, Asm::vpmovsxbd, -4);
    two("vpmovzxbw", new int[] {32, 64}, true, false, Asm::vpmovzxbw, -2);
    two("vpmovsxbw", new int[] {32, 64}, true, false, Asm::vpmovsxbw, -2);
    two("vpmovzxwd", new int[] {32, 64}, true, false, Asm::vpmovzxwd, -2);
    two("vcvtph2ps", new int[] {32, 64}, true, false, Asm::vcvtph2ps, -2);
    two("vcvtdq2ps", new int[] {32, 64}, true, true, Asm::vcvtdq2ps);
    two("vcvtps2dq", new int[] {32, 64}, true, true, Asm::vcvtps2dq);
    for (Mem m : MEMORY) {
      add("vpmovdw %s, zmm18".formatted(name(m, 64)), s -> s.vpmovdw(m, Vec.zmm(18)));
    }
    for (int width : new int[] {32, 64}) {
      for (int r : registers(width)) {
        Vec v = new Vec(r, width);
        Vec half = new Vec(width == 64 ? 31 - r : 3, width / 2);
        add("vcvtps2ph %s, %s, 0".formatted(name(half), name(v)), s -> s.vcvtps2ph(half, v));
      }
    }
    add("vpmovdw ymm21, zmm18", s -> s.vpmovdw(Vec.ymm(21), Vec.zmm(18)));
    add("vcvtneps2bf16 xmm2, xmm17", s -> s.vcvtneps2bf16(Vec.xmm(2), Vec.xmm(17)));
    add("vcvtneps2bf16 ymm3, zmm19", s -> s.vcvtneps2bf16(Vec.ymm(3), Vec.zmm(19)));
  }

  private void floats() {
    three("vaddps", true, Asm::vaddps);
    three("vmulps", true, Asm::vmulps);
    three("vsubps", true, Asm::vsubps);
    three("vmaxps", true, Asm::vmaxps);
    three("vminps", true, Asm::vminps);
    three("vdivps", true, Asm::vdivps);
    three("vfmadd231ps", true, Asm::vfmadd231ps);
    three("vfnmadd231ps", true, Asm::vfnmadd231ps);
    three("vfmadd213ps", true, Asm::vfmadd213ps);
    three("vdpbf16ps", new int[] {64}, "", true, Asm::vdpbf16ps);
  }

  /** Data after the code is addressed from the end of the instruction, its immediate included. */
  private void constants() {
    add(
        "vmovups ymm3, [rip+9f]; vpshufd ymm4, [rip+9f], 7; .balign 64, 0xcc; 9: .long 1, 2",
        s -> {
          Mem c = s.constant(new byte[] {1, 0, 0, 0, 2, 0, 0, 0});
          s.vmovups(Vec.ymm(3), c);
          s.vpshufd(Vec.ymm(4), c, 7);
        });
    add(
        "vpaddd zmm30, zmm3, [rip+9f]{1to16}; .balign 64, 0xcc; 9: .long 7",
        s -> s.vpaddd(Vec.zmm(30), Vec.zmm(3), s.constant(new byte[] {7, 0, 0, 0}).repeated()));
  }

  private static int[] registers(int width) {
    return width == 64 ? new int[] {1, 9, 17, 31} : new int[] {1, 9};
  }

  private void two(String name, int[] widths, boolean memory, boolean repeated, TwoOperands call) {
    two(name, widths, memory, repeated, call, 0);
  }

  /** {@code sourceWidth}: 0 as the destination, negative a part of it, else bytes. */
  private void two(
      String name,
      int[] widths,
      boolean memory,
      boolean repeated,
      TwoOperands call,
      int sourceWidth) {
    for (int width : widths) {
      int source = sourceWidth == 0 ? width : sourceWidth < 0 ? width / -sourceWidth : sourceWidth;
      for (int r : registers(width)) {
        Vec d = new Vec(r, width);
        Vec v = new Vec(width == 64 ? 31 - r : 3, source);
        add("%s %s, %s".formatted(name, name(d), name(v)), s -> call.emit(s, d, v));
        if (memory) {
          for (Mem m : FEW) {
            add("%s %s, %s".formatted(name, name(d), name(m, width)), s -> call.emit(s, d, m));
            if (repeated && width == 64) {
              Mem b = m.repeated();
              add("%s %s, %s".formatted(name, name(d), name(b, width)), s -> call.emit(s, d, b));
            }
          }
        }
      }
    }
  }

  private void three(String name, boolean repeated, ThreeOperands call) {
    three(name, new int[] {16, 32, 64}, "", repeated, call);
  }

  /** Instructions whose EVEX form is named after the element size. */
  private void logic(String name, ThreeOperands call) {
    three(name, new int[] {16, 32}, "", false, call);
    three(name, new int[] {64}, "d", true, call);
  }

  private void three(
      String name, int[] widths, String suffix, boolean repeated, ThreeOperands call) {
    for (int width : widths) {
      for (int r : registers(width)) {
        Vec d = new Vec(r, width);
        Vec a = new Vec((r + 5) % (width == 64 ? 32 : 16), width);
        Vec b = new Vec(width == 64 ? 31 - r : 3, width);
        String start = "%s%s %s, %s, ".formatted(name, suffix, name(d), name(a));
        add(start + name(b), s -> call.emit(s, d, a, b));
        for (Mem m : FEW) {
          add(start + name(m, width), s -> call.emit(s, d, a, m));
          if (repeated && width == 64) {
            Mem e = m.repeated();
            add(start + name(e, width), s -> call.emit(s, d, a, e));
          }
        }
      }
    }
  }

  private void immediate(String name, int[] widths, WithImmediate call) {
    for (int width : widths) {
      for (int r : registers(width)) {
        Vec d = new Vec(r, width);
        Operand[] sources = {new Vec(width == 64 ? 31 - r : 3, width), MEMORY[2], MEMORY[6]};
        for (Operand o : sources) {
          add(
              "%s %s, %s, 0xd8".formatted(name, name(d), name(o, width)),
              s -> call.emit(s, d, o, 0xD8));
        }
      }
    }
  }

  private void shift(String name, Shift call) {
    for (int width : new int[] {16, 32, 64}) {
      for (int r : registers(width)) {
        Vec d = new Vec(r, width);
        Vec a = new Vec(width == 64 ? 31 - r : 11, width);
        add("%s %s, %s, 4".formatted(name, name(d), name(a)), s -> call.emit(s, d, a, 4));
      }
    }
  }

  /** Writes the listing that {@code as} assembles: a label before each instruction. */
  public static void main(String[] args) throws Exception {
    StringBuilder s = new StringBuilder(".intel_syntax noprefix\n");
    int i = 0;
    for (String text : all().keySet()) {
      s.append(".section .text.c%04d,\"ax\"\n".formatted(i++));
      s.append(text).append('\n');
    }
    Files.writeString(Path.of(args[0]), s.toString(), StandardCharsets.US_ASCII);
  }
}
