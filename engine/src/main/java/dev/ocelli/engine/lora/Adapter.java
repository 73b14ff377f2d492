package dev.ocelli.engine.lora;

import dev.ocelli.engine.kernels.KernelSet;
import java.lang.foreign.Arena;

/**
 * A loaded adapter. Its memory is freed when the last of its users lets it go; who loads it is the
 * first of them. Thread-safe.
 */
public final class Adapter {
  private final String name;
  private final String file;
  private final String sha256;
  private final int rank;
  private final long bytes;
  private final Arena arena = Arena.ofShared();
  private final AdapterMatrices matrices;
  private int users = 1;

  private Adapter(String name, AdapterFile file, String sha256, KernelSet kernels) {
    this.name = name;
    this.file = file.source().origin();
    this.sha256 = sha256;
    this.rank = file.rank();
    this.bytes = file.bytes();
    try {
      this.matrices = AdapterMatrices.load(file, kernels, arena);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Loads a checked adapter; the file may be closed afterwards.
   *
   * @param name what people call it
   * @param sha256 of its file: adapters of equal hashes are the same
   * @throws dev.ocelli.engine.OcelliException MODEL when there are values that are no numbers
   */
  public static Adapter load(String name, AdapterFile file, String sha256, KernelSet kernels) {
    return new Adapter(name, file, sha256, kernels);
  }

  /** What people call it. */
  public String name() {
    return name;
  }

  /** Where it was read. */
  public String file() {
    return file;
  }

  /** Of its file, as {@code sha256sum} says it. */
  public String sha256() {
    return sha256;
  }

  /** The greatest rank of its matrices. */
  public int rank() {
    return rank;
  }

  /** Bytes of memory. */
  public long bytes() {
    return bytes;
  }

  /** What it adds; for users alone. */
  public AdapterMatrices matrices() {
    return matrices;
  }

  /** Becomes a user; false where the last one has let it go. */
  public synchronized boolean retain() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  /** Is a user no longer. */
  public synchronized void release() {
    if (--users == 0) {
      arena.close();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
