package dev.ocelli.server.api;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.sampling.SamplingOverrides;
import dev.ocelli.engine.tokenizer.Tokenizer;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The sampling settings of a request, by the names of OpenAI, llama.cpp and vLLM. */
final class SamplingFields {
  private static final int MOST_STOPS = 64;

  /** What the APIs call the most tokens of a reply. */
  private static final List<String> MAX_TOKENS =
      List.of(
          "max_tokens", "max_completion_tokens", "max_output_tokens", "n_predict", "num_predict");

  /** The fields. */
  static final Schema SCHEMA =
      Schema.named("sampling")
          .field("temperature", Type.NUMBER, "0 always takes the likeliest token.")
          .field("top_k", Type.INTEGER, "Choose among the k likeliest tokens; 0 or -1 is off.")
          .field("top_p", Type.NUMBER, "Choose among the likeliest up to this share; 1 is off.")
          .field("min_p", Type.NUMBER, "Drop what is less likely than this share of the likeliest.")
          .field("typical_p", Type.NUMBER, "Locally typical sampling; 1 is off.")
          .field("repeat_penalty", Type.NUMBER, "Penalty on tokens that occurred; 1 is off.")
          .field("repetition_penalty", Type.NUMBER, "The same as repeat_penalty.")
          .field("repeat_last_n", Type.INTEGER, "Tokens that penalties look back; -1 is all.")
          .field("presence_penalty", Type.NUMBER, "Subtracted once for a token that occurred.")
          .field("frequency_penalty", Type.NUMBER, "Subtracted each time a token occurred.")
          .field("dry_multiplier", Type.NUMBER, "DRY penalty on repeated sequences; 0 is off.")
          .field("dry_base", Type.NUMBER, "DRY: growth with each repeated token.")
          .field("dry_allowed_length", Type.INTEGER, "DRY: shortest sequence that counts.")
          .field("dry_penalty_last_n", Type.INTEGER, "DRY: tokens to look back; -1 is all.")
          .field("dry_sequence_breakers", Type.ARRAY, "DRY: texts that end a sequence.")
          .field("seed", Type.INTEGER, "Seed of the random numbers; -1 draws one.")
          .field(
              "logit_bias",
              Type.ANY,
              "Added to logits: an object from token id to number, or an array of [id or text, number or false].")
          .field("ignore_eos", Type.BOOLEAN, "Never choose a token that ends the reply.")
          .field("min_tokens", Type.INTEGER, "Choose none before so many tokens.")
          .field(
              "max_tokens", Type.INTEGER, "Most tokens of the reply; -1 until the context is full.")
          .field("max_completion_tokens", Type.INTEGER, "The same as max_tokens.")
          .field("n_predict", Type.INTEGER, "The same as max_tokens.")
          .field("stop", Type.ANY, "A text that ends the reply, or an array of them.")
          .field(
              "preset",
              Type.STRING,
              "Named settings below these: describe, ocr, creative, factqa, official-instruct, official-thinking, official-text.")
          .field("xtc_probability", Type.NUMBER, "Not supported but for 0.")
          .field("dynatemp_range", Type.NUMBER, "Not supported but for 0.")
          .field("mirostat", Type.INTEGER, "Not supported but for 0.")
          .field("top_n_sigma", Type.NUMBER, "Not supported but for -1.")
          .ignored(
              "xtc_threshold", "dynatemp_exponent", "mirostat_tau", "mirostat_eta", "min_keep");

  private SamplingFields() {}

  /**
   * Reads them.
   *
   * @throws ApiError 400 that names a field of a wrong value
   */
  static SamplingOverrides read(Fields f, Tokenizer tokenizer) {
    f.mustBeOff("xtc_probability", 0, "leave it out");
    f.mustBeOff("dynatemp_range", 0, "set temperature");
    f.mustBeOff("mirostat", 0, "use top_p or min_p");
    f.mustBeOff("top_n_sigma", -1, "use min_p");
    try {
      return SamplingOverrides.builder()
          .temperature(f.number("temperature"))
          .topK(f.integer("top_k"))
          .topP(f.number("top_p"))
          .minP(f.number("min_p"))
          .typicalP(f.number("typical_p"))
          .repeatPenalty(
              either(
                  f, "repeat_penalty", f.number("repeat_penalty"), f.number("repetition_penalty")))
          .presencePenalty(f.number("presence_penalty"))
          .frequencyPenalty(f.number("frequency_penalty"))
          .penaltyLastN(f.integer("repeat_last_n"))
          .dryMultiplier(f.number("dry_multiplier"))
          .dryBase(f.number("dry_base"))
          .dryAllowedLength(f.integer("dry_allowed_length"))
          .dryPenaltyLastN(f.integer("dry_penalty_last_n"))
          .drySequenceBreakers(
              f.has("dry_sequence_breakers") ? f.strings("dry_sequence_breakers") : null)
          .seed(f.longInteger("seed"))
          .logitBias(logitBias(f, tokenizer))
          .ignoreEos(f.has("ignore_eos") ? f.bool("ignore_eos", false) : null)
          .minTokens(f.integer("min_tokens"))
          .maxTokens(maxTokens(f))
          .build();
    } catch (OcelliException e) {
      ApiError error = ApiError.of(e);
      // Messages begin with the field's name.
      String name = String.valueOf(e.getMessage()).split(" ", 2)[0];
      throw SCHEMA.field(name) == null ? error : error.about(f.path(name));
    }
  }

  private static @Nullable Integer maxTokens(Fields f) {
    Integer all = null;
    for (String name : MAX_TOKENS) {
      Integer one = f.integer(name);
      if (one != null && one < -1) {
        throw f.error(
            name, "is %d; give 0 or more, or -1 until the context is full".formatted(one));
      }
      all = either(f, name, all, one);
    }
    return all;
  }

  private static <T> @Nullable T either(Fields f, String name, @Nullable T a, @Nullable T b) {
    if (a != null && b != null && !a.equals(b)) {
      throw f.error(name, "is given by two names with different values, %s and %s".formatted(a, b));
    }
    return a == null ? b : a;
  }

  /** The texts that end a reply. */
  static List<String> stop(Fields f) {
    return stop(f, "stop");
  }

  /** The same by another name. */
  static List<String> stop(Fields f, String field) {
    List<String> stop = f.strings(field);
    if (stop.size() > MOST_STOPS) {
      throw f.error(field, "has %d texts; at most %d are taken".formatted(stop.size(), MOST_STOPS));
    }
    if (stop.stream().anyMatch(String::isEmpty)) {
      throw f.error(field, "holds an empty text");
    }
    return stop;
  }

  private static @Nullable Map<Integer, Double> logitBias(Fields f, Tokenizer tokenizer) {
    JsonNode node = f.node("logit_bias");
    if (node == null) {
      return null;
    }
    Map<Integer, Double> out = new LinkedHashMap<>();
    BinaryOperator<Double> last = (a, b) -> b;
    if (node.isObject()) {
      node.forEachEntry((key, value) -> {
        if (!key.matches("\\d{1,9}")) {
          throw f.error("logit_bias", "'%s' is not a token id".formatted(key));
        }
        out.merge(Integer.valueOf(key), bias(f, value), last);
      });
    } else if (node.isArray()) {
      for (JsonNode pair : node) {
        if (!pair.isArray() || pair.size() != 2) {
          throw f.error("logit_bias", "must hold pairs of a token and a number");
        }
        double bias = bias(f, pair.get(1));
        JsonNode token = pair.get(0);
        if (token.isInt()) {
          out.merge(token.intValue(), bias, last);
        } else if (token.isString()) {
          for (int id : tokenizer.encodeText(token.stringValue())) {
            out.merge(id, bias, last);
          }
        } else {
          throw f.error("logit_bias", "%s is neither a token id nor a text".formatted(token));
        }
      }
    } else {
      throw f.error("logit_bias", "must be an object or an array of pairs");
    }
    return out;
  }

  private static double bias(Fields f, JsonNode value) {
    if (value.isBoolean() && !value.booleanValue()) {
      return Double.NEGATIVE_INFINITY;
    }
    if (!value.isNumber()) {
      throw f.error("logit_bias", "%s is not a number".formatted(value));
    }
    return value.doubleValue();
  }
}
