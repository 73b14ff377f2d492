package dev.ocelli.hub;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Downloaded models on the disk: {@code models/ORIGIN/OWNER/NAME/} has a repository's files under
 * their own names, its manifest, and what is still being downloaded in {@code .parts}.
 *
 * <p>Whoever changes a repository's folder holds its lock, in this process and among others.
 */
public final class Store {
  private static final String PARTS = ".parts";
  private static final long POLL_MILLIS = 100;

  private final Path root;

  /** A store in a folder, which need not be there yet. */
  public Store(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** The folder. */
  public Path root() {
    return root;
  }

  /** The folder of a repository. */
  Path folder(Origin origin, String repo) {
    return root.resolve("models").resolve(origin.folder()).resolve(repo);
  }

  /** Where a file is while it is incomplete. */
  static Path part(Path folder, RemoteFile file) {
    return folder.resolve(PARTS).resolve(file.path().replace('/', '~') + ".part");
  }

  /** A repository in the store. */
  public record Repository(Origin origin, String repo, Path folder, Manifest manifest) {
    /** Bytes of its files, by the manifest. */
    public long bytes() {
      return manifest.files().values().stream().mapToLong(Manifest.Entry::size).sum();
    }

    /** Bytes of unfinished downloads. */
    public long unfinished() {
      return bytesIn(folder.resolve(PARTS));
    }

    /** Tags of its models; empty for a snapshot of safetensors. */
    public List<String> tags() {
      return FileSelection.tags(manifest.present(folder));
    }

    /** The name that a command takes. */
    public String name() {
      if (origin != Origin.URL) {
        return origin.prefix() + ":" + repo;
      }
      return manifest.files().values().stream()
          .map(Manifest.Entry::source)
          .findFirst()
          .orElse(folder.toString());
    }
  }

  /** A file that is not what its manifest says. */
  public record Fault(Path file, String problem) {}

  /** Everything that is there, by name. */
  public List<Repository> repositories() {
    List<Repository> found = new ArrayList<>();
    for (Origin origin : Origin.values()) {
      Path top = root.resolve("models").resolve(origin.folder());
      for (Path owner : folders(top)) {
        for (Path name : folders(owner)) {
          String repo = owner.getFileName() + "/" + name.getFileName();
          found.add(new Repository(origin, repo, name, Manifest.read(name, repo)));
        }
      }
    }
    return found;
  }

  /** One repository; without files where there is none. */
  public Repository repository(Origin origin, String repo) {
    Path folder = folder(origin, repo);
    return new Repository(origin, repo, folder, Manifest.read(folder, repo));
  }

  /**
   * Reads every file of a repository and compares it with the manifest.
   *
   * @param listener is told of the bytes read
   */
  public List<Fault> verify(Repository repository, PullListener listener) {
    List<Fault> faults = new ArrayList<>();
    listener.begin("verifying", repository.bytes(), 0);
    repository
        .manifest()
        .files()
        .forEach((name, entry) -> {
          Path file = repository.folder().resolve(name);
          String problem = problem(file, entry, listener);
          if (problem != null) {
            faults.add(new Fault(file, problem));
          }
        });
    return faults;
  }

  private static @Nullable String problem(Path file, Manifest.Entry entry, PullListener listener) {
    long size = size(file);
    if (size != entry.size()) {
      return size < 0 ? "is missing" : "has %,d bytes, not %,d".formatted(size, entry.size());
    }
    try {
      return Hashes.sha256(file, listener::bytes).equals(entry.sha256())
          ? null
          : "has other content than was downloaded";
    } catch (IOException e) {
      return "cannot be read (" + e.getMessage() + ")";
    }
  }

  /**
   * Removes a model, or of a name without tag the whole repository with unfinished downloads.
   *
   * @return bytes that its files had
   * @throws OcelliException (USAGE) when there is no such model, (RESOURCE) when a file cannot be
   *     deleted
   */
  public long remove(ModelRef ref) {
    Path folder = folder(ref.origin(), ref.repo());
    if (!Files.isDirectory(folder)) {
      throw new OcelliException(
          Kind.USAGE, ref + ": is not in the store; see 'ocelli list' for what is");
    }
    try (Lock unused = lock(ref, line -> {})) {
      Manifest manifest = Manifest.read(folder, ref.repo());
      Set<String> go = new HashSet<>(manifest.files().keySet());
      if (ref.tag() != null || ref.file() != null) {
        RepoListing present = manifest.present(folder);
        go.clear();
        FileSelection.of(present, ref, false).model().forEach(f -> go.add(f.path()));
        boolean last =
            present.files().stream()
                .noneMatch(f -> !go.contains(f.path()) && !FileSelection.isVision(f));
        if (last) {
          go.addAll(manifest.files().keySet()); // a vision file alone is of no use
        }
      }
      return remove(folder, manifest, go, ref);
    } catch (IOException e) {
      throw new OcelliException(
          Kind.RESOURCE,
          "%s: cannot be removed (%s); check the permissions of %s"
              .formatted(ref, e.getMessage(), folder),
          e);
    }
  }

  private static long remove(Path folder, Manifest manifest, Set<String> go, ModelRef ref)
      throws IOException {
    Map<String, Manifest.Entry> stay = new TreeMap<>(manifest.files());
    stay.keySet().removeAll(go);
    long bytes = 0;
    for (String name : go) {
      bytes += Math.max(0, size(folder.resolve(name)));
    }
    // The manifest first: what it does not name is of no use to anybody.
    new Manifest(manifest.repo(), manifest.licence(), stay).write(folder, ref.origin());
    for (String name : go) {
      Files.deleteIfExists(folder.resolve(name));
    }
    if (stay.isEmpty()) {
      bytes += bytesIn(folder.resolve(PARTS));
      deleteTree(folder.resolve(PARTS));
    }
    for (String name : go) {
      Path parent = folder.resolve(name).getParent();
      while (parent != null && !parent.equals(folder)) {
        deleteIfEmpty(parent);
        parent = parent.getParent();
      }
    }
    if (stay.isEmpty()) {
      deleteIfEmpty(folder);
    }
    return bytes;
  }

  /** A lock on a repository's folder. */
  static final class Lock implements AutoCloseable {
    private final FileChannel channel;

    private Lock(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Waits until nobody else changes the repository, and says so once. */
  Lock lock(ModelRef ref, Consumer<String> notes) throws IOException {
    Path locks = root.resolve("locks");
    Files.createDirectories(locks);
    Path path =
        locks.resolve(ref.origin().folder() + "--" + ref.repo().replace("/", "--") + ".lock");
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean said = false;
    try {
      while (true) {
        FileLock lock = tryLock(channel);
        if (lock != null) {
          return new Lock(channel);
        }
        if (!said) {
          notes.accept("waiting for another process or thread that works on " + ref);
          said = true;
        }
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      channel.close();
      throw new IOException("interrupted", e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another thread of this process
    }
  }

  /** Bytes of a file; -1 where there is none. */
  static long size(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  private static List<Path> folders(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(parent)) {
      return all.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new OcelliException(
          Kind.RESOURCE,
          "%s: cannot be read (%s); check its permissions".formatted(parent, e.getMessage()),
          e);
    }
  }

  private static long bytesIn(Path folder) {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.mapToLong(f -> Math.max(0, size(f))).sum();
    } catch (IOException e) {
      return 0;
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.list(folder)) {
        for (Path p : all.toList()) {
          Files.deleteIfExists(p);
        }
      }
      Files.deleteIfExists(folder);
    }
  }

  private static void deleteIfEmpty(Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      // Somebody has put something there.
    }
  }
}
