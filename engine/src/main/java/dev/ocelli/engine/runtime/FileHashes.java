package dev.ocelli.engine.runtime;

import dev.ocelli.engine.cache.Sha256;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.tensor.TensorSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hashes of a model's files, computed when somebody asks for the first time. Thread-safe. */
final class FileHashes {
  private final ModelFiles files;
  private @Nullable List<FileHash> known;

  FileHashes(ModelFiles files) {
    this.files = files;
  }

  synchronized List<FileHash> all() {
    List<FileHash> all = known;
    if (all == null) {
      all = new ArrayList<>();
      add("language", files.language(), all);
      TensorSource vision = files.vision();
      if (vision != null && vision != files.language()) {
        add("vision", vision, all);
      }
      all = List.copyOf(all);
      known = all;
    }
    return all;
  }

  private static void add(String part, TensorSource source, List<FileHash> to) {
    for (TensorSource.FileBytes f : source.files()) {
      to.add(new FileHash(part, f.name(), f.bytes().byteSize(), Sha256.of(f.bytes())));
    }
  }
}
