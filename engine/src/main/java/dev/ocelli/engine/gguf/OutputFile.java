package dev.ocelli.engine.gguf;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.tensor.Printable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * A file that appears under its name only when it is whole, whatever happens on the way.
 *
 * <p>Until then its bytes are in a hidden, locked {@code .part} file beside it. That is deleted
 * when writing fails; what a killed process left is deleted by the next one that writes the same
 * file.
 */
public final class OutputFile {
  private final Path file;
  private final Path folder;
  private final boolean replace;

  /** Writes what the file holds. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything; the stream is not buffered. */
    void writeTo(OutputStream out) throws IOException;
  }

  private OutputFile(Path file, boolean replace) {
    this.file = file;
    this.folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
    this.replace = replace;
  }

  /** A file that replaces what is there. */
  public static OutputFile replacing(Path file) {
    return new OutputFile(file, true);
  }

  /**
   * A file that somebody asked for, checked before any work is done for it.
   *
   * @param force whether a file that is there may be replaced
   * @param inputs files that are read meanwhile
   * @throws OcelliException (USAGE) when there is no such folder, the name is a folder's, the file
   *     is there already, or is one of the inputs
   */
  public static OutputFile of(Path file, boolean force, Collection<Path> inputs) {
    OutputFile out = new OutputFile(file, force);
    if (!Files.isDirectory(out.folder)) {
      throw usage(file, "there is no folder " + out.folder + "; make it first");
    }
    if (Files.isDirectory(file)) {
      throw usage(file, "this is a folder; name a file to write");
    }
    for (Path input : inputs) {
      if (same(file, input)) {
        throw usage(file, "the file would be written and read at once; choose another name for it");
      }
    }
    out.requireAbsent();
    return out;
  }

  private static boolean same(Path a, Path b) {
    try {
      return a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize())
          || (Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b));
    } catch (IOException e) {
      return false; // what cannot be looked at is reported where it is opened
    }
  }

  private void requireAbsent() {
    if (!replace && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw usage(file, "the file is there already; give --force to replace it");
    }
  }

  private static OcelliException usage(Path file, String problem) {
    return new OcelliException(Kind.USAGE, file + ": " + problem);
  }

  /** The file. */
  public Path path() {
    return file;
  }

  /**
   * Checks that the disk has room for the file beside what is there.
   *
   * @throws OcelliException (RESOURCE) with both numbers when it has not
   */
  public void requireRoom(long bytes) {
    long free;
    try {
      deleteLeftovers();
      free = Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      return; // the file system does not say; writing will tell
    }
    if (free < bytes) {
      throw new OcelliException(
          Kind.RESOURCE,
          "%s: the file takes %,d bytes, but the disk has %,d free; make room or choose another folder"
              .formatted(file, bytes, free));
    }
  }

  /**
   * Writes the file and gives it its name when everything is on the disk.
   *
   * @throws OcelliException (RESOURCE) when it cannot be written
   */
  public void write(Content content) {
    Path part = folder.resolve(prefix() + UUID.randomUUID() + ".part");
    try {
      deleteLeftovers();
      try (FileChannel channel =
          FileChannel.open(part, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        lock(channel);
        content.writeTo(Channels.newOutputStream(channel));
        channel.force(true);
      }
      requireAbsent();
      try {
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      }
      forceFolder();
    } catch (IOException e) {
      throw new OcelliException(
          Kind.RESOURCE,
          "%s: the file cannot be written: %s; check the folder, its permissions and the free space"
              .formatted(file, Printable.of(String.valueOf(e.getMessage()))),
          e);
    } finally {
      deleteQuietly(part);
    }
  }

  private String prefix() {
    return "." + file.getFileName() + "-";
  }

  /** Deletes parts that no living process holds a lock on. */
  private void deleteLeftovers() throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, this::isPart)) {
      for (Path part : all) {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
          if (lock(channel)) {
            Files.deleteIfExists(part);
          }
        } catch (IOException e) {
          // Somebody else's, or just deleted; it harms nothing.
        }
      }
    }
  }

  private boolean isPart(Path p) {
    String name = String.valueOf(p.getFileName());
    return name.startsWith(prefix())
        && name.endsWith(".part")
        && name.length() == prefix().length() + 36 + 5;
  }

  /** Whether the lock is ours; file systems without locks say no. */
  private static boolean lock(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }

  /** The name, too, is on the disk; not every system can say so of a folder. */
  private void forceFolder() {
    try (FileChannel f = FileChannel.open(folder, StandardOpenOption.READ)) {
      f.force(true);
    } catch (IOException e) {
      // Windows opens no folders; its names are written by the move.
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The failure that led here is the one to report.
    }
  }

  /** The file that was named and all shards that belong to it, for {@link #of}. */
  public static Set<Path> inputs(Path named, GgufFile opened) {
    Set<Path> all = new LinkedHashSet<>();
    all.add(named);
    opened.tensors().forEach(t -> all.add(Path.of(t.origin())));
    return all;
  }
}
