package dev.ocelli.server.api;

import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.runtime.ModelSummary;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import dev.ocelli.server.work.ModelPool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What Ollama's API tells about models; it manages none here. */
final class OllamaModels {
  /** When an idle model is unloaded: never, in a form that clients can read. */
  private static final String NEVER = "9999-12-31T23:59:59Z";

  private static final Schema SHOW =
      Schema.named("a show request")
          .field("model", Type.STRING, "The model, as /api/tags names it.")
          .field("name", Type.STRING, "The same by its older name.")
          .ignored("verbose");

  private final Service service;

  OllamaModels(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    List<Route> out = new ArrayList<>();
    Route.Access loaded = Route.Access.MODEL;
    out.add(route("GET", "/api/tags", loaded, doc("Lists the models (Ollama)."), this::tags));
    out.add(route("GET", "/api/ps", loaded, doc("Lists the loaded models (Ollama)."), this::ps));
    out.add(
        route(
            "POST",
            "/api/show",
            loaded,
            new Route.Doc("Describes a model (Ollama).", SHOW),
            this::show));
    out.add(
        route(
            "GET",
            "/api/version",
            Route.Access.KEY,
            doc("The server's version (Ollama)."),
            x -> x.json(200, Json.object().put("version", OpenApi.VERSION))));
    Route.Doc unmanaged = doc("Answered with 501: models are not managed here.");
    for (String path : List.of("/api/pull", "/api/push", "/api/create", "/api/copy")) {
      out.add(route("POST", path, Route.Access.KEY, unmanaged, OllamaModels::unmanaged));
    }
    out.add(route("DELETE", "/api/delete", Route.Access.KEY, unmanaged, OllamaModels::unmanaged));
    return out;
  }

  private static Route.Doc doc(String summary) {
    return new Route.Doc(summary, null);
  }

  private static Route route(
      String method, String path, Route.Access access, Route.Doc doc, Route.Handler handler) {
    return new Route(method, path, access, Errors::ollama, doc, handler);
  }

  private static void unmanaged(Exchange x) {
    throw new ApiError(
        ApiError.Kind.NOT_SUPPORTED,
        "this server does not manage models, so there is no %s; start it with the model that you want: ocelli serve -m MODEL.gguf --mmproj MMPROJ.gguf"
            .formatted(x.path()));
  }

  private void tags(Exchange x) throws IOException {
    ObjectNode out = Json.object();
    ArrayNode models = out.putArray("models");
    for (ModelCatalog.Entry e : service.catalog().entries()) {
      models.add(entry(e));
    }
    x.json(200, out);
  }

  private void ps(Exchange x) throws IOException {
    ModelCatalog catalog = service.catalog();
    ObjectNode out = Json.object();
    ArrayNode models = out.putArray("models");
    for (ModelPool.Status<ServedModel> s : catalog.states().values()) {
      if (s.model() != null) {
        ModelCatalog.Entry e = catalog.named(s.name());
        ObjectNode entry = entry(e);
        Instant expires = s.expires();
        entry.put("expires_at", expires == null ? NEVER : expires.toString());
        entry.put("size_vram", 0);
        entry.put("context_length", e.context());
        models.add(entry);
      }
    }
    x.json(200, out);
  }

  private static ObjectNode entry(ModelCatalog.Entry e) {
    ObjectNode out = Json.object();
    ModelSummary summary = e.summary();
    long size = summary == null ? 0 : summary.weights().bytes();
    out.put("name", e.name());
    out.put("model", e.name());
    out.put("modified_at", e.since().toString());
    out.put("size", size);
    // Of name and size alone: to read gigabytes for it would be too much.
    out.put("digest", sha256(e.name() + ":" + size));
    if (summary != null) {
      out.set("details", details(summary));
    }
    if (e.problem() != null) {
      out.put("problem", e.problem());
    }
    return out;
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static ObjectNode details(ModelSummary summary) {
    ObjectNode out = Json.object();
    out.put("parent_model", "");
    out.put("format", summary.format());
    out.put("family", summary.family());
    out.putArray("families").add(summary.family());
    out.put("parameter_size", rounded(summary.weights().parameters()));
    DType type = summary.weights().type();
    out.put("quantization_level", type == null ? "" : type.name());
    return out;
  }

  /** A number as people say it: {@code 4.0B}. */
  private static String rounded(long n) {
    return n < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1fM", n / 1e6)
        : String.format(Locale.ROOT, "%.1fB", n / 1e9);
  }

  private void show(Exchange x) throws IOException {
    Fields f = x.fields();
    String name = f.string("model", f.string("name", ""));
    if (name.isEmpty()) {
      throw f.error("model", "is missing");
    }
    ModelCatalog.Entry e = service.catalog().named(name);
    ObjectNode out = Json.object();
    out.put("modelfile", "");
    out.put("parameters", parameters(service.catalog().states().get(e.name())));
    ModelSummary summary = e.summary();
    ModelFiles.ChatSource template = summary == null ? null : summary.chatTemplate();
    out.put("template", template == null ? "" : template.jinja());
    if (summary != null) {
      out.set("details", details(summary));
      out.set("model_info", info(summary));
      ArrayNode capabilities = out.putArray("capabilities");
      capabilities.add("completion");
      if (summary.vision()) {
        capabilities.add("vision");
      }
      if (summary.thinking()) {
        capabilities.add("thinking");
      }
    }
    out.put("modified_at", e.since().toString());
    if (e.problem() != null) {
      out.put("problem", e.problem());
    }
    x.json(200, out);
  }

  /** The settings that count where a request says nothing; known while the model is loaded. */
  private static String parameters(ModelPool.@Nullable Status<ServedModel> state) {
    ServedModel model = state == null ? null : state.model();
    if (model == null) {
      return "";
    }
    StringBuilder parameters = new StringBuilder();
    LlamaCompletion.params(model.sampling(Generation.DEFAULTS))
        .forEachEntry((key, value) -> {
          if (value.isNumber() && !key.equals("seed")) {
            parameters.append("%-30s %s\n".formatted(key, value));
          }
        });
    return parameters.toString();
  }

  private static ObjectNode info(ModelSummary summary) {
    Qwen3VlConfig.Text text = summary.config().text();
    String family = summary.family();
    ObjectNode out = Json.object();
    out.put("general.architecture", family);
    out.put("general.basename", summary.name());
    out.put("general.parameter_count", summary.weights().parameters());
    out.put(family + ".context_length", text.contextLength());
    out.put(family + ".block_count", text.layers());
    out.put(family + ".embedding_length", text.hidden());
    out.put(family + ".feed_forward_length", text.ffn());
    out.put(family + ".attention.head_count", text.heads());
    out.put(family + ".attention.head_count_kv", text.kvHeads());
    out.put(family + ".vocab_size", text.vocabulary());
    Qwen3VlConfig.Vision vision = summary.config().vision();
    if (vision != null) {
      out.put(family + ".vision.block_count", vision.depth());
      out.put(family + ".vision.embedding_length", vision.hidden());
      out.put(family + ".vision.patch_size", vision.patch());
    }
    return out;
  }
}
