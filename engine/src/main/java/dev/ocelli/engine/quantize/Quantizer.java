package dev.ocelli.engine.quantize;

import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.GgufValue;
import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.gguf.OutputFile;
import dev.ocelli.engine.kernels.Workers;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file with its tensors in other types. The result depends on the file, the options and
 * the importance alone, not on the number of threads.
 */
public final class Quantizer {
  private static final String FILE_TYPE = "general.file_type";
  private static final String VERSION = "general.quantization_version";

  /** What is said about an importance matrix; of another one it would be wrong. */
  private static final String IMPORTANCE = "quantize.imatrix.";

  /** The version of the formats of blocks, {@code GGML_QNT_VERSION}. */
  private static final int FORMAT_VERSION = 2;

  /** What the result does not have of its source: it is one file, and of its own type. */
  private static final Set<String> DROPPED =
      Set.of("split.no", "split.count", "split.tensors.count", FILE_TYPE, VERSION);

  private final GgufFile model;
  private final QuantizationPlan plan;
  private final Optional<FileType> type;
  private final @Nullable ImportanceMatrix importance;

  /** Hears of every tensor when it is written. */
  @FunctionalInterface
  public interface Progress {
    /**
     * A tensor is written.
     *
     * @param index its number from 0 on
     */
    void written(int index, PlannedTensor tensor, TensorError error);
  }

  /**
   * @param model stays open as long as this is used
   * @param options what it shall become
   * @param importance of the model's inputs, or null
   * @throws dev.ocelli.engine.OcelliException when that cannot be
   */
  public Quantizer(GgufFile model, QuantizeOptions options, @Nullable ImportanceMatrix importance) {
    this.model = model;
    this.importance = importance;
    this.type = options.file();
    this.plan = QuantizationPlan.of(model, options, importance);
  }

  /** What every tensor becomes. */
  public QuantizationPlan plan() {
    return plan;
  }

  /**
   * Writes the file; it appears under its name when it is complete.
   *
   * @throws dev.ocelli.engine.OcelliException when a value is no number, or the disk is full
   */
  public void write(OutputFile file, Workers workers, Progress progress) {
    GgufWriter w = new GgufWriter();
    metadata(w);
    for (int i = 0; i < plan.tensors().size(); i++) {
      PlannedTensor t = plan.tensors().get(i);
      int index = i;
      w.tensor(
          t.source().name(),
          t.type(),
          t.source().shape(),
          out -> {
            TensorError error = TensorError.NONE;
            if (t.isCopied()) {
              TensorEncoder.copy(t.source(), out);
            } else {
              error = new TensorEncoder(t, importance, workers).writeTo(out);
            }
            progress.written(index, t, error);
          });
    }
    w.write(file);
  }

  private void metadata(GgufWriter w) {
    boolean renewed = importance != null;
    model
        .metadata()
        .entries()
        .forEach((key, value) -> {
          if (!DROPPED.contains(key) && !(renewed && key.startsWith(IMPORTANCE))) {
            w.put(key, value);
          }
        });
    w.put(VERSION, FORMAT_VERSION);
    GgufValue own = model.metadata().find(FILE_TYPE);
    if (type.isPresent()) {
      w.put(FILE_TYPE, type.get().number());
    } else if (own != null) {
      w.put(FILE_TYPE, own);
    }
    ImportanceMatrix m = importance;
    if (m != null) {
      ImportanceMatrix.Provenance from = m.provenance();
      w.put(IMPORTANCE + "file", name(m.origin()));
      if (!from.datasets().isEmpty()) {
        w.put(IMPORTANCE + "dataset", name(from.datasets().getFirst()));
      }
      w.put(IMPORTANCE + "entries_count", m.names().size());
      if (from.chunks() > 0) {
        w.put(IMPORTANCE + "chunks_count", from.chunks());
      }
    }
  }

  /** The file's name alone: where it lay on some machine is nobody's business. */
  private static String name(String path) {
    Path name = Path.of(path).getFileName();
    return name == null ? path : name.toString();
  }
}
