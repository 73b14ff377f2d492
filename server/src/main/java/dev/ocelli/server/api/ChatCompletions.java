package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.tokenizer.Vocabulary;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import dev.ocelli.server.work.Outcome;
import dev.ocelli.server.work.Planned;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's chat completions, with the extensions of llama.cpp and vLLM that concern pictures. */
final class ChatCompletions {
  private static final int MOST_REPLIES = 16;
  private static final int MOST_LOGPROBS = 1000;

  static final Schema REQUEST =
      Schema.named("a chat completion request")
          .field(
              "messages",
              Type.ARRAY,
              "The conversation; parts are text, image_url, image, video, video_url.")
          .field(
              "model", Type.STRING, "Not looked at: one model is served, and the answer names it.")
          .field("stream", Type.BOOLEAN, "Send the reply while it is made.")
          .field(
              "stream_options",
              Type.OBJECT,
              "include_usage: a last chunk with the numbers of tokens.")
          .field("n", Type.INTEGER, "Replies, each with a seed of its own; 1 to 16.")
          .field("logprobs", Type.BOOLEAN, "Report log-probabilities.")
          .field("top_logprobs", Type.INTEGER, "Alternatives to report for each token.")
          .field(
              "mm_processor_kwargs",
              Type.OBJECT,
              "Defaults for pictures: min_pixels, max_pixels, size; fps for clips.")
          .field("return_progress", Type.BOOLEAN, "Stream chunks with prompt_progress.")
          .field("timings_per_token", Type.BOOLEAN, "Accepted; timings come with the last chunk.")
          .with(ToolFields.SCHEMA)
          .with(FormFields.SCHEMA)
          .with(ThinkingFields.SCHEMA)
          .with(ThinkingFields.FORMAT)
          .with(SamplingFields.SCHEMA)
          .with(Audit.SCHEMA)
          .ignored(
              "user",
              "metadata",
              "store",
              "service_tier",
              "safety_identifier",
              "prompt_cache_key",
              "prompt_cache_retention",
              "modalities",
              "cache_prompt",
              "id_slot",
              "verbosity");

  private static final Schema STREAM_OPTIONS =
      Schema.named("stream_options")
          .field("include_usage", Type.BOOLEAN, "A last chunk with the numbers of tokens.")
          .ignored("include_obfuscation");

  private final Service service;

  ChatCompletions(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    Route.Doc doc = new Route.Doc("Continues a conversation (OpenAI).", REQUEST);
    Route.Doc count =
        new Route.Doc("Counts the tokens of a conversation, pictures included.", REQUEST);
    List<Route> out = new ArrayList<>();
    for (String prefix : List.of("/v1", "")) {
      out.add(post(prefix + "/chat/completions", Route.Access.METERED, doc, this::complete));
      out.add(
          post(prefix + "/chat/completions/input_tokens", Route.Access.MODEL, count, this::count));
    }
    return out;
  }

  private static Route post(
      String path, Route.Access access, Route.Doc doc, Route.Handler handler) {
    return new Route("POST", path, access, Errors::openAi, doc, handler);
  }

  /** A request that has been read. */
  private record Read(ChatRequest chat, Generation generation) {}

  private Read read(Fields f) {
    ServedModel model = service.model();
    JsonNode kwargs = f.node("mm_processor_kwargs");
    MediaParts parts =
        new MediaParts(
            model.media(),
            model.engine().files().pictures().spec(),
            kwargs == null ? null : MediaParts.PROCESSOR.read(kwargs, "mm_processor_kwargs"));
    List<Map<String, Object>> tools = ToolFields.tools(f);
    Form form = ToolFields.form(f, tools, ThinkingFields.form(f, FormFields.read(f)));
    Generation generation =
        new Generation(
            SamplingFields.read(f, model.engine().tokenizer()),
            f.string("preset"),
            SamplingFields.stop(f),
            topLogprobs(f),
            f.integer("n", 1, 1, MOST_REPLIES),
            form);
    OpenAiMessages.Read messages = OpenAiMessages.read(f, parts);
    return new Read(new ChatRequest(messages.messages(), messages.media(), tools), generation);
  }

  /** Alternatives to report for each token; -1 for no log-probabilities. */
  static int topLogprobs(Fields f) {
    boolean wanted = f.bool("logprobs", false);
    if (f.has("top_logprobs") && !wanted) {
      throw f.error("top_logprobs", "needs logprobs: true");
    }
    return wanted ? f.integer("top_logprobs", 0, 0, MOST_LOGPROBS) : -1;
  }

  private void count(Exchange x) throws IOException {
    Read read = read(x.fields());
    List<Planned> planned = service.model().plan(read.chat(), read.generation());
    ObjectNode out = Json.object();
    out.put("object", "response.input_tokens");
    out.put("input_tokens", planned.getFirst().prepared().prompt().ids().length);
    x.json(200, out);
  }

  private void complete(Exchange x) throws IOException, InterruptedException {
    Fields f = x.fields();
    Read read = read(f);
    ServedModel model = service.model();
    boolean stream = f.bool("stream", false);
    JsonNode options = f.node("stream_options");
    if (options != null && !stream) {
      throw f.error("stream_options", "needs stream: true");
    }
    boolean usage =
        options != null
            && STREAM_OPTIONS.read(options, "stream_options").bool("include_usage", false);
    List<Planned> planned = model.plan(read.chat(), read.generation());
    String id = x.id().substring(4);
    Envelope envelope = new Envelope("chatcmpl-" + id, model.name());
    List<ChatMessage.Style> styles = styles(planned, "call_" + id, ThinkingFields.apart(f));
    Audit audit = Audit.read(f);
    if (stream) {
      boolean progress = f.bool("return_progress", false);
      service
          .replies()
          .make(
              x,
              model.slots(),
              planned,
              new ChatStream(
                  x,
                  envelope,
                  planned,
                  new ChatStream.Shown(usage, progress, styles, audit),
                  model));
      return;
    }
    List<Outcome> outcomes = service.replies().make(x, model.slots(), planned, ReplyWriter.NONE);
    Vocabulary vocabulary = model.engine().tokenizer().vocabulary();
    ObjectNode answer = answer(envelope, outcomes, planned, styles, vocabulary);
    for (int i = 0; i < outcomes.size(); i++) {
      ObjectNode choice = (ObjectNode) answer.path("choices").path(i);
      audit.add(choice, model, planned.get(i), outcomes.get(i));
    }
    x.json(200, answer);
  }

  private static List<ChatMessage.Style> styles(
      List<Planned> planned, String callIds, boolean reasoningApart) {
    List<ChatMessage.Style> out = new ArrayList<>();
    for (Planned p : planned) {
      String ids = "%s_%d".formatted(callIds, out.size());
      out.add(new ChatMessage.Style(reasoningApart, p.request().callsAreSure(), ids));
    }
    return out;
  }

  /**
   * What all objects of an answer begin with.
   *
   * @param created seconds since 1970
   */
  record Envelope(String id, String model, long created) {
    Envelope(String id, String model) {
      this(id, model, Instant.now().getEpochSecond());
    }

    ObjectNode begin(String object) {
      ObjectNode out = Json.object();
      out.put("id", id);
      out.put("object", object);
      out.put("created", created);
      out.put("model", model);
      out.put("system_fingerprint", "ocelli");
      return out;
    }
  }

  private static ObjectNode answer(
      Envelope envelope,
      List<Outcome> outcomes,
      List<Planned> planned,
      List<ChatMessage.Style> styles,
      Vocabulary vocabulary) {
    ObjectNode out = envelope.begin("chat.completion");
    ArrayNode choices = out.putArray("choices");
    for (int i = 0; i < outcomes.size(); i++) {
      Reply r = outcomes.get(i).reply();
      ObjectNode choice = choices.addObject();
      choice.put("index", i);
      choice.set("message", ChatMessage.whole(r, styles.get(i)));
      if (planned.get(i).request().topLogprobs() >= 0) {
        choice.putObject("logprobs").set("content", ReplyJson.logprobs(r.tokens(), vocabulary));
      } else {
        choice.putNull("logprobs");
      }
      choice.put("finish_reason", ReplyJson.finishReason(r));
    }
    out.set("usage", ReplyJson.usage(outcomes, outcomes.size()));
    out.set("timings", ReplyJson.timings(outcomes));
    Reply first = outcomes.getFirst().reply();
    if (!first.media().isEmpty()) {
      out.set("media", ReplyJson.media(first));
    }
    return out;
  }
}
