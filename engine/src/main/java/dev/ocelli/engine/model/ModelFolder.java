package dev.ocelli.engine.model;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the models in a folder and the folders below it: GGUF files, of which those with shards
 * count once, and folders with safetensors. Reads headers, touches no weights.
 */
public final class ModelFolder {
  /** {@code publisher/model/file}, and room for the layout of Hugging Face's cache. */
  private static final int DEPTH = 5;

  /** A folder with more than this is no folder of models. */
  private static final int MOST_ENTRIES = 20_000;

  private static final Pattern SHARD = Pattern.compile("(.*)-(\\d{5})-of-\\d{5}\\.gguf");

  private final Path root;
  private final List<Path> snapshots = new ArrayList<>();

  /** GGUF files by the folder that they are in. */
  private final Map<Path, List<Path>> files = new TreeMap<>();

  private final List<FoundModel> models = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();
  private int entries;

  private ModelFolder(Path root) {
    this.root = root;
  }

  /**
   * What is in a folder.
   *
   * @param models sorted by name
   * @param skipped sentences about files that look like models and are none that can be used
   */
  public record Contents(List<FoundModel> models, List<String> skipped) {}

  /**
   * Looks through a folder.
   *
   * @throws OcelliException USAGE when it is none, or far too large
   */
  public static Contents scan(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new OcelliException(
          OcelliException.Kind.USAGE, folder + ": there is no such folder; name one with models");
    }
    ModelFolder scan = new ModelFolder(folder);
    scan.walk();
    for (Path snapshot : scan.snapshots) {
      scan.models.add(new FoundModel(scan.name(snapshot), snapshot, null, null));
    }
    scan.files.values().forEach(scan::pair);
    scan.models.sort(Comparator.comparing(FoundModel::name));
    return new Contents(List.copyOf(scan.models), List.copyOf(scan.skipped));
  }

  private void walk() {
    try {
      Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEPTH, new Visitor());
    } catch (IOException e) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "%s: the folder cannot be listed: %s; check its permissions"
              .formatted(root, e.getMessage()),
          e);
    }
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      count();
      if (!folder.equals(root) && String.valueOf(folder.getFileName()).startsWith(".")) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      boolean snapshot =
          Files.exists(folder.resolve("config.json"))
              && (Files.exists(folder.resolve("model.safetensors"))
                  || Files.exists(folder.resolve("model.safetensors.index.json")));
      if (snapshot) {
        snapshots.add(folder);
        return FileVisitResult.SKIP_SUBTREE;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      count();
      Path folder = file.getParent();
      if (folder != null && String.valueOf(file.getFileName()).endsWith(".gguf")) {
        files.computeIfAbsent(folder, f -> new ArrayList<>()).add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      skipped.add("%s: cannot be read (%s)".formatted(file, e.getMessage()));
      return FileVisitResult.CONTINUE;
    }

    private void count() {
      if (++entries > MOST_ENTRIES) {
        throw new OcelliException(
            OcelliException.Kind.USAGE,
            "%s: has more than %d files and folders; name the folder that holds the models"
                .formatted(root, MOST_ENTRIES));
      }
    }
  }

  /** Finds the vision files of the models in one folder. */
  private void pair(List<Path> inFolder) {
    List<Path> sorted = inFolder.stream().sorted().toList();
    List<GgufHeader> visions = new ArrayList<>();
    List<GgufHeader> languages = new ArrayList<>();
    for (Path file : sorted) {
      if (isLaterShard(file)) {
        continue;
      }
      try (GgufFile open = GgufFile.open(file)) {
        GgufHeader header = GgufHeader.of(file, open);
        (header.vision() ? visions : languages).add(header);
      } catch (OcelliException e) {
        skipped.add(String.valueOf(e.getMessage()));
      }
    }
    for (GgufHeader model : languages) {
      models.add(VisionPairing.pair(name(model.file()), model, visions));
    }
  }

  /** Whether a file is found by way of another: the first shard stands for all. */
  private static boolean isLaterShard(Path file) {
    Matcher m = SHARD.matcher(String.valueOf(file.getFileName()));
    return m.matches() && !m.group(2).equals("00001") && Files.exists(firstShard(file, m));
  }

  private static Path firstShard(Path file, Matcher m) {
    String name = String.valueOf(file.getFileName());
    return file.resolveSibling(name.substring(0, m.start(2)) + "00001" + name.substring(m.end(2)));
  }

  /** The path below the folder, without what tells formats and shards. */
  private String name(Path model) {
    Path relative = root.relativize(model);
    String name = relative.toString().replace('\\', '/');
    if (name.isEmpty()) {
      name = String.valueOf(root.toAbsolutePath().normalize().getFileName());
    }
    Matcher shard = SHARD.matcher(name);
    if (shard.matches()) {
      return shard.group(1);
    }
    return name.endsWith(".gguf") ? name.substring(0, name.length() - ".gguf".length()) : name;
  }
}
