package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions find their arguments and leave the caller's registers alone, in both conventions. */
class FrameContractTest {
  private static final int VECTOR_SUM = 6;

  /**
   * Stores its six arguments, then spoils every register it may: RDI points to 64 bytes of result.
   */
  private static byte[] callee(boolean windows) {
    Asm a = new Asm();
    Frame f = Frame.enter(a, windows, 128);
    a.mov(Mem.at(RDI, 0), RDI);
    a.mov(Mem.at(RDI, 8), RSI);
    a.mov(Mem.at(RDI, 16), RDX);
    a.mov(Mem.at(RDI, 24), RCX);
    a.mov(Mem.at(RDI, 32), R8);
    a.mov(Mem.at(RDI, 40), R9);
    a.mov(Mem.at(RDI, 48), RSP);
    for (Gpr g : Gpr.values()) {
      if (g != RSP && g != RBP) {
        a.mov(g, -1);
      }
    }
    for (int i = 0; i < 16; i++) {
      a.vpcmpeqd(Vec.ymm(i), Vec.ymm(i), Vec.ymm(i));
    }
    a.vmovups(Mem.at(RSP, 0), Vec.ymm(0));
    a.vmovups(Mem.at(RSP, 96), Vec.ymm(0));
    f.leave();
    return a.finish();
  }

  /**
   * A System V function that calls the address in its second argument by the Windows convention and
   * reports what came back: at RDI + 64 the saved registers RBX, RBP, RDI, RSI, R12 to R15, then
   * the low halves of vectors 6 to 15.
   */
  private static byte[] windowsCaller() {
    Asm a = new Asm();
    Gpr[] kept = {RBX, R12, R13, R14, R15};
    a.push(RBP);
    a.mov(RBP, RSP);
    for (Gpr g : kept) {
      a.push(g);
    }
    a.push(RDI);
    a.and(RSP, -64);
    a.sub(RSP, 64);
    for (int i = 6; i < 16; i++) {
      a.vmovups(Vec.xmm(i), a.constant(pattern(i)));
    }
    for (int i = 0; i < kept.length; i++) {
      a.mov(kept[i], 100 + i);
    }
    a.mov(RAX, RSI);
    a.mov(RCX, RDI);
    a.mov(RDX, 2);
    a.mov(R8, 3);
    a.mov(R9, 4);
    a.mov(R10, 5);
    a.mov(Mem.at(RSP, 32), R10);
    a.mov(R10, 6);
    a.mov(Mem.at(RSP, 40), R10);
    a.mov(RDI, 201);
    a.mov(RSI, 202);
    a.call(RAX);
    a.mov(RAX, Mem.at(RBP, -8 * kept.length - 8));
    for (int i = 0; i < kept.length; i++) {
      a.mov(Mem.at(RAX, 64 + 8 * i), kept[i]);
    }
    a.mov(Mem.at(RAX, 104), RDI);
    a.mov(Mem.at(RAX, 112), RSI);
    for (int i = 6; i < 16; i++) {
      a.vmovups(Mem.at(RAX, 128 + 16 * (i - VECTOR_SUM)), Vec.xmm(i));
    }
    a.lea(RSP, Mem.at(RBP, -8 * kept.length));
    for (int i = kept.length - 1; i >= 0; i--) {
      a.pop(kept[i]);
    }
    a.pop(RBP);
    a.ret();
    return a.finish();
  }

  private static byte[] pattern(int i) {
    byte[] b = new byte[16];
    java.util.Arrays.fill(b, (byte) i);
    return b;
  }

  @Test
  void windowsConvention() throws Exception {
    SystemMemory system = SystemMemory.ofThisMachine();
    assumeTrue(EmittedKernels.status().executableMemory() && !system.windowsCalls());
    try (Arena arena = Arena.ofConfined()) {
      Code callee = Code.load(system, callee(true), arena);
      Code caller = Code.load(system, windowsCaller(), arena);
      MemorySegment m = arena.allocate(512, 64);
      caller.call(m.address(), callee.address(), 0, 0, 0, 0);
      long[] seen = m.asSlice(0, 56).toArray(ValueLayout.JAVA_LONG);
      assertThat(seen).startsWith(m.address(), 2, 3, 4, 5, 6);
      assertThat(seen[6] % 64).isZero();
      assertThat(m.asSlice(64, 56).toArray(ValueLayout.JAVA_LONG))
          .containsExactly(100, 101, 102, 103, 104, 201, 202);
      for (int i = 6; i < 16; i++) {
        assertThat(m.asSlice(128 + 16 * (i - VECTOR_SUM), 16).toArray(ValueLayout.JAVA_BYTE))
            .isEqualTo(pattern(i));
      }
    }
  }

  @Test
  void conventionOfThisMachine() throws Exception {
    assumeTrue(EmittedKernels.status().executableMemory());
    SystemMemory system = SystemMemory.ofThisMachine();
    try (Arena arena = Arena.ofConfined()) {
      Code callee = Code.load(system, callee(system.windowsCalls()), arena);
      MemorySegment m = arena.allocate(64, 64);
      callee.call(m.address(), 2, 3, 4, 5, -6);
      long[] seen = m.toArray(ValueLayout.JAVA_LONG);
      assertThat(seen).startsWith(m.address(), 2, 3, 4, 5, -6);
      assertThat(seen[6] % 64).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2049, 100_000})
  void largeFramesAreRefused(int bytes) {
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> Frame.enter(new Asm(), true, bytes))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
