package dev.ocelli.server.api;

import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.tokenizer.Tokenizer;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import dev.ocelli.server.work.SlotPool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What llama.cpp's server has beside the other APIs: tokens, templates, properties, slots. */
final class LlamaApi {
  private static final Schema TOKENIZE =
      Schema.named("a tokenize request")
          .field("content", Type.STRING, "The text.")
          .field("parse_special", Type.BOOLEAN, "Recognise control tokens; on unless false.")
          .field("with_pieces", Type.BOOLEAN, "Give the text of each token, too.")
          .ignored("add_special");

  private static final Schema DETOKENIZE =
      Schema.named("a detokenize request").field("tokens", Type.ARRAY, "Token ids.");

  private static final Schema TEMPLATE =
      Schema.named("an apply-template request")
          .field("messages", Type.ARRAY, "The conversation, as of a chat completion.")
          .with(ChatCompletions.CONTINUING)
          .with(ToolFields.SCHEMA)
          .with(ThinkingFields.SCHEMA)
          .ignored("model");

  private final Service service;
  private final Exposed exposed;

  /**
   * What is answered beyond generation.
   *
   * @param slots {@code /slots}
   * @param metrics {@code /metrics}
   */
  record Exposed(boolean slots, boolean metrics) {}

  LlamaApi(Service service, Exposed exposed) {
    this.service = service;
    this.exposed = exposed;
  }

  List<Route> routes() {
    List<Route> out = new ArrayList<>();
    for (String path : List.of("/health", "/v1/health")) {
      out.add(get(path, Route.Access.OPEN, "Says whether the model is loaded.", this::health));
    }
    out.add(
        get("/props", Route.Access.MODEL, "Properties of the model and the server.", this::props));
    out.add(get("/slots", Route.Access.MODEL, "What the slots do.", this::slots));
    out.add(
        get("/metrics", Route.Access.KEY, "Counters in the format of Prometheus.", this::metrics));
    out.add(post("/tokenize", "Text to token ids.", TOKENIZE, this::tokenize));
    out.add(post("/detokenize", "Token ids to text.", DETOKENIZE, this::detokenize));
    out.add(
        post("/apply-template", "The prompt of a conversation as text.", TEMPLATE, this::template));
    for (String path : List.of("/infill", "/rerank", "/v1/rerank", "/lora-adapters")) {
      out.add(unsupported(path, "not supported by this model"));
    }
    for (String path : List.of("/v1/embeddings", "/embeddings")) {
      out.add(unsupported(path, "not supported by this version"));
    }
    out.add(
        get("/lora-adapters", Route.Access.KEY, "Always empty.", x -> x.json(200, Json.array())));
    return out;
  }

  private static Route get(
      String path, Route.Access access, String summary, Route.Handler handler) {
    return new Route("GET", path, access, Errors::llamaCpp, new Route.Doc(summary, null), handler);
  }

  private static Route post(
      String path, String summary, @Nullable Schema schema, Route.Handler handler) {
    return new Route(
        "POST",
        path,
        Route.Access.MODEL,
        Errors::llamaCpp,
        new Route.Doc(summary, schema),
        handler);
  }

  private static Route unsupported(String path, String why) {
    return post(
        path,
        "Answered with 501: " + why + ".",
        null,
        x -> {
          throw new ApiError(ApiError.Kind.NOT_SUPPORTED, path + " is " + why);
        });
  }

  private void health(Exchange x) throws IOException {
    if (service.current().get() == null) {
      throw new ApiError(ApiError.Kind.UNAVAILABLE, "Loading model").retryAfter(2);
    }
    x.json(200, Json.object().put("status", "ok"));
  }

  private void props(Exchange x) throws IOException {
    ServedModel model = service.model();
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
    x.json(200, out);
  }

  private void slots(Exchange x) throws IOException {
    if (!exposed.slots()) {
      throw new ApiError(
          ApiError.Kind.NOT_SUPPORTED, "/slots is off; start the server without --no-slots");
    }
    ServedModel model = service.model();
    ArrayNode out = Json.array();
    for (SlotPool.State s : model.slots().states()) {
      ObjectNode o = out.addObject();
      o.put("id", s.id());
      o.put("n_ctx", model.engine().contextLength());
      o.put("is_processing", s.job() != null);
      if (s.job() != null) {
        o.put("id_task", s.job());
        o.put("n_prompt_tokens", s.promptTokens());
        o.put("n_decoded", s.generated());
      }
    }
    x.json(200, out);
  }

  private void metrics(Exchange x) throws IOException {
    if (!exposed.metrics()) {
      throw new ApiError(
          ApiError.Kind.NOT_SUPPORTED, "/metrics is off; start the server without --no-metrics");
    }
    ServedModel model = service.current().get();
    String text =
        model == null
            ? service.metrics().text(0, 0, 0)
            : service
                .metrics()
                .text(
                    model.slots().running(),
                    model.slots().waiting(),
                    model.slots().states().size());
    x.send(200, "text/plain; version=0.0.4; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  private void tokenize(Exchange x) throws IOException {
    Fields f = x.fields();
    Tokenizer tokenizer = service.model().engine().tokenizer();
    String text = f.requireString("content");
    int[] ids = f.bool("parse_special", true) ? tokenizer.encode(text) : tokenizer.encodeText(text);
    ObjectNode out = Json.object();
    ArrayNode tokens = out.putArray("tokens");
    boolean pieces = f.bool("with_pieces", false);
    for (int id : ids) {
      if (pieces) {
        piece(tokens.addObject(), id, tokenizer);
      } else {
        tokens.add(id);
      }
    }
    x.json(200, out);
  }

  /** A token's text, or its bytes where they are no whole characters. */
  private static void piece(ObjectNode out, int id, Tokenizer tokenizer) {
    out.put("id", id);
    byte[] bytes = tokenizer.vocabulary().bytes(id);
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (java.util.Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
      out.put("piece", text);
      return;
    }
    ArrayNode list = out.putArray("piece");
    for (byte b : bytes) {
      list.add(b & 0xFF);
    }
  }

  private void detokenize(Exchange x) throws IOException {
    Tokenizer tokenizer = service.model().engine().tokenizer();
    int[] ids = TokenIds.ids(x.fields().require("tokens"), "tokens", tokenizer);
    x.json(200, Json.object().put("content", tokenizer.decode(ids, true)));
  }

  private void template(Exchange x) throws IOException {
    Fields f = x.fields();
    ServedModel model = service.model();
    Conversation conversation = OpenAiMessages.read(f, RequestFields.parts(f, model));
    List<Map<String, Object>> tools = ToolFields.tools(f);
    Form form = ToolFields.form(f, tools, ThinkingFields.form(f, Form.ANY));
    if (ChatCompletions.continues(f)) {
      form = form.continuingLast();
    }
    ChatRequest chat = new ChatRequest(conversation, tools);
    Request request = model.request(chat, Generation.DEFAULTS).with(form.control());
    x.json(200, Json.object().put("prompt", model.engine().render(request).text()));
  }
}
