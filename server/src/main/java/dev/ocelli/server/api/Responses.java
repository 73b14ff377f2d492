package dev.ocelli.server.api;

import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.runtime.Media;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's responses: replies that are kept, and continued by their names. */
final class Responses {
  /** Responses that are kept. */
  private static final int MOST_KEPT = 1000;

  /** Their bytes, pictures included; on small machines an eighth of the heap. */
  private static final long MOST_KEPT_BYTES =
      Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 8);

  private static final int MOST_LOGPROBS = 1000;

  private static final Schema REQUEST =
      Schema.named("a response request")
          .with(SamplingFields.SCHEMA)
          .with(Audit.SCHEMA)
          .field(
              "input",
              Type.ANY,
              "A text, or items: message, reasoning, function_call, function_call_output.")
          .field("instructions", Type.STRING, "A system message for this response alone.")
          .field(
              "model", Type.STRING, "Not looked at: one model is served, and the answer names it.")
          .field("previous_response_id", Type.STRING, "The kept response that is continued.")
          .field("store", Type.BOOLEAN, "Keep the response; on unless false.")
          .field("stream", Type.BOOLEAN, "Send the reply while it is made.")
          .field(
              "max_output_tokens",
              Type.INTEGER,
              "Most tokens of the reply; -1 until the context is full.")
          .field("include", Type.ARRAY, "message.output_text.logprobs: report log-probabilities.")
          .field("top_logprobs", Type.INTEGER, "Alternatives to report for each token.")
          .field("tools", Type.ARRAY, "Functions that the model may call.")
          .field("tool_choice", Type.ANY, "none, auto, required or a function.")
          .field("text", Type.OBJECT, "format: text, json_object or json_schema.")
          .field("metadata", Type.OBJECT, "Given back.")
          .field("truncation", Type.STRING, "Not supported but for disabled.")
          .field("background", Type.BOOLEAN, "Not supported but for false.")
          .field("parallel_tool_calls", Type.BOOLEAN, "Given back.")
          .field("user", Type.STRING, "Given back.")
          .field("reasoning", Type.OBJECT, "Given back: the model has no levels of effort.")
          .field(
              "mm_processor_kwargs",
              Type.OBJECT,
              "Defaults for pictures: min_pixels, max_pixels, size; fps for clips.")
          .ignored(
              "stream_options",
              "service_tier",
              "safety_identifier",
              "prompt_cache_key",
              "prompt_cache_retention",
              "max_tool_calls");

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

  private final Service service;
  private final ResponseStore store = new ResponseStore(MOST_KEPT, MOST_KEPT_BYTES);

  Responses(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    return List.of(
        new Route(
            "POST",
            "/v1/responses",
            Route.Access.METERED,
            Errors::openAi,
            new Route.Doc("Makes a response (OpenAI).", REQUEST),
            this::create),
        new Route(
            "GET",
            "/v1/responses/*",
            Route.Access.KEY,
            Errors::openAi,
            new Route.Doc("A response that was kept (OpenAI).", null),
            this::get),
        new Route(
            "DELETE",
            "/v1/responses/*",
            Route.Access.KEY,
            Errors::openAi,
            new Route.Doc("Forgets a response (OpenAI).", null),
            this::delete));
  }

  private static ApiError unknown(String id) {
    return new ApiError(
        ApiError.Kind.NOT_FOUND,
        "there is no response '%s'; those that nobody used for long are forgotten, and all when the server ends"
            .formatted(id));
  }

  private void get(Exchange x) throws IOException {
    ResponseStore.Stored stored = store.find(x.rest(), x.caller().tenant());
    if (stored == null) {
      throw unknown(x.rest());
    }
    x.json(200, stored.answer());
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

  private void create(Exchange x) throws IOException, InterruptedException {
    Fields f = x.fields();
    ServedModel model = service.model();
    refuse(f);
    Generation generation = generation(f, model);
    FunctionTools.refuse(f, ResponsesTools.tools(f), ResponsesTools.choice(f));
    OpenAiMessages.Read conversation = conversation(x, f, model);
    List<Planned> planned =
        model.plan(
            new ChatRequest(
                withInstructions(f, conversation.messages()), conversation.media(), List.of()),
            generation);
    ResponseShape shape = new ResponseShape(x.id().substring(4), f, model, planned.getFirst());
    ResponsesStream.ReasoningTokens thoughts = new ResponsesStream.ReasoningTokens();
    boolean kept = f.bool("store", true);
    if (f.bool("stream", false)) {
      ResponsesStream.Keeper keeper =
          (answer, reply) -> {
            if (kept) {
              keep(x, answer, conversation, reply);
            }
          };
      service
          .replies()
          .make(x, model.slots(), planned, new ResponsesStream(x, shape, thoughts, keeper));
      return;
    }
    List<Outcome> outcomes = service.replies().make(x, model.slots(), planned, thoughts);
    ObjectNode answer = shape.finished(outcomes.getFirst(), thoughts.count());
    if (kept) {
      keep(x, answer, conversation, outcomes.getFirst().reply());
    }
    x.json(200, answer);
  }

  private static void refuse(Fields f) {
    if (!f.string("truncation", "disabled").equals("disabled")) {
      throw f.error(
          "truncation",
          "is not supported: nothing is ever dropped from a conversation; leave it out");
    }
    if (f.bool("background", false)) {
      throw f.error("background", "is not supported; use stream");
    }
  }

  /** What is continued, and the input. */
  private OpenAiMessages.Read conversation(Exchange x, Fields f, ServedModel model) {
    JsonNode kwargs = f.node("mm_processor_kwargs");
    MediaParts parts =
        new MediaParts(
            model.media(),
            model.engine().files().pictures().spec(),
            kwargs == null ? null : MediaParts.PROCESSOR.read(kwargs, "mm_processor_kwargs"));
    String id = f.string("previous_response_id");
    List<Message> messages = new ArrayList<>();
    List<Media> media = new ArrayList<>();
    if (id != null) {
      ResponseStore.Stored previous = store.find(id, x.caller().tenant());
      if (previous == null) {
        throw ApiError.field("previous_response_id", String.valueOf(unknown(id).getMessage()))
            .code("previous_response_not_found");
      }
      messages.addAll(previous.messages());
      media.addAll(previous.media());
    }
    OpenAiMessages.Read input = ResponsesInput.read(f, parts);
    messages.addAll(input.messages());
    media.addAll(input.media());
    return new OpenAiMessages.Read(List.copyOf(messages), List.copyOf(media));
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

  private void keep(Exchange x, JsonNode answer, OpenAiMessages.Read conversation, Reply reply) {
    List<Message> messages = new ArrayList<>(conversation.messages());
    messages.add(
        new Message(
            "assistant", List.of(new Content.Text(reply.text())), reply.reasoning(), List.of()));
    store.put(
        answer.path("id").stringValue(),
        new ResponseStore.Stored(
            x.caller().tenant(), answer, List.copyOf(messages), conversation.media()));
  }

  private static Generation generation(Fields f, ServedModel model) {
    return new Generation(
        SamplingFields.read(f, model.engine().tokenizer()),
        f.string("preset"),
        SamplingFields.stop(f),
        topLogprobs(f),
        1,
        form(f));
  }

  private static int topLogprobs(Fields f) {
    List<String> include = f.strings("include");
    for (String what : include) {
      if (!INCLUDABLE.contains(what)) {
        throw f.error(
            "include", "'%s' is not known; use %s".formatted(what, INCLUDABLE.getFirst()));
      }
    }
    boolean wanted = include.contains(INCLUDABLE.getFirst());
    return wanted || f.has("top_logprobs") ? f.integer("top_logprobs", 0, 0, MOST_LOGPROBS) : -1;
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
