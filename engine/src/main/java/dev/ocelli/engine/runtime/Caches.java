package dev.ocelli.engine.runtime;

import dev.ocelli.engine.cache.DiskCache;
import dev.ocelli.engine.cache.Hasher;
import dev.ocelli.engine.cache.ModelIdentity;
import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.model.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The caches of an engine, in memory and in a folder, and the keys of what is in them. */
final class Caches implements AutoCloseable {
  private final PrefixCache prefix;
  private final VisionCache vision;
  private final @Nullable DiskCache disk;
  private final List<String> notices = new ArrayList<>();
  private final ModelIdentity identity;
  private final String layout;

  /**
   * Empty caches.
   *
   * @param load how the model was loaded, which its results depend on
   */
  Caches(CacheOptions options, ModelFiles files, KvLayout kv, LoadReport load) {
    Path directory = options.directory();
    ModelIdentity known = ModelIdentity.NONE;
    DiskCache usable = null;
    if (directory != null) {
      try {
        known = identity(files, load);
        usable = new DiskCache(directory, options.directoryBytes());
      } catch (IOException e) {
        notices.add(
            "%s: cannot be used as a cache, as versions of this program cannot be told apart (%s); going on without"
                .formatted(directory, e.getMessage()));
      }
    }
    this.identity = known;
    this.disk = usable;
    this.layout = kv.toString();
    this.prefix = new PrefixCache(options.prefixBytes(), kv.blockBytes(), usable, known.language());
    this.vision =
        new VisionCache(options.visionBytes(), usable, known.vision(), files.config().vision());
  }

  private static ModelIdentity identity(ModelFiles files, LoadReport load) throws IOException {
    LoadReport.Arithmetic a = load.arithmetic();
    List<String> common = List.of(load.mode().name(), a.level(), String.valueOf(a.exact()));
    List<String> language = new ArrayList<>(common);
    language.add(a.weights().name());
    List<String> vision = new ArrayList<>(common);
    vision.add(String.valueOf(a.visionBfloat16()));
    return ModelIdentity.of(files, language, vision);
  }

  PrefixCache prefix() {
    return prefix;
  }

  VisionCache vision() {
    return vision;
  }

  /**
   * The root of sequences: what they depend on besides their tokens, and whose they are. Pictures
   * are encoded without adapters, which change the language model alone.
   */
  String root(String salt, AdapterSet adapters) {
    return Hasher.of("sequence")
        .text(identity.language())
        .text(identity.vision())
        .text(layout)
        .text(adapters.key())
        .text(salt)
        .hex();
  }

  /** The key of an encoded picture or clip. */
  String pictureKey(String salt, String media) {
    return Hasher.of("picture").text(identity.vision()).text(salt).text(media).hex();
  }

  /** What went wrong, a sentence each. */
  List<String> notices() {
    List<String> all = new ArrayList<>(notices);
    String notice = disk == null ? null : disk.notice();
    if (notice != null) {
      all.add(notice);
    }
    return all;
  }

  CacheStatistics statistics() {
    return new CacheStatistics(
        prefix.statistics(),
        vision.statistics(),
        disk == null ? DiskCache.Statistics.NONE : disk.statistics());
  }

  /** Waits until everything is on the disk. */
  void flush() {
    if (disk != null) {
      disk.flush();
    }
  }

  @Override
  public void close() {
    if (disk != null) {
      disk.close();
    }
    prefix.clear();
  }
}
