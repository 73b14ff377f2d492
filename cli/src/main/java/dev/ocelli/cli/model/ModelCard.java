package dev.ocelli.cli.model;

import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.quantize.FileType;
import dev.ocelli.engine.quantize.Requantization;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.tensor.TensorSource;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Sums up the tensors of a language model. */
public final class ModelCard {
  private ModelCard() {}

  public static LoadedModel.Card of(Engine engine) {
    return of(engine.files(), engine.threads(), engine.level(), engine.options().requantization());
  }

  /** Of a model that need not be loaded. */
  public static LoadedModel.Card of(
      ModelFiles files, int threads, String level, Requantization requantization) {
    Qwen3VlConfig.Experts experts = files.config().text().experts();
    TensorSource source = files.language();
    boolean ownOutput = source.find("output.weight") != null;
    long bytes = 0;
    long parameters = 0;
    long perToken = 0;
    Map<DType, Long> types = new EnumMap<>(DType.class);
    for (Tensor t : source.tensors()) {
      if (!ofLanguage(t.name())) {
        continue;
      }
      long size = t.data().byteSize();
      bytes += size;
      parameters += t.values();
      types.merge(t.type(), size, Long::sum);
      long loaded =
          t.shape().length < 2 ? size : requantization.type(t).bytes(t.values()); // vectors stay
      if (experts != null && t.name().contains("_exps.")) {
        perToken += loaded / experts.count() * experts.used();
      } else if (!ownOutput || !t.name().equals("token_embd.weight")) {
        // A token looks up a single row of an embedding that is not the output matrix, too.
        perToken += loaded;
      }
    }
    String type =
        types.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(e -> e.getKey().name())
            .orElse("");
    return new LoadedModel.Card(
        source.origin(),
        "%s %s %s".formatted(experts == null ? "qwen3vl" : "qwen3vlmoe", count(parameters), type),
        bytes,
        parameters,
        mix(source, type),
        perToken,
        experts != null,
        threads,
        level);
  }

  /** The mix of types that a file says it has, else the type of most weights. */
  private static String mix(TensorSource source, String type) {
    return source instanceof GgufFile f
        ? FileType.numbered(f.metadata().getInt("general.file_type", -1))
            .map(FileType::name)
            .orElse(type)
        : type;
  }

  /** Folders hold the vision tower, too. */
  private static boolean ofLanguage(String name) {
    return name.startsWith("blk.") || name.startsWith("token_embd.") || name.startsWith("output");
  }

  /** A number of parameters as people say it: {@code 4.02B}. */
  static String count(long parameters) {
    return parameters < 1_000_000_000
        ? String.format(Locale.ROOT, "%.2fM", parameters / 1e6)
        : String.format(Locale.ROOT, "%.2fB", parameters / 1e9);
  }
}
