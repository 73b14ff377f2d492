package dev.ocelli.engine.safetensors;

import dev.ocelli.engine.OcelliException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code generation_config.json}: what the makers of the model suggest. Null where the file is
 * silent.
 *
 * @param endTokens ids that end the reply; empty when the file names none
 * @param padToken id that fills
 * @param sample false means greedy
 */
@SuppressWarnings("ArrayRecordComponent") // read once; nobody compares such records
public record HfGeneration(
    int[] endTokens,
    @Nullable Integer padToken,
    @Nullable Boolean sample,
    @Nullable Double temperature,
    @Nullable Integer topK,
    @Nullable Double topP,
    @Nullable Double minP,
    @Nullable Double repetitionPenalty) {

  /**
   * Reads {@code generation_config.json} of a model's folder.
   *
   * @return null when there is no such file
   * @throws OcelliException when the file has a wrong field
   */
  public static @Nullable HfGeneration find(Path folder) {
    Path file = folder.resolve("generation_config.json");
    if (!Files.exists(file)) {
      return null;
    }
    JsonFields f = JsonFields.read(file);
    return new HfGeneration(
        f.has("eos_token_id") ? f.naturalOrNaturals("eos_token_id") : new int[0],
        f.findNatural("pad_token_id"),
        f.findBool("do_sample"),
        f.findNumber("temperature"),
        f.findNatural("top_k"),
        f.findNumber("top_p"),
        f.findNumber("min_p"),
        f.findNumber("repetition_penalty"));
  }
}
