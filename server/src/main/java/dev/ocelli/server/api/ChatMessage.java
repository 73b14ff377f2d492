package dev.ocelli.server.api;

import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.chat.ReplyMarks;
import dev.ocelli.engine.chat.ReplyPiece;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.server.wire.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The message of one reply to a chat completion, whole or as the deltas of a stream, which joined
 * are the same.
 *
 * <p>A call that turns out to be none is content; what a stream tells of calls is in {@link
 * ToldCalls}. A call of which it has told and that the end of the reply cuts stays incomplete in
 * the stream and is content of the whole message.
 */
final class ChatMessage {
  private static final String OPEN = ReplyMarks.THINK + "\n";

  private final Style style;
  private final ToldCalls told;

  /** The next call's place in the list. */
  private int calls;

  private boolean inReasoning;

  /**
   * How a message looks.
   *
   * @param reasoningApart whether reasoning has a field of its own; otherwise it is content
   * @param callsAreSure whether whatever begins as a call is one
   * @param callIds what the ids of its calls begin with
   */
  record Style(boolean reasoningApart, boolean callsAreSure, String callIds) {
    String id(int call) {
      return callIds + "_" + call;
    }
  }

  ChatMessage(Style style) {
    this.style = style;
    this.told = new ToldCalls(style.callsAreSure());
  }

  /** The message of a complete reply. */
  static ObjectNode whole(Reply reply, Style style) {
    ObjectNode message = Json.object();
    message.put("role", "assistant");
    String reasoning = reply.reasoning();
    String content = reply.text();
    if (reasoning != null && !style.reasoningApart()) {
      boolean answered = !content.isEmpty() || !reply.toolCalls().isEmpty();
      content = OPEN + reasoning + (answered ? ReplyMarks.THOUGHT_TO_ANSWER : "") + content;
    }
    if (content.isEmpty() && !reply.toolCalls().isEmpty()) {
      message.putNull("content");
    } else {
      message.put("content", content);
    }
    if (reasoning != null && style.reasoningApart()) {
      message.put("reasoning_content", reasoning);
    }
    message.putNull("refusal");
    if (!reply.toolCalls().isEmpty()) {
      ArrayNode list = message.putArray("tool_calls");
      for (Message.ToolCall c : reply.toolCalls()) {
        ObjectNode call = list.addObject();
        call.put("id", style.id(list.size() - 1));
        function(call, c.name(), String.valueOf(c.arguments()));
      }
    }
    return message;
  }

  private static void function(ObjectNode call, String name, String arguments) {
    call.put("type", "function");
    call.putObject("function").put("name", name).put("arguments", arguments);
  }

  /** What a piece of text adds; empty when nothing. */
  ObjectNode text(String piece, boolean reasoning) {
    ObjectNode delta = Json.object();
    if (piece.isEmpty() || told.cut()) {
      return delta;
    }
    if (reasoning && style.reasoningApart()) {
      return delta.put("reasoning_content", piece);
    }
    return delta.put("content", reasoning ? opened() + piece : closed() + piece);
  }

  private String opened() {
    boolean opens = !inReasoning;
    inReasoning = true;
    return opens ? OPEN : "";
  }

  private String closed() {
    boolean closes = inReasoning;
    inReasoning = false;
    return closes ? ReplyMarks.THOUGHT_TO_ANSWER : "";
  }

  /** What a piece of a call adds: the deltas that can be sent now. */
  List<ObjectNode> call(ReplyPiece.Call next) {
    List<ObjectNode> out = new ArrayList<>();
    for (ReplyPiece.Call piece : told.accept(next)) {
      switch (piece) {
        case ReplyPiece.CallStart s -> {
          String closing = closed();
          if (!closing.isEmpty()) {
            out.add(Json.object().put("content", closing));
          }
          ObjectNode call = call(out);
          call.put("id", style.id(calls));
          function(call, s.name(), "");
        }
        case ReplyPiece.CallArguments a ->
            call(out).putObject("function").put("arguments", a.json());
        case ReplyPiece.CallEnd e -> calls++;
        case ReplyPiece.CallBroken b -> {}
      }
    }
    return out;
  }

  private ObjectNode call(List<ObjectNode> deltas) {
    ObjectNode delta = Json.object();
    deltas.add(delta);
    return delta.putArray("tool_calls").addObject().put("index", calls);
  }
}
