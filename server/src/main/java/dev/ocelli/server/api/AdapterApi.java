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
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * LoRA adapters while the server runs: their scales as llama.cpp's server sets them, loading and
 * unloading as vLLM's does. Replies keep the adapters that they began with.
 */
final class AdapterApi {
  private static final int MOST_NAME = 256;

  private static final Schema SCALES =
      Schema.named("an adapter's scale").with(AdapterFields.ITEM).list();

  private static final Schema LOAD =
      Schema.named("a load request")
          .field("lora_name", Type.STRING, "What requests call the adapter in 'model'.")
          .field(
              "lora_path",
              Type.STRING,
              "Its GGUF file, or its folder as PEFT saves it, inside the folder of --lora-dir.")
          .ignored("base_model_name", "load_inplace");

  private static final Schema UNLOAD =
      Schema.named("an unload request")
          .field("lora_name", Type.STRING, "The adapter.")
          .ignored("lora_int_id");

  private final Service service;
  private final @Nullable Path folder;

  /**
   * Answers for a server with one model.
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
        route("GET", "/lora-adapters", llama, "Lists the LoRA adapters.", null, this::list),
        route(
            "POST",
            "/lora-adapters",
            llama,
            "Sets the scales of replies that do not say so themselves; 0 for adapters not listed.",
            SCALES,
            this::scale),
        route(
            "POST",
            "/v1/load_lora_adapter",
            openAi,
            "Loads a LoRA adapter from the folder of --lora-dir (vLLM).",
            LOAD,
            this::load),
        route(
            "POST",
            "/v1/unload_lora_adapter",
            openAi,
            "Unloads a LoRA adapter; replies that use it end first (vLLM).",
            UNLOAD,
            this::unload));
  }

  private interface Handler {
    void handle(Exchange x, Adapters adapters, String model) throws IOException;
  }

  private Route route(
      String method,
      String path,
      ErrorShape errors,
      String summary,
      @Nullable Schema schema,
      Handler handler) {
    return new Route(
        method,
        path,
        Route.Access.MODEL,
        errors,
        new Route.Doc(summary, schema),
        x -> with(x, handler));
  }

  /** Holds the model meanwhile. */
  private void with(Exchange x, Handler handler) throws IOException, InterruptedException {
    ModelCatalog catalog = service.catalog();
    if (!catalog.alone()) {
      throw new ApiError(
          ApiError.Kind.NOT_SUPPORTED,
          "this server has several models, and adapters belong to one; start a server with -m for it");
    }
    String name = catalog.wanted(null).name();
    try (ModelPool<ServedModel>.Lease lease =
        catalog.pool().acquire(name, service.replies().patience(x))) {
      handler.handle(x, lease.model().engine().adapters(), name);
    }
  }

  private void list(Exchange x, Adapters adapters, String model) throws IOException {
    ArrayNode out = Json.array();
    for (Adapters.Entry e : adapters.list()) {
      ObjectNode o = out.addObject();
      o.put("id", e.id());
      o.put("path", e.adapter().file());
      o.put("scale", e.scale());
      o.put("name", e.adapter().name());
      o.put("rank", e.adapter().rank());
      o.put("sha256", e.adapter().sha256());
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
      throw new ApiError(ApiError.Kind.NOT_FOUND, "lora_name: " + e.getMessage())
          .about("lora_name");
    }
    told(x, "Success: LoRA adapter '%s' removed successfully.".formatted(name));
  }

  private static void told(Exchange x, String sentence) throws IOException {
    x.send(200, "text/plain; charset=utf-8", sentence.getBytes(StandardCharsets.UTF_8));
  }
}
