package dev.ocelli.engine.tokenizer;

import dev.ocelli.engine.OcelliException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the tokenizer of a Hugging Face model folder: {@code tokenizer.json}, and beside it {@code
 * tokenizer_config.json} and {@code generation_config.json} for the end and padding tokens.
 *
 * <p>Everything that would change ids is checked: another normalizer, split expression, decoder or
 * model option than the Qwen family's is an error, not ignored. Added tokens whose entry says
 * {@code normalized} are matched before normalization like the others; that differs only for text
 * in which a combining character follows one.
 */
public final class TokenizerJson {
  private static final String SPLIT =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final int MAX_ID = 1 << 24;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();

  private final String origin;

  private TokenizerJson(String origin) {
    this.origin = origin;
  }

  /**
   * Reads the files of a model folder.
   *
   * @param origin {@code tokenizer.json} as it is to be named in errors
   * @param tokenizer content of {@code tokenizer.json}
   * @param config content of {@code tokenizer_config.json}, or null
   * @param generation content of {@code generation_config.json}, or null
   * @throws OcelliException ({@code MODEL}) if a file is damaged or asks for something not
   *     supported
   */
  public static TokenizerData read(
      String origin, byte[] tokenizer, byte @Nullable [] config, byte @Nullable [] generation) {
    TokenizerJson reader = new TokenizerJson(origin);
    JsonNode root = reader.parse("", tokenizer);
    JsonNode none = JSON.createObjectNode();
    return reader.data(
        root,
        config == null ? none : reader.parse(" (tokenizer_config.json beside it)", config),
        generation == null
            ? none
            : reader.parse(" (generation_config.json beside it)", generation));
  }

  private JsonNode parse(String which, byte[] json) {
    try {
      JsonNode root = JSON.readTree(json);
      if (!root.isObject()) {
        throw bad("content" + which + " is not a JSON object");
      }
      return root;
    } catch (JacksonException e) {
      throw new OcelliException(
          OcelliException.Kind.MODEL,
          origin + which + ": not valid JSON: " + firstLine(e.getOriginalMessage()),
          e);
    }
  }

  private static String firstLine(@Nullable String message) {
    return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
  }

  private TokenizerData data(JsonNode root, JsonNode config, JsonNode generation) {
    checkPipeline(root);
    JsonNode model = root.path("model");
    checkModel(model);
    List<@Nullable String> tokens = new ArrayList<>();
    for (var entry : model.path("vocab").properties()) {
      put(tokens, id(entry.getValue(), "model.vocab"), entry.getKey());
    }
    int[] types = new int[tokens.size()];
    Arrays.fill(types, Vocabulary.Type.NORMAL.code());
    for (JsonNode added : root.path("added_tokens")) {
      int id = id(added.path("id"), "added_tokens.id");
      String content = added.path("content").asString("");
      for (String option : List.of("single_word", "lstrip", "rstrip")) {
        if (added.path(option).asBoolean(false)) {
          throw unsupported("added_tokens." + option + " of token " + id, "true", "false");
        }
      }
      if (id < tokens.size() && content.equals(tokens.get(id))) {
        // Old files list an added token in the vocabulary too.
        tokens.set(id, null);
      }
      put(tokens, id, content);
      if (types.length < tokens.size()) {
        int[] wider = Arrays.copyOf(types, Math.max(tokens.size(), types.length * 2));
        Arrays.fill(wider, types.length, wider.length, Vocabulary.Type.NORMAL.code());
        types = wider;
      }
      boolean special = added.path("special").asBoolean(false);
      types[id] = (special ? Vocabulary.Type.CONTROL : Vocabulary.Type.USER_DEFINED).code();
    }
    List<String> complete = new ArrayList<>(tokens.size());
    types = Arrays.copyOf(types, tokens.size());
    for (int id = 0; id < tokens.size(); id++) {
      String token = tokens.get(id);
      types[id] = token == null ? Vocabulary.Type.UNUSED.code() : types[id];
      complete.add(token == null ? "[PAD" + id + "]" : token);
    }
    return new TokenizerData(
        origin,
        "gpt2",
        "qwen2",
        complete,
        types,
        merges(model),
        special(config, generation, complete));
  }

  private int id(JsonNode node, String field) {
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw bad(field + " has an id that is not a whole number");
    }
    int id = node.intValue();
    if (id < 0 || id >= MAX_ID) {
      throw bad(field + " has the id " + id + ", which is not within 0 to " + (MAX_ID - 1));
    }
    return id;
  }

  private void put(List<@Nullable String> tokens, int id, String token) {
    while (tokens.size() <= id) {
      tokens.add(null);
    }
    if (tokens.get(id) != null) {
      throw bad("two tokens have the id " + id);
    }
    tokens.set(id, token);
  }

  private List<String> merges(JsonNode model) {
    List<String> merges = new ArrayList<>();
    for (JsonNode merge : model.path("merges")) {
      if (merge.isString()) {
        merges.add(merge.stringValue());
      } else if (merge.isArray() && merge.size() == 2) {
        merges.add(merge.path(0).asString("") + " " + merge.path(1).asString(""));
      } else {
        throw bad("model.merges: merge " + merges.size() + " is neither a text nor a pair");
      }
    }
    return merges;
  }

  private void checkModel(JsonNode model) {
    expect("model.type", model.path("type"), "BPE");
    for (String option : List.of("byte_fallback", "ignore_merges")) {
      if (model.path(option).asBoolean(false)) {
        throw unsupported("model." + option, "true", "false");
      }
    }
    for (String option : List.of("dropout", "continuing_subword_prefix", "end_of_word_suffix")) {
      JsonNode value = model.path(option);
      if (!value.isMissingNode() && !value.isNull() && !value.asString("?").isEmpty()) {
        throw unsupported("model." + option, value.toString(), "null");
      }
    }
    if (!model.path("vocab").isObject() || !model.path("merges").isArray()) {
      throw bad("model.vocab or model.merges is missing");
    }
  }

  private void checkPipeline(JsonNode root) {
    expect("normalizer.type", root.path("normalizer").path("type"), "NFC");
    JsonNode pre = root.path("pre_tokenizer");
    expect("pre_tokenizer.type", pre.path("type"), "Sequence");
    JsonNode steps = pre.path("pretokenizers");
    String field = "pre_tokenizer.pretokenizers";
    if (steps.size() != 2) {
      throw unsupported(field, steps.size() + " steps", "Split and ByteLevel");
    }
    expect(field + "[0].type", steps.path(0).path("type"), "Split");
    expect(field + "[0].pattern.Regex", steps.path(0).path("pattern").path("Regex"), SPLIT);
    expect(field + "[0].behavior", steps.path(0).path("behavior"), "Isolated");
    expect(field + "[1].type", steps.path(1).path("type"), "ByteLevel");
    for (JsonNode flag :
        List.of(
            steps.path(0).path("invert"),
            steps.path(1).path("add_prefix_space"),
            steps.path(1).path("use_regex"))) {
      if (flag.asBoolean(false)) {
        throw unsupported(field + ": invert, add_prefix_space or use_regex", "true", "false");
      }
    }
    expect("decoder.type", root.path("decoder").path("type"), "ByteLevel");
    JsonNode post = root.path("post_processor");
    if (!post.path("special_tokens").isEmpty()) {
      throw unsupported(
          "post_processor.special_tokens", post.path("special_tokens").toString(), "{}");
    }
  }

  private void expect(String field, JsonNode value, String known) {
    if (!value.isString() || !value.stringValue().equals(known)) {
      throw unsupported(field, value.isMissingNode() ? "missing" : value.toString(), known);
    }
  }

  private TokenizerData.Special special(JsonNode config, JsonNode generation, List<String> tokens) {
    Set<Integer> end = new LinkedHashSet<>();
    int eos = namedToken(config, "eos_token", tokens);
    if (eos >= 0) {
      end.add(eos);
    }
    JsonNode ids = generation.path("eos_token_id");
    if (ids.isArray()) {
      ids.forEach(id -> end.add(id(id, "generation_config.json eos_token_id")));
    } else if (!ids.isMissingNode() && !ids.isNull()) {
      end.add(id(ids, "generation_config.json eos_token_id"));
    }
    return new TokenizerData.Special(
        List.copyOf(end),
        namedToken(config, "pad_token", tokens),
        config.path("add_bos_token").asBoolean(false));
  }

  private int namedToken(JsonNode config, String field, List<String> tokens) {
    JsonNode value = config.path(field);
    // Either the text itself or an object that describes the token.
    String text = value.isObject() ? value.path("content").asString("") : value.asString("");
    if (text.isEmpty()) {
      return -1;
    }
    int id = tokens.lastIndexOf(text);
    if (id < 0) {
      throw bad(
          "tokenizer_config.json beside it names the " + field + " " + text + ", unknown here");
    }
    return id;
  }

  private OcelliException unsupported(String field, String value, String known) {
    return new OcelliException(
        OcelliException.Kind.MODEL,
        origin
            + ": "
            + field
            + " is "
            + value.replaceAll("\\s+", " ")
            + ", but only "
            + known
            + " is supported; use a tokenizer of the Qwen3-VL family");
  }

  private OcelliException bad(String what) {
    return new OcelliException(
        OcelliException.Kind.MODEL, origin + ": " + what + "; the file is damaged, fetch it again");
  }
}
