package dev.ocelli.server.api;

import dev.ocelli.server.http.ErrorShape;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The shapes of errors. */
public final class Errors {
  /** By this word clients of Anthropic's API know that conversations are not kept for them. */
  static final String NO_THREADS = "thread_unsupported_request";

  private Errors() {}

  /** How errors of a path are told that no route has: as the other routes beside it do. */
  public static ErrorShape at(String path) {
    if (path.startsWith("/api/")) {
      return Errors::ollama;
    }
    boolean messages = path.equals("/v1/messages") || path.startsWith("/v1/messages/");
    return messages ? Errors::anthropic : Errors::openAi;
  }

  /** OpenAI's. */
  public static JsonNode openAi(ApiError e) {
    ObjectNode out = Json.object();
    ObjectNode error = out.putObject("error");
    error.put("message", e.getMessage());
    error.put("type", e.kind().type());
    error.put("param", e.param());
    error.put("code", e.code());
    return out;
  }

  /** llama.cpp's: the code is the status. */
  public static JsonNode llamaCpp(ApiError e) {
    ObjectNode out = Json.object();
    ObjectNode error = out.putObject("error");
    error.put("code", e.status());
    error.put("message", e.getMessage());
    error.put("type", e.kind().type());
    return out;
  }

  /** Anthropic's. */
  public static JsonNode anthropic(ApiError e) {
    ObjectNode out = Json.object();
    out.put("type", "error");
    ObjectNode error = out.putObject("error");
    error.put("type", anthropicType(e.kind()));
    error.put("message", e.getMessage());
    if (NO_THREADS.equals(e.code())) {
      ObjectNode details = error.putObject("details");
      details.put("error_code", e.code());
      details.putArray("unsupported").add(e.param());
    }
    return out;
  }

  private static String anthropicType(ApiError.Kind kind) {
    return switch (kind) {
      case INVALID, CONTEXT, WRONG_METHOD, TOO_SLOW, NOT_SUPPORTED -> "invalid_request_error";
      case UNAUTHORIZED -> "authentication_error";
      case FORBIDDEN -> "permission_error";
      case NOT_FOUND -> "not_found_error";
      case TOO_LARGE -> "request_too_large";
      case TOO_MANY -> "rate_limit_error";
      case INTERNAL -> "api_error";
      case UNAVAILABLE -> "overloaded_error";
      case DEADLINE -> "timeout_error";
    };
  }

  /** Ollama's. */
  public static JsonNode ollama(ApiError e) {
    return Json.object().put("error", e.getMessage());
  }
}
