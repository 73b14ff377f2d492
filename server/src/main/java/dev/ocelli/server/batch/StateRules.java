package dev.ocelli.server.batch;

import java.nio.file.Path;

/**
 * Where a server keeps files and batches, and how much of them.
 *
 * @param folder that is the server's own
 * @param fileBytes most bytes of a file
 * @param keyBytes most bytes of all files of one key
 */
public record StateRules(Path folder, long fileBytes, long keyBytes) {
  /** 512 MiB a file, 10 GiB a key. */
  public static StateRules in(Path folder) {
    return new StateRules(folder, 512L << 20, 10L << 30);
  }
}
