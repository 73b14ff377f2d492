package dev.ocelli.server.api;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.runtime.Adapters;
import dev.ocelli.engine.safetensors.PeftFolder;
import dev.ocelli.server.http.ErrorShape;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * LoRA adapters while the server runs: their scales as llama.cpp's server sets them, loading and
 * unloading as vLLM's does. Replies keep the adapters that they began with.
 */
final class AdapterApi {
  private static final int MOST_NAME = 256;

  private static final String MODEL =
      "The model that it belongs to, where several are served; it is loaded if it must be.";

  private static final Schema SCALES =
      Schema.named("an adapter's scale").with(AdapterFields.ITEM).list();

  private static final Schema LOAD =
      Schema.named("a load request")
          .field("lora_name", Type.STRING, "What requests call the adapter in 'model'.")
          .field(
              "lora_path",
              Type.STRING,
              "Its GGUF file, or its folder as PEFT saves it, inside the folder of --lora-dir.")
          .field("model", Type.STRING, MODEL)
          .ignored("base_model_name", "load_inplace");

  private static final Schema UNLOAD =
      Schema.named("an unload request")
          .field("lora_name", Type.STRING, "The adapter.")
          .field("model", Type.STRING, "Its model; need not be said.")
          .ignored("lora_int_id");

  private final Service service;
  private final @Nullable Path folder;

  /** One change at a time: names are taken once, by whichever model. */
  private final ReentrantLock changing = new ReentrantLock();

  /**
   * Answers for the models of a server.
   *
   * @param folder that adapters may be loaded from, or null for none
   */
  AdapterApi(Service service, @Nullable Path folder) {
    this.service = service;
    this.folder = folder;
  }

  List<Route> routes() {
    ErrorShape llama = Errors::llamaCpp;
    ErrorShape openAi = Errors::openAi;
    return List.of(
        new Route(
            "GET",
            "/lora-adapters",
            Route.Access.MODEL,
            llama,
            new Route.Doc("Lists the LoRA adapters of a model (?model=NAME).", null),
            this::list),
        route(
            "POST",
            "/lora-adapters",
            llama,
            new Route.Doc(
                "Sets the scales of replies that do not say so themselves (?model=NAME); 0 for adapters not listed.",
                SCALES),
            this::scale),
        route(
            "POST",
            "/v1/load_lora_adapter",
            openAi,
            new Route.Doc("Loads a LoRA adapter from the folder of --lora-dir (vLLM).", LOAD),
            this::load),
        route(
            "POST",
            "/v1/unload_lora_adapter",
            openAi,
            new Route.Doc("Unloads a LoRA adapter; replies that use it end first (vLLM).", UNLOAD),
            this::unload));
  }

  private interface Handler {
    void handle(Exchange x, Adapters adapters, String model) throws IOException;
  }

  private Route route(
      String method, String path, ErrorShape errors, Route.Doc doc, Handler handler) {
    return new Route(
        method, path, Route.Access.MODEL, errors, doc, x -> change(x, doc.request(), handler));
  }

  /** Holds the model meanwhile. */
  private void change(Exchange x, @Nullable Schema schema, Handler handler)
      throws IOException, InterruptedException {
    ModelCatalog catalog = service.catalog();
    boolean byField = schema != null && schema.field("model") != null;
    String name = model(x, byField ? x.fields() : null);
    try (ModelPool<ServedModel>.Lease lease =
        catalog.pool().acquire(name, service.replies().patience(x))) {
      Adapters adapters = lease.model().engine().adapters();
      changing.lockInterruptibly();
      try {
        handler.handle(x, adapters, name);
      } finally {
        catalog.adapters().note(name, adapters);
        changing.unlock();
      }
    }
  }

  /**
   * The model that a request is about.
   *
   * @param f null where the body has no place for its name
   */
  private String model(Exchange x, @Nullable Fields f) {
    ModelCatalog catalog = service.catalog();
    String name = f == null ? null : f.string("model");
    name = name == null ? x.query("model") : name;
    boolean open = name == null && !catalog.alone();
    if (open && f != null && f.has("lora_name") && !f.has("lora_path")) {
      // Names of adapters are given once.
      AdapterShelf.Owned adapter = catalog.adapters().named(f.requireString("lora_name"));
      if (adapter == null) {
        throw unknown("no model of this server has an adapter of that name");
      }
      name = adapter.model();
    }
    if (name == null && f == null && !catalog.alone()) {
      throw ApiError.field(
          "model", "is missing; this server has several, name one behind the path: ?model=NAME");
    }
    return catalog.wanted(name).name();
  }

  /** Loads no model: those that are not loaded have their adapters all the same. */
  private void list(Exchange x) throws IOException {
    ArrayNode out = Json.array();
    for (Adapters.KeptEntry e : service.catalog().adapters().of(model(x, null)).entries()) {
      ObjectNode o = out.addObject();
      o.put("id", e.id());
      o.put("path", e.file().toString());
      o.put("scale", e.scale());
      o.put("name", e.name());
      o.put("rank", e.rank());
      o.put("sha256", e.sha256());
    }
    x.json(200, out);
  }

  private void scale(Exchange x, Adapters adapters, String model) throws IOException {
    List<Adapters.Choice> choices = new ArrayList<>();
    for (Fields f : x.items()) {
      choices.add(AdapterFields.choice(f));
    }
    adapters.scale(choices);
    x.json(200, Json.object().put("success", true));
  }

  private void load(Exchange x, Adapters adapters, String model) throws IOException {
    Fields f = x.fields();
    String name = f.requireString("lora_name");
    String path = f.requireString("lora_path");
    if (name.isBlank() || name.length() > MOST_NAME) {
      throw f.error(
          "lora_name", "has %d characters; give 1 to %d".formatted(name.length(), MOST_NAME));
    }
    if (name.equals(model)) {
      throw f.error("lora_name", "is the model's own name; choose another");
    }
    ModelCatalog catalog = service.catalog();
    AdapterShelf.Owned other = catalog.adapters().named(name);
    if (catalog.has(name) || other != null && !other.model().equals(model)) {
      String whose =
          other == null ? "a model" : "an adapter of model '%s'".formatted(other.model());
      throw f.error("lora_name", "is the name of %s; choose another".formatted(whose));
    }
    try {
      adapters.add(inside(f, path), name, 0);
    } catch (OcelliException e) {
      boolean mendable = e.kind() != OcelliException.Kind.RESOURCE;
      throw mendable ? f.error("lora_path", String.valueOf(e.getMessage())) : ApiError.of(e);
    }
    told(x, "Success: LoRA adapter '%s' added successfully.".formatted(name));
  }

  /** The file, which lies in the folder; the same answer whatever is wrong with one outside. */
  private Path inside(Fields f, String path) {
    Path allowed = folder;
    if (allowed == null) {
      throw new ApiError(
          ApiError.Kind.FORBIDDEN,
          "this server loads no adapters for requests; start it with --lora-dir FOLDER");
    }
    try {
      Path root = allowed.toRealPath();
      Path file = root.resolve(path).toRealPath();
      boolean in = file.startsWith(root) && !file.equals(root);
      if (in && Files.isDirectory(file)) {
        for (String part : List.of(PeftFolder.CONFIG, PeftFolder.TENSORS)) {
          in &= file.resolve(part).toRealPath().startsWith(root);
        }
      }
      if (in) {
        return file;
      }
    } catch (IOException | IllegalArgumentException e) {
      // as for what lies outside
    }
    throw f.error("lora_path", "is no adapter in the folder of --lora-dir");
  }

  private void unload(Exchange x, Adapters adapters, String model) throws IOException {
    Fields f = x.fields();
    String name = f.requireString("lora_name");
    try {
      adapters.remove(name);
    } catch (OcelliException e) {
      throw unknown(String.valueOf(e.getMessage()));
    }
    told(x, "Success: LoRA adapter '%s' removed successfully.".formatted(name));
  }

  private static ApiError unknown(String problem) {
    return new ApiError(ApiError.Kind.NOT_FOUND, "lora_name: " + problem).about("lora_name");
  }

  private static void told(Exchange x, String sentence) throws IOException {
    x.send(200, "text/plain; charset=utf-8", sentence.getBytes(StandardCharsets.UTF_8));
  }
}
