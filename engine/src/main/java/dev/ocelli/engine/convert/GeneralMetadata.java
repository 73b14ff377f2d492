package dev.ocelli.engine.convert;

import dev.ocelli.engine.gguf.GgufArray;
import dev.ocelli.engine.gguf.GgufType;
import dev.ocelli.engine.gguf.GgufValue;
import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.safetensors.HfGeneration;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys that every file has: what it is, where it came from, how replies are sampled. */
final class GeneralMetadata {
  private static final Pattern REVISION = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern CACHED = Pattern.compile("models--(?:.*--)?(.+)");
  private static final String HUB = "https://huggingface.co/";

  private final GgufWriter out;
  private final Path folder;
  private final List<ConvertedTensor> tensors;

  GeneralMetadata(GgufWriter out, Path folder, List<ConvertedTensor> tensors) {
    this.out = out;
    this.folder = folder;
    this.tensors = tensors;
  }

  /**
   * Writes them.
   *
   * @param type {@code model} or {@code mmproj}
   * @param given the name that was asked for
   */
  void write(String architecture, String type, Optional<String> given) {
    out.put("general.architecture", architecture);
    out.put("general.type", type);
    sampling();
    long parameters = tensors.stream().mapToLong(ConvertedTensor::values).sum();
    ModelName name = ModelName.of(folderName(folder), parameters);
    ModelCard card = ModelCard.read(folder);
    out.put("general.name", given.orElse(name.title()));
    put("general.version", name.version());
    put("general.finetune", name.tuning());
    put("general.basename", name.base());
    String size = name.size();
    out.put("general.size_label", size == null ? SizeLabel.of(tensors) : size);
    put("general.license", card.find("license"));
    put("general.license.name", card.find("license_name"));
    put("general.license.link", card.find("license_link"));
    bases(card.all("base_model"), parameters);
    list("general.tags", card.all("tags", "pipeline_tag"));
    list("general.languages", card.all("languages", "language"));
  }

  private void sampling() {
    HfGeneration g = HfGeneration.find(folder);
    if (g == null) {
      return;
    }
    String p = "general.sampling.";
    Integer topK = g.topK();
    if (topK != null) {
      out.put(p + "top_k", new GgufValue.Whole(GgufType.INT32, topK));
    }
    put(p + "top_p", g.topP());
    put(p + "min_p", g.minP());
    put(p + "temp", g.temperature());
    put(p + "penalty_repeat", g.repetitionPenalty());
  }

  private void bases(List<String> ids, long parameters) {
    if (ids.isEmpty()) {
      return;
    }
    out.put("general.base_model.count", ids.size());
    for (int i = 0; i < ids.size(); i++) {
      String p = "general.base_model." + i + ".";
      String id = ids.get(i);
      int slash = id.indexOf('/');
      if (id.contains("://")) {
        out.put(p + "repo_url", id);
        continue;
      }
      ModelName name = ModelName.of(id.substring(slash + 1), parameters);
      out.put(p + "name", name.title());
      put(p + "version", name.version());
      if (slash > 0) {
        out.put(p + "organization", ModelName.title(id.substring(0, slash)));
        out.put(p + "repo_url", HUB + id);
      }
    }
  }

  private void list(String key, List<String> values) {
    if (!values.isEmpty()) {
      out.put(key, GgufArray.ofStrings(values));
    }
  }

  private void put(String key, @Nullable String value) {
    if (value != null) {
      out.put(key, value);
    }
  }

  private void put(String key, @Nullable Double value) {
    if (value != null) {
      out.put(key, value.floatValue());
    }
  }

  /** The folder's name; in a cache of the hub, where folders are revisions, the model's. */
  static String folderName(Path folder) {
    Path full = folder.toAbsolutePath().normalize();
    Path name = full.getFileName();
    Path snapshots = full.getParent();
    Path model = snapshots == null ? null : snapshots.getParent();
    if (name != null && model != null && REVISION.matcher(name.toString()).matches()) {
      var cached = CACHED.matcher(String.valueOf(model.getFileName()));
      if (cached.matches()) {
        return cached.group(1);
      }
    }
    return name == null ? "model" : name.toString();
  }
}
