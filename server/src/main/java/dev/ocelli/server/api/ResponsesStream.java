package dev.ocelli.server.api;

import dev.ocelli.engine.chat.ReplyPiece;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.server.http.EventStream;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.work.JobEvent;
import dev.ocelli.server.work.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Streams a response as OpenAI's numbered events: items of thoughts, text and calls, one after the
 * other.
 */
final class ResponsesStream implements ReplyWriter {
  private final EventStream out;
  private final ResponseShape shape;
  private final ToldCalls told;
  private final Keeper keeper;
  private int number;
  private boolean created;

  /** The items that are complete. */
  private final ArrayNode output = Json.array();

  private Open open = Open.NONE;

  /** What the open item consists of so far. */
  private final StringBuilder content = new StringBuilder();

  private final List<Reply.Token> tokens = new ArrayList<>();
  private String function = "";

  private int messages;
  private int calls;

  /** Characters of all text. */
  private int said;

  private enum Open {
    NONE,
    REASONING,
    MESSAGE,
    CALL
  }

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
  ResponsesStream(Exchange x, ResponseShape shape, Keeper keeper) {
    this.out = new EventStream(x);
    this.shape = shape;
    this.told = new ToldCalls(shape.callsAreSure());
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
    ObjectNode event = event(type).put("output_index", output.size());
    event.set("item", item);
    send(event);
  }

  /** An event about the open item. */
  private ObjectNode about(String type) {
    String id =
        switch (open) {
          case REASONING -> shape.reasoningId();
          case CALL -> shape.callItemId(calls);
          case MESSAGE, NONE -> shape.messageId(messages);
        };
    return event(type).put("item_id", id).put("output_index", output.size());
  }

  /** An event about the only part of the open item. */
  private ObjectNode part(String type) {
    return about(type).put("content_index", 0);
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
    if (told.cut()) {
      return;
    }
    if (t.reasoning() && !t.piece().isEmpty()) {
      think();
      content.append(t.piece());
      send(part("response.reasoning_text.delta").put("delta", t.piece()));
    } else if (!t.reasoning()) {
      ObjectNode piece = Json.object().put("delta", t.piece());
      piece.set("logprobs", shape.logprobs(t.tokens()));
      if (!t.piece().isEmpty() || !piece.path("logprobs").isEmpty()) {
        speak();
        content.append(t.piece());
        tokens.addAll(t.tokens());
        said += t.piece().length();
        send(part("response.output_text.delta").setAll(piece));
      }
    }
  }

  @Override
  public void call(JobEvent.Call c) throws IOException {
    create();
    for (ReplyPiece.Call piece : told.accept(c.piece())) {
      switch (piece) {
        case ReplyPiece.CallStart s -> {
          close("completed");
          open = Open.CALL;
          function = s.name();
          sendItem("response.output_item.added", shape.call(calls, function, "", "in_progress"));
        }
        case ReplyPiece.CallArguments a -> {
          content.append(a.json());
          send(about("response.function_call_arguments.delta").put("delta", a.json()));
        }
        case ReplyPiece.CallEnd e -> close("completed");
        case ReplyPiece.CallBroken b -> {}
      }
    }
  }

  private void think() throws IOException {
    if (open != Open.REASONING) {
      close("completed");
      open = Open.REASONING;
      sendItem("response.output_item.added", shape.reasoning(null, "in_progress"));
      sendPart("response.content_part.added", ResponseShape.reasoningPart(""));
    }
  }

  private void speak() throws IOException {
    if (open != Open.MESSAGE) {
      close("completed");
      open = Open.MESSAGE;
      sendItem("response.output_item.added", shape.message(messages));
      sendPart("response.content_part.added", shape.textPart("", List.of()));
    }
  }

  /** Ends the open item, if there is one. */
  private void close(String status) throws IOException {
    if (open == Open.NONE) {
      return;
    }
    ObjectNode item = done(content.toString(), status);
    sendItem("response.output_item.done", item);
    output.add(item);
    messages += open == Open.MESSAGE ? 1 : 0;
    calls += open == Open.CALL ? 1 : 0;
    open = Open.NONE;
    content.setLength(0);
    tokens.clear();
  }

  /** Tells what the open item consists of: gives the whole item. */
  private ObjectNode done(String text, String status) throws IOException {
    return switch (open) {
      case NONE -> throw new IllegalStateException("no item");
      case REASONING -> {
        send(part("response.reasoning_text.done").put("text", text));
        sendPart("response.content_part.done", ResponseShape.reasoningPart(text));
        yield shape.reasoning(text, status);
      }
      case MESSAGE -> {
        ObjectNode done = part("response.output_text.done").put("text", text);
        done.set("logprobs", shape.logprobs(tokens));
        send(done);
        sendPart("response.content_part.done", shape.textPart(text, tokens));
        yield shape.message(messages, text, tokens, status);
      }
      case CALL -> {
        send(
            about("response.function_call_arguments.done")
                .put("name", function)
                .put("arguments", text));
        yield shape.call(calls, function, text, status);
      }
    };
  }

  @Override
  public void finished(int choice, Outcome outcome) throws IOException {
    create();
    Reply r = outcome.reply();
    String status = ResponseShape.status(r);
    if (open == Open.REASONING) {
      close(status);
    }
    if (messages == 0 && calls == 0 && open == Open.NONE) {
      speak();
    }
    if (open == Open.MESSAGE && r.finish() == Reply.Finish.REPETITION) {
      // The reply is cut behind the first of its repetitions.
      int beyond = Math.max(0, said - r.text().length());
      content.setLength(Math.max(0, content.length() - beyond));
    }
    close(status);
    ObjectNode response = shape.finished(outcome, output);
    keeper.keep(response, r);
    sendResponse("response." + status, response);
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
}
