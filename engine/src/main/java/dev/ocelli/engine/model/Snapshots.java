package dev.ocelli.engine.model;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.model.ModelFiles.ChatSource;
import dev.ocelli.engine.model.ModelFiles.PictureRules;
import dev.ocelli.engine.model.ModelFiles.TextRules;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.model.qwen3vl.SnapshotConfig;
import dev.ocelli.engine.safetensors.HfChatTemplate;
import dev.ocelli.engine.safetensors.HfConfig;
import dev.ocelli.engine.safetensors.HfPreprocessor;
import dev.ocelli.engine.safetensors.SafetensorsModel;
import dev.ocelli.engine.sampling.FileDefaults;
import dev.ocelli.engine.sampling.SamplingResolver;
import dev.ocelli.engine.sampling.StopRules;
import dev.ocelli.engine.tokenizer.TokenizerData;
import dev.ocelli.engine.tokenizer.TokenizerJson;
import dev.ocelli.engine.vision.ImageLimits;
import dev.ocelli.engine.vision.PatchSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what a folder in Hugging Face's layout says about a model. */
final class Snapshots {
  /** The largest published tokenizer.json has 20 MB. */
  private static final long MOST_BYTES = 256 << 20;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Snapshots() {}

  static ModelFiles open(Path folder, boolean vision) {
    SafetensorsModel tensors = SafetensorsModel.open(folder);
    try {
      return read(folder, tensors, vision);
    } catch (Throwable e) {
      tensors.close();
      throw e;
    }
  }

  private static ModelFiles read(Path folder, SafetensorsModel tensors, boolean vision) {
    HfConfig config = tensors.config();
    Path tokenizer = folder.resolve("tokenizer.json");
    byte[] generation = find(folder.resolve("generation_config.json"));
    byte[] tokenizerConfig = find(folder.resolve("tokenizer_config.json"));
    TokenizerData data =
        TokenizerJson.read(tokenizer.toString(), require(tokenizer), tokenizerConfig, generation);
    String origin = folder.resolve("generation_config.json").toString();
    Map<?, ?> settings = generation == null ? Map.of() : map(origin, generation);
    FileDefaults defaults = FileDefaults.fromGenerationConfig(origin, settings::get);
    PatchSpec spec =
        new PatchSpec(
            config.vision().patch(),
            config.vision().spatialMerge(),
            config.vision().temporalPatch(),
            PatchSpec.QWEN3_VL.mean(),
            PatchSpec.QWEN3_VL.std());
    PictureRules pictures =
        rules(
            folder,
            new PictureRules(spec, ImageLimits.PUBLISHED_IMAGE, ImageLimits.PUBLISHED_VIDEO));
    Qwen3VlConfig sizes = SnapshotConfig.of(config, pictures.spec(), vision);
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return new ModelFiles(
        name == null ? folder.toString() : name.toString(),
        sizes,
        tensors,
        vision ? tensors : null,
        new TextRules(
            data,
            chatTemplate(folder),
            new SamplingResolver.Layer("generation_config.json", defaults.overrides()),
            defaults.ignored(),
            v -> StopRules.fromConfig(origin, settings::get, v::id, v.size())),
        pictures);
  }

  /**
   * The rules of processor files that lie beside a GGUF file, or the given ones where there are
   * none.
   */
  static PictureRules picturesBeside(Path model, PictureRules given) {
    Path folder = model.toAbsolutePath().getParent();
    return folder == null ? given : rules(folder, given);
  }

  private static PictureRules rules(Path folder, PictureRules given) {
    HfPreprocessor image = HfPreprocessor.findForImages(folder);
    HfPreprocessor video = HfPreprocessor.findForVideos(folder);
    PatchSpec spec =
        image == null
            ? given.spec()
            : new PatchSpec(
                given.spec().patch(),
                given.spec().merge(),
                given.spec().temporalPatch(),
                image.mean(),
                image.std());
    return new PictureRules(spec, limits(image, given.image()), limits(video, given.video()));
  }

  private static ImageLimits limits(@Nullable HfPreprocessor p, ImageLimits given) {
    if (p == null) {
      return given;
    }
    Integer min = p.minPixels();
    Integer max = p.maxPixels();
    return new ImageLimits(
        min == null ? given.minPixels() : min, max == null ? given.maxPixels() : max);
  }

  private static @Nullable ChatSource chatTemplate(Path folder) {
    HfChatTemplate found = HfChatTemplate.find(folder);
    return found == null ? null : new ChatSource(found.jinja(), found.origin());
  }

  private static Map<?, ?> map(String origin, byte[] json) {
    try {
      JsonNode node = JSON.readTree(json);
      if (node.isObject()) {
        return JSON.convertValue(node, Map.class);
      }
    } catch (JacksonException e) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          "%s: not valid JSON: %s; download it again".formatted(origin, e.getOriginalMessage()),
          e);
    }
    throw new OcelliException(
        OcelliException.Kind.MODEL, "%s: not a JSON object; download it again".formatted(origin));
  }

  private static byte @Nullable [] find(Path file) {
    return Files.exists(file) ? require(file) : null;
  }

  /** Only regular files: a pipe in a model's folder would be waited for. */
  private static byte[] require(Path file) {
    return dev.ocelli.engine.tensor.ModelFiles.read(
        file, "a file of the model's folder", MOST_BYTES);
  }
}
