package dev.ocelli.server.api;

import dev.ocelli.engine.tokenizer.Tokenizer;
import dev.ocelli.server.wire.ApiError;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Prompts that are texts or tokens. */
final class TokenIds {
  private TokenIds() {}

  /** Ids in an array, each checked against the vocabulary. */
  static int[] ids(JsonNode array, String where, Tokenizer tokenizer) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = id(array.get(i), "%s[%d]".formatted(where, i), tokenizer);
    }
    return ids;
  }

  private static int id(JsonNode node, String where, Tokenizer tokenizer) {
    int size = tokenizer.vocabulary().size();
    if (!node.isInt() || node.intValue() < 0 || node.intValue() >= size) {
      throw ApiError.field(where, "must be a token id from 0 to %d".formatted(size - 1));
    }
    return node.intValue();
  }

  /**
   * A prompt: a text, in which control tokens are recognised, or ids, or a mixture of both as
   * llama.cpp takes it.
   */
  static int[] prompt(JsonNode node, String where, Tokenizer tokenizer) {
    if (node.isString()) {
      return tokenizer.encode(node.stringValue());
    }
    if (!node.isArray()) {
      throw ApiError.field(where, "must be a string or an array of tokens");
    }
    List<int[]> parts = new ArrayList<>();
    int i = 0;
    for (JsonNode part : node) {
      String at = "%s[%d]".formatted(where, i++);
      parts.add(
          part.isString()
              ? tokenizer.encode(part.stringValue())
              : new int[] {id(part, at, tokenizer)});
    }
    return parts.stream().flatMapToInt(java.util.Arrays::stream).toArray();
  }

  /** One or several texts or arrays of tokens; nothing in a text is a control token. */
  static List<int[]> texts(JsonNode node, String where, int most, Tokenizer tokenizer) {
    if (node.isString()) {
      return List.of(tokenizer.encodeText(node.stringValue()));
    }
    if (!node.isArray() || node.isEmpty() || node.size() > most && !node.get(0).isNumber()) {
      throw ApiError.field(
          where,
          "must be a string, an array of tokens, or an array of 1 to %d of either".formatted(most));
    }
    if (node.get(0).isNumber()) {
      return List.of(ids(node, where, tokenizer));
    }
    List<int[]> out = new ArrayList<>();
    for (JsonNode one : node) {
      String at = "%s[%d]".formatted(where, out.size());
      if (!one.isString() && !one.isArray()) {
        throw ApiError.field(at, "must be a string or an array of tokens");
      }
      out.add(one.isString() ? tokenizer.encodeText(one.stringValue()) : ids(one, at, tokenizer));
    }
    return out;
  }

  /** One or several prompts, as OpenAI's completions take them. */
  static List<int[]> prompts(JsonNode node, String where, int most, Tokenizer tokenizer) {
    boolean several = node.isArray() && !node.isEmpty() && !node.get(0).isNumber();
    if (!several) {
      return List.of(prompt(node, where, tokenizer));
    }
    if (node.size() > most) {
      throw ApiError.field(
          where, "has %d prompts; at most %d are taken".formatted(node.size(), most));
    }
    List<int[]> out = new ArrayList<>();
    for (JsonNode one : node) {
      out.add(prompt(one, "%s[%d]".formatted(where, out.size()), tokenizer));
    }
    return out;
  }
}
