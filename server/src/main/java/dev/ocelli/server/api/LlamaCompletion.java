package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener.Phase;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.sampling.SamplingResolver;
import dev.ocelli.engine.tokenizer.Tokenizer;
import dev.ocelli.server.http.EventStream;
import dev.ocelli.server.http.Exchange;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** llama.cpp's own {@code /completion}. */
final class LlamaCompletion {
  private static final Schema REQUEST =
      Schema.named("a completion request")
          .field("prompt", Type.ANY, "A text, or an array of tokens and texts.")
          .field("stream", Type.BOOLEAN, "Send the reply while it is made.")
          .field("n_probs", Type.INTEGER, "Report log-probabilities and so many alternatives.")
          .field("return_tokens", Type.BOOLEAN, "Give the ids of the reply's tokens.")
          .field("return_progress", Type.BOOLEAN, "Stream events with prompt_progress.")
          .field("timings_per_token", Type.BOOLEAN, "Accepted; timings come with the last event.")
          .field(
              "n_keep",
              Type.INTEGER,
              "Not supported but for 0: nothing is ever dropped from a prompt.")
          .with(Generation.CACHE)
          .with(SamplingFields.SCHEMA)
          .with(FormFields.SCHEMA)
          .with(ModelSelection.MODEL)
          .with(AdapterFields.SCHEMA)
          .with(Audit.SCHEMA)
          .ignored("cache_prompt", "id_slot", "n_discard", "n_indent");

  private final Service service;

  LlamaCompletion(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    Route.Doc doc = new Route.Doc("Continues a text (llama.cpp).", REQUEST);
    return List.of(route("/completion", doc), route("/completions", doc));
  }

  private Route route(String path, Route.Doc doc) {
    return new Route("POST", path, Route.Access.METERED, Errors::llamaCpp, doc, this::complete);
  }

  /** The settings by their names in requests. */
  static ObjectNode params(SamplingResolver.Resolved settled) {
    Sampling s = settled.sampling();
    ObjectNode out = Json.object();
    out.put("seed", s.seed());
    out.put("temperature", s.temperature());
    out.put("top_k", s.topK());
    out.put("top_p", s.topP());
    out.put("min_p", s.minP());
    out.put("typical_p", s.typicalP());
    out.put("repeat_penalty", s.penalties().repeat());
    out.put("repeat_last_n", s.penalties().lastN());
    out.put("presence_penalty", s.penalties().presence());
    out.put("frequency_penalty", s.penalties().frequency());
    out.put("dry_multiplier", s.dry().multiplier());
    out.put("dry_base", s.dry().base());
    out.put("dry_allowed_length", s.dry().allowedLength());
    out.put("dry_penalty_last_n", s.dry().lastN());
    ArrayNode breakers = out.putArray("dry_sequence_breakers");
    s.dry().sequenceBreakers().forEach(breakers::add);
    ArrayNode biases = out.putArray("logit_bias");
    for (Map.Entry<Integer, Double> e : new TreeMap<>(s.logitBias()).entrySet()) {
      ObjectNode b = biases.addObject();
      b.put("token", e.getKey());
      b.put("bias", ReplyJson.finite(e.getValue()));
    }
    out.put("ignore_eos", s.ignoreEos());
    out.put("min_tokens", s.minTokens());
    out.put("n_predict", settled.maxTokens());
    out.put("max_tokens", settled.maxTokens());
    return out;
  }

  private void complete(Exchange x) throws IOException, InterruptedException {
    Fields f = x.fields();
    f.mustBeOff("n_keep", 0, "nothing is ever dropped from a prompt");
    ServedModel model = service.model();
    Tokenizer tokenizer = model.engine().tokenizer();
    int probs = f.integer("n_probs", 0, 0, 1000);
    Generation generation =
        Generation.read(f, tokenizer, FormFields.read(f)).withLogprobs(probs == 0 ? -1 : probs);
    int[] prompt = TokenIds.prompt(f.require("prompt"), "prompt", tokenizer);
    List<Planned> planned = model.plan(List.of(prompt), generation);
    Shape shape =
        new Shape(
            model, planned.getFirst(), generation, f.bool("return_tokens", false), Audit.read(f));
    if (f.bool("stream", false)) {
      Stream writer = new Stream(x, shape, f.bool("return_progress", false));
      service.replies().make(x, model.slots(), planned, writer);
      return;
    }
    List<Outcome> outcomes = service.replies().make(x, model.slots(), planned, ReplyWriter.NONE);
    ObjectNode out = Json.object();
    out.put("index", 0);
    Reply reply = outcomes.getFirst().reply();
    out.put("content", whole(reply));
    x.json(200, shape.last(out, outcomes.getFirst(), true));
  }

  private static String whole(Reply r) {
    String reasoning = r.reasoning();
    return reasoning == null ? r.text() : reasoning + r.text();
  }

  /**
   * How answers look.
   *
   * @param tokens whether ids are given
   * @param audit records of replies
   */
  private record Shape(
      ServedModel model, Planned planned, Generation generation, boolean tokens, Audit audit) {

    /** What the end of a reply tells. */
    ObjectNode last(ObjectNode out, Outcome outcome, boolean all) {
      Reply r = outcome.reply();
      ids(out, all && tokens ? r.tokens() : List.of());
      out.put("id_slot", outcome.slot());
      out.put("stop", true);
      out.put("model", model.name());
      out.put("tokens_predicted", r.tokens().size());
      out.put("tokens_evaluated", r.promptTokens());
      SamplingResolver.Resolved settled = model.sampling(generation);
      ObjectNode settings = params(settled);
      // A seed that was drawn is drawn once, with the plan.
      settings.put("seed", planned.request().sampling().seed());
      out.set("generation_settings", settings);
      out.put("prompt", model.engine().tokenizer().decode(planned.prepared().prompt().ids(), true));
      out.put("has_new_line", r.text().contains("\n"));
      out.put("truncated", false);
      String word = r.stoppedBy();
      out.put(
          "stop_type",
          switch (r.finish()) {
            case STOP -> word == null ? "eos" : "word";
            case LENGTH, CONTEXT -> "limit";
            case REPETITION -> "repetition";
            case CANCELLED -> "none";
          });
      out.put("stopping_word", word == null ? "" : word);
      out.put("tokens_cached", r.reusedTokens());
      out.set("timings", ReplyJson.timings(List.of(outcome)));
      if (all) {
        probabilities(out, r.tokens());
      }
      audit.add(out, model, planned, outcome);
      return out;
    }

    void ids(ObjectNode out, List<Reply.Token> list) {
      ArrayNode ids = out.putArray("tokens");
      list.forEach(t -> ids.add(t.id()));
    }

    void probabilities(ObjectNode out, List<Reply.Token> list) {
      if (generation.topLogprobs() >= 0) {
        out.set(
            "completion_probabilities",
            ReplyJson.logprobs(list, model.engine().tokenizer().vocabulary()));
      }
    }
  }

  /** Streams a completion. */
  private static final class Stream implements ReplyWriter {
    private final EventStream out;
    private final Shape shape;
    private final boolean progress;
    private final long start = System.nanoTime();

    Stream(Exchange x, Shape shape, boolean progress) {
      this.out = new EventStream(x);
      this.shape = shape;
      this.progress = progress;
    }

    private static ObjectNode event(String content) {
      ObjectNode event = Json.object();
      event.put("index", 0);
      event.put("content", content);
      return event;
    }

    @Override
    public void progress(JobEvent.Progress p) throws IOException {
      if (progress && p.phase() == Phase.PROMPT) {
        ObjectNode event = event("");
        event.put("stop", false);
        int total = shape.planned().prepared().prompt().ids().length;
        ObjectNode o = event.putObject("prompt_progress");
        o.put("total", total);
        o.put("cache", total - p.total());
        o.put("processed", total - p.total() + p.done());
        o.put("time_ms", (System.nanoTime() - start) / 1_000_000);
        out.data(event);
      }
    }

    @Override
    public void text(JobEvent.Text t) throws IOException {
      ObjectNode event = event(t.piece());
      shape.ids(event, t.tokens());
      event.put("stop", false);
      shape.probabilities(event, t.tokens());
      out.data(event);
    }

    @Override
    public void finished(int choice, Outcome outcome) throws IOException {
      out.data(shape.last(event(""), outcome, false));
    }

    @Override
    public void idle() throws IOException {
      out.comment("working");
    }

    @Override
    public void failed(ApiError error) throws IOException {
      out.event("error", Errors.llamaCpp(error));
    }
  }
}
