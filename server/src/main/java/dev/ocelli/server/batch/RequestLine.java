package dev.ocelli.server.batch;

import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A line of OpenAI's batch files: {@code {"custom_id": ..., "method": "POST", "url":
 * "/v1/chat/completions", "body": {...}}}.
 *
 * @param key its custom_id
 * @param path its url
 */
public record RequestLine(String key, String path, JsonNode body) {
  /** Endpoints that take requests of batches. */
  public static final List<String> PATHS =
      List.of("/v1/chat/completions", "/v1/responses", "/v1/completions", "/v1/embeddings");

  private static final int MOST_KEY = 512;

  private static final Schema SCHEMA =
      Schema.named("a batch line")
          .field("custom_id", Type.STRING, "Names the request; no two are the same.")
          .field("method", Type.STRING, "POST.")
          .field("url", Type.STRING, "The endpoint.")
          .field("body", Type.OBJECT, "The request.");

  /**
   * Reads a line.
   *
   * @throws ApiError 400 that names the field
   */
  public static RequestLine of(JsonNode line) {
    Fields f = SCHEMA.read(line, "");
    String key = f.requireString("custom_id");
    if (key.isEmpty() || key.length() > MOST_KEY) {
      throw f.error(
          "custom_id", "has %d characters; give 1 to %d".formatted(key.length(), MOST_KEY));
    }
    String method = f.string("method", "POST");
    if (!method.equals("POST")) {
      throw f.error("method", "is '%s'; use POST".formatted(method));
    }
    String path = f.requireString("url");
    if (!PATHS.contains(path)) {
      throw f.error("url", "is '%s'; use one of %s".formatted(path, String.join(", ", PATHS)));
    }
    JsonNode body = f.require("body");
    if (body.path("stream").asBoolean(false)) {
      throw f.error("body.stream", "is true; a batch has no streams, leave it out");
    }
    return new RequestLine(key, path, body);
  }

  /** What it asks. */
  public BatchRunner.Question question() {
    return new BatchRunner.Question(path, Json.bytes(body));
  }

  /** An answer as OpenAI's output files have it. */
  public static String output(Checkpoint.Finished f, String requestId) {
    ObjectNode out = Json.object();
    out.put("id", "batch_" + requestId);
    out.put("custom_id", f.item().key());
    ObjectNode response = out.putObject("response");
    response.put("status_code", f.answer().status());
    response.put("request_id", requestId);
    response.set("body", f.answer().body());
    out.putNull("error");
    return Json.line(out);
  }
}
