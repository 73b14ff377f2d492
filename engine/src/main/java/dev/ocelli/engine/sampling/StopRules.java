package dev.ocelli.engine.sampling;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that end a reply. Stop strings are the business of the token stream, not of this
 * class.
 *
 * <p>A Qwen3-VL reply ends at {@code <|im_end|>} or {@code <|endoftext|>} (QWEN3VL.md 6.5), and at
 * whatever else the model's files name. Tokens that llama.cpp adds on its own ({@code <|fim_pad|>},
 * {@code <|repo_name|>}, {@code <|file_sep|>}) do not stop here, as they do not in the reference.
 */
public final class StopRules {
  /** Tokens that end a reply of this model family whatever its files say. */
  private static final List<String> NAMED = List.of("<|im_end|>", "<|endoftext|>");

  private static final List<String> GGUF_KEYS =
      List.of(
          "tokenizer.ggml.eos_token_id",
          "tokenizer.ggml.eot_token_id",
          "tokenizer.ggml.eom_token_id");

  private static final List<String> CONFIG_KEYS = List.of("eos_token_id");

  private final int[] ids; // ascending, each once

  private StopRules(TreeSet<Integer> ids) {
    this.ids = ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Exactly these ids. */
  public static StopRules of(int... ids) {
    TreeSet<Integer> set = new TreeSet<>();
    for (int id : ids) {
      if (id < 0) {
        throw new IllegalArgumentException("stop token id " + id);
      }
      set.add(id);
    }
    return new StopRules(set);
  }

  /**
   * The stop tokens of a GGUF file: {@code tokenizer.ggml.eos_token_id}, {@code .eot_token_id},
   * {@code .eom_token_id}, and the family's own where the vocabulary has them.
   *
   * @param file named in errors
   * @param metadata value of a metadata key, null where the file has none
   * @param idOf id of a control token by its text, negative where the vocabulary has none
   * @param vocabularySize ids are below it
   * @throws OcelliException {@code MODEL} when a value is not a token id of this vocabulary
   */
  public static StopRules fromGguf(
      String file,
      Function<String, ? extends @Nullable Object> metadata,
      ToIntFunction<String> idOf,
      int vocabularySize) {
    return from(GGUF_KEYS, file, metadata, idOf, vocabularySize);
  }

  /**
   * The stop tokens of a {@code generation_config.json} (or {@code config.json}): {@code
   * eos_token_id}, a number or a list of numbers, and the family's own; otherwise as {@link
   * #fromGguf}.
   */
  public static StopRules fromConfig(
      String file,
      Function<String, ? extends @Nullable Object> metadata,
      ToIntFunction<String> idOf,
      int vocabularySize) {
    return from(CONFIG_KEYS, file, metadata, idOf, vocabularySize);
  }

  private static StopRules from(
      List<String> keys,
      String file,
      Function<String, ? extends @Nullable Object> metadata,
      ToIntFunction<String> idOf,
      int vocabularySize) {
    TreeSet<Integer> ids = new TreeSet<>();
    for (String key : keys) {
      Object value = metadata.apply(key);
      if (value instanceof Collection<?> list) {
        for (Object element : list) {
          ids.add(tokenId(file, key, element, vocabularySize));
        }
      } else if (value != null) {
        ids.add(tokenId(file, key, value, vocabularySize));
      }
    }
    for (String name : NAMED) {
      int id = idOf.applyAsInt(name);
      if (id >= 0) {
        ids.add(id);
      }
    }
    return new StopRules(ids);
  }

  private static int tokenId(String file, String key, @Nullable Object value, int vocabularySize) {
    boolean whole = value instanceof Long || value instanceof Integer;
    if (whole && value instanceof Number n && n.longValue() >= 0) {
      if (n.longValue() < vocabularySize) {
        return n.intValue();
      }
    }
    throw new OcelliException(
        Kind.MODEL,
        file
            + ": "
            + key
            + " is "
            + (value == null ? "null" : Quoted.value(value))
            + ", not a token id from 0 to "
            + (vocabularySize - 1)
            + "; get an intact copy of the file");
  }

  /** Whether this token ends a reply. */
  public boolean contains(int id) {
    return Arrays.binarySearch(ids, id) >= 0;
  }

  /** The ids, ascending. */
  public int[] ids() {
    return ids.clone();
  }

  @Override
  public String toString() {
    return "StopRules" + Arrays.toString(ids);
  }
}
