package dev.ocelli.engine.kernels.jit;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Pages through {@code mmap}, {@code mprotect} and {@code madvise}.
 *
 * <p>The constants are those of Linux and of macOS on x86-64; macOS has not been tried.
 */
final class PosixMemory implements SystemMemory {
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int PROT_EXEC = 4;
  private static final int LINUX_PRIVATE_ANONYMOUS = 0x22;
  private static final int MACOS_PRIVATE_ANONYMOUS = 0x1002;
  private static final int LINUX_MADV_HUGEPAGE = 14;
  private static final int LINUX_MADV_DONTNEED = 4;
  private static final long PAGE = 4096;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(StructLayout.PathElement.groupElement("errno"));

  private final int mapFlags;
  private final int hugeAdvice;
  private final MethodHandle mmap;
  private final MethodHandle mprotect;
  private final MethodHandle munmap;
  private final MethodHandle madvise;
  private final MethodHandle mlock;

  private PosixMemory(int mapFlags, int hugeAdvice) throws Unavailable {
    this.mapFlags = mapFlags;
    this.hugeAdvice = hugeAdvice;
    mmap =
        function(
            "mmap",
            FunctionDescriptor.of(
                ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    mprotect = function("mprotect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    munmap = function("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    mlock = function("mlock", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    madvise = function("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  }

  static PosixMemory linux() throws Unavailable {
    return new PosixMemory(LINUX_PRIVATE_ANONYMOUS, LINUX_MADV_HUGEPAGE);
  }

  static PosixMemory macOs() throws Unavailable {
    return new PosixMemory(MACOS_PRIVATE_ANONYMOUS, -1);
  }

  private static MethodHandle function(String name, FunctionDescriptor type) throws Unavailable {
    Linker linker = Linker.nativeLinker();
    MemorySegment address =
        linker
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new Unavailable("the C library has no function " + name));
    return linker.downcallHandle(address, type, Linker.Option.captureCallState("errno"));
  }

  @Override
  public MemorySegment map(long bytes) throws Unavailable {
    long size = (bytes + PAGE - 1) & -PAGE;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment p =
          (MemorySegment)
              mmap.invokeExact(
                  state, MemorySegment.NULL, size, PROT_READ | PROT_WRITE, mapFlags, -1, 0L);
      if (p.address() == -1) {
        throw new Unavailable("mmap of " + size + " bytes failed" + errno(state));
      }
      return p.reinterpret(size);
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  @Override
  public void makeExecutable(MemorySegment pages) throws Unavailable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int rc = (int) mprotect.invokeExact(state, pages, pages.byteSize(), PROT_READ | PROT_EXEC);
      if (rc != 0) {
        throw new Unavailable("the system forbids executable memory: mprotect" + errno(state));
      }
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  @Override
  public boolean adviseHuge(MemorySegment pages) {
    return hugeAdvice >= 0 && advise(pages, hugeAdvice);
  }

  @Override
  public void drop(MemorySegment mapped) {
    // Whole pages alone: their neighbours belong to other tensors.
    long from = -mapped.address() & PAGE - 1;
    long bytes = mapped.byteSize() - from & -PAGE;
    if (hugeAdvice >= 0 && bytes > 0) {
      advise(mapped.asSlice(from, bytes), LINUX_MADV_DONTNEED);
    }
  }

  @Override
  public boolean lock(MemorySegment pages) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      return (int) mlock.invokeExact(state, pages, pages.byteSize()) == 0;
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  private boolean advise(MemorySegment pages, int advice) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      return (int) madvise.invokeExact(state, pages, pages.byteSize(), advice) == 0;
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  @Override
  public void unmap(MemorySegment pages) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int rc = (int) munmap.invokeExact(state, pages, pages.byteSize());
      if (rc != 0) {
        throw new IllegalStateException("munmap" + errno(state));
      }
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  @Override
  public boolean windowsCalls() {
    return false;
  }

  private static String errno(MemorySegment state) {
    return " (errno " + (int) ERRNO.get(state, 0L) + ")";
  }

  private static Unavailable failure(Throwable t) {
    return t instanceof Unavailable u ? u : new Unavailable(unexpected(t).toString());
  }

  private static RuntimeException unexpected(Throwable t) {
    if (t instanceof Error e) {
      throw e;
    }
    return t instanceof RuntimeException r ? r : new IllegalStateException(t);
  }
}
