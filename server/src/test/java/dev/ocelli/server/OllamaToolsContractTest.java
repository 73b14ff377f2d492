package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.server.NanoServer.Answer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import tools.jackson.databind.JsonNode;

/** Calls of tools as Ollama's clients get them. The API has no way to ask for one. */
@TestInstance(Lifecycle.PER_CLASS)
class OllamaToolsContractTest {
  /** A form and tools together: the bias decides for the call. */
  private static final String CALLING =
      """
      {"messages": [{"role": "user", "content": "Weather?"}], "format": {"const": 1},
       "options": {"temperature": 0, "num_predict": %d, "logit_bias": [["<", 1000]]},
       "tools": [{"type": "function", "function": {"name": "weather", "description": "Tells the weather.", "parameters": {
         "type": "object", "properties": {"city": {"enum": ["Bonn", "Rome"]}, "days": {"type": "integer", "minimum": 1, "maximum": 9}},
         "required": ["city", "days"], "additionalProperties": false}}}]%s}\
      """;

  private final NanoServer nano = new NanoServer();

  @AfterAll
  void close() {
    nano.close();
    assertThat(nano.faults).isEmpty();
  }

  private static JsonNode ok(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  @Test
  void callsAreObjectsWholeAndStreamed() {
    JsonNode json = ok(nano.post("/api/chat", CALLING.formatted(200, ", \"stream\": false")));
    JsonNode message = json.path("message");
    JsonNode call = message.path("tool_calls").path(0);
    assertThat(call.path("id").stringValue()).startsWith("call_");
    assertThat(call.path("function").path("index").intValue()).isZero();
    assertThat(call.path("function").path("name").stringValue()).isEqualTo("weather");
    JsonNode arguments = call.path("function").path("arguments");
    assertThat(arguments.path("city").stringValue()).isIn("Bonn", "Rome");
    assertThat(arguments.path("days").intValue()).isBetween(1, 9);

    Answer stream = nano.post("/api/chat", CALLING.formatted(200, ""));
    assertThat(stream.status()).as(stream.body()).isEqualTo(200);
    List<JsonNode> calls =
        stream.lines().stream()
            .flatMap(l -> l.path("message").path("tool_calls").valueStream())
            .map(c -> c.path("function"))
            .toList();
    assertThat(calls)
        .containsExactlyElementsOf(
            message.path("tool_calls").valueStream().map(c -> c.path("function")).toList());
    assertThat(stream.lines().getLast().path("done_reason")).isEqualTo(json.path("done_reason"));
  }

  @Test
  void aReplyWithACallStops() {
    String one =
        CALLING
            .formatted(200, ", \"stream\": false")
            .replace("\"logit_bias\"", "\"stop\": [\"</tool_call>\"], \"logit_bias\"");
    JsonNode json = ok(nano.post("/api/chat", one));
    assertThat(json.path("message").path("tool_calls").size()).isEqualTo(1);
    assertThat(json.path("message").path("content").stringValue()).isEmpty();
    assertThat(json.path("done_reason").stringValue()).isEqualTo("stop");
  }

  @Test
  void aCallThatIsCutIsContent() {
    JsonNode json = ok(nano.post("/api/chat", CALLING.formatted(45, ", \"stream\": false")));
    String content = json.path("message").path("content").stringValue();
    assertThat(content).startsWith("<tool_call>\n{\"name\": \"weather\", \"arguments\": {");
    assertThat(json.path("message").has("tool_calls")).isFalse();
    assertThat(json.path("done_reason").stringValue()).isEqualTo("length");
    StringBuilder streamed = new StringBuilder();
    nano.post("/api/chat", CALLING.formatted(45, ""))
        .lines()
        .forEach(l -> streamed.append(l.path("message").path("content").stringValue()));
    assertThat(streamed.toString()).isEqualTo(content);
  }

  @Test
  void aLastMessageOfTheAssistantIsContinued() {
    String mine =
        """
        {"stream": false, "options": {"temperature": 0, "num_predict": 6},
         "messages": [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "a red"}]}\
        """;
    String theirs =
        """
        {"max_tokens": 6, "temperature": 0, "continue_final_message": true,
         "messages": [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "a red"}]}\
        """;
    assertThat(ok(nano.post("/api/chat", mine)).path("message").path("content"))
        .isEqualTo(
            ok(nano.post("/v1/chat/completions", theirs))
                .path("choices")
                .path(0)
                .path("message")
                .path("content"));
  }
}
