package dev.ocelli.hub;

import dev.ocelli.engine.OcelliException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What other programs have downloaded already. Nothing is ever written there.
 *
 * @param huggingFace folders like {@code ~/.cache/huggingface/hub}
 * @param lmStudio folders like {@code ~/.lmstudio/models}
 * @param llamaCpp folders like {@code ~/.cache/llama.cpp}
 * @param modelScope folders like {@code ~/.cache/modelscope/hub/models}
 */
public record KnownCaches(
    List<Path> huggingFace, List<Path> lmStudio, List<Path> llamaCpp, List<Path> modelScope) {
  /** None. */
  public static final KnownCaches NONE =
      new KnownCaches(List.of(), List.of(), List.of(), List.of());

  private static final int DEEPEST = 6;
  private static final int MOST_FILES = 10_000;

  /** Copies the lists. */
  public KnownCaches {
    huggingFace = List.copyOf(huggingFace);
    lmStudio = List.copyOf(lmStudio);
    llamaCpp = List.copyOf(llamaCpp);
    modelScope = List.copyOf(modelScope);
  }

  /**
   * A repository in a cache.
   *
   * @param where whose cache it is, for reports
   * @param revision the commit; empty where nobody says
   * @param files by their paths in the repository
   */
  record Found(String where, String revision, Map<String, Path> files) {
    RepoListing listing() {
      List<RemoteFile> all = new ArrayList<>();
      files.forEach(
          (name, path) -> all.add(new RemoteFile(name, Store.size(path), null, null, null, null)));
      return new RepoListing(revision, null, all);
    }
  }

  /** All caches that have files of a repository. */
  List<Found> find(ModelRef ref) {
    List<Found> found = new ArrayList<>();
    if (ref.origin() == Origin.HUGGING_FACE) {
      for (Path top : huggingFace) {
        snapshot(top, ref).ifPresent(found::add);
      }
      // Their folders and names know no revision.
      if (ref.revision() == null) {
        for (Path top : lmStudio) {
          add(found, "LM Studio", "", tree(top.resolve(ref.repo())));
        }
        for (Path top : llamaCpp) {
          add(found, "llama.cpp", "", flat(top, ref));
        }
      }
    } else if (ref.origin() == Origin.MODELSCOPE && ref.revision() == null) {
      for (Path top : modelScope) {
        add(found, "ModelScope", "", tree(top.resolve(ref.repo())));
        // ModelScope's own program writes dots of names so.
        String[] parts = ref.repo().split("/");
        if (parts[1].contains(".")) {
          Path other = top.resolve(parts[0]).resolve(parts[1].replace(".", "___"));
          add(found, "ModelScope", "", tree(other));
        }
      }
    }
    return found;
  }

  private static void add(
      List<Found> found, String where, String revision, Map<String, Path> files) {
    if (!files.isEmpty()) {
      found.add(new Found(where, revision, files));
    }
  }

  /** {@code models--owner--name/snapshots/COMMIT}: that of the revision, else the newest. */
  private static Optional<Found> snapshot(Path top, ModelRef ref) {
    Path repo = top.resolve("models--" + ref.repo().replace("/", "--"));
    Path snapshots = repo.resolve("snapshots");
    String wanted = ref.revision();
    Path folder = null;
    String commit = line(repo.resolve("refs").resolve(wanted == null ? "main" : wanted));
    if (commit != null && commit.matches("[0-9a-f]{7,64}")) {
      folder = snapshots.resolve(commit);
    } else if (wanted != null && wanted.matches("[0-9a-f]{7,64}")) {
      folder = snapshots.resolve(wanted);
    } else if (wanted == null) {
      folder = newest(snapshots);
    }
    if (folder == null || !Files.isDirectory(folder)) {
      return Optional.empty();
    }
    Map<String, Path> files = tree(folder);
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(new Found("Hugging Face", String.valueOf(folder.getFileName()), files));
  }

  private static @Nullable String line(Path file) {
    try {
      return Files.isRegularFile(file) && Files.size(file) < 1000
          ? Files.readString(file).strip()
          : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static @Nullable Path newest(Path snapshots) {
    Path newest = null;
    FileTime time = FileTime.fromMillis(0);
    if (Files.isDirectory(snapshots)) {
      try (Stream<Path> all = Files.list(snapshots)) {
        for (Path p : all.filter(Files::isDirectory).sorted().toList()) {
          FileTime t = Files.getLastModifiedTime(p);
          if (newest == null || t.compareTo(time) > 0) {
            newest = p;
            time = t;
          }
        }
      } catch (IOException e) {
        return null;
      }
    }
    return newest;
  }

  private static Map<String, Path> tree(Path folder) {
    Map<String, Path> files = new LinkedHashMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.walk(folder, DEEPEST, FileVisitOption.FOLLOW_LINKS)) {
        all.filter(Files::isRegularFile)
            .limit(MOST_FILES)
            .sorted()
            .forEach(f -> put(files, folder.relativize(f).toString().replace('\\', '/'), f));
      } catch (IOException | UncheckedIOException e) {
        return Map.of(); // what cannot be read is not there
      }
    }
    return files;
  }

  /** llama.cpp: {@code owner_name_FILE} beside each other. */
  private static Map<String, Path> flat(Path folder, ModelRef ref) {
    Map<String, Path> files = new LinkedHashMap<>();
    String prefix = ref.repo().replace("/", "_") + "_";
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.list(folder)) {
        all.filter(Files::isRegularFile)
            .sorted()
            .forEach(f -> {
              String name = f.getFileName().toString();
              if (name.startsWith(prefix) && name.endsWith(".gguf")) {
                put(files, name.substring(prefix.length()), f);
              }
            });
      } catch (IOException e) {
        return Map.of();
      }
    }
    return files;
  }

  private static void put(Map<String, Path> files, String name, Path file) {
    try {
      files.put(RemoteFile.checkedPath(name, file.toString()), file);
    } catch (OcelliException e) {
      // A name that no hub may give either.
    }
  }
}
