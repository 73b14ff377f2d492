package dev.ocelli.engine.cache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of entries, each a file that is either whole or not there.
 *
 * <p>A file is written under another name, forced to the disk and then renamed, so that neither a
 * crash nor another process ever shows a part of it; several processes may use one folder without
 * knowing of each other. What is read is checked: format, version, identity, key, length and
 * checksum. A file that fails is removed and counts as absent. The date of a file is when it was
 * last used; the oldest leave when the folder is full. Files with foreign names are never touched.
 *
 * <p>Reading is thread-safe, everything else is for one thread at a time.
 */
public final class CacheFolder {
  private static final Pattern ENTRY =
      Pattern.compile(
          "[0-9a-f]{64}\\." + Kind.KEYS_VALUES.ending + "|[0-9a-f]{64}\\." + Kind.PICTURE.ending);
  private static final Pattern TEMPORARY = Pattern.compile("[0-9a-f]{64}\\.[a-z]+\\.[0-9-]+\\.tmp");

  /** A file that nobody has been writing for so long was left behind by a crash. */
  private static final Duration ABANDONED = Duration.ofMinutes(10);

  private final Path folder;
  private final long limit;
  private final AtomicLong damaged = new AtomicLong();
  private final AtomicLong temporary = new AtomicLong();

  /** Bytes when the folder was last looked through, and written since then. */
  private long counted = -1;

  private long written;

  /** What an entry is of. */
  public enum Kind {
    KEYS_VALUES("kv", 0),
    PICTURE("picture", 1);

    final String ending;

    /** In files. */
    final int number;

    Kind(String ending, int number) {
      this.ending = ending;
      this.number = number;
    }
  }

  /**
   * The name of an entry.
   *
   * @param identity of what computed it, 64 hexadecimal digits
   * @param key of what it was computed from, 64 hexadecimal digits; depends on the identity
   */
  public record Name(Kind kind, String identity, String key) {
    String file() {
      return key + '.' + kind.ending;
    }
  }

  /** What a folder holds: numbers of files and their bytes. */
  public record Usage(int blocks, long blockBytes, int pictures, long pictureBytes) {
    /** Bytes of all. */
    public long bytes() {
      return blockBytes + pictureBytes;
    }
  }

  private record Found(Path path, long bytes, FileTime used) {}

  /**
   * Makes the folder unless it is there.
   *
   * @param limit most bytes of all files; another process on the same folder may overstep it for a
   *     while
   * @throws IOException when it cannot be made, or others may write into it
   */
  CacheFolder(Path folder, long limit) throws IOException {
    this.folder = folder;
    this.limit = limit;
    make();
  }

  /** Makes the folder again if it has disappeared. */
  void make() throws IOException {
    if (!Files.isDirectory(folder)) {
      Path parent = folder.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      try {
        Files.createDirectory(folder, ownerOnly(folder, "rwx------"));
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(folder)) {
          throw new IOException("it is not a folder", e);
        }
      }
    }
    if (posix(folder)
        && Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException("everybody may write into it");
    }
  }

  private static boolean posix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
    return posix(path)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** Files that were removed because they were not whole. */
  long damaged() {
    return damaged.get();
  }

  /** Whether there is a file of that name, whole or not. */
  boolean has(Name name) {
    return Files.isRegularFile(folder.resolve(name.file()), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Reads an entry.
   *
   * @param bytes its length
   * @param target gives the memory to fill, of that length in all; asked for when there is a file
   *     of the right length. Its content is undefined unless the entry is read
   * @return whether there is such an entry
   */
  boolean read(Name name, long bytes, Supplier<List<MemorySegment>> target) {
    Path file = folder.resolve(name.file());
    try {
      BasicFileAttributes a =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (a.isRegularFile()) {
        if (a.size() == EntryFormat.HEADER + bytes) {
          try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            if (EntryFormat.read(in, name, target.get())) {
              return true;
            }
          }
        }
        damaged.incrementAndGet();
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      return false; // unreadable now, or the thread was interrupted: as good as absent
    }
    return false;
  }

  /**
   * Writes an entry unless it is there.
   *
   * @param used when it was last used
   * @return whether it was written: false when it is larger than the whole folder may be
   * @throws IOException when the disk is full or the folder cannot be written
   */
  boolean write(Name name, List<MemorySegment> parts, Instant used) throws IOException {
    long bytes = EntryFormat.HEADER;
    for (MemorySegment part : parts) {
      bytes += part.byteSize();
    }
    if (bytes > limit) {
      return false;
    }
    makeRoom(bytes);
    Path temp =
        folder.resolve(
            "%s.%d-%d.tmp"
                .formatted(
                    name.file(), ProcessHandle.current().pid(), temporary.incrementAndGet()));
    try {
      try (FileChannel out =
          FileChannel.open(
              temp,
              Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
              ownerOnly(temp, "rw-------"))) {
        EntryFormat.write(out, name, parts);
        out.force(true);
      }
      Files.setLastModifiedTime(temp, FileTime.from(used));
      Files.move(temp, folder.resolve(name.file()), StandardCopyOption.ATOMIC_MOVE);
      written += bytes;
      return true;
    } finally {
      Files.deleteIfExists(temp);
    }
  }

  /** Notes when an entry was last used; nothing happens when it is not there. */
  void touch(Name name, Instant used) {
    try {
      Files.setLastModifiedTime(folder.resolve(name.file()), FileTime.from(used));
    } catch (IOException e) {
      // It has left in the meantime.
    }
  }

  /**
   * Removes entries until so many bytes can be added. The folder is looked through when it may be
   * full by what this process knows, and every now and then because others may write, too.
   */
  void makeRoom(long bytes) throws IOException {
    if (counted >= 0 && counted + written + bytes <= limit && written < limit / 8) {
      return;
    }
    List<Found> found = new ArrayList<>();
    long total = 0;
    Instant abandoned = Instant.now().minus(ABANDONED);
    for (Found f : list(folder)) {
      if (isEntry(f.path())) {
        found.add(f);
      } else if (f.used().toInstant().isBefore(abandoned)) {
        Files.deleteIfExists(f.path());
        continue;
      }
      total += f.bytes();
    }
    if (total + bytes > limit) {
      found.sort(Comparator.comparing(Found::used));
      // Some more than needed, so that the next ones need not look again.
      long goal = Math.max(0, limit - limit / 16 - bytes);
      for (Found f : found) {
        if (total <= goal) {
          break;
        }
        Files.deleteIfExists(f.path());
        total -= f.bytes();
      }
    }
    counted = total;
    written = 0;
  }

  private static boolean isEntry(Path path) {
    return ENTRY.matcher(String.valueOf(path.getFileName())).matches();
  }

  /** Entries and unfinished files. */
  private static List<Found> list(Path folder) throws IOException {
    List<Found> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        if (!isEntry(path) && !TEMPORARY.matcher(String.valueOf(path.getFileName())).matches()) {
          continue;
        }
        try {
          BasicFileAttributes a =
              Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
          if (a.isRegularFile()) {
            found.add(new Found(path, a.size(), a.lastModifiedTime()));
          }
        } catch (NoSuchFileException e) {
          // Another process has removed it.
        }
      }
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
    return found;
  }

  /**
   * Adds up what a folder holds.
   *
   * @throws IOException when it cannot be looked through
   */
  public static Usage usage(Path folder) throws IOException {
    int blocks = 0;
    long blockBytes = 0;
    int pictures = 0;
    long pictureBytes = 0;
    for (Found f : list(folder)) {
      if (f.path().toString().endsWith(Kind.KEYS_VALUES.ending)) {
        blocks++;
        blockBytes += f.bytes();
      } else if (f.path().toString().endsWith(Kind.PICTURE.ending)) {
        pictures++;
        pictureBytes += f.bytes();
      }
    }
    return new Usage(blocks, blockBytes, pictures, pictureBytes);
  }

  /**
   * Removes all entries and unfinished files; a process that uses the folder goes on without them.
   *
   * @throws IOException when one cannot be removed
   */
  public static void clear(Path folder) throws IOException {
    for (Found f : list(folder)) {
      Files.deleteIfExists(f.path());
    }
  }
}
