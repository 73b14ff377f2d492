package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.Request;
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
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's chat completions, with the extensions of llama.cpp and vLLM that concern pictures. */
final class ChatCompletions {
  /** Whether the reply continues the last message. */
  static final Schema CONTINUING =
      Schema.named("continuing")
          .field(
              "continue_final_message",
              Type.BOOLEAN,
              "Continue the last message, an assistant's, instead of answering it.")
          .field(
              "add_generation_prompt",
              Type.BOOLEAN,
              "false with continue_final_message, as vLLM has it; else true.");

  static final Schema REQUEST =
      Schema.named("a chat completion request")
          .field(
              "messages",
              Type.ARRAY,
              "The conversation; parts are text, image_url, image, video, video_url.")
          .with(CONTINUING)
          .with(ModelSelection.HISTORY)
          .field("n", Type.INTEGER, "Replies, each with a seed of its own; 1 to 16.")
          .field("logprobs", Type.BOOLEAN, "Report log-probabilities.")
          .field("top_logprobs", Type.INTEGER, "Alternatives to report for each token.")
          .field("return_progress", Type.BOOLEAN, "Stream chunks with prompt_progress.")
          .field("timings_per_token", Type.BOOLEAN, "Accepted; timings come with the last chunk.")
          .with(ModelSelection.MODEL)
          .with(AdapterFields.SCHEMA)
          .with(RequestFields.STREAM)
          .with(RequestFields.PICTURES)
          .with(Generation.CACHE)
          .with(ToolFields.SCHEMA)
          .with(FormFields.SCHEMA)
          .with(ThinkingFields.SCHEMA)
          .with(ThinkingFields.FORMAT)
          .with(SamplingFields.SCHEMA)
          .with(Audit.SCHEMA)
          .with(GroundingField.SCHEMA)
          .with(RequestFields.BOOKKEEPING)
          .ignored("modalities", "verbosity");

  private final Service service;

  ChatCompletions(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    Route.Doc doc = new Route.Doc("Continues a conversation (OpenAI).", REQUEST);
    Route.Doc count =
        new Route.Doc("Counts the tokens of a conversation, pictures included.", REQUEST);
    Route.Doc plan =
        new Route.Doc(
            "Says what a conversation would cost: tokens, what is cached, expected seconds.",
            REQUEST);
    List<Route> out = new ArrayList<>();
    for (String prefix : List.of("/v1", "")) {
      out.add(post(prefix + "/chat/completions", Route.Access.METERED, doc, this::complete));
      out.add(
          post(prefix + "/chat/completions/input_tokens", Route.Access.MODEL, count, this::count));
      out.add(post(prefix + "/chat/completions/plan", Route.Access.MODEL, plan, this::plan));
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
    List<Map<String, Object>> tools = ToolFields.tools(f);
    Form form = ToolFields.form(f, tools, ThinkingFields.form(f, FormFields.read(f)));
    Generation generation =
        Generation.read(f, model.engine().tokenizer(), continues(f) ? form.continuingLast() : form)
            .withLogprobs(RequestFields.topLogprobs(f))
            .withReplies(RequestFields.replies(f));
    Conversation conversation = OpenAiMessages.read(f, RequestFields.parts(f, model));
    return new Read(new ChatRequest(conversation, tools), generation);
  }

  /** Whether the last message is continued; vLLM's clients say so by two fields. */
  static boolean continues(Fields f) {
    boolean continues = f.bool("continue_final_message", false);
    if (f.bool("add_generation_prompt", !continues) == continues) {
      throw f.error(
          "add_generation_prompt", "must be the opposite of continue_final_message; leave it out");
    }
    return continues;
  }

  private void count(Exchange x) throws IOException {
    Read read = read(x.fields());
    List<Planned> planned = service.model().plan(read.chat(), read.generation());
    ObjectNode out = Json.object();
    out.put("object", "response.input_tokens");
    out.put("input_tokens", planned.getFirst().prepared().prompt().ids().length);
    x.json(200, out);
  }

  private void plan(Exchange x) throws IOException {
    Read read = read(x.fields());
    ServedModel model = service.model();
    Planned planned = model.plan(read.chat(), read.generation()).getFirst();
    Request request = planned.request();
    Request salted = request.withCacheSalt(x.caller().salt(request.cacheSalt()));
    x.json(200, Expected.request(model, model.slots().outlook(salted, planned.prepared())));
  }

  private void complete(Exchange x) throws IOException, InterruptedException {
    Fields f = x.fields();
    Read read = read(f);
    ServedModel model = service.model();
    boolean stream = f.bool("stream", false);
    boolean usage = RequestFields.usageChunk(f);
    List<Planned> planned = model.plan(read.chat(), read.generation());
    String id = x.id().substring(4);
    Envelope envelope = new Envelope("chatcmpl-" + id, model.name());
    List<ChatMessage.Style> styles = styles(planned, "call_" + id, ThinkingFields.apart(f));
    Audit audit = Audit.read(f);
    GroundingField grounding = GroundingField.read(f);
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
                  new ChatStream.Shown(usage, progress, styles, audit, grounding),
                  model));
      return;
    }
    List<Outcome> outcomes = service.replies().make(x, model.slots(), planned, ReplyWriter.NONE);
    Vocabulary vocabulary = model.engine().tokenizer().vocabulary();
    ObjectNode answer = answer(envelope, outcomes, planned, styles, vocabulary);
    for (int i = 0; i < outcomes.size(); i++) {
      ObjectNode choice = (ObjectNode) answer.path("choices").path(i);
      audit.add(choice, model, planned.get(i), outcomes.get(i));
      grounding.add(choice, planned.get(i), outcomes.get(i));
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
    ReplyJson.history(out, outcomes.getFirst());
    Reply first = outcomes.getFirst().reply();
    if (!first.media().isEmpty()) {
      out.set("media", ReplyJson.media(first));
    }
    return out;
  }
}
