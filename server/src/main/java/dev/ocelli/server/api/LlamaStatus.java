package dev.ocelli.server.api;

import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.work.Metrics;
import dev.ocelli.server.work.ModelPool;
import dev.ocelli.server.work.SlotPool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What llama.cpp's server tells of itself: health, properties, slots, metrics. */
final class LlamaStatus {
  private final Service service;
  private final Exposed exposed;

  /**
   * What is answered beyond generation.
   *
   * @param slots {@code /slots}
   * @param metrics {@code /metrics}
   */
  record Exposed(boolean slots, boolean metrics) {}

  LlamaStatus(Service service, Exposed exposed) {
    this.service = service;
    this.exposed = exposed;
  }

  List<Route> routes() {
    Route.Access open = Route.Access.OPEN;
    Route.Access key = Route.Access.KEY;
    Route.Access model = Route.Access.MODEL;
    String health = "Says whether the server can answer.";
    return List.of(
        get("/health", open, health, this::health),
        get("/v1/health", open, health, this::health),
        get("/props", model, "Properties of the server, or of ?model=NAME.", this::props),
        get("/slots", model, "What the slots do: of ?model=NAME, or of all.", this::slots),
        get("/metrics", key, "Counters in the format of Prometheus.", this::metrics));
  }

  private static Route get(
      String path, Route.Access access, String summary, Route.Handler handler) {
    return new Route("GET", path, access, Errors::llamaCpp, new Route.Doc(summary, null), handler);
  }

  /** With models that are loaded on demand, being able to load them is health. */
  private void health(Exchange x) throws IOException {
    ModelCatalog catalog = service.catalog();
    ObjectNode out = Json.object().put("status", "ok");
    if (!catalog.alone()) {
      out.put("models", catalog.entries().size());
      out.put("models_loaded", catalog.loaded().size());
    }
    x.json(200, out);
  }

  private void props(Exchange x) throws IOException, InterruptedException {
    ModelCatalog catalog = service.catalog();
    String name = x.query("model");
    if (!catalog.alone() && name == null) {
      x.json(200, router(catalog));
      return;
    }
    ModelCatalog.Entry entry = catalog.wanted(name);
    try (ModelPool<ServedModel>.Lease lease =
        catalog.pool().acquire(entry.name(), service.replies().patience(x))) {
      x.json(200, props(lease.model()));
    }
  }

  /** As llama.cpp's server answers when it serves several models. */
  private static ObjectNode router(ModelCatalog catalog) {
    ObjectNode out = Json.object();
    out.put("role", "router");
    out.put("models_autoload", true);
    ArrayNode models = out.putArray("models");
    catalog.entries().forEach(e -> models.add(e.name()));
    out.put("build_info", "ocelli");
    return out;
  }

  private static ObjectNode props(ServedModel model) {
    ModelFiles files = model.engine().files();
    ObjectNode out = Json.object();
    ObjectNode settings = out.putObject("default_generation_settings");
    settings.put("n_ctx", model.engine().contextLength());
    settings.set("params", LlamaCompletion.params(model.sampling(Generation.DEFAULTS)));
    out.put("total_slots", model.slots().states().size());
    out.put("model_alias", model.name());
    out.put("model_path", files.language().origin());
    ModelFiles.ChatSource template = files.text().chatTemplate();
    out.put("chat_template", template == null ? "" : template.jinja());
    ObjectNode modalities = out.putObject("modalities");
    modalities.put("vision", files.vision() != null);
    modalities.put("audio", false);
    out.put("build_info", "ocelli");
    out.put("is_sleeping", false);
    return out;
  }

  /** Models that are not loaded have no slots. */
  private void slots(Exchange x) throws IOException {
    if (!exposed.slots()) {
      throw new ApiError(
          ApiError.Kind.NOT_SUPPORTED, "/slots is off; start the server without --no-slots");
    }
    ModelCatalog catalog = service.catalog();
    String name = x.query("model");
    String wanted = name == null || catalog.alone() ? null : catalog.named(name).name();
    ArrayNode out = Json.array();
    for (ServedModel model : catalog.loaded()) {
      if (wanted != null && !wanted.equals(model.name())) {
        continue;
      }
      for (SlotPool.State s : model.slots().states()) {
        ObjectNode o = out.addObject();
        o.put("id", s.id());
        if (!catalog.alone()) {
          o.put("model", model.name());
        }
        o.put("n_ctx", model.engine().contextLength());
        o.put("is_processing", s.job() != null);
        if (s.job() != null) {
          o.put("id_task", s.job());
          o.put("n_prompt_tokens", s.promptTokens());
          o.put("n_decoded", s.generated());
        }
      }
    }
    x.json(200, out);
  }

  private void metrics(Exchange x) throws IOException {
    if (!exposed.metrics()) {
      throw new ApiError(
          ApiError.Kind.NOT_SUPPORTED, "/metrics is off; start the server without --no-metrics");
    }
    ModelCatalog catalog = service.current().get();
    List<ServedModel> loaded = catalog == null ? List.of() : catalog.loaded();
    Metrics.Now now =
        new Metrics.Now(
            loaded.stream().mapToInt(m -> m.slots().running()).sum(),
            loaded.stream().mapToInt(m -> m.slots().waiting()).sum(),
            loaded.stream().mapToInt(m -> m.slots().states().size()).sum(),
            loaded.size());
    x.send(
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        service.metrics().text(now).getBytes(StandardCharsets.UTF_8));
  }
}
