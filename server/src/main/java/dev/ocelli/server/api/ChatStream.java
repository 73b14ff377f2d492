package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener.Phase;
import dev.ocelli.server.http.EventStream;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.work.JobEvent;
import dev.ocelli.server.work.Outcome;
import dev.ocelli.server.work.Planned;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Streams chat completions as chunks. */
final class ChatStream implements ReplyWriter {
  private final EventStream out;
  private final ChatCompletions.Envelope envelope;
  private final List<Planned> planned;
  private final Shown shown;
  private final ServedModel model;
  private final long start = System.nanoTime();
  private final List<Outcome> outcomes = new ArrayList<>();

  /** The replies that have begun. */
  private final List<ChatMessage> messages = new ArrayList<>();

  /**
   * What is sent beside the reply.
   *
   * @param usage a last chunk with the numbers of tokens
   * @param progress chunks before the first token
   * @param styles of the replies' messages
   * @param audit records with the last chunk of each reply
   * @param grounding boxes with the last chunk of each reply
   */
  record Shown(
      boolean usage,
      boolean progress,
      List<ChatMessage.Style> styles,
      Audit audit,
      GroundingField grounding) {}

  ChatStream(
      Exchange x,
      ChatCompletions.Envelope envelope,
      List<Planned> planned,
      Shown shown,
      ServedModel model) {
    this.out = new EventStream(x);
    this.envelope = envelope;
    this.planned = planned;
    this.shown = shown;
    this.model = model;
  }

  @Override
  public void progress(JobEvent.Progress p) throws IOException {
    if (!shown.progress()) {
      return;
    }
    open(p.choice());
    ObjectNode chunk = chunk(p.choice(), Json.object(), null);
    ObjectNode progress = chunk.putObject("prompt_progress");
    int total = planned.get(p.choice()).prepared().prompt().ids().length;
    boolean prompt = p.phase() == Phase.PROMPT;
    int cached = prompt ? total - p.total() : 0;
    progress.put("total", total);
    progress.put("cache", cached);
    progress.put("processed", prompt ? cached + p.done() : 0);
    progress.put("time_ms", (System.nanoTime() - start) / 1_000_000);
    progress.put("phase", p.phase().name().toLowerCase(Locale.ROOT));
    progress.put("phase_done", p.done());
    progress.put("phase_total", p.total());
    out.data(chunk);
  }

  @Override
  public void text(JobEvent.Text t) throws IOException {
    open(t.choice());
    send(t.choice(), messages.get(t.choice()).text(t.piece(), t.reasoning()), t.tokens());
  }

  @Override
  public void call(JobEvent.Call c) throws IOException {
    open(c.choice());
    List<Reply.Token> tokens = c.tokens();
    for (ObjectNode delta : messages.get(c.choice()).call(c.piece())) {
      send(c.choice(), delta, tokens);
      tokens = List.of();
    }
    if (!tokens.isEmpty()) {
      send(c.choice(), Json.object(), tokens);
    }
  }

  /** Sends what there is to say: of tokens, when log-probabilities are asked for. */
  private void send(int choice, ObjectNode delta, List<Reply.Token> tokens) throws IOException {
    ObjectNode chunk = chunk(choice, delta, null);
    boolean logprobs = !tokens.isEmpty() && planned.get(choice).request().topLogprobs() >= 0;
    if (logprobs) {
      ((ObjectNode) chunk.path("choices").path(0))
          .putObject("logprobs")
          .set("content", ReplyJson.logprobs(tokens, model.engine().tokenizer().vocabulary()));
    }
    if (!delta.isEmpty() || logprobs) {
      out.data(chunk);
    }
  }

  @Override
  public void finished(int choice, Outcome outcome) throws IOException {
    open(choice);
    Reply reply = outcome.reply();
    outcomes.add(outcome);
    ObjectNode chunk = chunk(choice, Json.object(), ReplyJson.finishReason(reply));
    ObjectNode ended = (ObjectNode) chunk.path("choices").path(0);
    shown.audit().add(ended, model, planned.get(choice), outcome);
    shown.grounding().add(ended, planned.get(choice), outcome);
    boolean last = outcomes.size() == planned.size();
    if (last) {
      chunk.set("timings", ReplyJson.timings(outcomes));
      ReplyJson.history(chunk, outcome);
      if (!reply.media().isEmpty()) {
        chunk.set("media", ReplyJson.media(outcomes.getFirst().reply()));
      }
    }
    out.data(chunk);
    if (last) {
      if (shown.usage()) {
        ObjectNode usage = envelope.begin("chat.completion.chunk");
        usage.putArray("choices");
        usage.set("usage", ReplyJson.usage(outcomes, outcomes.size()));
        out.data(usage);
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

  /** The first chunk of a reply says whose it is. */
  private void open(int choice) throws IOException {
    while (messages.size() <= choice) {
      ObjectNode delta = Json.object();
      delta.put("role", "assistant");
      delta.put("content", "");
      out.data(chunk(messages.size(), delta, null));
      messages.add(new ChatMessage(shown.styles().get(messages.size())));
    }
  }

  private ObjectNode chunk(int index, ObjectNode delta, @Nullable String finish) {
    ObjectNode chunk = envelope.begin("chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject();
    choice.put("index", index);
    choice.set("delta", delta);
    choice.putNull("logprobs");
    choice.put("finish_reason", finish);
    if (shown.usage()) {
      chunk.putNull("usage");
    }
    return chunk;
  }
}
