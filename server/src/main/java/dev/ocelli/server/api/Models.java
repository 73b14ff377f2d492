package dev.ocelli.server.api;

import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.runtime.ModelSummary;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.work.ModelPool;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The list of models. */
final class Models {
  private final Service service;

  Models(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    Route.Doc list = new Route.Doc("Lists the models, loaded or not (OpenAI).", null);
    Route.Doc one = new Route.Doc("Describes a model (OpenAI).", null);
    Route.Doc loading =
        new Route.Doc("How far models are that are being loaded; answered before any is.", null);
    return List.of(
        new Route("GET", "/v1/loading", Route.Access.KEY, Errors::openAi, loading, this::loading),
        new Route("GET", "/v1/models", Route.Access.MODEL, Errors::openAi, list, this::list),
        new Route("GET", "/models", Route.Access.MODEL, Errors::openAi, list, this::list),
        new Route("GET", "/v1/models/*", Route.Access.MODEL, Errors::openAi, one, this::one));
  }

  private void list(Exchange x) throws IOException {
    ModelCatalog catalog = service.catalog();
    Map<String, ModelPool.Status<ServedModel>> states = catalog.states();
    ObjectNode out = Json.object();
    out.put("object", "list");
    ArrayNode data = out.putArray("data");
    for (ModelCatalog.Entry e : catalog.entries()) {
      data.add(describe(e, states.get(e.name())));
    }
    catalog.adapters().all().forEach(a -> data.add(describe(a)));
    x.json(200, out);
  }

  /** Before the server has models there is but the one that it loads, whose name is not known. */
  private void loading(Exchange x) throws IOException {
    ObjectNode out = Json.object();
    out.put("object", "list");
    ArrayNode data = out.putArray("data");
    ModelCatalog catalog = service.current().get();
    ModelPool.Loading own = service.loading().get();
    if (catalog == null) {
      if (own != null) {
        progress(data.addObject(), own);
      }
    } else {
      catalog
          .states()
          .forEach((name, state) -> {
            ModelPool.Loading far = state.loading();
            if (far != null) {
              progress(data.addObject().put("id", name), far);
            }
          });
    }
    x.json(200, out);
  }

  private static void progress(ObjectNode out, ModelPool.Loading far) {
    out.put("done_bytes", far.done());
    out.put("total_bytes", far.total());
  }

  /** A LoRA adapter, which requests can name as a model, with its base. */
  private static ObjectNode describe(AdapterShelf.Owned adapter) {
    ObjectNode out = Json.object();
    out.put("id", adapter.adapter().name());
    out.put("object", "model");
    out.put("created", adapter.adapter().since().getEpochSecond());
    out.put("owned_by", "ocelli");
    out.put("root", adapter.adapter().file().toString());
    out.put("parent", adapter.model());
    return out;
  }

  private void one(Exchange x) throws IOException {
    ModelCatalog catalog = service.catalog();
    AdapterShelf.Owned adapter = catalog.adapters().named(x.rest());
    if (adapter != null) {
      x.json(200, describe(adapter));
      return;
    }
    ModelCatalog.Entry e = catalog.named(x.rest());
    x.json(200, describe(e, catalog.states().get(e.name())));
  }

  private static ObjectNode describe(
      ModelCatalog.Entry e, ModelPool.@Nullable Status<ServedModel> state) {
    ObjectNode out = Json.object();
    out.put("id", e.name());
    out.put("object", "model");
    out.put("created", e.since().getEpochSecond());
    out.put("owned_by", "ocelli");
    ObjectNode status = out.putObject("status");
    status.put("value", state == null ? "unusable" : state.state().name().toLowerCase(Locale.ROOT));
    ModelPool.Loading far = state == null ? null : state.loading();
    if (far != null) {
      progress(status, far);
    }
    if (e.problem() != null) {
      status.put("problem", e.problem());
    }
    ModelSummary summary = e.summary();
    if (summary == null) {
      return out;
    }
    Qwen3VlConfig.Text text = summary.config().text();
    ObjectNode meta = out.putObject("meta");
    meta.put("n_vocab", text.vocabulary());
    meta.put("n_ctx", e.context());
    meta.put("n_ctx_train", text.contextLength());
    meta.put("n_embd", text.hidden());
    meta.put("size", summary.weights().bytes());
    ArrayNode capabilities = out.putArray("capabilities");
    capabilities.add("completion");
    if (summary.vision()) {
      capabilities.add("multimodal");
    }
    if (summary.thinking()) {
      capabilities.add("reasoning");
    }
    return out;
  }
}
