package dev.ocelli.hub;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings models to the store.
 *
 * <p>Each file is taken from where it is: the store, another program's cache (linked, or copied
 * where that is not possible), or the network. Files get their names when all of them are there and
 * verified; the lock of the repository is held meanwhile.
 */
public final class Puller implements AutoCloseable {
  private final HubSettings settings;
  private final Store store;
  private final KnownCaches caches;
  private final PullListener listener;
  private final Http http;
  private final FreeSpace space;

  /** Says how much a disk can take. */
  @FunctionalInterface
  interface FreeSpace {
    long bytes(Path folder) throws IOException;
  }

  /** Brings models from the hubs that settings name to a store. */
  public Puller(HubSettings settings, Store store, KnownCaches caches, PullListener listener) {
    this(settings, store, caches, listener, f -> Files.getFileStore(f).getUsableSpace());
  }

  Puller(
      HubSettings settings,
      Store store,
      KnownCaches caches,
      PullListener listener,
      FreeSpace space) {
    this.settings = settings;
    this.store = store;
    this.caches = caches;
    this.listener = listener;
    this.space = space;
    this.http = new Http(settings);
  }

  /**
   * The model as it is on this disk, else as the hub has it: for commands that want to use it.
   *
   * @param vision whether its vision file is wanted, too
   * @throws OcelliException when it cannot be had
   */
  public Pulled resolve(ModelRef ref, boolean vision) {
    Optional<Pulled> here = locate(ref, vision);
    return here.isPresent() ? here.get() : pull(ref, vision);
  }

  /**
   * The model where it is complete on this disk: in the store, or another program's cache. Nothing
   * is asked over the network.
   */
  public Optional<Pulled> locate(ModelRef ref, boolean vision) {
    Path folder = store.folder(ref.origin(), ref.repo());
    RepoListing kept = Manifest.read(folder, ref.repo()).present(folder);
    String revision = ref.revision();
    if (revision == null || kept.revision().startsWith(revision)) {
      FileSelection s = selection(kept, ref, vision);
      if (s != null) {
        return Optional.of(located(s, folder::resolve, folder, kept.revision()));
      }
    }
    for (KnownCaches.Found found : caches.find(ref)) {
      FileSelection s = selection(found.listing(), ref, vision);
      if (s != null && (!vision || s.snapshot() || s.mmproj() != null)) {
        Path first = found.files().get(s.model().getFirst().path());
        Path in = first == null ? null : first.getParent();
        listener.note("%s is in the cache of %s".formatted(ref, found.where()));
        return Optional.of(
            located(
                s,
                p -> Objects.requireNonNull(found.files().get(p), p),
                Objects.requireNonNull(in, "a file has a folder"),
                found.revision()));
      }
    }
    return Optional.empty();
  }

  /** What of a local copy is the model, or null when it is not whole there. */
  private static @Nullable FileSelection selection(
      RepoListing listing, ModelRef ref, boolean vision) {
    if (listing.files().isEmpty()) {
      return null;
    }
    if (ref.tag() == null && ref.file() == null && !FileSelection.tags(listing).isEmpty()) {
      // Whether a model without a tag is the usual one cannot be seen here unless it says so.
      ModelRef usual = new ModelRef(ref.origin(), ref.repo(), "Q4_K_M", ref.revision(), null, null);
      if (FileSelection.tags(listing).size() > 1) {
        return selection(listing, usual, vision);
      }
    }
    try {
      return FileSelection.of(listing, ref, vision);
    } catch (OcelliException e) {
      return null;
    }
  }

  private static Pulled located(
      FileSelection s, Function<String, Path> path, Path folder, String revision) {
    RemoteFile mmproj = s.mmproj();
    return new Pulled(
        s.snapshot() ? folder : path.apply(s.model().getFirst().path()),
        mmproj == null ? null : path.apply(mmproj.path()),
        revision,
        0);
  }

  /**
   * The model as the hub has it now; what is on the disk already is not fetched again.
   *
   * @param vision whether its vision file is wanted, too
   * @throws OcelliException when the hub or the disk refuses, or a file is not what it should be
   */
  public Pulled pull(ModelRef ref, boolean vision) {
    if (settings.offline()) {
      throw new OcelliException(
          Kind.MODEL,
          "%s: is not on this disk (looked in %s and the caches of other programs); leave out --offline to fetch it"
              .formatted(ref, store.root()));
    }
    Path folder = store.folder(ref.origin(), ref.repo());
    RepoListing listing = hub(ref).list(ref);
    FileSelection selection = FileSelection.of(listing, ref, vision);
    try (Store.Lock unused = store.lock(ref, listener::note)) {
      Files.createDirectories(folder);
      return fetch(new Work(ref, folder, listing), selection);
    } catch (IOException e) {
      throw new OcelliException(
          Kind.RESOURCE,
          "%s: cannot be written (%s); check the folder %s, its permissions and the free space: what is there is kept"
              .formatted(ref, e.getMessage(), folder),
          e);
    }
  }

  private Hub hub(ModelRef ref) {
    HubJson json = new HubJson(http, settings);
    return switch (ref.origin()) {
      case HUGGING_FACE -> new HuggingFaceHub(json, settings);
      case MODELSCOPE -> new ModelScopeHub(json, settings);
      case URL -> new AddressHub(http, settings);
    };
  }

  /** A repository that is being brought. */
  private record Work(ModelRef ref, Path folder, RepoListing listing) {}

  /** A file that is complete and verified, perhaps not under its name yet. */
  private record Ready(RemoteFile file, Path at, String sha256, String source) {}

  private Pulled fetch(Work work, FileSelection selection) throws IOException {
    Path folder = work.folder();
    Manifest manifest = Manifest.read(folder, work.ref().repo());
    List<RemoteFile> missing = new ArrayList<>();
    Map<String, Manifest.Entry> kept = new LinkedHashMap<>();
    for (RemoteFile f : selection.files()) {
      Manifest.Entry entry = kept(folder, manifest, f);
      if (entry == null) {
        missing.add(f);
      } else {
        kept.put(f.path(), entry);
      }
    }
    List<Ready> ready = new ArrayList<>();
    List<KnownCaches.Found> others = missing.isEmpty() ? List.of() : caches.find(work.ref());
    List<RemoteFile> remote = new ArrayList<>();
    for (RemoteFile f : missing) {
      Ready adopted = adopt(folder, f, others);
      if (adopted == null) {
        remote.add(f);
      } else {
        ready.add(adopted);
      }
    }
    long downloaded = download(work, remote, ready);
    place(work, manifest, kept, ready);
    RemoteFile mmproj = selection.mmproj();
    return new Pulled(
        selection.snapshot() ? folder : folder.resolve(selection.model().getFirst().path()),
        mmproj == null ? null : folder.resolve(mmproj.path()),
        work.listing().revision(),
        downloaded);
  }

  /** What the store knows of a file if it has the very same; null if not. */
  private Manifest.@Nullable Entry kept(Path folder, Manifest manifest, RemoteFile f)
      throws IOException {
    Path path = folder.resolve(f.path());
    Manifest.Entry entry = manifest.files().get(f.path());
    if (Store.size(path) != f.size()) {
      return null;
    }
    if (entry == null || entry.size() != f.size()) {
      // Its manifest is lost: the content tells.
      String hash = Hashes.sha256(path, n -> {});
      return right(f, path, hash) && (f.sha256() != null || f.gitOid() != null)
          ? new Manifest.Entry(f.size(), hash, "", f.validator(), source(f), now())
          : null;
    }
    if (f.sha256() != null) {
      return f.sha256().equals(entry.sha256()) ? entry : null;
    }
    if (f.gitOid() != null) {
      return f.gitOid().equals(Hashes.gitOid(path)) ? entry : null;
    }
    return f.validator() != null && f.validator().equals(entry.validator()) ? entry : null;
  }

  private static boolean right(RemoteFile f, Path path, String sha256) throws IOException {
    if (f.sha256() != null) {
      return f.sha256().equals(sha256);
    }
    return f.gitOid() == null || f.gitOid().equals(Hashes.gitOid(path));
  }

  /** Takes a file from another program's cache, if it has the very same. */
  private @Nullable Ready adopt(Path folder, RemoteFile f, List<KnownCaches.Found> others)
      throws IOException {
    if (f.sha256() == null && f.gitOid() == null) {
      return null;
    }
    for (KnownCaches.Found other : others) {
      Path theirs = other.files().get(f.path());
      if (theirs == null) {
        theirs = other.files().get(f.name());
      }
      if (theirs == null || Store.size(theirs) != f.size()) {
        continue;
      }
      listener.begin("verifying " + f.name(), f.size(), 0);
      String hash = Hashes.sha256(theirs, listener::bytes);
      if (!right(f, theirs, hash)) {
        continue;
      }
      Path part = Store.part(folder, f);
      Files.createDirectories(part.toAbsolutePath().getParent());
      PartFile.delete(part);
      boolean linked = link(theirs, part);
      if (!linked) {
        requireRoom(folder, f.size());
        Files.copy(theirs, part, StandardCopyOption.REPLACE_EXISTING);
      }
      listener.note(
          "%s: %s from the cache of %s"
              .formatted(f.path(), linked ? "linked" : "copied", other.where()));
      return new Ready(f, part, hash, theirs.toString());
    }
    return null;
  }

  private static boolean link(Path theirs, Path part) {
    try {
      Files.createLink(part, theirs.toRealPath());
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false; // another disk, or one that knows no links
    }
  }

  private long download(Work work, List<RemoteFile> remote, List<Ready> ready) throws IOException {
    long total = 0;
    long there = 0;
    for (RemoteFile f : remote) {
      total += f.size();
      there += PartFile.present(Store.part(work.folder(), f), identity(work, f), f.size());
    }
    requireRoom(work.folder(), total - there);
    if (!remote.isEmpty()) {
      listener.begin("downloading", total, there);
    }
    for (RemoteFile f : remote) {
      ready.add(download(work, f));
    }
    return total - there;
  }

  /** What a part belongs to: content where its hash is known, else all that is known. */
  private static String identity(Work work, RemoteFile f) {
    if (f.sha256() != null) {
      return "sha256 " + f.sha256();
    }
    if (f.gitOid() != null) {
      return "git " + f.gitOid();
    }
    return "%s %s %s".formatted(f.address(), f.validator(), work.listing().revision());
  }

  private Ready download(Work work, RemoteFile f) throws IOException {
    Path path = Store.part(work.folder(), f);
    Files.createDirectories(path.toAbsolutePath().getParent());
    for (int tries = 1; ; tries++) {
      long segment = settings.transport().segment();
      try (PartFile part = PartFile.open(path, identity(work, f), f.size(), segment)) {
        new Download(http, settings.transport(), f, part, listener::bytes).run();
        part.force();
      }
      String hash = Hashes.sha256(path, n -> {});
      if (right(f, path, hash)) {
        return new Ready(f, path, hash, source(f));
      }
      PartFile.delete(path);
      if (tries > 1) {
        throw new OcelliException(
            Kind.MODEL,
            "%s: what came has the SHA-256 %s, not that of the list (%s), twice; the server or something on the way is broken, try another mirror"
                .formatted(f.path(), hash, f.sha256() != null ? f.sha256() : "git " + f.gitOid()));
      }
      listener.note(f.path() + ": the hash is wrong; fetched once more");
      listener.bytes(-f.size());
    }
  }

  private void requireRoom(Path folder, long bytes) throws IOException {
    long free = space.bytes(folder);
    if (free < bytes) {
      throw new OcelliException(
          Kind.RESOURCE,
          "%s: %,d bytes are to be written, but the disk has %,d free; make room ('ocelli rm'), or set OCELLI_HOME to a folder on another disk"
              .formatted(folder, bytes, free));
    }
  }

  /** Gives all files their names, then writes down what they are. */
  private static void place(
      Work work, Manifest manifest, Map<String, Manifest.Entry> kept, List<Ready> ready)
      throws IOException {
    Map<String, Manifest.Entry> all = new LinkedHashMap<>(kept);
    for (Ready r : ready) {
      Path to = work.folder().resolve(r.file().path());
      Files.createDirectories(to.toAbsolutePath().getParent());
      Files.move(r.at(), to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Files.deleteIfExists(PartFile.statePath(r.at()));
      all.put(
          r.file().path(),
          new Manifest.Entry(
              r.file().size(),
              r.sha256(),
              work.listing().revision(),
              r.file().validator(),
              r.source(),
              now()));
    }
    manifest.with(work.listing().licence(), all).write(work.folder(), work.ref().origin());
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }

  private static String source(RemoteFile f) {
    URI address = f.address();
    return address == null
        ? ""
        : address.getScheme()
            + "://"
            + address.getRawAuthority()
            + address.getRawPath()
            // ModelScope names the file there; of a plain address it may be a signature.
            + (f.sha256() != null && address.getRawPath().endsWith("/repo")
                ? "?" + address.getRawQuery()
                : "");
  }

  @Override
  public void close() {
    http.close();
  }
}
