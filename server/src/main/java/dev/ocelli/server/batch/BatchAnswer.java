package dev.ocelli.server.batch;

import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What became of a request.
 *
 * @param status as of HTTP
 * @param retryAfter seconds after which it may succeed, or 0
 * @param body the answer, or an error in OpenAI's shape
 */
public record BatchAnswer(int status, int retryAfter, JsonNode body) {

  /** An error that no handler has told. */
  public static BatchAnswer of(ApiError e) {
    ObjectNode out = Json.object();
    ObjectNode error = out.putObject("error");
    error.put("message", e.getMessage());
    error.put("type", e.kind().type());
    error.put("param", e.param());
    error.put("code", e.code());
    return new BatchAnswer(e.status(), e.retryAfter(), out);
  }

  boolean good() {
    return status / 100 == 2;
  }

  /** Whether it may be another one later: the fault is not the request's. */
  boolean transientFault() {
    return status == 429 || status == 503 || status == 504;
  }

  /** Tokens of prompt and reply, as far as the answer says. */
  long tokens() {
    return body.path("usage").path("total_tokens").asLong(0);
  }

  /** Tokens of the reply. */
  long replyTokens() {
    JsonNode usage = body.path("usage");
    return usage.path("completion_tokens").asLong(usage.path("output_tokens").asLong(0));
  }
}
