package dev.ocelli.server.api;

import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.ApiError;
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
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's responses: replies that are kept, and continued by their names. */
final class Responses {
  /** Responses that are kept. */
  private static final int MOST_KEPT = 1000;

  /** Their bytes, pictures included; on small machines an eighth of the heap. */
  private static final long MOST_KEPT_BYTES =
      Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 8);

  private static final Schema REQUEST =
      Schema.named("a response request")
          .with(RequestFields.BOOKKEEPING)
          .with(ModelSelection.MODEL)
          .with(AdapterFields.SCHEMA)
          .with(RequestFields.PICTURES)
          .with(ToolFields.SCHEMA)
          .with(Generation.CACHE)
          .with(SamplingFields.SCHEMA)
          .with(Audit.SCHEMA)
          .with(GroundingField.SCHEMA)
          .field(
              "input",
              Type.ANY,
              "A text, or items: message, reasoning, function_call, function_call_output.")
          .field("instructions", Type.STRING, "A system message for this response alone.")
          .with(ModelSelection.HISTORY)
          .field("previous_response_id", Type.STRING, "The kept response that is continued.")
          .field("store", Type.BOOLEAN, "Keep the response; on unless false.")
          .field("stream", Type.BOOLEAN, "Send the reply while it is made.")
          .field(
              "max_output_tokens",
              Type.INTEGER,
              "Most tokens of the reply; -1 until the context is full.")
          .field("include", Type.ARRAY, "message.output_text.logprobs: report log-probabilities.")
          .field("top_logprobs", Type.INTEGER, "Alternatives to report for each token.")
          .field("text", Type.OBJECT, "format: text, json_object or json_schema.")
          .field("metadata", Type.OBJECT, "Given back.")
          .field("truncation", Type.STRING, "auto: the same as history: sliding. Or disabled.")
          .field("background", Type.BOOLEAN, "Not supported but for false.")
          .field("user", Type.STRING, "Given back.")
          .field(
              "reasoning",
              Type.OBJECT,
              "effort: none switches reasoning off; with other values the model does what it does.")
          .ignored("stream_options", "max_tool_calls");

  private static final Schema REASONING =
      Schema.named("reasoning")
          .field("effort", Type.STRING, "none switches reasoning off.")
          .ignored("summary", "generate_summary");

  private static final Schema TEXT =
      Schema.named("text")
          .field("format", Type.OBJECT, "type: text, json_object, or json_schema with schema.")
          .ignored("verbosity");

  private static final Schema FORMAT =
      Schema.named("format")
          .field("type", Type.STRING, "text, json_object or json_schema.")
          .field("schema", Type.OBJECT, "The schema.")
          .ignored("name", "description", "strict");

  /** What clients ask for as a matter of course; only the first is ever there to be included. */
  private static final List<String> INCLUDABLE =
      List.of(
          "message.output_text.logprobs",
          "reasoning.encrypted_content",
          "message.input_image.image_url",
          "file_search_call.results",
          "web_search_call.results",
          "web_search_call.action.sources",
          "computer_call_output.output.image_url",
          "code_interpreter_call.outputs");

  private static final Schema RETRIEVAL =
      Schema.named("the query")
          .field("stream", Type.BOOLEAN, "Not supported but for false: responses are kept whole.")
          .ignored("include", "include_obfuscation", "starting_after");

  private final Service service;
  private final ResponseStore store = new ResponseStore(MOST_KEPT, MOST_KEPT_BYTES);

  Responses(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    Route.Doc make = new Route.Doc("Makes a response (OpenAI).", REQUEST);
    Route.Doc count =
        new Route.Doc("Counts the tokens of a response's input, pictures included.", REQUEST);
    Route.Doc get = new Route.Doc("A response that was kept (OpenAI).", null, RETRIEVAL);
    Route.Doc items =
        new Route.Doc("What a kept response is the answer to (OpenAI).", null, InputItems.PAGE);
    Route.Doc forget = new Route.Doc("Forgets a response (OpenAI).", null);
    String one = "/v1/responses/*";
    return List.of(
        route("POST", "/v1/responses", Route.Access.METERED, make, this::create),
        route("POST", "/v1/responses/input_tokens", Route.Access.MODEL, count, this::count),
        route("GET", one + "/input_items", Route.Access.KEY, items, this::inputItems),
        route("GET", one, Route.Access.KEY, get, this::get),
        route("DELETE", one, Route.Access.KEY, forget, this::delete));
  }

  private static Route route(
      String method, String path, Route.Access access, Route.Doc doc, Route.Handler handler) {
    return new Route(method, path, access, Errors::openAi, doc, handler);
  }

  private static ApiError unknown(String id) {
    return new ApiError(
        ApiError.Kind.NOT_FOUND,
        "there is no response '%s'; those that nobody used for long are forgotten, and all when the server ends"
            .formatted(id));
  }

  private ResponseStore.Stored kept(Exchange x) {
    ResponseStore.Stored stored = store.find(x.rest(), x.caller().tenant());
    if (stored == null) {
      throw unknown(x.rest());
    }
    return stored;
  }

  private void get(Exchange x) throws IOException {
    Fields query = x.query();
    if (query.bool("stream", false)) {
      throw query.error("stream", "is not supported: responses are kept whole; leave it out");
    }
    x.json(200, kept(x).answer());
  }

  private void inputItems(Exchange x) throws IOException {
    x.json(200, InputItems.page(kept(x).items(), x.query()));
  }

  private void delete(Exchange x) throws IOException {
    if (!store.remove(x.rest(), x.caller().tenant())) {
      throw unknown(x.rest());
    }
    ObjectNode out = Json.object();
    out.put("id", x.rest());
    out.put("object", "response");
    out.put("deleted", true);
    x.json(200, out);
  }

  /**
   * A request that has been read.
   *
   * @param items what the response is the answer to, as clients see it
   * @param conversation the same as the model sees it, but for instructions
   */
  private record Read(
      List<JsonNode> items, Conversation conversation, ChatRequest chat, Generation generation) {}

  private Read read(Exchange x, Fields f, ServedModel model) {
    refuse(f);
    List<Map<String, Object>> tools = ResponsesTools.tools(f);
    Form form = ResponsesTools.form(f, tools, reasoning(f, form(f)));
    Generation generation =
        Generation.read(f, model.engine().tokenizer(), form).withLogprobs(topLogprobs(f));
    Conversation.Builder builder = new Conversation.Builder(RequestFields.parts(f, model));
    List<JsonNode> items = new ArrayList<>();
    ResponseStore.Stored previous = previous(x, f);
    if (previous != null) {
      builder.add(previous.conversation(), callIds(previous.answer()));
      items.addAll(previous.items());
      previous.answer().path("output").forEach(items::add);
    }
    ResponsesInput.read(f, builder);
    items.addAll(InputItems.of(f.require("input"), x.id().substring(4)));
    Conversation conversation = builder.build();
    ChatRequest chat =
        new ChatRequest(withInstructions(f, conversation.messages()), conversation.media(), tools);
    return new Read(List.copyOf(items), conversation, chat, generation);
  }

  private static List<String> callIds(JsonNode answer) {
    return answer
        .path("output")
        .valueStream()
        .map(item -> item.path("call_id").asString(""))
        .filter(id -> !id.isEmpty())
        .toList();
  }

  private void count(Exchange x) throws IOException {
    ServedModel model = service.model();
    Read read = read(x, x.fields(), model);
    List<Planned> planned = model.plan(read.chat(), read.generation());
    ObjectNode out = Json.object();
    out.put("object", "response.input_tokens");
    out.put("input_tokens", planned.getFirst().prepared().prompt().ids().length);
    x.json(200, out);
  }

  private void create(Exchange x) throws IOException, InterruptedException {
    Fields f = x.fields();
    ServedModel model = service.model();
    Read read = read(x, f, model);
    List<Planned> planned = model.plan(read.chat(), read.generation());
    ResponseShape shape = new ResponseShape(x.id().substring(4), f, model, planned.getFirst());
    ResponsesStream.Keeper keeper =
        f.bool("store", true)
            ? (answer, reply) -> keep(x, answer, read, reply)
            : (answer, reply) -> {};
    if (f.bool("stream", false)) {
      service.replies().make(x, model.slots(), planned, new ResponsesStream(x, shape, keeper));
      return;
    }
    List<Outcome> outcomes = service.replies().make(x, model.slots(), planned, ReplyWriter.NONE);
    ObjectNode answer = shape.finished(outcomes.getFirst());
    keeper.keep(answer, outcomes.getFirst().reply());
    x.json(200, answer);
  }

  private static void refuse(Fields f) {
    String truncation = f.string("truncation", "disabled");
    if (!truncation.equals("disabled") && !truncation.equals("auto")) {
      throw f.error("truncation", "is '%s'; use auto or disabled".formatted(truncation));
    }
    if (f.bool("background", false)) {
      throw f.error("background", "is not supported; use stream");
    }
  }

  /** The response that is continued, or null. */
  private ResponseStore.@Nullable Stored previous(Exchange x, Fields f) {
    String id = f.string("previous_response_id");
    ResponseStore.Stored previous = id == null ? null : store.find(id, x.caller().tenant());
    if (id != null && previous == null) {
      throw ApiError.field("previous_response_id", String.valueOf(unknown(id).getMessage()))
          .code("previous_response_not_found");
    }
    return previous;
  }

  private static List<Message> withInstructions(Fields f, List<Message> messages) {
    String instructions = f.string("instructions", "");
    if (instructions.isEmpty()) {
      return messages;
    }
    List<Message> all = new ArrayList<>();
    all.add(Message.of("system", instructions));
    all.addAll(messages);
    return all;
  }

  private void keep(Exchange x, JsonNode answer, Read read, Reply reply) {
    List<Message> messages = new ArrayList<>(read.conversation().messages());
    List<Content> said =
        reply.text().isEmpty() ? List.of() : List.of(new Content.Text(reply.text()));
    messages.add(new Message("assistant", said, reply.reasoning(), reply.toolCalls()));
    store.put(
        answer.path("id").stringValue(),
        new ResponseStore.Stored(
            x.caller().tenant(),
            answer,
            read.items(),
            new Conversation(List.copyOf(messages), read.conversation().media())));
  }

  private static int topLogprobs(Fields f) {
    List<String> include = f.strings("include");
    for (String what : include) {
      if (!INCLUDABLE.contains(what)) {
        throw f.error(
            "include", "'%s' is not known; use %s".formatted(what, INCLUDABLE.getFirst()));
      }
    }
    boolean wanted = include.contains(INCLUDABLE.getFirst()) || f.has("top_logprobs");
    return RequestFields.topLogprobs(f, "top_logprobs", wanted);
  }

  private static Form reasoning(Fields f, Form form) {
    JsonNode node = f.node("reasoning");
    boolean off =
        node != null && ThinkingFields.noEffort(REASONING.read(node, "reasoning"), "effort");
    return off ? Thinking.off(form) : form;
  }

  private static Form form(Fields f) {
    JsonNode node = f.node("text");
    JsonNode format = node == null ? null : TEXT.read(node, "text").node("format");
    if (format == null) {
      return Form.ANY;
    }
    Fields fields = FORMAT.read(format, "text.format");
    String type = fields.requireString("type");
    return switch (type) {
      case "text" -> Form.ANY;
      case "json_object" -> Form.of(new Constraint.JsonObject(), fields.path("type"));
      case "json_schema" -> Form.schema(fields, "schema");
      default ->
          throw fields.error(
              "type", "is '%s'; use text, json_object or json_schema".formatted(type));
    };
  }
}
