package dev.ocelli.server.api;

import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.http.Router;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Describes the routes; written from them, so that the two cannot differ. */
final class OpenApi {
  /** The server's version. */
  static final String VERSION = "0.1.0";

  /** Pictures, documents and clips in messages, whose schemas no request holds. */
  private static final Map<String, Schema> PARTS =
      new TreeMap<>(
          Map.of(
              "image_url", MediaParts.PICTURE,
              "input_image", OpenAiMessages.INPUT_IMAGE,
              "file", MediaParts.FILE,
              "video_url", MediaParts.CLIP,
              "image_block", AnthropicMessages.IMAGE,
              "document_block", AnthropicMessages.DOCUMENT));

  private final Router router;

  OpenApi(Router router) {
    this.router = router;
  }

  List<Route> routes() {
    return List.of(
        new Route(
            "GET",
            "/openapi.json",
            Route.Access.OPEN,
            Errors::openAi,
            new Route.Doc("This description.", null),
            this::describe));
  }

  private void describe(Exchange x) throws IOException {
    x.json(200, document());
  }

  /** The description in OpenAPI 3.1. */
  ObjectNode document() {
    ObjectNode out = Json.object();
    out.put("openapi", "3.1.0");
    ObjectNode info = out.putObject("info");
    info.put("title", "Ocelli");
    info.put("version", VERSION);
    ObjectNode components = out.putObject("components");
    ObjectNode scheme = components.putObject("securitySchemes").putObject("key");
    scheme.put("type", "http");
    scheme.put("scheme", "bearer");
    ObjectNode parts = components.putObject("schemas");
    PARTS.forEach((name, schema) -> parts.set(name, schema.openApi()));
    ObjectNode paths = out.putObject("paths");
    for (Route r : router.routes()) {
      boolean open = r.path().contains("*");
      String path = r.path().replace("*", "{name}");
      ObjectNode at = paths.has(path) ? (ObjectNode) paths.path(path) : paths.putObject(path);
      ObjectNode operation = at.putObject(r.method().toLowerCase(Locale.ROOT));
      operation.put("summary", r.doc().summary());
      ArrayNode parameters = Json.array();
      if (open) {
        parameter(parameters, "name", "path").putObject("schema").put("type", "string");
      }
      Schema query = r.doc().query();
      if (query != null) {
        query
            .openApi()
            .path("properties")
            .forEachEntry(
                (name, schema) -> parameter(parameters, name, "query").set("schema", schema));
      }
      if (!parameters.isEmpty()) {
        operation.set("parameters", parameters);
      }
      if (r.access() != Route.Access.OPEN) {
        operation.putArray("security").addObject().putArray("key");
      }
      Schema request = r.doc().request();
      if (request != null) {
        ObjectNode body = operation.putObject("requestBody");
        body.put("required", true);
        body.putObject("content").putObject("application/json").set("schema", request.openApi());
      }
      operation.putObject("responses").putObject("200").put("description", "The answer.");
    }
    return out;
  }

  private static ObjectNode parameter(ArrayNode all, String name, String in) {
    ObjectNode p = all.addObject();
    p.put("name", name);
    p.put("in", in);
    p.put("required", in.equals("path"));
    return p;
  }
}
