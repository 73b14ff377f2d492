package dev.ocelli.engine.kernels.jit;

import java.lang.foreign.MemorySegment;
import java.util.Locale;

/** Pages of the operating system: for machine code, and huge ones for weights. */
interface SystemMemory {
  /** Readable and writable pages, zeroed; the size is rounded up to whole pages. */
  MemorySegment map(long bytes) throws Unavailable;

  /** Takes away the right to write and gives the right to execute. */
  void makeExecutable(MemorySegment pages) throws Unavailable;

  /** Asks for huge pages before first touch; false when the system has none to ask for. */
  boolean adviseHuge(MemorySegment pages);

  /** Takes mapped pages of a file out of memory; reading them brings them back. */
  default void drop(MemorySegment mapped) {}

  /** Keeps pages from being swapped out; false when the system does not allow that. */
  default boolean lock(MemorySegment pages) {
    return false;
  }

  /** Gives pages back. */
  void unmap(MemorySegment pages);

  /** Whether code is called by the Windows x64 convention rather than System V's. */
  boolean windowsCalls();

  /** That of this machine. */
  static SystemMemory ofThisMachine() throws Unavailable {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    try {
      if (os.startsWith("linux")) {
        return PosixMemory.linux();
      } else if (os.startsWith("mac")) {
        return PosixMemory.macOs();
      } else if (os.startsWith("windows")) {
        return new WindowsMemory();
      }
    } catch (IllegalCallerException e) {
      throw new Unavailable(
          "native access is denied to Java; start it with --enable-native-access=ALL-UNNAMED");
    }
    throw new Unavailable("memory pages are managed on Linux, macOS and Windows, not on " + os);
  }
}
