package dev.ocelli.engine.kernels.jit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prefixes, operands and labels of x86-64 code: the part of the assembler that {@link Asm}'s
 * instructions share. Source: Intel SDM volume 2, chapters 2.1 (REX), 2.3 (VEX), 2.7 (EVEX).
 *
 * <p>Encodings are the shortest ones, as GNU {@code as} chooses them, so that its output can be
 * compared byte for byte.
 */
abstract class Encoder {
  /** Opcode maps of VEX and EVEX prefixes. */
  static final int MAP_0F = 1;

  static final int MAP_0F38 = 2;
  static final int MAP_0F3A = 3;

  /** Implied legacy prefixes. */
  static final int PP_NONE = 0;

  static final int PP_66 = 1;
  static final int PP_F3 = 2;
  static final int PP_F2 = 3;

  /** The memory an EVEX instruction touches, by which its one-byte displacement is scaled. */
  enum Tuple {
    /** A whole vector, or one 4-byte element that is broadcast. */
    FULL,
    /** A whole vector; no broadcast. */
    FULL_MEM,
    /** Half a vector. */
    HALF,
    /** A quarter of a vector. */
    QUARTER,
    /** Four bytes. */
    SCALAR,
    /** Sixteen bytes. */
    BYTES_16,
    /** Thirty-two bytes. */
    BYTES_32
  }

  /** Which prefixes an instruction has. */
  enum Form {
    VEX_ONLY,
    EVEX_ONLY,
    BOTH
  }

  /**
   * The fixed part of a vector instruction.
   *
   * @param map opcode map
   * @param pp implied prefix
   * @param w the W bit
   * @param opcode the opcode byte
   * @param tuple unit of short displacements in EVEX form
   * @param form prefixes it has
   */
  record Op(int map, int pp, int w, int opcode, Tuple tuple, Form form) {}

  private record Fixup(int at, int end, Label label) {}

  private record Constant(Label label, byte[] bytes) {}

  private byte[] code = new byte[1024];
  private int size;
  private final List<Fixup> fixups = new ArrayList<>();
  private final List<Constant> constants = new ArrayList<>();

  /** Binds a label to the current position. */
  void bind(Label label) {
    if (label.position >= 0) {
      throw new IllegalStateException("label bound twice");
    }
    label.position = size;
  }

  /** A new label at the current position, for loops. */
  Label here() {
    Label label = new Label();
    bind(label);
    return label;
  }

  /** Data placed after the code, 64-byte aligned; equal data is stored once. */
  Mem constant(byte[] bytes) {
    for (Constant c : constants) {
      if (Arrays.equals(c.bytes, bytes)) {
        return Mem.at(c.label);
      }
    }
    Constant c = new Constant(new Label(), bytes.clone());
    constants.add(c);
    return Mem.at(c.label);
  }

  /** The finished code with its constants; nothing can be added afterwards. */
  byte[] finish() {
    for (Constant c : constants) {
      while (size % 64 != 0) {
        emit(0xCC);
      }
      bind(c.label);
      for (byte b : c.bytes) {
        emit(b);
      }
    }
    for (Fixup f : fixups) {
      if (f.label.position < 0) {
        throw new IllegalStateException("label used but never bound");
      }
      int distance = f.label.position - f.end;
      for (int i = 0; i < 4; i++) {
        code[f.at + i] = (byte) (distance >> 8 * i);
      }
    }
    return Arrays.copyOf(code, size);
  }

  final int size() {
    return size;
  }

  final void emit(int b) {
    if (size == code.length) {
      code = Arrays.copyOf(code, 2 * size);
    }
    code[size++] = (byte) b;
  }

  final void emit32(int v) {
    emit(v);
    emit(v >> 8);
    emit(v >> 16);
    emit(v >> 24);
  }

  /** A 4-byte distance to a label, followed by {@code trailing} more bytes of the instruction. */
  final void emitDistance(Label label, int trailing) {
    fixups.add(new Fixup(size, size + 4 + trailing, label));
    emit32(0);
  }

  /** A general purpose instruction with a 64-bit operand size. */
  final void rexW(int opcode, int reg, Gpr rm) {
    emit(0x48 | (reg >> 3) << 2 | rm.number() >> 3);
    emit(opcode);
    emit(0xC0 | (reg & 7) << 3 | rm.number() & 7);
  }

  /** A general purpose instruction with a memory operand; {@code wide} for 64 bits, else 32. */
  final void rexMem(boolean wide, int opcode, int reg, Mem m) {
    int rex = (wide ? 8 : 0) | (reg >> 3) << 2 | high(m.index()) << 1 | high(m.base());
    if (rex != 0) {
      emit(0x40 | rex);
    }
    emit(opcode);
    modrm(reg, m, 1, 0);
  }

  /** A prefetch with the level in the register field. */
  final void prefetch(int level, Mem m) {
    int rex = high(m.index()) << 1 | high(m.base());
    if (rex != 0) {
      emit(0x40 | rex);
    }
    emit(0x0F);
    emit(0x18);
    modrm(level, m, 1, 0);
  }

  /** {@code op reg, vvvv, rm [, imm]}; vvvv null when unused, imm negative when there is none. */
  final void vector(Op op, Vec reg, @Nullable Vec vvvv, Operand rm, int imm) {
    int width = reg.bytes();
    if (vvvv != null) {
      width = Math.max(width, vvvv.bytes());
    }
    if (rm instanceof Vec v) {
      width = Math.max(width, v.bytes());
    }
    vector(op, width, reg.index(), vvvv == null ? 0 : vvvv.index(), rm, imm);
  }

  /** The same with the width given, for opcode extensions in place of a register. */
  final void vector(Op op, int width, int reg, int vvvv, Operand rm, int imm) {
    boolean evex =
        op.form == Form.EVEX_ONLY
            || width == 64
            || reg > 15
            || vvvv > 15
            || rm instanceof Vec v && v.index() > 15
            || rm instanceof Mem m && m.broadcast();
    if (evex) {
      if (op.form == Form.VEX_ONLY) {
        throw new IllegalArgumentException("instruction has no EVEX form");
      }
      evex(op, width, reg, vvvv, rm, 0, imm);
    } else {
      vex(op, width, reg, vvvv, rm, imm);
    }
  }

  final void vex(Op op, int width, int reg, int vvvv, Operand rm, int imm) {
    int x = rm instanceof Mem m ? high(m.index()) | highVector(m.vectorIndex()) : 0;
    int b = rm instanceof Vec v ? v.index() >> 3 : high(((Mem) rm).base());
    int tail = (~vvvv & 15) << 3 | (width == 32 ? 4 : 0) | op.pp;
    if (x == 0 && b == 0 && op.w == 0 && op.map == MAP_0F) {
      emit(0xC5);
      emit((~reg >> 3 & 1) << 7 | tail);
    } else {
      emit(0xC4);
      emit((~reg >> 3 & 1) << 7 | (~x & 1) << 6 | (~b & 1) << 5 | op.map);
      emit(op.w << 7 | tail);
    }
    emit(op.opcode);
    operand(reg, rm, 1, imm >= 0 ? 1 : 0);
    if (imm >= 0) {
      emit(imm);
    }
  }

  /** {@code mask} is the number of the mask register, 0 for none. */
  final void evex(Op op, int width, int reg, int vvvv, Operand rm, int mask, int imm) {
    boolean repeated = false;
    int x;
    int b;
    int vHigh = vvvv >> 4;
    switch (rm) {
      case Vec v -> {
        x = v.index() >> 4;
        b = v.index() >> 3;
      }
      case Mem m -> {
        repeated = m.broadcast();
        x = high(m.index()) | highVector(m.vectorIndex());
        b = high(m.base());
        Vec index = m.vectorIndex();
        if (index != null) {
          vHigh = index.index() >> 4;
        }
      }
    }
    emit(0x62);
    emit((~reg >> 3 & 1) << 7 | (~x & 1) << 6 | (~b & 1) << 5 | (~reg >> 4 & 1) << 4 | op.map);
    emit(op.w << 7 | (~vvvv & 15) << 3 | 4 | op.pp);
    int length = width == 64 ? 2 : width == 32 ? 1 : 0;
    emit(length << 5 | (repeated ? 16 : 0) | (~vHigh & 1) << 3 | mask);
    emit(op.opcode);
    operand(reg, rm, unit(op.tuple, width, repeated), imm >= 0 ? 1 : 0);
    if (imm >= 0) {
      emit(imm);
    }
  }

  private static int unit(Tuple tuple, int width, boolean repeated) {
    return switch (tuple) {
      case FULL -> repeated ? 4 : width;
      case FULL_MEM -> width;
      case HALF -> width / 2;
      case QUARTER -> width / 4;
      case SCALAR -> 4;
      case BYTES_16 -> 16;
      case BYTES_32 -> 32;
    };
  }

  private void operand(int reg, Operand rm, int unit, int trailing) {
    switch (rm) {
      case Vec v -> emit(0xC0 | (reg & 7) << 3 | v.index() & 7);
      case Mem m -> modrm(reg, m, unit, trailing);
    }
  }

  private void modrm(int reg, Mem m, int unit, int trailing) {
    int r = (reg & 7) << 3;
    Label label = m.label();
    if (label != null) {
      emit(r | 5);
      emitDistance(label, trailing);
      return;
    }
    Gpr baseRegister = m.base();
    if (baseRegister == null) {
      throw new IllegalArgumentException("memory operand without a base");
    }
    int base = baseRegister.number() & 7;
    boolean hasDisp = m.disp() != 0 || base == 5;
    boolean shortDisp = m.disp() % unit == 0 && (byte) (m.disp() / unit) == m.disp() / unit;
    int mode = !hasDisp ? 0 : shortDisp ? 1 : 2;
    Gpr index = m.index();
    Vec vectorIndex = m.vectorIndex();
    if (index != null || vectorIndex != null || base == 4) {
      int i =
          vectorIndex != null ? vectorIndex.index() & 7 : index != null ? index.number() & 7 : 4;
      emit(mode << 6 | r | 4);
      emit(Integer.numberOfTrailingZeros(m.scale()) << 6 | i << 3 | base);
    } else {
      emit(mode << 6 | r | base);
    }
    if (mode == 1) {
      emit(m.disp() / unit);
    } else if (mode == 2) {
      emit32(m.disp());
    }
  }

  private static int high(@Nullable Gpr g) {
    return g == null ? 0 : g.number() >> 3;
  }

  private static int highVector(@Nullable Vec v) {
    return v == null ? 0 : v.index() >> 3 & 1;
  }
}
