package dev.ocelli.engine.quantize;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.GgufMetadata;
import dev.ocelli.engine.quantize.ImportanceMatrix.Entry;
import dev.ocelli.engine.quantize.ImportanceMatrix.Provenance;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.ModelFiles;
import dev.ocelli.engine.tensor.Printable;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads importance matrices. The older form, little endian: the number of entries; each entry's
 * name (length and bytes), number of chunks n, number of values and values (float32, n times the
 * mean square); then, in some files, the number of chunks and the dataset's name.
 */
final class ImatrixReader {
  private static final int GGUF = 0x46554747;
  private static final int LONGEST_NAME = 1024;
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String origin;
  private final MemorySegment bytes;
  private final Arena arena;
  private final SortedMap<String, Entry> entries = new TreeMap<>();
  private long at;

  private ImatrixReader(String origin, MemorySegment bytes, Arena arena) {
    this.origin = origin;
    this.bytes = bytes;
    this.arena = arena;
  }

  static ImportanceMatrix open(Path file) {
    Arena arena = Arena.ofShared();
    try {
      return of(ModelFiles.map(file, "an importance matrix", arena), file.toString(), arena);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  /** Reads a file that is in memory; the arena is closed with the result. */
  static ImportanceMatrix of(MemorySegment bytes, String origin, Arena arena) {
    ImatrixReader r = new ImatrixReader(origin, bytes, arena);
    ImportanceMatrix m =
        bytes.byteSize() >= 4 && bytes.get(I32, 0) == GGUF ? r.readGguf() : r.readOld();
    r.requireFinite();
    return m;
  }

  private ImportanceMatrix readGguf() {
    GgufFile f = GgufFile.of(bytes, origin);
    GgufMetadata m = f.metadata();
    if (!m.has(ImportanceMatrix.CHUNKS)) {
      throw error("metadata key '%s' is missing".formatted(ImportanceMatrix.CHUNKS));
    }
    for (Tensor t : f.tensors()) {
      if (t.name().endsWith(ImportanceMatrix.SUMS)) {
        String name = cut(t.name(), ImportanceMatrix.SUMS);
        Tensor counts = f.find(name + ImportanceMatrix.COUNTS);
        if (counts == null) {
          throw error("tensor '%s' has no counts beside it".formatted(Printable.of(t.name())));
        }
        add(name, new Entry(floats(t), floats(counts)));
      } else if (!t.name().endsWith(ImportanceMatrix.COUNTS)
          || f.find(cut(t.name(), ImportanceMatrix.COUNTS) + ImportanceMatrix.SUMS) == null) {
        throw error(
            "tensor '%s' does not belong into an importance matrix"
                .formatted(Printable.of(t.name())));
      }
    }
    List<String> datasets =
        m.has(ImportanceMatrix.DATASETS)
            ? List.of(m.getStrings(ImportanceMatrix.DATASETS))
            : List.of();
    return finish(
        new Provenance(
            datasets, m.getInt(ImportanceMatrix.CHUNKS), m.getInt(ImportanceMatrix.CHUNK_SIZE, 0)));
  }

  private static String cut(String name, String end) {
    return name.substring(0, name.length() - end.length());
  }

  private MemorySegment floats(Tensor t) {
    if (t.type() != DType.F32) {
      throw error(
          "tensor '%s' has type %s instead of F32".formatted(Printable.of(t.name()), t.type()));
    }
    return t.data();
  }

  private ImportanceMatrix readOld() {
    int count = int32("the number of entries");
    if (count < 1) {
      throw error("it says that it has %d entries".formatted(count));
    }
    for (int i = 0; i < count; i++) {
      String name = text("the name of entry " + i);
      int chunks = int32("the chunks of entry " + i);
      int values = int32("the size of entry " + i);
      if (chunks < 0 || values < 1) {
        throw error(
            "entry %d says %d chunks of %d values at byte %d".formatted(i, chunks, values, at - 8));
      }
      MemorySegment sums = take(4L * values, "the values of entry " + i);
      MemorySegment counts = arena.allocate(4);
      counts.set(ImportanceMatrix.F32, 0, Math.max(1, chunks));
      add(name, new Entry(sums, counts));
    }
    int chunks = at < bytes.byteSize() ? int32("the number of chunks") : 0;
    List<String> datasets = at < bytes.byteSize() ? List.of(text("the dataset's name")) : List.of();
    if (at != bytes.byteSize() || chunks < 0) {
      throw error("it does not end where its entries do, at byte " + at);
    }
    return finish(new Provenance(datasets, chunks, 0));
  }

  private int int32(String what) {
    return take(4, what).get(I32, 0);
  }

  private String text(String what) {
    int length = int32("the length of " + what);
    if (length < 0 || length > LONGEST_NAME) {
      throw error("%s has %d bytes at byte %d".formatted(what, length, at - 4));
    }
    return new String(take(length, what).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }

  private MemorySegment take(long size, String what) {
    if (size > bytes.byteSize() - at) {
      throw error("it ends in %s, which takes %d bytes from byte %d".formatted(what, size, at));
    }
    MemorySegment s = bytes.asSlice(at, size);
    at += size;
    return s;
  }

  private void add(String name, Entry e) {
    if (e.values() == 0 || e.matrices() == 0 || e.values() % e.matrices() != 0) {
      throw error(
          "tensor '%s' has %d values for %d matrices"
              .formatted(Printable.of(name), e.values(), e.matrices()));
    }
    if (entries.putIfAbsent(name, e) != null) {
      throw error("tensor '%s' is there twice".formatted(Printable.of(name)));
    }
  }

  private ImportanceMatrix finish(Provenance provenance) {
    if (entries.isEmpty()) {
      throw error("it has no entries");
    }
    return new ImportanceMatrix(origin, provenance, entries, arena);
  }

  private void requireFinite() {
    entries.forEach((name, e) -> {
      requireFinite(name, e.sums());
      requireFinite(name, e.counts());
    });
  }

  private void requireFinite(String name, MemorySegment values) {
    for (long i = 0; i < values.byteSize() / 4; i++) {
      float v = values.getAtIndex(ImportanceMatrix.F32, i);
      if (!(v >= 0 && v <= Float.MAX_VALUE)) {
        throw error(
            "value %d of tensor '%s' is %s, which no sum of squares is"
                .formatted(i, Printable.of(name), v));
      }
    }
  }

  private OcelliException error(String problem) {
    return new OcelliException(
        Kind.MODEL,
        "%s: this is no importance matrix, or it is damaged: %s; compute it again with 'ocelli imatrix'"
            .formatted(origin, problem));
  }
}
