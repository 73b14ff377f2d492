package dev.ocelli.server.api;

import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The shapes of errors. */
public final class Errors {
  private Errors() {}

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
}
