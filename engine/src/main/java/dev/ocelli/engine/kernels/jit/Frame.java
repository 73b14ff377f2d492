package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

/**
 * Entry and exit of an emitted function.
 *
 * <p>The body always finds its six arguments where System V puts them (RDI, RSI, RDX, RCX, R8, R9)
 * and may use every register but RSP and RBP. On Windows x64 the arguments come in RCX, RDX, R8, R9
 * and on the stack, and RDI, RSI and the low halves of registers 6 to 15 belong to the caller.
 * Between entry and exit RSP points to {@code localBytes} of scratch, 64-byte aligned.
 */
final class Frame {
  private static final Gpr[] SAVED = {RBX, R12, R13, R14, R15};
  private static final Gpr[] SAVED_WINDOWS = {RBX, R12, R13, R14, R15, RDI, RSI};

  /** Larger frames would need stack probes on Windows. */
  private static final int MAX_LOCAL_BYTES = 2048;

  private final Asm asm;
  private final boolean windows;

  private Frame(Asm asm, boolean windows) {
    this.asm = asm;
    this.windows = windows;
  }

  /** Emits the entry. */
  static Frame enter(Asm asm, boolean windows, int localBytes) {
    if (localBytes > MAX_LOCAL_BYTES) {
      throw new IllegalArgumentException("frame of " + localBytes + " bytes");
    }
    asm.push(RBP);
    asm.mov(RBP, RSP);
    for (Gpr g : windows ? SAVED_WINDOWS : SAVED) {
      asm.push(g);
    }
    if (windows) {
      asm.sub(RSP, 160);
      for (int i = 6; i < 16; i++) {
        asm.vmovups(Mem.at(RSP, 16 * (i - 6)), Vec.xmm(i));
      }
      asm.mov(RDI, RCX);
      asm.mov(RSI, RDX);
      asm.mov(RDX, R8);
      asm.mov(RCX, R9);
      // Above RBP: its saved value, the return address, 32 bytes of home space, argument 5.
      asm.mov(R8, Mem.at(RBP, 48));
      asm.mov(R9, Mem.at(RBP, 56));
    }
    if (localBytes > 0) {
      asm.sub(RSP, localBytes);
      asm.and(RSP, -64);
    }
    return new Frame(asm, windows);
  }

  /** Emits the exit. */
  void leave() {
    Gpr[] saved = windows ? SAVED_WINDOWS : SAVED;
    if (windows) {
      int base = -8 * saved.length - 160;
      for (int i = 6; i < 16; i++) {
        asm.vmovups(Vec.xmm(i), Mem.at(RBP, base + 16 * (i - 6)));
      }
    }
    asm.vzeroupper();
    asm.lea(RSP, Mem.at(RBP, -8 * saved.length));
    for (int i = saved.length - 1; i >= 0; i--) {
      asm.pop(saved[i]);
    }
    asm.pop(RBP);
    asm.ret();
  }
}
