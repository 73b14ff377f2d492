package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What this processor and the operating system offer, asked of {@code cpuid} and {@code xgetbv}.
 *
 * <p>Source: Intel SDM volume 2, CPUID, leaves 1 and 7; volume 1, 13.3 (XCR0). AMD APM volume 3,
 * appendix E.
 *
 * @param avx2 AVX2, FMA and F16C, with the registers kept by the system
 * @param avxVnni {@code vpdpbusd} in VEX form
 * @param avx512Vnni AVX-512 F, BW, DQ, VL and VNNI, with the registers kept by the system
 * @param avx512Bf16 {@code vdpbf16ps}
 */
record Cpu(boolean avx2, boolean avxVnni, boolean avx512Vnni, boolean avx512Bf16) {
  /** The best level that runs here. */
  Level best() {
    return avx512Vnni
        ? Level.AVX512_VNNI
        : avxVnni && avx2 ? Level.AVX_VNNI : avx2 ? Level.AVX2 : Level.VECTOR_API;
  }

  /**
   * Whether code of a level runs here. AVX_VNNI code also runs where only AVX-512 has the dot
   * products: they are then emitted in EVEX form.
   */
  boolean runs(Level level) {
    return switch (level) {
      case SCALAR, VECTOR_API -> true;
      case AVX2 -> avx2;
      case AVX_VNNI -> avx2 && (avxVnni || avx512Vnni);
      case AVX512_VNNI -> avx512Vnni;
    };
  }

  static Cpu detect(SystemMemory system) throws Unavailable {
    try (Arena arena = Arena.ofConfined()) {
      Code probe = Code.load(system, probe(system.windowsCalls()), arena);
      MemorySegment out = arena.allocate(16, 8);
      int[] leaf0 = cpuid(probe, out, 0, 0);
      if (leaf0[0] < 7) {
        return new Cpu(false, false, false, false);
      }
      int[] leaf1 = cpuid(probe, out, 1, 0);
      boolean osxsave = bit(leaf1[2], 27);
      int xcr0 = 0;
      if (osxsave) {
        probe.call(out.address(), 0, 0, 1, 0, 0);
        xcr0 = out.get(ValueLayout.JAVA_INT, 0);
      }
      int[] leaf7 = cpuid(probe, out, 7, 0);
      int[] leaf71 = leaf7[0] >= 1 ? cpuid(probe, out, 7, 1) : new int[4];
      return of(leaf1, leaf7, leaf71, xcr0);
    }
  }

  /** Decodes the registers EAX, EBX, ECX, EDX of leaf 1, leaf 7.0 and leaf 7.1. */
  static Cpu of(int[] leaf1, int[] leaf7, int[] leaf71, int xcr0) {
    boolean ymm = (xcr0 & 0x6) == 0x6;
    boolean zmm = (xcr0 & 0xE6) == 0xE6;
    boolean avx2 =
        ymm && bit(leaf1[2], 28) && bit(leaf1[2], 12) && bit(leaf1[2], 29) && bit(leaf7[1], 5);
    boolean avx512 =
        zmm
            && avx2
            && bit(leaf7[1], 16)
            && bit(leaf7[1], 17)
            && bit(leaf7[1], 30)
            && bit(leaf7[1], 31)
            && bit(leaf7[2], 11);
    return new Cpu(avx2, avx2 && bit(leaf71[0], 4), avx512, avx512 && bit(leaf71[0], 5));
  }

  private static boolean bit(int register, int n) {
    return (register >>> n & 1) != 0;
  }

  private static int[] cpuid(Code probe, MemorySegment out, int leaf, int subleaf) {
    probe.call(out.address(), leaf, subleaf, 0, 0, 0);
    return out.toArray(ValueLayout.JAVA_INT);
  }

  /** Arguments: 16 bytes for the result, leaf, subleaf, 1 for xgetbv instead of cpuid. */
  private static byte[] probe(boolean windows) {
    Asm a = new Asm();
    Frame f = Frame.enter(a, windows, 0);
    Label extended = new Label();
    Label done = new Label();
    a.test(RCX, RCX);
    a.jnz(extended);
    a.mov(RAX, RSI);
    a.mov(RCX, RDX);
    a.cpuid();
    a.jmp(done);
    a.bind(extended);
    a.mov(RCX, 0);
    a.xgetbv();
    a.bind(done);
    a.movd(Mem.at(RDI, 0), RAX);
    a.movd(Mem.at(RDI, 4), RBX);
    a.movd(Mem.at(RDI, 8), RCX);
    a.movd(Mem.at(RDI, 12), RDX);
    f.leave();
    return a.finish();
  }
}
