package dev.ocelli.engine.quantize;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.gguf.GgufArray;
import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.gguf.OutputFile;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Printable;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How much each input of each matrix matters: the sums of the squares of what it was multiplied
 * with, and how many rows that were.
 *
 * <p>Written as GGUF: metadata {@code general.type = imatrix}, {@code imatrix.datasets}, {@code
 * imatrix.chunk_count}, {@code imatrix.chunk_size}; tensors {@code NAME.in_sum2 [matrices,
 * columns]} and {@code NAME.counts [matrices, 1]}. Immutable; holds a mapped file until closed.
 */
public final class ImportanceMatrix implements AutoCloseable {
  static final String DATASETS = "imatrix.datasets";
  static final String CHUNKS = "imatrix.chunk_count";
  static final String CHUNK_SIZE = "imatrix.chunk_size";
  static final String SUMS = ".in_sum2";
  static final String COUNTS = ".counts";

  static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * What is known of a tensor.
   *
   * @param sums of squares, float32, one matrix after the other
   * @param counts rows of each matrix; one for all in old files
   */
  record Entry(MemorySegment sums, MemorySegment counts) {
    long values() {
      return sums.byteSize() / 4;
    }

    long matrices() {
      return counts.byteSize() / 4;
    }
  }

  /**
   * Where it came from.
   *
   * @param datasets names of files
   * @param chunks parts of them
   * @param chunkSize tokens of a part; 0 when unknown
   */
  public record Provenance(List<String> datasets, int chunks, int chunkSize) {}

  private final String origin;
  private final Provenance provenance;
  private final SortedMap<String, Entry> entries;
  private final Arena arena;

  ImportanceMatrix(
      String origin, Provenance provenance, SortedMap<String, Entry> entries, Arena arena) {
    this.origin = origin;
    this.provenance = provenance;
    this.entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    this.arena = arena;
  }

  /**
   * Opens a file: GGUF, or the older form without any header.
   *
   * @throws OcelliException (MODEL) when it is neither, or damaged
   */
  public static ImportanceMatrix open(Path file) {
    return ImatrixReader.open(file);
  }

  /** The file, for messages. */
  public String origin() {
    return origin;
  }

  /** Where it came from. */
  public Provenance provenance() {
    return provenance;
  }

  /** The tensors that something is known of. */
  public Set<String> names() {
    return entries.keySet();
  }

  /**
   * Checks that what is known of a tensor fits it.
   *
   * @return whether anything is known
   * @throws OcelliException (MODEL) when it is of another size
   */
  public boolean covers(Tensor tensor) {
    Entry e = entries.get(tensor.name());
    if (e == null) {
      return false;
    }
    long matrices = matrices(tensor);
    boolean fits =
        e.values() == matrices * tensor.columns()
            && (e.matrices() == 1 || e.matrices() == matrices);
    if (!fits) {
      throw new OcelliException(
          Kind.MODEL,
          "%s: tensor '%s' has importance of %d inputs, but %d matrices of %d columns in %s; the importance matrix is of another model, compute it from this one"
              .formatted(
                  origin,
                  Printable.of(tensor.name()),
                  e.values(),
                  matrices,
                  tensor.columns(),
                  tensor.origin()));
    }
    return true;
  }

  /** How many matrices a tensor of two or three dimensions holds. */
  static long matrices(Tensor tensor) {
    return tensor.shape().length == 3 ? tensor.shape()[0] : 1;
  }

  /**
   * The mean square of each input of a matrix; ones where no row was seen.
   *
   * @param tensor one that is {@link #covers covered}
   * @param matrix which of its matrices
   */
  public float[] importance(Tensor tensor, int matrix) {
    Entry e = entries.get(tensor.name());
    if (e == null) {
      throw new IllegalArgumentException("nothing is known of " + tensor.name());
    }
    float[] out = new float[(int) tensor.columns()];
    float count = e.counts.getAtIndex(F32, e.matrices() == 1 ? 0 : matrix);
    if (!(count > 0)) {
      Arrays.fill(out, 1);
      return out;
    }
    MemorySegment.copy(e.sums, F32, 4L * matrix * out.length, out, 0, out.length);
    for (int i = 0; i < out.length; i++) {
      out[i] /= count;
    }
    return out;
  }

  /**
   * Rows that the fullest matrix of a tensor has seen, and how many matrices have seen none; null
   * when nothing is known of it.
   */
  public @Nullable Coverage coverage(String name) {
    Entry e = entries.get(name);
    if (e == null) {
      return null;
    }
    long unseen = 0;
    float most = 0;
    for (long m = 0; m < e.matrices(); m++) {
      float count = e.counts.getAtIndex(F32, m);
      unseen += count > 0 ? 0 : 1;
      most = Math.max(most, count);
    }
    return new Coverage((long) most, e.matrices(), unseen);
  }

  /**
   * What a tensor has seen.
   *
   * @param rows of its fullest matrix
   * @param matrices it has
   * @param unseen matrices without a row
   */
  public record Coverage(long rows, long matrices, long unseen) {}

  /**
   * Writes it as GGUF.
   *
   * @throws OcelliException (RESOURCE) when the file cannot be written
   */
  public void write(OutputFile file) {
    GgufWriter w = new GgufWriter().put("general.type", "imatrix");
    w.put(DATASETS, GgufArray.ofStrings(provenance.datasets));
    w.put(CHUNKS, provenance.chunks).put(CHUNK_SIZE, provenance.chunkSize);
    entries.forEach((name, e) -> {
      long n = e.matrices();
      w.tensor(name + SUMS, DType.F32, new long[] {n, e.values() / n}, e.sums);
      w.tensor(name + COUNTS, DType.F32, new long[] {n, 1}, e.counts);
    });
    w.write(file);
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
