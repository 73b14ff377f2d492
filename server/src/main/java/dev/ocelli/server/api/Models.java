package dev.ocelli.server.api;

import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Json;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The list of models. */
final class Models {
  private final Service service;

  Models(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    Route.Doc list = new Route.Doc("Lists the model (OpenAI).", null);
    Route.Doc one = new Route.Doc("Describes a model (OpenAI).", null);
    return List.of(
        new Route("GET", "/v1/models", Route.Access.MODEL, Errors::openAi, list, this::list),
        new Route("GET", "/models", Route.Access.MODEL, Errors::openAi, list, this::list),
        new Route("GET", "/v1/models/*", Route.Access.MODEL, Errors::openAi, one, this::one));
  }

  private void list(Exchange x) throws IOException {
    ObjectNode out = Json.object();
    out.put("object", "list");
    out.putArray("data").add(describe(service.model()));
    x.json(200, out);
  }

  private void one(Exchange x) throws IOException {
    ServedModel model = service.model();
    if (!x.rest().equals(model.name())) {
      throw new ApiError(
              ApiError.Kind.NOT_FOUND,
              "there is no model '%s'; this server has %s".formatted(x.rest(), model.name()))
          .code("model_not_found");
    }
    x.json(200, describe(model));
  }

  private static ObjectNode describe(ServedModel model) {
    ObjectNode out = Json.object();
    out.put("id", model.name());
    out.put("object", "model");
    out.put("created", model.loaded().getEpochSecond());
    out.put("owned_by", "ocelli");
    Qwen3VlConfig.Text text = model.engine().files().config().text();
    ObjectNode meta = out.putObject("meta");
    meta.put("n_vocab", text.vocabulary());
    meta.put("n_ctx", model.engine().contextLength());
    meta.put("n_ctx_train", text.contextLength());
    meta.put("n_embd", text.hidden());
    meta.put("size", model.engine().loadReport().fileBytes());
    ArrayNode capabilities = out.putArray("capabilities");
    capabilities.add("completion");
    if (model.engine().files().vision() != null) {
      capabilities.add("multimodal");
    }
    if (model.thinking()) {
      capabilities.add("reasoning");
    }
    return out;
  }
}
