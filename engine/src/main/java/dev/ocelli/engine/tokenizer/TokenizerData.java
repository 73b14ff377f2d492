package dev.ocelli.engine.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a model file says about its tokenizer, unchecked; {@link Tokenizer#of} checks it.
 *
 * <p>The fields are those of a GGUF file ({@code tokenizer.ggml.*}, QWEN3VL.md 7.1); {@link
 * TokenizerJson} fills them from a {@code tokenizer.json}.
 *
 * @param origin the file, named in errors
 * @param model {@code tokenizer.ggml.model}; only {@code gpt2} (byte-level BPE) is supported
 * @param pre {@code tokenizer.ggml.pre}; only {@code qwen2} is supported
 * @param tokens text of every token by id; ordinary tokens in the byte-to-character map of GPT-2
 * @param types {@code tokenizer.ggml.token_type} by id, see {@link Vocabulary.Type}
 * @param merges {@code "left right"}, best first
 * @param special ids of the end and padding tokens
 */
@SuppressWarnings("ArrayRecordComponent") // as files give them; only Tokenizer.of reads the record
public record TokenizerData(
    String origin,
    String model,
    String pre,
    List<String> tokens,
    int[] types,
    List<String> merges,
    Special special) {

  /**
   * Special ids.
   *
   * @param end ids that end a reply ({@code eos_token_id} and the like)
   * @param pad {@code padding_token_id}, or -1
   * @param addBos whether the file asks for a begin token before every text; not supported
   */
  public record Special(List<Integer> end, int pad, boolean addBos) {}

  /**
   * The same with unused tokens appended until there are {@code rows} tokens, as a model's
   * embedding may have more rows than its tokenizer has tokens. Does nothing where there are
   * enough.
   */
  public TokenizerData paddedTo(int rows) {
    if (rows <= tokens.size()) {
      return this;
    }
    List<String> padded = new ArrayList<>(rows);
    padded.addAll(tokens);
    int[] paddedTypes = Arrays.copyOf(types, rows);
    for (int id = tokens.size(); id < rows; id++) {
      padded.add("[PAD" + id + "]");
      paddedTypes[id] = Vocabulary.Type.UNUSED.code();
    }
    return new TokenizerData(origin, model, pre, padded, paddedTypes, merges, special);
  }
}
