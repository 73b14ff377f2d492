package dev.ocelli.engine.safetensors;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.tensor.ModelFiles;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The chat template of a model's folder.
 *
 * @param origin file and field, for error messages
 */
public record HfChatTemplate(String jinja, String origin) {
  /** Published templates have some 10 KB. */
  private static final long MOST_BYTES = 16 << 20;

  private static final String FIELD = "chat_template";

  /**
   * Reads {@code chat_template.jinja}, {@code chat_template.json} or the entry of {@code
   * tokenizer_config.json}: the first of them that is there, as transformers does.
   *
   * @return null when there is none
   * @throws OcelliException when a file is damaged
   */
  public static @Nullable HfChatTemplate find(Path folder) {
    Path plain = folder.resolve("chat_template.jinja");
    if (Files.exists(plain)) {
      return new HfChatTemplate(text(plain), plain.toString());
    }
    for (String name : new String[] {"chat_template.json", "tokenizer_config.json"}) {
      Path file = folder.resolve(name);
      String jinja = Files.exists(file) ? JsonFields.read(file).textOrNull(FIELD) : null;
      if (jinja != null) {
        return new HfChatTemplate(jinja, file + ": " + FIELD);
      }
    }
    return null;
  }

  private static String text(Path file) {
    byte[] bytes = ModelFiles.read(file, "a chat template", MOST_BYTES);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new OcelliException(
          OcelliException.Kind.MODEL, file + ": the text is not UTF-8; download it again", e);
    }
  }
}
