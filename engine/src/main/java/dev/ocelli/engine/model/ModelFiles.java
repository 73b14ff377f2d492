package dev.ocelli.engine.model;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.sampling.SamplingResolver;
import dev.ocelli.engine.sampling.StopRules;
import dev.ocelli.engine.tensor.TensorSource;
import dev.ocelli.engine.tokenizer.TokenizerData;
import dev.ocelli.engine.tokenizer.Vocabulary;
import dev.ocelli.engine.vision.ImageLimits;
import dev.ocelli.engine.vision.PatchSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a model's files say, read but not yet loaded: opening costs little and no weight
 * is touched.
 *
 * @param name what to call the model
 * @param config sizes, checked to fit each other
 * @param language tensors of the language model by their GGUF names
 * @param vision tensors of the vision tower, or null when the model is used without one
 * @param text what the language model's files say about words
 * @param pictures how pictures are brought into the model's form
 */
public record ModelFiles(
    String name,
    Qwen3VlConfig config,
    TensorSource language,
    @Nullable TensorSource vision,
    TextRules text,
    PictureRules pictures)
    implements AutoCloseable {

  /**
   * What the files say about words.
   *
   * @param tokenizer the vocabulary
   * @param chatTemplate the chat template, or null when the files carry none
   * @param sampling what the files recommend, possibly nothing
   * @param ignoredSampling sentences about recommendations that are not followed
   * @param stops the tokens that end a reply
   */
  public record TextRules(
      TokenizerData tokenizer,
      @Nullable ChatSource chatTemplate,
      SamplingResolver.Layer sampling,
      List<String> ignoredSampling,
      Function<Vocabulary, StopRules> stops) {}

  /**
   * A chat template.
   *
   * @param jinja its text
   * @param origin the file and field that it is from, for error messages
   */
  public record ChatSource(String jinja, String origin) {}

  /**
   * How pictures are brought into the model's form.
   *
   * @param spec patches and normalisation
   * @param image limits of a picture
   * @param video limits of a clip, all frames together
   */
  public record PictureRules(PatchSpec spec, ImageLimits image, ImageLimits video) {}

  /**
   * Opens what a user names.
   *
   * @param model a GGUF file, one shard of a set, or a folder with safetensors as Hugging Face
   *     publishes them
   * @param mmproj the vision file of a GGUF model, or null; folders bring their own vision tower
   * @param vision false to use a folder's language model alone
   * @throws OcelliException when a file is missing, damaged, of another kind or does not fit the
   *     other
   */
  public static ModelFiles open(Path model, @Nullable Path mmproj, boolean vision) {
    if (Files.isDirectory(model)) {
      if (mmproj != null) {
        throw new OcelliException(
            OcelliException.Kind.USAGE,
            "%s is a folder with its own vision tower; leave out the vision file %s"
                .formatted(model, mmproj));
      }
      return Snapshots.open(model, vision);
    }
    GgufFile language = GgufFile.open(model);
    try {
      GgufFile tower = mmproj == null || !vision ? null : GgufFile.open(mmproj);
      try {
        ModelFiles files = of(language, tower);
        return files.withPictures(Snapshots.picturesBeside(model, files.pictures()));
      } catch (Throwable e) {
        if (tower != null) {
          tower.close();
        }
        throw e;
      }
    } catch (Throwable e) {
      language.close();
      throw e;
    }
  }

  /**
   * Reads a GGUF pair.
   *
   * @param model the language model
   * @param mmproj the vision file, or null to use the model without pictures
   * @throws OcelliException when a file is of another kind or the two do not belong together
   */
  public static ModelFiles of(GgufFile model, @Nullable GgufFile mmproj) {
    return GgufModels.of(model, mmproj);
  }

  /**
   * The same with other rules for pictures, as a processor's configuration beside the files may
   * give them.
   */
  public ModelFiles withPictures(PictureRules rules) {
    return new ModelFiles(name, config, language, vision, text, rules);
  }

  /** The same with another chat template. */
  public ModelFiles withChatTemplate(ChatSource source) {
    TextRules rules =
        new TextRules(
            text.tokenizer(), source, text.sampling(), text.ignoredSampling(), text.stops());
    return new ModelFiles(name, config, language, vision, rules, pictures);
  }

  @Override
  public void close() {
    language.close();
    if (vision != null) {
      vision.close();
    }
  }
}
