package dev.ocelli.engine.cache;

import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.tensor.TensorSource;
import dev.ocelli.engine.vision.PatchSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What computed things depend on besides their input: weights, configuration, arithmetic and code.
 * Things computed under different identities are never mixed.
 *
 * <p>Reading all of a file of gigabytes would take longer than what a cache saves. So a tensor
 * counts with its name, type, shape and size and with samples: its whole data up to 8 KiB, else
 * eight pieces of 1 KiB at even distances, the first and the last of them included. That tells
 * apart models, quantizations, fine-tunes and damaged downloads of another length, as these change
 * almost every value. It does not see a change of a few values between the samples. The names of
 * the files, their dates, the vocabulary and the chat template do not count: keys of caches are
 * made of token ids.
 *
 * @param language of the language model, 64 hexadecimal digits
 * @param vision of the vision tower and its preprocessing; the same for a model without
 */
public record ModelIdentity(String language, String vision) {
  private static final int PIECES = 8;
  private static final int PIECE = 1 << 10;

  /** For caches that do not outlive their engine. */
  public static final ModelIdentity NONE = new ModelIdentity("", "");

  /**
   * Reads samples of all weights.
   *
   * @param arithmetic words for how the language model is computed, such as level and load mode
   * @param visionArithmetic the same of the vision tower
   * @throws IOException when the program cannot read its own code
   */
  public static ModelIdentity of(
      ModelFiles files, List<String> arithmetic, List<String> visionArithmetic) throws IOException {
    String code =
        Hasher.of("platform")
            .text(CodeIdentity.of(ModelIdentity.class))
            .text(System.getProperty("java.vm.version", ""))
            .text(System.getProperty("os.arch", ""))
            .hex();
    Hasher language = Hasher.of("language").text(code);
    arithmetic.forEach(language::text);
    text(files.config().text(), language);
    weights(files.language(), language);
    Hasher vision = Hasher.of("vision").text(code);
    visionArithmetic.forEach(vision::text);
    Qwen3VlConfig.Vision config = files.config().vision();
    TensorSource tower = files.vision();
    if (config != null && tower != null) {
      vision(config, vision);
      pictures(files.pictures().spec(), vision);
      weights(tower, vision);
    }
    return new ModelIdentity(language.hex(), vision.hex());
  }

  private static void text(Qwen3VlConfig.Text c, Hasher to) {
    to.number(c.layers()).number(c.hidden()).number(c.heads()).number(c.kvHeads());
    to.number(c.headDim()).number(c.ffn()).number(c.vocabulary()).number(c.deepstack());
    to.number(c.rmsEps()).number(c.rope().theta()).numbers(c.rope().sections());
    to.text(String.valueOf(c.rope().yarn())).text(String.valueOf(c.experts()));
  }

  private static void vision(Qwen3VlConfig.Vision c, Hasher to) {
    to.number(c.depth()).number(c.hidden()).number(c.heads()).number(c.ffn()).number(c.patch());
    to.number(c.temporalPatch()).number(c.merge()).number(c.positionSide()).number(c.outHidden());
    to.numbers(c.deepstackBlocks()).number(c.eps()).numbers(c.mean()).numbers(c.std());
  }

  private static void pictures(PatchSpec s, Hasher to) {
    to.number(s.patch()).number(s.merge()).number(s.temporalPatch());
    to.numbers(s.mean()).numbers(s.std());
  }

  private static void weights(TensorSource source, Hasher to) {
    List<Tensor> tensors =
        source.fileTensors().stream().sorted(Comparator.comparing(Tensor::name)).toList();
    to.number(tensors.size());
    for (Tensor t : tensors) {
      to.text(t.name()).text(t.type().name()).text(Arrays.toString(t.shape()));
      long size = t.data().byteSize();
      to.number(size);
      if (size <= PIECES * PIECE) {
        to.bytes(t.data());
        continue;
      }
      for (int i = 0; i < PIECES; i++) {
        to.bytes(t.data().asSlice((size - PIECE) * i / (PIECES - 1), PIECE));
      }
    }
  }
}
