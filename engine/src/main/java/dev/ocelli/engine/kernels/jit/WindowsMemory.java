package dev.ocelli.engine.kernels.jit;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** Pages through {@code VirtualAlloc} and {@code VirtualProtect}. Not tried on Windows yet. */
final class WindowsMemory implements SystemMemory {
  private static final int MEM_COMMIT_AND_RESERVE = 0x3000;
  private static final int MEM_RELEASE = 0x8000;
  private static final int PAGE_READWRITE = 0x04;
  private static final int PAGE_EXECUTE_READ = 0x20;
  private static final long PAGE = 4096;

  private final MethodHandle virtualAlloc;
  private final MethodHandle virtualProtect;
  private final MethodHandle virtualFree;

  WindowsMemory() throws Unavailable {
    SymbolLookup kernel32;
    try {
      kernel32 = SymbolLookup.libraryLookup("kernel32.dll", Arena.global());
    } catch (IllegalArgumentException e) {
      throw new Unavailable("kernel32.dll cannot be loaded");
    }
    virtualAlloc =
        function(
            kernel32,
            "VirtualAlloc",
            FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT));
    virtualProtect =
        function(
            kernel32,
            "VirtualProtect",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS));
    virtualFree =
        function(
            kernel32, "VirtualFree", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  }

  private static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor type)
      throws Unavailable {
    return Linker.nativeLinker()
        .downcallHandle(
            library
                .find(name)
                .orElseThrow(() -> new Unavailable("kernel32.dll has no function " + name)),
            type);
  }

  @Override
  public MemorySegment map(long bytes) throws Unavailable {
    long size = (bytes + PAGE - 1) & -PAGE;
    MemorySegment p;
    try {
      p =
          (MemorySegment)
              virtualAlloc.invokeExact(
                  MemorySegment.NULL, size, MEM_COMMIT_AND_RESERVE, PAGE_READWRITE);
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
    if (p.address() == 0) {
      throw new Unavailable("VirtualAlloc of " + size + " bytes failed");
    }
    return p.reinterpret(size);
  }

  @Override
  public void makeExecutable(MemorySegment pages) throws Unavailable {
    int ok;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment old = arena.allocate(JAVA_INT);
      ok = (int) virtualProtect.invokeExact(pages, pages.byteSize(), PAGE_EXECUTE_READ, old);
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
    if (ok == 0) {
      throw new Unavailable("the system forbids executable memory: VirtualProtect failed");
    }
  }

  @Override
  public boolean adviseHuge(MemorySegment pages) {
    return false;
  }

  @Override
  public void unmap(MemorySegment pages) {
    int ok;
    try {
      ok = (int) virtualFree.invokeExact(pages, 0L, MEM_RELEASE);
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
    if (ok == 0) {
      throw new IllegalStateException("VirtualFree failed");
    }
  }

  @Override
  public boolean windowsCalls() {
    return true;
  }
}
