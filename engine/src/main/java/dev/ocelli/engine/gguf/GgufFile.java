package dev.ocelli.engine.gguf;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.tensor.ModelFiles;
import dev.ocelli.engine.tensor.Printable;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.tensor.TensorSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A GGUF file, or a set of its shards, mapped into memory: versions 2 and 3, little endian (the
 * specification is {@code docs/gguf.md} of ggml).
 *
 * <p>Opening checks the whole header, so that tensors can be used without further checks; nothing
 * of the tensors' data is read. Immutable and thread-safe until closed.
 */
public final class GgufFile implements TensorSource {
  private static final Pattern SHARD = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");
  private static final String COUNT = "split.count";
  private static final String NUMBER = "split.no";
  private static final String TENSORS = "split.tensors.count";

  private final String origin;
  private final int version;
  private final long alignment;
  private final GgufMetadata metadata;
  private final SequencedMap<String, Tensor> tensors;
  private final List<FileBytes> files;
  private final @Nullable Arena arena;

  /** A file and what its header says. */
  private record Shard(FileBytes file, GgufParser.Parsed parsed) {
    static Shard open(Path path, Arena arena) {
      return of(ModelFiles.map(path, "a .gguf file", arena), path.toString());
    }

    static Shard of(MemorySegment bytes, String origin) {
      return new Shard(FileBytes.of(origin, bytes), GgufParser.parse(bytes, origin));
    }
  }

  private GgufFile(String origin, List<Shard> shards, @Nullable Arena arena) {
    GgufParser.Parsed first = shards.getFirst().parsed();
    this.origin = origin;
    this.version = first.version();
    this.alignment = first.alignment();
    this.metadata = first.metadata();
    this.files = shards.stream().map(Shard::file).toList();
    this.arena = arena;
    this.tensors = new LinkedHashMap<>();
    for (Shard s : shards) {
      for (Tensor t : s.parsed().tensors()) {
        Tensor other = tensors.put(t.name(), t);
        if (other != null) {
          throw error(
              t.origin(),
              "tensor '%s' is in %s as well; the shards do not belong together, download all of them again"
                  .formatted(Printable.of(t.name()), other.origin()));
        }
      }
    }
  }

  /**
   * Opens a file. When it is one of several shards ({@code name-00002-of-00005.gguf}), all of them
   * are opened; any of them may be given.
   *
   * @throws OcelliException when the file or a shard is missing, or is not a well-formed GGUF file
   */
  public static GgufFile open(Path file) {
    Arena arena = Arena.ofShared();
    try {
      return new GgufFile(file.toString(), shards(file, arena), arena);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Reads a file that is already in memory.
   *
   * @param bytes the whole file; it must stay valid as long as tensors are used, and closing does
   *     not release it
   * @param origin what to call it in error messages
   * @throws OcelliException when it is not a well-formed GGUF file
   */
  public static GgufFile of(MemorySegment bytes, String origin) {
    Shard s = Shard.of(bytes.asReadOnly(), origin);
    int count = s.parsed().metadata().getInt(COUNT, 1);
    if (count > 1) {
      throw error(origin, "this is one of %d shards; give the merged file".formatted(count));
    }
    return new GgufFile(origin, List.of(s), null);
  }

  private static List<Shard> shards(Path file, Arena arena) {
    Shard given = Shard.open(file, arena);
    Matcher name = SHARD.matcher(String.valueOf(file.getFileName()));
    int count = given.parsed().metadata().getInt(COUNT, 1);
    if (!name.matches()) {
      if (count > 1) {
        throw error(
            file.toString(),
            "this is one of %d shards (metadata key '%s'), but its name does not end in -0000K-of-%05d.gguf, so the others cannot be found; give the shards their names back"
                .formatted(count, COUNT, count));
      }
      return List.of(given);
    }
    int named = Integer.parseInt(name.group(3));
    int givenNumber = Integer.parseInt(name.group(2));
    if (givenNumber < 1 || givenNumber > named) {
      throw error(
          file.toString(),
          "the name says shard %d of %d; give the shard its name back"
              .formatted(givenNumber, named));
    }
    List<Shard> all = new ArrayList<>();
    for (int k = 1; k <= named; k++) {
      Path shard = file.resolveSibling("%s-%05d-of-%05d.gguf".formatted(name.group(1), k, named));
      Shard s = k == givenNumber ? given : Shard.open(shard, arena);
      checkShard(shard, s.parsed().metadata(), k, named);
      all.add(s);
    }
    checkTotal(file, all);
    return all;
  }

  private static void checkShard(Path shard, GgufMetadata m, int k, int count) {
    if (count == 1 && !m.has(COUNT)) {
      return;
    }
    if (m.getInt(COUNT) != count || m.getInt(NUMBER) != k - 1) {
      throw error(
          shard.toString(),
          "the name says shard %d of %d, but metadata keys '%s' and '%s' say %d of %d; give the shard its name back or download it again"
              .formatted(k, count, NUMBER, COUNT, m.getInt(NUMBER) + 1L, m.getInt(COUNT)));
    }
  }

  private static void checkTotal(Path file, List<Shard> shards) {
    long total = shards.stream().mapToLong(s -> s.parsed().tensors().size()).sum();
    long expected = shards.getFirst().parsed().metadata().getLong(TENSORS, total);
    if (total != expected) {
      throw error(
          file.toString(),
          "the %d shards have %d tensors together, but metadata key '%s' says %d; download them again"
              .formatted(shards.size(), total, TENSORS, expected));
    }
  }

  private static OcelliException error(String origin, String problem) {
    return new OcelliException(OcelliException.Kind.MODEL, origin + ": " + problem);
  }

  /** The version of the format: 2 or 3. */
  public int version() {
    return version;
  }

  /** The alignment of tensors in the file, in bytes. */
  public long alignment() {
    return alignment;
  }

  /** The number of files: 1, or that of the shards. */
  public int shards() {
    return files.size();
  }

  @Override
  public List<FileBytes> files() {
    return files;
  }

  /** The metadata; with shards, that of the first. */
  public GgufMetadata metadata() {
    return metadata;
  }

  @Override
  public String origin() {
    return origin;
  }

  @Override
  public @Nullable Tensor find(String name) {
    return tensors.get(name);
  }

  @Override
  public Collection<Tensor> tensors() {
    return Collections.unmodifiableCollection(tensors.values());
  }

  /** Unmaps the files; does nothing for a file that was in memory, and nothing the second time. */
  @Override
  public void close() {
    if (arena != null && arena.scope().isAlive()) {
      arena.close();
    }
  }
}
