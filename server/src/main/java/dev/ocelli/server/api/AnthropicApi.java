package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import dev.ocelli.server.work.Outcome;
import dev.ocelli.server.work.Planned;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's messages, and the counting of their tokens. */
final class AnthropicApi {
  private static final Schema CONVERSATION =
      Schema.named("a request to count tokens")
          .with(ModelSelection.MODEL)
          .with(ModelSelection.HISTORY)
          .field(
              "messages",
              Type.ARRAY,
              "Turns of user and assistant; blocks are text, image, tool_use, tool_result, thinking.")
          .field("system", Type.ANY, "Instructions: a text, or an array of text blocks.")
          .field("tools", Type.ARRAY, "Tools that the model may use.")
          .field("tool_choice", Type.OBJECT, "type: auto, any, tool or none.")
          .field(
              "thinking",
              Type.OBJECT,
              "type: enabled, adaptive or disabled; it must be what the model does.")
          .field("output_config", Type.OBJECT, "format: a JSON schema that the reply must fit.")
          .ignored("cache_control");

  private static final Schema REQUEST =
      Schema.named("a messages request")
          .with(SamplingFields.SCHEMA)
          .with(CONVERSATION)
          .field("max_tokens", Type.INTEGER, "Most tokens of the reply. Must be given.")
          .field("stop_sequences", Type.ARRAY, "Texts that end the reply.")
          .field("stream", Type.BOOLEAN, "Send the reply while it is made.")
          .ignored("metadata", "service_tier", "inference_geo");

  private static final Schema THINKING =
      Schema.named("thinking")
          .field("type", Type.STRING, "enabled, adaptive or disabled.")
          .ignored("budget_tokens", "display");

  private static final Schema OUTPUT =
      Schema.named("output_config")
          .field("format", Type.OBJECT, "type: json_schema, and schema.")
          .ignored("effort");

  private static final Schema FORMAT =
      Schema.named("format")
          .field("type", Type.STRING, "json_schema.")
          .field("schema", Type.OBJECT, "The schema.");

  private final Service service;

  AnthropicApi(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    return List.of(
        new Route(
            "POST",
            "/v1/messages",
            Route.Access.METERED,
            Errors::anthropic,
            new Route.Doc("Continues a conversation (Anthropic).", REQUEST),
            this::complete),
        new Route(
            "POST",
            "/v1/messages/count_tokens",
            Route.Access.MODEL,
            Errors::anthropic,
            new Route.Doc(
                "Counts the tokens of a conversation, pictures included (Anthropic).",
                CONVERSATION),
            this::count));
  }

  private ChatRequest chat(Fields f, ServedModel model) {
    MediaParts parts =
        new MediaParts(model.media(), model.engine().files().pictures().spec(), null);
    requireThinking(f, model);
    OpenAiMessages.Read read = AnthropicMessages.read(f, parts);
    List<Map<String, Object>> tools = AnthropicTools.tools(f);
    FunctionTools.refuse(f, tools, AnthropicTools.choice(f));
    return new ChatRequest(read.messages(), read.media(), List.of());
  }

  private static void requireThinking(Fields f, ServedModel model) {
    JsonNode node = f.node("thinking");
    if (node == null) {
      return;
    }
    Fields t = THINKING.read(node, "thinking");
    String type = t.requireString("type");
    switch (type) {
      case "adaptive" -> {}
      case "enabled" -> Thinking.require(t, "type", true, model);
      case "disabled" -> Thinking.require(t, "type", false, model);
      default ->
          throw t.error("type", "is '%s'; use enabled, adaptive or disabled".formatted(type));
    }
  }

  private static Form form(Fields f) {
    JsonNode node = f.node("output_config");
    JsonNode format = node == null ? null : OUTPUT.read(node, "output_config").node("format");
    if (format == null) {
      return Form.ANY;
    }
    Fields fields = FORMAT.read(format, "output_config.format");
    String type = fields.requireString("type");
    if (!type.equals("json_schema")) {
      throw fields.error("type", "is '%s'; use json_schema".formatted(type));
    }
    return Form.schema(fields, "schema");
  }

  private static Generation generation(Fields f, ServedModel model) {
    List<String> stop = new ArrayList<>(SamplingFields.stop(f));
    stop.addAll(SamplingFields.stop(f, "stop_sequences"));
    return new Generation(
        SamplingFields.read(f, model.engine().tokenizer()),
        f.string("preset"),
        stop,
        -1,
        1,
        form(f));
  }

  private void count(Exchange x) throws IOException {
    x.responseHeader("request-id", x.id());
    Fields f = x.fields();
    ServedModel model = service.model();
    ChatRequest chat = chat(f, model);
    List<Planned> planned = model.plan(chat, generation(f, model));
    x.json(
        200,
        Json.object().put("input_tokens", planned.getFirst().prepared().prompt().ids().length));
  }

  private void complete(Exchange x) throws IOException, InterruptedException {
    x.responseHeader("request-id", x.id());
    Fields f = x.fields();
    ServedModel model = service.model();
    if (f.integer("max_tokens", -1, 1, Integer.MAX_VALUE) < 0) {
      throw f.error("max_tokens", "is missing");
    }
    Generation generation = generation(f, model);
    List<Planned> planned = model.plan(chat(f, model), generation);
    String id = "msg_" + x.id().substring(4);
    if (f.bool("stream", false)) {
      int prompt = planned.getFirst().prepared().prompt().ids().length;
      AnthropicStream stream = new AnthropicStream(x, begin(id, model.name()), prompt);
      service.replies().make(x, model.slots(), planned, stream);
      return;
    }
    List<Outcome> outcomes = service.replies().make(x, model.slots(), planned, ReplyWriter.NONE);
    Reply r = outcomes.getFirst().reply();
    ObjectNode out = begin(id, model.name());
    ArrayNode content = out.putArray("content");
    if (r.reasoning() != null) {
      content.add(thinking(r.reasoning()));
    }
    content.add(text(r.text()));
    stopReason(out, r);
    out.set("usage", usage(r.promptTokens(), r.reusedTokens(), r.tokens().size()));
    measurements(out, outcomes);
    x.json(200, out);
  }

  private static ObjectNode begin(String id, String model) {
    ObjectNode out = Json.object();
    out.put("id", id);
    out.put("type", "message");
    out.put("role", "assistant");
    out.put("model", model);
    return out;
  }

  static ObjectNode text(String text) {
    return Json.object().put("type", "text").put("text", text);
  }

  /** The signature is for services that must not trust their clients. */
  static ObjectNode thinking(String text) {
    return Json.object().put("type", "thinking").put("thinking", text).put("signature", "");
  }

  /** Why the reply ended; null while it has not. */
  static void stopReason(ObjectNode out, @Nullable Reply r) {
    String word = r == null ? null : r.stoppedBy();
    String reason =
        r == null
            ? null
            : switch (r.finish()) {
              case STOP -> word == null ? "end_turn" : "stop_sequence";
              case LENGTH -> "max_tokens";
              case CONTEXT -> "model_context_window_exceeded";
              case REPETITION -> "repetition";
              case CANCELLED -> throw new IllegalStateException("nobody reads a cancelled reply");
            };
    out.put("stop_reason", reason);
    out.put("stop_sequence", word);
  }

  /** Numbers of tokens; those of the prompt that were not computed again are counted apart. */
  static ObjectNode usage(int prompt, int cached, int generated) {
    ObjectNode out = Json.object();
    out.put("input_tokens", prompt - cached);
    out.put("cache_creation_input_tokens", 0);
    out.put("cache_read_input_tokens", cached);
    out.put("output_tokens", generated);
    return out;
  }

  /** What Anthropic's answers do not have. */
  static void measurements(ObjectNode out, List<Outcome> outcomes) {
    out.set("timings", ReplyJson.timings(outcomes));
    ReplyJson.history(out, outcomes.getFirst());
    Reply reply = outcomes.getFirst().reply();
    if (!reply.media().isEmpty()) {
      out.set("media", ReplyJson.media(reply));
    }
  }
}
