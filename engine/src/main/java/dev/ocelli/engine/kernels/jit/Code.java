package dev.ocelli.engine.kernels.jit;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A function in executable memory: six 64-bit arguments, no result.
 *
 * <p>Arguments are addresses and counts. The caller has checked that the memory behind every
 * address is large enough and keeps it alive during the call: the code checks nothing.
 */
final class Code {
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(
                  JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

  private final MemorySegment entry;

  private Code(MemorySegment entry) {
    this.entry = entry;
  }

  /**
   * Places machine code in pages of its own: written while they are writable, then made executable
   * and read-only. They are given back with the arena.
   */
  static Code load(SystemMemory system, byte[] machineCode, Arena arena) throws Unavailable {
    MemorySegment pages = system.map(machineCode.length);
    MemorySegment.copy(machineCode, 0, pages, ValueLayout.JAVA_BYTE, 0, machineCode.length);
    try {
      system.makeExecutable(pages);
    } catch (Unavailable e) {
      system.unmap(pages);
      throw e;
    }
    return new Code(pages.reinterpret(arena, system::unmap));
  }

  /** Address of the first instruction. */
  long address() {
    return entry.address();
  }

  void call(long a, long b, long c, long d, long e, long f) {
    try {
      CALL.invokeExact(entry, a, b, c, d, e, f);
    } catch (RuntimeException | Error t) {
      throw t;
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }
}
