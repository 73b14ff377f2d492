package dev.ocelli.engine.convert;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.gguf.GgufArray;
import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.safetensors.HfChatTemplate;
import dev.ocelli.engine.safetensors.HfSpecialTokens;
import dev.ocelli.engine.tensor.ModelFiles;
import dev.ocelli.engine.tensor.Printable;
import dev.ocelli.engine.tokenizer.Tokenizer;
import dev.ocelli.engine.tokenizer.TokenizerData;
import dev.ocelli.engine.tokenizer.TokenizerJson;
import dev.ocelli.engine.tokenizer.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Vocabulary, merges, special tokens and chat template. */
final class TokenizerMetadata {
  private static final String PREFIX = "tokenizer.ggml.";

  /** The largest published tokenizer.json has 20 MB. */
  private static final long MOST_BYTES = 256 << 20;

  private final Path folder;
  private final TokenizerData data;
  private final int[] types;

  /**
   * Reads and checks the tokenizer of a folder.
   *
   * @param rows of the embedding table: as many tokens are written
   * @throws OcelliException when a file is missing, damaged, or of another kind of tokenizer
   */
  TokenizerMetadata(Path folder, int rows) {
    this.folder = folder;
    Path file = folder.resolve("tokenizer.json");
    data =
        TokenizerJson.read(
                file.toString(),
                ModelFiles.read(file, "the tokenizer", MOST_BYTES),
                find("tokenizer_config.json"),
                find("generation_config.json"))
            .paddedTo(rows);
    if (data.tokens().size() > rows) {
      throw error(
          file,
          "there are %d tokens, but the embedding table has %d rows (field 'text_config.vocab_size' of config.json); the files do not belong together"
              .formatted(data.tokens().size(), rows));
    }
    Tokenizer.of(data);
    types = data.types().clone();
    for (int id = 0; id < types.length; id++) {
      boolean added = types[id] == Vocabulary.Type.USER_DEFINED.code();
      if (added && looksSpecial(data.tokens().get(id))) {
        types[id] = Vocabulary.Type.CONTROL.code();
      }
    }
  }

  /** Some tokens, such as {@code <|fim_pad|>}, are control tokens that the files do not call so. */
  private static boolean looksSpecial(String token) {
    return token.startsWith("<|") && token.endsWith("|>");
  }

  private byte @Nullable [] find(String name) {
    Path file = folder.resolve(name);
    return Files.exists(file) ? ModelFiles.read(file, "a file of the model", MOST_BYTES) : null;
  }

  void write(GgufWriter out) {
    out.put(PREFIX + "model", data.model());
    out.put(PREFIX + "pre", data.pre());
    out.put(PREFIX + "tokens", GgufArray.ofStrings(data.tokens()));
    out.put(PREFIX + "token_type", GgufArray.ofInts(types));
    out.put(PREFIX + "merges", GgufArray.ofStrings(data.merges()));
    HfSpecialTokens special = HfSpecialTokens.read(folder);
    ids(special).forEach((part, id) -> out.put(PREFIX + key(part) + "_token_id", id));
    special.added().forEach((part, add) -> out.put(PREFIX + "add_" + part + "_token", add));
    HfChatTemplate template = HfChatTemplate.find(folder);
    if (template != null) {
      out.put("tokenizer.chat_template", template.jinja());
    }
  }

  private Map<String, Integer> ids(HfSpecialTokens special) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    List<String> tokens = data.tokens();
    special
        .texts()
        .forEach((part, text) -> {
          int id = tokens.lastIndexOf(text);
          if (id < 0) {
            throw error(
                folder.resolve("tokenizer_config.json"),
                "field '%s_token' is '%s', which is no token of tokenizer.json; the files do not belong together"
                    .formatted(part, Printable.of(text)));
          }
          ids.put(part, id);
        });
    special
        .ids()
        .forEach((part, id) -> {
          if (id < tokens.size()) {
            ids.putIfAbsent(part, id);
          }
        });
    return ids;
  }

  private static String key(String part) {
    return switch (part) {
      case "unk" -> "unknown";
      case "sep" -> "seperator"; // as the format spells it
      case "pad" -> "padding";
      default -> part;
    };
  }

  private static OcelliException error(Path file, String problem) {
    return new OcelliException(Kind.MODEL, file + ": " + problem);
  }
}
