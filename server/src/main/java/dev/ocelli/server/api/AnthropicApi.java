package dev.ocelli.server.api;

import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.runtime.Control;
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
              "Turns of user and assistant; blocks are text, image, tool_use, tool_result, thinking. A last turn of the assistant is continued.")
          .field("system", Type.ANY, "Instructions: a text, or an array of text blocks.")
          .field("tools", Type.ARRAY, "Tools that the model may use.")
          .field(
              "tool_choice",
              Type.OBJECT,
              "type: auto, any, tool or none; disable_parallel_tool_use: one call at most.")
          .field(
              "thinking",
              Type.OBJECT,
              "type: enabled, adaptive or disabled; budget_tokens: when to end it.")
          .field("output_config", Type.OBJECT, "format: a JSON schema that the reply must fit.")
          .field("thread", Type.OBJECT, "Not supported: clients then send whole conversations.")
          .ignored("cache_control");

  private static final Schema REQUEST =
      Schema.named("a messages request")
          .with(SamplingFields.SCHEMA)
          .with(CONVERSATION)
          .with(Generation.CACHE)
          .field("max_tokens", Type.INTEGER, "Most tokens of the reply. Must be given.")
          .field("stop_sequences", Type.ARRAY, "Texts that end the reply.")
          .field("stream", Type.BOOLEAN, "Send the reply while it is made.")
          .with(GroundingField.SCHEMA)
          .with(Audit.SCHEMA)
          .ignored("metadata", "service_tier", "inference_geo");

  private static final Schema THINKING =
      Schema.named("thinking")
          .field("type", Type.STRING, "enabled, adaptive or disabled.")
          .field("budget_tokens", Type.INTEGER, "Tokens after which the thoughts are ended.")
          .ignored("display");

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

  /** A request that has been read. */
  private record Read(ChatRequest chat, Generation generation) {}

  private static Read read(Fields f, ServedModel model) {
    if (f.has("thread")) {
      throw f.error("thread", "is not supported; send the whole conversation")
          .code(Errors.NO_THREADS);
    }
    Conversation conversation = AnthropicMessages.read(f, RequestFields.parts(f, model));
    List<Map<String, Object>> tools = AnthropicTools.tools(f);
    Form form = AnthropicTools.form(f, tools, thinking(f, model, form(f)));
    if (conversation.endsWithAssistant()) {
      requireContinuable(f, conversation, form);
      form = form.continuingLast();
    }
    List<String> stop = new ArrayList<>(SamplingFields.stop(f));
    stop.addAll(SamplingFields.stop(f, "stop_sequences"));
    Generation generation =
        Generation.read(f, model.engine().tokenizer(), form).withStop(List.copyOf(stop));
    return new Read(new ChatRequest(conversation, tools), generation);
  }

  /** What Anthropic's API refuses, as no good comes of it. */
  private static void requireContinuable(Fields f, Conversation conversation, Form form) {
    if (!(form.control().constraint() instanceof Constraint.None)) {
      throw f.error(
          "messages",
          "the last message begins the reply, and %s asks for a form of all of it; drop one of them"
              .formatted(form.constraintField()));
    }
    List<Content> last = conversation.messages().getLast().content();
    if (!last.isEmpty()
        && last.getLast() instanceof Content.Text t
        && !t.text().stripTrailing().equals(t.text())) {
      throw f.error(
          "messages",
          "the last message begins the reply and ends with white space; take it away, as words begin with it");
    }
  }

  private static Form thinking(Fields f, ServedModel model, Form form) {
    JsonNode node = f.node("thinking");
    if (node == null) {
      return form;
    }
    Fields t = THINKING.read(node, "thinking");
    int budget = t.integer("budget_tokens", Control.UNLIMITED, 1, Integer.MAX_VALUE);
    String type = t.requireString("type");
    return switch (type) {
      case "adaptive" -> form;
      case "enabled" -> {
        Form on = Thinking.form(t, "type", true, model, form);
        yield new Form(
            on.control().withThinking(Control.Thinking.AUTO, budget), on.constraintField());
      }
      case "disabled" -> Thinking.off(form);
      default ->
          throw t.error("type", "is '%s'; use enabled, adaptive or disabled".formatted(type));
    };
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

  private void count(Exchange x) throws IOException {
    x.responseHeader("request-id", x.id());
    Fields f = x.fields();
    ServedModel model = service.model();
    Read read = read(f, model);
    List<Planned> planned = model.plan(read.chat(), read.generation());
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
    Read read = read(f, model);
    List<Planned> planned = model.plan(read.chat(), read.generation());
    String key = x.id().substring(4);
    Extras extras = new Extras(model, planned.getFirst(), GroundingField.read(f), Audit.read(f));
    if (f.bool("stream", false)) {
      AnthropicStream stream = new AnthropicStream(x, begin(key, model.name()), key, extras);
      service.replies().make(x, model.slots(), planned, stream);
      return;
    }
    List<Outcome> outcomes = service.replies().make(x, model.slots(), planned, ReplyWriter.NONE);
    Reply r = outcomes.getFirst().reply();
    ObjectNode out = begin(key, model.name());
    ArrayNode content = out.putArray("content");
    if (r.reasoning() != null) {
      content.add(thinking(r.reasoning()));
    }
    if (!r.text().isEmpty() || r.toolCalls().isEmpty()) {
      content.add(text(r.text()));
    }
    for (int i = 0; i < r.toolCalls().size(); i++) {
      Message.ToolCall call = r.toolCalls().get(i);
      ObjectNode block = toolUse(key, i, call.name());
      block.set("input", Json.made(String.valueOf(call.arguments())));
      content.add(block);
    }
    stopReason(out, r);
    out.set("usage", usage(r.promptTokens(), r.reusedTokens(), r.tokens().size()));
    extras.add(out, outcomes.getFirst());
    x.json(200, out);
  }

  private static ObjectNode begin(String key, String model) {
    ObjectNode out = Json.object();
    out.put("id", "msg_" + key);
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

  /**
   * The beginning of a call.
   *
   * @param key of the reply
   * @param index of the call in it
   */
  static ObjectNode toolUse(String key, int index, String name) {
    ObjectNode out = Json.object();
    out.put("type", "tool_use");
    out.put("id", "toolu_%s_%d".formatted(key, index));
    out.put("name", name);
    return out;
  }

  /** Why the reply ended; null while it has not. */
  static void stopReason(ObjectNode out, @Nullable Reply r) {
    String word = r == null ? null : r.stoppedBy();
    String reason =
        r == null
            ? null
            : switch (r.finish()) {
              case STOP ->
                  !r.toolCalls().isEmpty()
                      ? "tool_use"
                      : word == null ? "end_turn" : "stop_sequence";
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
  record Extras(ServedModel model, Planned planned, GroundingField grounding, Audit audit) {
    /** Adds it where the reply ends. */
    void add(ObjectNode out, Outcome outcome) {
      out.set("timings", ReplyJson.timings(List.of(outcome)));
      ReplyJson.history(out, outcome);
      Reply reply = outcome.reply();
      if (!reply.media().isEmpty()) {
        out.set("media", ReplyJson.media(reply));
      }
      grounding.add(out, planned, outcome);
      audit.add(out, model, planned, outcome);
    }
  }
}
