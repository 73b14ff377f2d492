package dev.ocelli.engine.tensor;

import dev.ocelli.engine.OcelliException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Opens model files; every failure is an {@link OcelliException} of one line. */
public final class ModelFiles {
  private ModelFiles() {}

  /**
   * Maps a file into memory, read only.
   *
   * @param what what the file should be, such as {@code "a .gguf file"}, for error messages
   */
  public static MemorySegment map(Path file, String what, Arena arena) {
    requireFile(file, what);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * Reads a small text file, such as a configuration.
   *
   * @param limit the greatest length in bytes that makes sense
   */
  public static byte[] read(Path file, String what, long limit) {
    requireFile(file, what);
    try {
      long size = Files.size(file);
      if (size > limit) {
        throw new OcelliException(
            OcelliException.Kind.MODEL,
            "%s: the file has %d bytes, %s has at most %d; give the right file"
                .formatted(file, size, what, limit));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static void requireFile(Path file, String what) {
    if (!Files.exists(file)) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          file + ": there is no such file; check the path (" + what + " is needed)");
    }
    if (Files.isDirectory(file)) {
      throw new OcelliException(
          OcelliException.Kind.MODEL, file + ": this is a folder; give " + what + " in it");
    }
    if (!Files.isRegularFile(file)) {
      throw new OcelliException(
          OcelliException.Kind.MODEL, file + ": this is not a regular file; give " + what);
    }
  }

  private static OcelliException unreadable(Path file, IOException e) {
    String why =
        e instanceof AccessDeniedException ? "access is denied" : String.valueOf(e.getMessage());
    return new OcelliException(
        OcelliException.Kind.MODEL,
        "%s: the file cannot be read: %s; check its permissions and the disk"
            .formatted(file, Printable.of(why)),
        e);
  }
}
