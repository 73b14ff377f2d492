package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.sampling.TokenLogprobs;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's completions of plain text: no chat template. */
final class TextCompletions {
  static final Schema REQUEST =
      Schema.named("a completion request")
          .field("prompt", Type.ANY, "A text, an array of tokens, or an array of either.")
          .field("n", Type.INTEGER, "Replies a prompt, each with a seed of its own; 1 to 16.")
          .field("best_of", Type.INTEGER, "Not supported but for the same as n.")
          .field("echo", Type.BOOLEAN, "Begin the reply with the prompt.")
          .field("logprobs", Type.INTEGER, "Report log-probabilities and so many alternatives.")
          .field("suffix", Type.STRING, "Not supported.")
          .with(ModelSelection.MODEL)
          .with(AdapterFields.SCHEMA)
          .with(RequestFields.STREAM)
          .with(Generation.CACHE)
          .with(SamplingFields.SCHEMA)
          .with(FormFields.SCHEMA)
          .with(Audit.SCHEMA)
          .with(RequestFields.BOOKKEEPING);

  private final Service service;

  TextCompletions(Service service) {
    this.service = service;
  }

  List<Route> routes() {
    List<Route> out = new ArrayList<>();
    for (String path : List.of("/v1/completions")) {
      out.add(
          new Route(
              "POST",
              path,
              Route.Access.METERED,
              Errors::openAi,
              new Route.Doc("Continues a text (OpenAI).", REQUEST),
              this::complete));
    }
    return out;
  }

  private void complete(Exchange x) throws IOException, InterruptedException {
    Fields f = x.fields();
    ServedModel model = service.model();
    Tokenizer tokenizer = model.engine().tokenizer();
    if (f.has("suffix")) {
      throw f.error("suffix", "is not supported by this model; leave it out");
    }
    int n = RequestFields.replies(f);
    if (f.integer("best_of", n, 1, RequestFields.MOST_REPLIES) != n) {
      throw f.error("best_of", "is not supported; use n");
    }
    Generation generation =
        Generation.read(f, tokenizer, FormFields.read(f))
            .withLogprobs(RequestFields.topLogprobs(f, "logprobs", f.has("logprobs")))
            .withReplies(n);
    List<int[]> prompts =
        TokenIds.prompts(f.require("prompt"), "prompt", RequestFields.MOST_REPLIES, tokenizer);
    List<Planned> planned = model.plan(prompts, generation);
    boolean stream = f.bool("stream", false);
    boolean usage = RequestFields.usageChunk(f);
    ChatCompletions.Envelope envelope =
        new ChatCompletions.Envelope("cmpl-" + x.id().substring(4), model.name());
    Shape shape = new Shape(envelope, model, planned, f.bool("echo", false), n, Audit.read(f));
    if (stream) {
      service.replies().make(x, model.slots(), planned, new Stream(x, shape, usage));
      return;
    }
    List<Outcome> outcomes = service.replies().make(x, model.slots(), planned, ReplyWriter.NONE);
    x.json(200, shape.answer(outcomes));
  }

  /**
   * How answers look.
   *
   * @param echo whether replies begin with their prompts
   * @param replies a prompt
   * @param audit records of replies
   */
  private record Shape(
      ChatCompletions.Envelope envelope,
      ServedModel model,
      List<Planned> planned,
      boolean echo,
      int replies,
      Audit audit) {

    Tokenizer tokenizer() {
      return model.engine().tokenizer();
    }

    String prompt(int choice) {
      return echo ? tokenizer().decode(planned.get(choice).prepared().prompt().ids(), true) : "";
    }

    ObjectNode choice(int index, String text, List<Reply.Token> tokens, @Nullable String finish) {
      ObjectNode choice = Json.object();
      choice.put("text", text);
      choice.put("index", index);
      if (planned.get(index).request().topLogprobs() >= 0) {
        choice.set("logprobs", logprobs(tokens));
      } else {
        choice.putNull("logprobs");
      }
      choice.put("finish_reason", finish);
      return choice;
    }

    private ObjectNode logprobs(List<Reply.Token> tokens) {
      ObjectNode out = Json.object();
      ArrayNode words = out.putArray("tokens");
      ArrayNode values = out.putArray("token_logprobs");
      ArrayNode tops = out.putArray("top_logprobs");
      ArrayNode offsets = out.putArray("text_offset");
      int offset = 0;
      for (Reply.Token t : tokens) {
        TokenLogprobs p = t.logprobs();
        if (p != null) {
          words.add(t.text());
          values.add(ReplyJson.finite(p.logprob()));
          ObjectNode top = tops.addObject();
          p.top().forEach(a -> top.put(tokenizer().piece(a.id()), ReplyJson.finite(a.logprob())));
          offsets.add(offset);
          offset += t.text().length();
        }
      }
      return out;
    }

    ObjectNode answer(List<Outcome> outcomes) {
      ObjectNode out = envelope.begin("text_completion");
      ArrayNode choices = out.putArray("choices");
      for (int i = 0; i < outcomes.size(); i++) {
        Reply r = outcomes.get(i).reply();
        ObjectNode choice = choice(i, prompt(i) + whole(r), r.tokens(), ReplyJson.finishReason(r));
        audit.add(choice, model, planned.get(i), outcomes.get(i));
        choices.add(choice);
      }
      out.set("usage", ReplyJson.usage(outcomes, replies));
      out.set("timings", ReplyJson.timings(outcomes));
      return out;
    }

    /** A text is continued as it is: what looks like reasoning is part of it. */
    private static String whole(Reply r) {
      String reasoning = r.reasoning();
      return reasoning == null ? r.text() : reasoning + r.text();
    }
  }

  /** Streams a completion. */
  private static final class Stream implements ReplyWriter {
    private final EventStream out;
    private final Shape shape;
    private final boolean usage;
    private final List<Outcome> outcomes = new ArrayList<>();
    private int echoed;

    Stream(Exchange x, Shape shape, boolean usage) {
      this.out = new EventStream(x);
      this.shape = shape;
      this.usage = usage;
    }

    private void send(ObjectNode choice) throws IOException {
      ObjectNode chunk = shape.envelope().begin("text_completion");
      chunk.putArray("choices").add(choice);
      out.data(chunk);
    }

    private void echo(int choice) throws IOException {
      for (; echoed <= choice; echoed++) {
        if (shape.echo()) {
          send(shape.choice(echoed, shape.prompt(echoed), List.of(), null));
        }
      }
    }

    @Override
    public void text(JobEvent.Text t) throws IOException {
      echo(t.choice());
      send(shape.choice(t.choice(), t.piece(), t.tokens(), null));
    }

    @Override
    public void finished(int choice, Outcome outcome) throws IOException {
      echo(choice);
      outcomes.add(outcome);
      ObjectNode chunk = shape.envelope().begin("text_completion");
      ObjectNode end = shape.choice(choice, "", List.of(), ReplyJson.finishReason(outcome.reply()));
      shape.audit().add(end, shape.model(), shape.planned().get(choice), outcome);
      chunk.putArray("choices").add(end);
      boolean last = outcomes.size() == shape.planned().size();
      if (last) {
        chunk.set("timings", ReplyJson.timings(outcomes));
      }
      out.data(chunk);
      if (last) {
        if (usage) {
          ObjectNode counts = shape.envelope().begin("text_completion");
          counts.putArray("choices");
          counts.set("usage", ReplyJson.usage(outcomes, shape.replies()));
          out.data(counts);
        }
        out.text("[DONE]");
      }
    }

    @Override
    public void idle() throws IOException {
      out.comment("working");
    }

    @Override
    public void failed(ApiError error) throws IOException {
      out.data(Errors.openAi(error));
    }
  }
}
