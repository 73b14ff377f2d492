package dev.ocelli.engine.runtime;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What an engine keeps for later requests; replies do not depend on it.
 *
 * @param prefixBytes keys and values of prompts and replies kept in memory, beyond those that
 *     sessions hold; 0 for none
 * @param visionBytes encoded pictures kept in memory; 0 for none
 * @param directory folder in which both are kept over restarts, or null; made when it is not there
 * @param directoryBytes most bytes in the folder
 */
public record CacheOptions(
    long prefixBytes, long visionBytes, @Nullable Path directory, long directoryBytes) {

  /** Usual size of a folder. */
  public static final long DIRECTORY_BYTES = 10L << 30;

  /** A gigabyte of memory and no folder. */
  public static final CacheOptions DEFAULT = ofMemory(1L << 30);

  /** Nothing is kept. */
  public static final CacheOptions NONE = ofMemory(0);

  /** Checks the sizes. */
  public CacheOptions {
    if (prefixBytes < 0 || visionBytes < 0 || directoryBytes < 0) {
      throw new IllegalArgumentException(
          "caches of %d, %d and %d bytes".formatted(prefixBytes, visionBytes, directoryBytes));
    }
  }

  /**
   * So much memory and no folder. Of a prompt that is a picture, keys and values take about three
   * times as much as the encoded picture, and so the memory is shared out.
   */
  public static CacheOptions ofMemory(long bytes) {
    return new CacheOptions(bytes - bytes / 4, bytes / 4, null, DIRECTORY_BYTES);
  }

  /** The same with another size for keys and values. */
  public CacheOptions withPrefixBytes(long bytes) {
    return new CacheOptions(bytes, visionBytes, directory, directoryBytes);
  }

  /** The same with a folder. */
  public CacheOptions withDirectory(Path newDirectory, long bytes) {
    return new CacheOptions(prefixBytes, visionBytes, newDirectory, bytes);
  }
}
