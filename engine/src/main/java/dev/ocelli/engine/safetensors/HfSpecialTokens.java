package dev.ocelli.engine.safetensors;

import dev.ocelli.engine.OcelliException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens with a part to play, as a model's folder names them: {@code bos}, {@code eos}, {@code
 * unk}, {@code sep}, {@code pad}, {@code mask}.
 *
 * @param texts texts by part ({@code tokenizer_config.json}), in that order
 * @param ids numbers by part ({@code config.json}), in that order
 * @param added whether a part's token is put before or behind every text
 */
public record HfSpecialTokens(
    Map<String, String> texts, Map<String, Integer> ids, Map<String, Boolean> added) {
  private static final String[] PARTS = {"bos", "eos", "unk", "sep", "pad", "mask"};

  /**
   * Reads the two files.
   *
   * @throws OcelliException when one has a wrong field
   */
  public static HfSpecialTokens read(Path folder) {
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, Integer> ids = new LinkedHashMap<>();
    Map<String, Boolean> added = new LinkedHashMap<>();
    Path file = folder.resolve("tokenizer_config.json");
    if (Files.exists(file)) {
      JsonFields f = JsonFields.read(file);
      for (String part : PARTS) {
        Boolean add = f.findBool("add_" + part + "_token");
        if (add != null) {
          added.put(part, add);
        }
        String text = text(f, part + "_token");
        if (text != null) {
          texts.put(part, text);
        }
      }
    }
    JsonFields config = JsonFields.read(folder.resolve("config.json"));
    JsonFields language = config.findObject("text_config");
    for (String part : PARTS) {
      Integer id = id(config, part + "_token_id");
      if (id == null && language != null) {
        id = id(language, part + "_token_id");
      }
      if (id != null) {
        ids.put(part, id);
      }
    }
    return new HfSpecialTokens(
        Collections.unmodifiableMap(texts),
        Collections.unmodifiableMap(ids),
        Collections.unmodifiableMap(added));
  }

  /** Either the text itself or an object that describes the token. */
  private static @Nullable String text(JsonFields f, String name) {
    return f.isObject(name) ? f.object(name).findText("content") : f.findText(name);
  }

  /** The number; of several, such as ends of a reply, none is the one. */
  private static @Nullable Integer id(JsonFields f, String name) {
    if (!f.has(name)) {
      return null;
    }
    int[] all = f.naturalOrNaturals(name);
    return all.length == 1 ? (Integer) all[0] : null;
  }
}
