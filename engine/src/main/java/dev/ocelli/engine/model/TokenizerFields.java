package dev.ocelli.engine.model;

import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.tokenizer.TokenizerData;
import java.util.ArrayList;
import java.util.List;

/** Reads the vocabulary of a GGUF file ({@code tokenizer.ggml.*}, QWEN3VL section 7.1). */
final class TokenizerFields {
  private static final String P = "tokenizer.ggml.";

  private TokenizerFields() {}

  static TokenizerData read(GgufFile f) {
    List<String> tokens = List.of(f.metadata().getStrings(P + "tokens"));
    List<Integer> end = new ArrayList<>();
    for (String key : List.of("eos_token_id", "eot_token_id", "eom_token_id")) {
      if (f.metadata().has(P + key)) {
        end.add(f.metadata().getInt(P + key));
      }
    }
    return new TokenizerData(
        f.origin(),
        f.metadata().getString(P + "model"),
        f.metadata().getString(P + "pre", "qwen2"),
        tokens,
        f.metadata().getInts(P + "token_type"),
        List.of(f.metadata().getStrings(P + "merges")),
        new TokenizerData.Special(
            end,
            f.metadata().getInt(P + "padding_token_id", -1),
            f.metadata().getBoolean(P + "add_bos_token", false)));
  }
}
