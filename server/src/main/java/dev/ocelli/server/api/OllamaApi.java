package dev.ocelli.server.api;

import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.chat.ReplyPiece;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.tokenizer.Vocabulary;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.LineStream;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import dev.ocelli.server.work.JobEvent;
import dev.ocelli.server.work.Outcome;
import dev.ocelli.server.work.Planned;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Ollama's chat and generate. */
final class OllamaApi {
  private static final Schema CHAT =
      Schema.named("a chat request")
          .with(OllamaFields.COMMON)
          .field(
              "messages",
              Type.ARRAY,
              "The conversation; none only asks for the model. A last message of the assistant is continued.")
          .field("tools", Type.ARRAY, "Functions that the model may call.")
          .with(ModelSelection.HISTORY);

  private static final Schema GENERATE =
      Schema.named("a generate request")
          .with(OllamaFields.COMMON)
          .field("prompt", Type.STRING, "What the user says; none only asks for the model.")
          .field("images", Type.ARRAY, "Pictures' files in base64.")
          .field("system", Type.STRING, "Instructions.")
          .field("raw", Type.BOOLEAN, "Continue the prompt as it is, without the chat template.")
          .field("suffix", Type.STRING, "Not supported.")
          .field("template", Type.STRING, "Not supported.")
          .field("context", Type.ARRAY, "Not supported; use /api/chat.");

  private final Service service;

  OllamaApi(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    return List.of(
        post("/api/chat", "Continues a conversation (Ollama).", CHAT, this::chat),
        post("/api/generate", "Answers a prompt (Ollama).", GENERATE, this::generate));
  }

  private static Route post(String path, String summary, Schema schema, Route.Handler handler) {
    return new Route(
        "POST",
        path,
        Route.Access.METERED,
        Errors::ollama,
        new Route.Doc(summary, schema),
        handler);
  }

  private void chat(Exchange x) throws IOException, InterruptedException {
    Fields f = x.fields();
    ServedModel model = service.model();
    Shape shape = Shape.of(x, model, true, f);
    Generation generation = OllamaFields.generation(f, model);
    JsonNode list = f.node("messages");
    if (list == null || list.isEmpty()) {
      x.json(200, shape.loaded());
      return;
    }
    Conversation conversation = OllamaMessages.conversation(list, RequestFields.parts(f, model));
    if (conversation.endsWithAssistant()) {
      generation = generation.withForm(generation.form().continuingLast());
    }
    ChatRequest chat = new ChatRequest(conversation, ToolFields.tools(f));
    answer(x, shape, model.plan(chat, generation), f.bool("stream", true));
  }

  private void generate(Exchange x) throws IOException, InterruptedException {
    Fields f = x.fields();
    ServedModel model = service.model();
    Shape shape = Shape.of(x, model, false, f);
    Generation generation = OllamaFields.generation(f, model);
    refuse(f, "suffix", "is not supported by this model; leave it out");
    refuse(f, "template", "is not supported; use raw and write the whole prompt");
    refuse(f, "context", "is not supported; use /api/chat and send the conversation");
    String prompt = f.string("prompt", "");
    JsonNode images = f.node("images");
    boolean seen = images != null && !images.isEmpty();
    if (prompt.isEmpty() && !seen) {
      x.json(200, shape.loaded());
      return;
    }
    List<Planned> planned;
    if (f.bool("raw", false)) {
      if (seen || !f.string("system", "").isEmpty()) {
        throw f.error(
            seen ? "images" : "system", "needs the chat template; leave out 'raw', or this");
      }
      planned = model.plan(List.of(model.engine().tokenizer().encode(prompt)), generation);
    } else {
      Conversation conversation =
          OllamaMessages.prompt(f.string("system"), prompt, f, RequestFields.parts(f, model));
      planned = model.plan(new ChatRequest(conversation, List.of()), generation);
    }
    answer(x, shape, planned, f.bool("stream", true));
  }

  private static void refuse(Fields f, String field, String why) {
    JsonNode node = f.node(field);
    if (node != null && !(node.isString() ? node.stringValue().isEmpty() : node.isEmpty())) {
      throw f.error(field, why);
    }
  }

  private void answer(Exchange x, Shape shape, List<Planned> planned, boolean stream)
      throws IOException, InterruptedException {
    if (stream) {
      Stream writer = new Stream(x, shape, planned.getFirst());
      service.replies().make(x, shape.model().slots(), planned, writer);
      return;
    }
    List<Outcome> outcomes =
        service.replies().make(x, shape.model().slots(), planned, ReplyWriter.NONE);
    Outcome outcome = outcomes.getFirst();
    Reply r = outcome.reply();
    ObjectNode out = shape.piece(r.text(), r.reasoning());
    for (int i = 0; i < r.toolCalls().size(); i++) {
      Message.ToolCall call = r.toolCalls().get(i);
      shape.call(out, i, call.name(), String.valueOf(call.arguments()));
    }
    shape.logprobs(out, r.tokens());
    shape.end(out, planned.getFirst(), outcome);
    x.json(200, out);
  }

  /**
   * How answers look.
   *
   * @param key of the reply, for ids of its calls
   * @param chat whether the reply is a message
   * @param start when the request came, in {@link System#nanoTime}
   */
  private record Shape(
      ServedModel model, String key, boolean chat, boolean logprobs, Audit audit, long start) {
    static Shape of(Exchange x, ServedModel model, boolean chat, Fields f) {
      boolean logprobs = f.bool("logprobs", false);
      String key = x.id().substring(4);
      return new Shape(model, key, chat, logprobs, Audit.read(f), System.nanoTime());
    }

    ObjectNode piece(String text, @Nullable String thinking) {
      ObjectNode out = Json.object();
      out.put("model", model.name());
      out.put("created_at", Instant.now().toString());
      ObjectNode at = chat ? out.putObject("message") : out;
      if (chat) {
        at.put("role", "assistant");
      }
      at.put(chat ? "content" : "response", text);
      if (thinking != null) {
        at.put("thinking", thinking);
      }
      out.put("done", false);
      return out;
    }

    /**
     * Adds a call to a message.
     *
     * @param index of the call in the reply
     * @param arguments JSON
     */
    void call(ObjectNode out, int index, String name, String arguments) {
      ObjectNode message = (ObjectNode) out.path("message");
      ObjectNode call = message.withArrayProperty("tool_calls").addObject();
      call.put("id", "call_%s_%d".formatted(key, index));
      ObjectNode function = call.putObject("function");
      function.put("index", index);
      function.put("name", name);
      function.set("arguments", Json.made(arguments));
    }

    void logprobs(ObjectNode out, List<Reply.Token> tokens) {
      if (logprobs && !tokens.isEmpty()) {
        Vocabulary vocabulary = model.engine().tokenizer().vocabulary();
        out.set("logprobs", ReplyJson.logprobs(tokens, vocabulary));
      }
    }

    /** The answer to a request that says nothing: clients send it to have the model loaded. */
    ObjectNode loaded() {
      ObjectNode out = piece("", null);
      out.put("done", true);
      out.put("done_reason", "load");
      return out;
    }

    /** Completes the last object: why the reply ended, nanoseconds by phase, the record. */
    void end(ObjectNode out, Planned planned, Outcome outcome) {
      Reply r = outcome.reply();
      Reply.Timings t = r.timings();
      out.put("done", true);
      // Calls are no reason of their own here.
      String reason = ReplyJson.finishReason(r);
      out.put("done_reason", reason.equals("tool_calls") ? "stop" : reason);
      out.put("total_duration", System.nanoTime() - start);
      out.put("load_duration", 0);
      out.put("queue_duration", nanos(outcome.queueMillis()));
      out.put("decode_image_duration", nanos(outcome.decodeMillis() + t.decodeImage()));
      out.put("preprocess_duration", nanos(t.preprocess()));
      out.put("encode_duration", nanos(t.encode()));
      out.put("cache_duration", nanos(t.cache()));
      out.put("prompt_eval_count", r.promptTokens());
      out.put("prompt_cached_count", r.reusedTokens());
      out.put("prompt_eval_duration", nanos(t.prompt()));
      out.put("eval_count", r.tokens().size());
      out.put("eval_duration", nanos(t.generate()));
      ReplyJson.history(out, outcome);
      if (!r.media().isEmpty()) {
        out.set("media", ReplyJson.media(r));
      }
      audit.add(out, model, planned, outcome);
    }

    private static long nanos(double millis) {
      return Math.round(millis * 1e6);
    }
  }

  /** Streams a reply, one object a line. */
  private static final class Stream implements ReplyWriter {
    private final LineStream out;
    private final Shape shape;
    private final Planned planned;

    // Arguments are an object: a call is told when it is complete.
    private final ToldCalls told = new ToldCalls(false);
    private int calls;

    Stream(Exchange x, Shape shape, Planned planned) {
      this.out = new LineStream(x);
      this.shape = shape;
      this.planned = planned;
    }

    @Override
    public void text(JobEvent.Text t) throws IOException {
      ObjectNode piece = t.reasoning() ? shape.piece("", t.piece()) : shape.piece(t.piece(), null);
      shape.logprobs(piece, t.tokens());
      if (!t.piece().isEmpty() || piece.has("logprobs")) {
        out.line(piece);
      }
    }

    @Override
    public void call(JobEvent.Call c) throws IOException {
      ObjectNode line = shape.piece("", null);
      String name = "";
      StringBuilder arguments = new StringBuilder();
      for (ReplyPiece.Call piece : told.accept(c.piece())) {
        switch (piece) {
          case ReplyPiece.CallStart s -> name = s.name();
          case ReplyPiece.CallArguments a -> arguments.append(a.json());
          case ReplyPiece.CallEnd e -> shape.call(line, calls++, name, arguments.toString());
          case ReplyPiece.CallBroken b -> {}
        }
      }
      shape.logprobs(line, c.tokens());
      if (line.path("message").has("tool_calls") || line.has("logprobs")) {
        out.line(line);
      }
    }

    @Override
    public void finished(int choice, Outcome outcome) throws IOException {
      ObjectNode last = shape.piece("", null);
      shape.end(last, planned, outcome);
      out.line(last);
    }

    /** Lines have no comments: an empty piece is the sign of life. */
    @Override
    public void idle() throws IOException {
      out.line(shape.piece("", null));
    }

    @Override
    public void failed(ApiError error) throws IOException {
      out.line(Errors.ollama(error));
    }
  }
}
