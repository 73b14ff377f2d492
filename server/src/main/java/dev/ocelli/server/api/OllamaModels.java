package dev.ocelli.server.api;

import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    out.add(route("GET", "/api/tags", loaded, doc("Lists the model (Ollama)."), this::tags));
    out.add(route("GET", "/api/ps", loaded, doc("Lists the loaded model (Ollama)."), this::ps));
    out.add(
        route(
            "POST",
            "/api/show",
            loaded,
            new Route.Doc("Describes the model (Ollama).", SHOW),
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
    Route.Doc unsupported = doc("Answered with 501: embeddings are not supported.");
    for (String path : List.of("/api/embed", "/api/embeddings")) {
      out.add(route("POST", path, Route.Access.KEY, unsupported, OllamaModels::unsupported));
    }
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

  private static void unsupported(Exchange x) {
    throw new ApiError(
        ApiError.Kind.NOT_SUPPORTED,
        "embeddings are not supported by this version, so there is no " + x.path());
  }

  private void tags(Exchange x) throws IOException {
    ObjectNode out = Json.object();
    out.putArray("models").add(entry(service.model()));
    x.json(200, out);
  }

  private void ps(Exchange x) throws IOException {
    ServedModel model = service.model();
    ObjectNode entry = entry(model);
    entry.put("expires_at", NEVER);
    entry.put("size_vram", 0);
    entry.put("context_length", model.engine().contextLength());
    ObjectNode out = Json.object();
    out.putArray("models").add(entry);
    x.json(200, out);
  }

  private static ObjectNode entry(ServedModel model) {
    ObjectNode out = Json.object();
    long size = model.engine().loadReport().fileBytes();
    out.put("name", model.name());
    out.put("model", model.name());
    out.put("modified_at", model.loaded().toString());
    out.put("size", size);
    // Of name and size alone: to read gigabytes for it would be too much.
    out.put("digest", sha256(model.name() + ":" + size));
    out.set("details", details(model));
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

  private static ObjectNode details(ServedModel model) {
    ModelFiles files = model.engine().files();
    ObjectNode out = Json.object();
    out.put("parent_model", "");
    out.put("format", files.language() instanceof GgufFile ? "gguf" : "safetensors");
    out.put("family", family(files));
    out.putArray("families").add(family(files));
    out.put("parameter_size", rounded(parameters(files)));
    DType type = mainType(files);
    out.put("quantization_level", type == null ? "" : type.name());
    return out;
  }

  private static String family(ModelFiles files) {
    return files.config().text().experts() == null ? "qwen3vl" : "qwen3vlmoe";
  }

  private static long parameters(ModelFiles files) {
    long n = 0;
    for (Tensor t : files.language().tensors()) {
      n += t.values();
    }
    return n;
  }

  /** A number as people say it: {@code 4.0B}. */
  private static String rounded(long n) {
    return n < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1fM", n / 1e6)
        : String.format(Locale.ROOT, "%.1fB", n / 1e9);
  }

  /** The type of most bytes of the language model. */
  private static @Nullable DType mainType(ModelFiles files) {
    Map<DType, Long> bytes = new EnumMap<>(DType.class);
    for (Tensor t : files.language().tensors()) {
      bytes.merge(t.type(), t.data().byteSize(), Long::sum);
    }
    return bytes.entrySet().stream()
        .max(Comparator.comparingLong(Map.Entry::getValue))
        .map(Map.Entry::getKey)
        .orElse(null);
  }

  private void show(Exchange x) throws IOException {
    Fields f = x.fields();
    ServedModel model = service.model();
    String name = f.string("model", f.string("name", ""));
    if (name.isEmpty()) {
      throw f.error("model", "is missing");
    }
    if (!name.equals(model.name()) && !name.equals(model.name() + ":latest")) {
      throw new ApiError(
          ApiError.Kind.NOT_FOUND,
          "there is no model '%s'; this server has %s".formatted(name, model.name()));
    }
    ModelFiles files = model.engine().files();
    ObjectNode out = Json.object();
    out.put("modelfile", "");
    ObjectNode settings = LlamaCompletion.params(model.sampling(Generation.DEFAULTS));
    StringBuilder parameters = new StringBuilder();
    settings.forEachEntry((key, value) -> {
      if (value.isNumber() && !key.equals("seed")) {
        parameters.append("%-30s %s\n".formatted(key, value));
      }
    });
    out.put("parameters", parameters.toString());
    ModelFiles.ChatSource template = files.text().chatTemplate();
    out.put("template", template == null ? "" : template.jinja());
    out.set("details", details(model));
    out.set("model_info", info(files));
    ArrayNode capabilities = out.putArray("capabilities");
    capabilities.add("completion");
    if (files.vision() != null) {
      capabilities.add("vision");
    }
    if (model.thinking()) {
      capabilities.add("thinking");
    }
    out.put("modified_at", model.loaded().toString());
    x.json(200, out);
  }

  private static ObjectNode info(ModelFiles files) {
    Qwen3VlConfig.Text text = files.config().text();
    String family = family(files);
    ObjectNode out = Json.object();
    out.put("general.architecture", family);
    out.put("general.basename", files.name());
    out.put("general.parameter_count", parameters(files));
    out.put(family + ".context_length", text.contextLength());
    out.put(family + ".block_count", text.layers());
    out.put(family + ".embedding_length", text.hidden());
    out.put(family + ".feed_forward_length", text.ffn());
    out.put(family + ".attention.head_count", text.heads());
    out.put(family + ".attention.head_count_kv", text.kvHeads());
    out.put(family + ".vocab_size", text.vocabulary());
    Qwen3VlConfig.Vision vision = files.config().vision();
    if (vision != null) {
      out.put(family + ".vision.block_count", vision.depth());
      out.put(family + ".vision.embedding_length", vision.hidden());
      out.put(family + ".vision.patch_size", vision.patch());
    }
    return out;
  }
}
