package dev.ocelli.server.api;

import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import tools.jackson.databind.JsonNode;

/** Fields that the requests of several APIs have in common. */
final class RequestFields {
  /** Replies to a prompt, and prompts of a request, at most. */
  static final int MOST_REPLIES = 16;

  private static final int MOST_LOGPROBS = 1000;

  /** Whether the reply is sent while it is made. */
  static final Schema STREAM =
      Schema.named("stream")
          .field("stream", Type.BOOLEAN, "Send the reply while it is made.")
          .field(
              "stream_options",
              Type.OBJECT,
              "include_usage: a last chunk with the numbers of tokens.");

  private static final Schema STREAM_OPTIONS =
      Schema.named("stream_options")
          .field("include_usage", Type.BOOLEAN, "A last chunk with the numbers of tokens.")
          .ignored("include_obfuscation");

  /** How pictures are looked at. */
  static final Schema PICTURES =
      Schema.named("pictures")
          .field(
              "mm_processor_kwargs",
              Type.OBJECT,
              "Defaults for pictures: min_pixels, max_pixels, size; fps for clips.");

  /** What OpenAI's clients send and what cannot change an answer. */
  static final Schema BOOKKEEPING =
      Schema.named("bookkeeping")
          .ignored(
              "user",
              "metadata",
              "store",
              "service_tier",
              "safety_identifier",
              "prompt_cache_key",
              "prompt_cache_retention",
              "cache_prompt",
              "id_slot");

  private RequestFields() {}

  /** Whether a stream ends with the numbers of tokens. */
  static boolean usageChunk(Fields f) {
    JsonNode options = f.node("stream_options");
    if (options == null) {
      return false;
    }
    if (!f.bool("stream", false)) {
      throw f.error("stream_options", "needs stream: true");
    }
    return STREAM_OPTIONS.read(options, "stream_options").bool("include_usage", false);
  }

  /** Replies that are wanted. */
  static int replies(Fields f) {
    return f.integer("n", 1, 1, MOST_REPLIES);
  }

  /**
   * Alternatives to report for each token; -1 for no log-probabilities.
   *
   * @param field that says how many
   */
  static int topLogprobs(Fields f, String field, boolean wanted) {
    return wanted ? f.integer(field, 0, 0, MOST_LOGPROBS) : -1;
  }

  /** The same where {@code logprobs} says whether and {@code top_logprobs} how many. */
  static int topLogprobs(Fields f) {
    boolean wanted = f.bool("logprobs", false);
    if (f.has("top_logprobs") && !wanted) {
      throw f.error("top_logprobs", "needs logprobs: true");
    }
    return topLogprobs(f, "top_logprobs", wanted);
  }

  /** Reads the pictures of a request. */
  static MediaParts parts(Fields f, ServedModel model) {
    JsonNode kwargs = f.node("mm_processor_kwargs");
    return new MediaParts(
        model, kwargs == null ? null : MediaParts.PROCESSOR.read(kwargs, "mm_processor_kwargs"));
  }
}
