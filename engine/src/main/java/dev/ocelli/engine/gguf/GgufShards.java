package dev.ocelli.engine.gguf;

import dev.ocelli.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Splits a file into shards as llama.cpp's gguf-split does, and makes one file of shards.
 *
 * <p>The first shard has all metadata, the others none but their number; every shard has one tensor
 * at least, so that a tensor above the limit makes a shard of its own.
 */
public final class GgufShards {
  /** Metadata keys that only shards have. */
  public static final Set<String> KEYS = Set.of("split.no", "split.count", "split.tensors.count");

  private static final int MOST_SHARDS = 0xffff;

  private final GgufFile model;
  private final List<List<Tensor>> shards;

  /** Hears of every shard when it is written. */
  @FunctionalInterface
  public interface Progress {
    /** So many shards are written. */
    void written(int count);
  }

  private GgufShards(GgufFile model, BiPredicate<Integer, Long> full) {
    this.model = model;
    this.shards = new ArrayList<>();
    List<Tensor> shard = new ArrayList<>();
    shards.add(shard);
    long bytes = 0;
    for (Tensor t : model.tensors()) {
      long padded = padded(t);
      if (!shard.isEmpty() && full.test(shard.size(), bytes + padded)) {
        shard = new ArrayList<>();
        shards.add(shard);
        bytes = 0;
      }
      shard.add(t);
      bytes += padded;
    }
    if (shards.size() > MOST_SHARDS) {
      throw new IllegalArgumentException(shards.size() + " shards are more than a name can say");
    }
  }

  /**
   * Shards of so many bytes of tensors at most.
   *
   * @throws IllegalArgumentException when there would be more than 65535
   */
  public static GgufShards ofSize(GgufFile model, long most) {
    return new GgufShards(model, (tensors, bytes) -> bytes > most);
  }

  /**
   * Shards of so many tensors.
   *
   * @throws IllegalArgumentException when there would be more than 65535
   */
  public static GgufShards ofTensors(GgufFile model, int most) {
    return new GgufShards(model, (tensors, bytes) -> tensors >= most);
  }

  private static long padded(Tensor t) {
    return Math.ceilDiv(t.data().byteSize(), GgufWriter.DEFAULT_ALIGNMENT)
        * GgufWriter.DEFAULT_ALIGNMENT;
  }

  /** The tensors of each shard. */
  public List<List<Tensor>> tensors() {
    return shards;
  }

  /** The shards' names: those of the prefix, {@code prefix-00001-of-00003.gguf} and so on. */
  public List<Path> paths(Path prefix) {
    List<Path> all = new ArrayList<>();
    for (int k = 1; k <= shards.size(); k++) {
      all.add(
          prefix.resolveSibling(
              "%s-%05d-of-%05d.gguf".formatted(prefix.getFileName(), k, shards.size())));
    }
    return all;
  }

  /**
   * Writes the shards; each appears under its name when it is complete. As long as one is missing,
   * the set does not open.
   *
   * @param files one for each shard
   * @throws dev.ocelli.engine.OcelliException (RESOURCE) when the disk has not room for all of them
   */
  public void write(List<OutputFile> files, Progress progress) {
    List<GgufWriter> writers = new ArrayList<>();
    for (int k = 0; k < shards.size(); k++) {
      writers.add(writer(k));
    }
    files.getFirst().requireRoom(writers.stream().mapToLong(GgufWriter::bytes).sum());
    for (int k = 0; k < files.size(); k++) {
      writers.get(k).write(files.get(k));
      progress.written(k + 1);
    }
  }

  private GgufWriter writer(int number) {
    GgufWriter w = new GgufWriter();
    if (number == 0) {
      copyMetadata(model, w);
    }
    w.put("split.no", new GgufValue.Whole(GgufType.UINT16, number));
    w.put("split.tensors.count", new GgufValue.Whole(GgufType.INT32, model.tensors().size()));
    w.put("split.count", new GgufValue.Whole(GgufType.UINT16, shards.size()));
    shards.get(number).forEach(w::tensor);
    return w;
  }

  /** A writer of one file with everything that a file, or all its shards, holds. */
  public static GgufWriter merged(GgufFile model) {
    GgufWriter w = new GgufWriter();
    copyMetadata(model, w);
    Collection<Tensor> all = model.tensors();
    all.forEach(w::tensor);
    return w;
  }

  private static void copyMetadata(GgufFile model, GgufWriter w) {
    model
        .metadata()
        .entries()
        .forEach((key, value) -> {
          if (!KEYS.contains(key)) {
            w.put(key, value);
          }
        });
  }
}
