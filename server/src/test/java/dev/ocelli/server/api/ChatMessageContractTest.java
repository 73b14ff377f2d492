package dev.ocelli.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.chat.ReplyPiece;
import dev.ocelli.server.wire.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What a stream tells of calls that may still be none, and of reasoning in the content. */
class ChatMessageContractTest {
  private static final ReplyPiece.Call START = new ReplyPiece.CallStart(0, "f");
  private static final ReplyPiece.Call HALF = new ReplyPiece.CallArguments(0, "{\"a\"");
  private static final ReplyPiece.Call REST = new ReplyPiece.CallArguments(0, ": 1}");

  private static List<String> lines(List<ObjectNode> deltas) {
    return new ArrayList<>(deltas.stream().map(Json::line).toList());
  }

  @Test
  void aCallIsToldWhenItIsComplete() {
    ChatMessage m = new ChatMessage(new ChatMessage.Style(true, false, "call_x"));
    assertThat(m.call(START)).isEmpty();
    assertThat(m.call(HALF)).isEmpty();
    assertThat(m.call(REST)).isEmpty();
    assertThat(lines(m.call(new ReplyPiece.CallEnd(0))))
        .containsExactly(
            "{\"tool_calls\":[{\"index\":0,\"id\":\"call_x_0\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
            "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\"\"}}]}",
            "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\": 1}\"}}]}");
  }

  @Test
  void aBrokenCallIsContentAlone() {
    ChatMessage m = new ChatMessage(new ChatMessage.Style(true, false, "call_x"));
    assertThat(m.call(START)).isEmpty();
    assertThat(m.call(HALF)).isEmpty();
    assertThat(m.call(new ReplyPiece.CallBroken(0))).isEmpty();
    assertThat(Json.line(m.text("<tool_call>{", false)))
        .isEqualTo("{\"content\":\"<tool_call>{\"}");
    // The next call is the client's first.
    m.call(new ReplyPiece.CallStart(1, "g"));
    assertThat(lines(m.call(new ReplyPiece.CallEnd(1))).getFirst())
        .contains("\"index\":0", "call_x_0");
  }

  @Test
  void whereTheFormIsSureACallIsToldAsItComes() {
    ChatMessage m = new ChatMessage(new ChatMessage.Style(true, true, "call_x"));
    assertThat(m.call(START)).hasSize(1);
    assertThat(m.call(HALF)).hasSize(1);
    assertThat(m.call(new ReplyPiece.CallBroken(0))).isEmpty();
    assertThat(m.text("<tool_call>...", false)).isEmpty();
  }

  @Test
  void reasoningThatIsNotApartStandsBetweenItsMarks() {
    ChatMessage m = new ChatMessage(new ChatMessage.Style(false, false, "call_x"));
    StringBuilder content = new StringBuilder();
    for (ObjectNode delta :
        List.of(
            m.text("Let", true), m.text(" me", true), m.text("Yes", false), m.text("!", false))) {
      content.append(delta.path("content").asString());
    }
    assertThat(content.toString()).isEqualTo("<think>\nLet me\n</think>\n\nYes!");
    ChatMessage call = new ChatMessage(new ChatMessage.Style(false, true, "call_x"));
    call.text("Hm", true);
    assertThat(lines(call.call(START)).getFirst()).isEqualTo("{\"content\":\"\\n</think>\\n\\n\"}");
  }
}
