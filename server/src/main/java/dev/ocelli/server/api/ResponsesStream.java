package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.server.http.EventStream;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.work.JobEvent;
import dev.ocelli.server.work.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;

/** Streams a response as OpenAI's numbered events: an item of thoughts, then one of text. */
final class ResponsesStream implements ReplyWriter {
  private final EventStream out;
  private final ResponseShape shape;
  private final ReasoningTokens reasoningTokens;
  private final Keeper keeper;
  private int number;
  private boolean created;

  /** The item that is open or comes next. */
  private int index;

  private boolean thinking;
  private boolean speaking;
  private final StringBuilder thoughts = new StringBuilder();

  /** Keeps complete responses. */
  @FunctionalInterface
  interface Keeper {
    void keep(ObjectNode response, Reply reply);
  }

  /**
   * A stream that has not begun.
   *
   * @param keeper is given the complete response before its last event is sent
   */
  ResponsesStream(Exchange x, ResponseShape shape, ReasoningTokens reasoningTokens, Keeper keeper) {
    this.out = new EventStream(x);
    this.shape = shape;
    this.reasoningTokens = reasoningTokens;
    this.keeper = keeper;
  }

  private ObjectNode event(String type) {
    return Json.object().put("type", type).put("sequence_number", number++);
  }

  private void send(ObjectNode event) throws IOException {
    out.event(event.path("type").stringValue(), event);
  }

  private void sendResponse(String type, ObjectNode response) throws IOException {
    ObjectNode event = event(type);
    event.set("response", response);
    send(event);
  }

  private void sendItem(String type, ObjectNode item) throws IOException {
    ObjectNode event = event(type).put("output_index", index);
    event.set("item", item);
    send(event);
  }

  /** An event about the only part of the open item. */
  private ObjectNode part(String type) {
    return event(type)
        .put("item_id", thinking ? shape.reasoningId() : shape.messageId())
        .put("output_index", index)
        .put("content_index", 0);
  }

  private void sendPart(String type, ObjectNode content) throws IOException {
    ObjectNode event = part(type);
    event.set("part", content);
    send(event);
  }

  private void create() throws IOException {
    if (!created) {
      created = true;
      sendResponse("response.created", shape.unfinished());
      sendResponse("response.in_progress", shape.unfinished());
    }
  }

  @Override
  public void progress(JobEvent.Progress p) throws IOException {
    create();
  }

  @Override
  public void text(JobEvent.Text t) throws IOException {
    create();
    reasoningTokens.text(t);
    if (t.reasoning() && !t.piece().isEmpty()) {
      think();
      thoughts.append(t.piece());
      send(part("response.reasoning_text.delta").put("delta", t.piece()));
    } else if (!t.reasoning()) {
      ObjectNode piece = Json.object().put("delta", t.piece());
      piece.set("logprobs", shape.logprobs(t.tokens()));
      if (!t.piece().isEmpty() || !piece.path("logprobs").isEmpty()) {
        speak();
        send(part("response.output_text.delta").setAll(piece));
      }
    }
  }

  private void think() throws IOException {
    if (!thinking) {
      thinking = true;
      sendItem("response.output_item.added", shape.reasoning(null, "in_progress"));
      sendPart("response.content_part.added", ResponseShape.reasoningPart(""));
    }
  }

  private void endThinking(String status) throws IOException {
    if (thinking) {
      String text = thoughts.toString();
      send(part("response.reasoning_text.done").put("text", text));
      sendPart("response.content_part.done", ResponseShape.reasoningPart(text));
      sendItem("response.output_item.done", shape.reasoning(text, status));
      thinking = false;
      index++;
    }
  }

  private void speak() throws IOException {
    if (!speaking) {
      endThinking("completed");
      speaking = true;
      sendItem("response.output_item.added", shape.message());
      sendPart("response.content_part.added", shape.textPart("", List.of()));
    }
  }

  @Override
  public void finished(int choice, Outcome outcome) throws IOException {
    create();
    Reply r = outcome.reply();
    if (!speaking) {
      endThinking(ResponseShape.status(r));
    }
    speak();
    ObjectNode text = part("response.output_text.done").put("text", r.text());
    text.set("logprobs", shape.logprobs(r.tokens()));
    send(text);
    sendPart("response.content_part.done", shape.textPart(r.text(), r.tokens()));
    sendItem("response.output_item.done", shape.message(r));
    ObjectNode response = shape.finished(outcome, reasoningTokens.count());
    keeper.keep(response, r);
    sendResponse("response." + ResponseShape.status(r), response);
  }

  @Override
  public void idle() throws IOException {
    create();
    out.comment("working");
  }

  @Override
  public void failed(ApiError error) throws IOException {
    String code = Objects.requireNonNullElse(error.code(), error.kind().type());
    sendResponse("response.failed", shape.failed(code, String.valueOf(error.getMessage())));
  }

  /** Counts tokens that are thoughts. */
  static final class ReasoningTokens implements ReplyWriter {
    private int count;

    int count() {
      return count;
    }

    @Override
    public void text(JobEvent.Text t) {
      count += t.reasoning() ? t.tokens().size() : 0;
    }
  }
}
