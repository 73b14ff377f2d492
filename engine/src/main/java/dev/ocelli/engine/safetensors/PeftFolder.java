package dev.ocelli.engine.safetensors;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.tensor.ModelFiles;
import dev.ocelli.engine.tensor.Printable;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.tensor.TensorSource;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A LoRA adapter as PEFT saves it: a folder with {@code adapter_config.json} and {@code
 * adapter_model.safetensors}. Tensors have the names that llama.cpp's converter gives them: {@code
 * blk.0.attn_q.weight.lora_a}; those of expert i {@code blk.0.ffn_up_exps.weight[i].lora_a}.
 */
public final class PeftFolder implements TensorSource {
  /** What such a folder has. */
  public static final String CONFIG = "adapter_config.json";

  /** The tensors. */
  public static final String TENSORS = "adapter_model.safetensors";

  private static final int MOST_CONFIG_BYTES = 1 << 20;

  private static final Pattern NAME =
      Pattern.compile("(?:base_model\\.model\\.)?(.+)\\.lora_([AB])(?:\\.default)?\\.weight");

  private final Path folder;
  private final SafetensorsFile file;
  private final byte[] config;
  private final float alpha;
  private final boolean rankStabilized;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private PeftFolder(Path folder, SafetensorsFile file) {
    this.folder = folder;
    this.file = file;
    Path path = folder.resolve(CONFIG);
    this.config = ModelFiles.read(path, "a JSON file", MOST_CONFIG_BYTES);
    JsonFields c = JsonFields.read(path);
    refuse(c, "peft_type", !c.text("peft_type").equals("LORA"), "LORA");
    refuse(c, "use_dora", c.bool("use_dora", false), "false");
    refuse(c, "fan_in_fan_out", c.bool("fan_in_fan_out", false), "false");
    refuse(c, "lora_bias", c.bool("lora_bias", false), "false");
    String bias = c.findText("bias");
    refuse(c, "bias", bias != null && !bias.equals("none"), "none");
    JsonFields alphas = c.findObject("alpha_pattern");
    refuse(c, "alpha_pattern", alphas != null && !alphas.names().isEmpty(), "empty");
    refuse(c, "layer_replication", c.has("layer_replication"), "null");
    this.alpha = (float) c.positiveNumber("lora_alpha");
    if (alpha == Float.POSITIVE_INFINITY) {
      throw c.wrong("lora_alpha", "a number of the usual size");
    }
    this.rankStabilized = c.bool("use_rslora", false);
    for (Tensor t : file.tensors()) {
      Tensor named = new Tensor(name(t), t.type(), t.shape(), t.data(), t.origin());
      if (tensors.put(named.name(), named) != null) {
        throw error(
            file.origin(),
            "tensor '%s' is there twice under different names; save the adapter again"
                .formatted(Printable.of(named.name())));
      }
    }
  }

  /**
   * Opens a folder.
   *
   * @throws OcelliException MODEL when a file is missing or damaged, or the adapter is of a kind
   *     that is more than low-rank products
   */
  public static PeftFolder open(Path folder) {
    SafetensorsFile file = SafetensorsFile.open(folder.resolve(TENSORS));
    try {
      return new PeftFolder(folder, file);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  private static void refuse(JsonFields c, String field, boolean wrong, String wanted) {
    if (wrong) {
      throw error(
          c.file(),
          "field '%s' is not %s, and such adapters cannot be used; merge the adapter into its model"
              .formatted(field, wanted));
    }
  }

  private static String name(Tensor t) {
    Matcher m = NAME.matcher(t.name());
    if (!m.matches()) {
      throw error(
          t.origin(),
          "tensor '%s' is neither lora_A nor lora_B of a matrix; merge the adapter into its model"
              .formatted(Printable.of(t.name())));
    }
    String end = m.group(2).equals("A") ? ".lora_a" : ".lora_b";
    return switch (HfNames.meaning(m.group(1) + ".weight")) {
      case HfNames.Meaning.Plain p -> p.canonical() + end;
      case HfNames.Meaning.Expert e -> e.canonical() + "[" + e.number() + "]" + end;
      case HfNames.Meaning.PatchEmbedding p -> "v.patch_embd.weight" + end;
      case HfNames.Meaning.Deepstack d -> "v.deepstack." + d.index() + "." + d.part() + end;
      case HfNames.Meaning.FusedExperts f -> m.group(1) + end;
      case HfNames.Meaning.Unknown u -> m.group(1) + end;
    };
  }

  /** The factor before the division by the rank. */
  public float alpha() {
    return alpha;
  }

  /** Whether alpha is divided by the root of the rank (rsLoRA) and not by the rank. */
  public boolean rankStabilized() {
    return rankStabilized;
  }

  @Override
  public String origin() {
    return folder.toString();
  }

  @Override
  public List<FileBytes> files() {
    List<FileBytes> all = new ArrayList<>(file.files());
    all.add(new FileBytes(CONFIG, MemorySegment.ofArray(config)));
    return all;
  }

  @Override
  public @Nullable Tensor find(String name) {
    return tensors.get(name);
  }

  @Override
  public Collection<Tensor> tensors() {
    return Collections.unmodifiableCollection(tensors.values());
  }

  @Override
  public void close() {
    file.close();
  }

  private static OcelliException error(String origin, String problem) {
    return new OcelliException(OcelliException.Kind.MODEL, origin + ": " + problem);
  }
}
