package dev.ocelli.engine.runtime;

import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.tensor.TensorSource;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model's files say about it, for those who list models: known without loading, and still
 * known when the files are closed.
 *
 * @param name what the files call the model
 * @param origin the language model's file or folder
 * @param format {@code gguf} or {@code safetensors}
 * @param config sizes
 * @param weights how much there is of them
 * @param chatTemplate the chat template, or null when the files carry none
 * @param thinking whether the model reasons before it answers
 */
public record ModelSummary(
    String name,
    String origin,
    String format,
    Qwen3VlConfig config,
    Weights weights,
    ModelFiles.@Nullable ChatSource chatTemplate,
    boolean thinking) {

  /**
   * How much there is of the weights.
   *
   * @param bytes of all tensors in the files, vision included
   * @param parameters of the language model's file or folder
   * @param type of most bytes of it, or null when it has no tensors
   */
  public record Weights(long bytes, long parameters, @Nullable DType type) {
    private static Weights of(ModelFiles files) {
      TensorSource language = files.language();
      TensorSource vision = files.vision();
      long bytes = language.bytes() + (vision == null || vision == language ? 0 : vision.bytes());
      long parameters = 0;
      Map<DType, Long> types = new EnumMap<>(DType.class);
      for (Tensor t : language.tensors()) {
        parameters += t.values();
        types.merge(t.type(), t.data().byteSize(), Long::sum);
      }
      DType most =
          types.entrySet().stream()
              .max(Comparator.comparingLong(Map.Entry::getValue))
              .map(Map.Entry::getKey)
              .orElse(null);
      return new Weights(bytes, parameters, most);
    }
  }

  /** Sums up files that are open. */
  public static ModelSummary of(ModelFiles files) {
    return new ModelSummary(
        files.name(),
        files.language().origin(),
        files.language() instanceof GgufFile ? "gguf" : "safetensors",
        files.config(),
        Weights.of(files),
        files.text().chatTemplate(),
        PromptPreparer.opensThinking(files));
  }

  /** Whether it can look at pictures. */
  public boolean vision() {
    return config.vision() != null;
  }

  /** The architecture by its GGUF name. */
  public String family() {
    return MemoryPlan.family(config);
  }
}
