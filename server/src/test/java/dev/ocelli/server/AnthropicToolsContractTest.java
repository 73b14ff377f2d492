package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.server.NanoServer.Answer;
import dev.ocelli.server.wire.Json;
import java.awt.Color;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Calls of tools as Anthropic's clients ask for them and get them. */
@TestInstance(Lifecycle.PER_CLASS)
class AnthropicToolsContractTest {
  private static final String MESSAGES = "/v1/messages";

  private static final String TOOLS =
      """
      "tools": [
        {"name": "weather", "description": "Tells the weather.", "input_schema": {
          "type": "object", "properties": {"city": {"enum": ["Bonn", "Rome"]}, "days": {"type": "integer", "minimum": 1, "maximum": 9}},
          "required": ["city", "days"], "additionalProperties": false}},
        {"type": "custom", "name": "stop", "cache_control": {"type": "ephemeral"}, "input_schema": {"type": "object", "properties": {}, "additionalProperties": false}}]\
      """;

  private static final String WEATHER =
      TOOLS
          + ", \"tool_choice\": {\"type\": \"tool\", \"name\": \"weather\", \"disable_parallel_tool_use\": true}";

  private final NanoServer nano = new NanoServer();

  @AfterAll
  void close() {
    nano.close();
    assertThat(nano.faults).isEmpty();
  }

  private static String ask(String fields) {
    return """
    {"messages": [{"role": "user", "content": "Weather?"}], "temperature": 0, %s}\
    """
        .formatted(fields);
  }

  private static JsonNode ok(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private static String joined(Answer stream) {
    assertThat(stream.status()).as(stream.body()).isEqualTo(200);
    StringBuilder out = new StringBuilder();
    stream.events().forEach(e -> out.append(e.path("delta").path("partial_json").asString("")));
    return out.toString();
  }

  private static JsonNode end(Answer stream) {
    return stream.events().get(stream.events().size() - 2).path("delta");
  }

  @Test
  void aNamedToolIsCalledWholeAndStreamed() {
    String named = WEATHER + ", \"max_tokens\": 150";
    JsonNode message = ok(nano.post(MESSAGES, ask(named)));
    assertThat(message.path("stop_reason").stringValue()).isEqualTo("tool_use");
    assertThat(message.path("stop_sequence").isNull()).isTrue();
    assertThat(message.path("content").size()).isEqualTo(1);
    JsonNode call = message.path("content").path(0);
    assertThat(call.path("type").stringValue()).isEqualTo("tool_use");
    assertThat(call.path("id").stringValue()).startsWith("toolu_");
    assertThat(call.path("name").stringValue()).isEqualTo("weather");
    assertThat(call.path("input").path("city").stringValue()).isIn("Bonn", "Rome");
    assertThat(call.path("input").path("days").intValue()).isBetween(1, 9);

    Answer stream = nano.post(MESSAGES, ask(named + ", \"stream\": true"));
    assertThat(stream.eventNames().stream().distinct())
        .containsExactly(
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
    JsonNode block = stream.events().get(1).path("content_block");
    assertThat(block.path("type").stringValue()).isEqualTo("tool_use");
    assertThat(block.path("id").stringValue()).startsWith("toolu_");
    assertThat(block.path("name").stringValue()).isEqualTo("weather");
    assertThat(block.path("input")).isEqualTo(Json.object());
    assertThat(stream.events().size()).isGreaterThan(7); // arguments come in pieces
    assertThat(Json.parse(joined(stream).getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(call.path("input"));
    assertThat(end(stream).path("stop_reason").stringValue()).isEqualTo("tool_use");
  }

  @Test
  void anyToolMayBeAskedForAndNone() {
    String any = TOOLS + ", \"max_tokens\": %d, \"tool_choice\": {\"type\": \"%s\"%s}";
    JsonNode call =
        ok(nano.post(
                MESSAGES, ask(any.formatted(150, "any", ", \"disable_parallel_tool_use\": true"))))
            .path("content")
            .path(0);
    assertThat(call.path("name").stringValue()).isIn("weather", "stop");
    for (String word : List.of("none", "auto")) {
      JsonNode message = ok(nano.post(MESSAGES, ask(any.formatted(8, word, ""))));
      assertThat(message.path("content").path(0).path("text").stringValue()).isNotEmpty();
      assertThat(message.path("stop_reason").stringValue()).isIn("end_turn", "max_tokens");
    }
  }

  @Test
  void aCallThatTheModelDecidesOnIsStreamedOnceItIsComplete() {
    // A form and tools together: the bias decides for the call.
    String either =
        TOOLS
            + ", \"max_tokens\": 150, \"tool_choice\": {\"type\": \"auto\", \"disable_parallel_tool_use\": true}"
            + ", \"output_config\": {\"format\": {\"type\": \"json_schema\", \"schema\": {\"const\": 1}}}, \"logit_bias\": [[\"<\", 1000]]";
    JsonNode message = ok(nano.post(MESSAGES, ask(either)));
    assertThat(message.path("content").size()).isEqualTo(1);
    Answer stream = nano.post(MESSAGES, ask(either + ", \"stream\": true"));
    assertThat(Json.parse(joined(stream).getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(message.path("content").path(0).path("input"));
    assertThat(end(stream).path("stop_reason").stringValue()).isEqualTo("tool_use");
  }

  @Test
  void aCallThatIsCutIsTextOfTheWholeReplyAndIncompleteInAStream() {
    String cut = WEATHER + ", \"max_tokens\": 45";
    JsonNode message = ok(nano.post(MESSAGES, ask(cut)));
    assertThat(message.path("stop_reason").stringValue()).isEqualTo("max_tokens");
    String text = message.path("content").path(0).path("text").stringValue();
    assertThat(text).startsWith("<tool_call>\n{\"name\": \"weather\", \"arguments\": {");
    Answer stream = nano.post(MESSAGES, ask(cut + ", \"stream\": true"));
    assertThat("<tool_call>\n{\"name\": \"weather\", \"arguments\": " + joined(stream))
        .isEqualTo(text);
    assertThat(end(stream).path("stop_reason").stringValue()).isEqualTo("max_tokens");
    assertThat(stream.eventNames().stream().filter(n -> n.equals("content_block_start")).count())
        .isEqualTo(1);
    assertThat(stream.eventNames()).contains("content_block_stop");
  }

  @Test
  void theResultOfACallMayBeAPicture() {
    String history =
        """
        {%s, "max_tokens": 2, "temperature": 0, "messages": [{"role": "user", "content": "Look."},
          {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "stop", "input": {}}]},
          {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "is_error": false, "content": [
            {"type": "text", "text": "A picture:"},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "%s"}}]}]}]}\
        """
            .formatted(TOOLS, NanoServer.base64(NanoServer.picture(128, 96, Color.RED)));
    JsonNode message = ok(nano.post(MESSAGES, history));
    assertThat(message.path("media").path(0).path("width").intValue()).isEqualTo(128);
  }

  @Test
  void toolsCountAmongTheTokens() {
    String plain = ask("\"max_tokens\": 1");
    String tools = ask(WEATHER + ", \"max_tokens\": 1");
    String path = MESSAGES + "/count_tokens";
    int without =
        ok(nano.post(path, "{\"messages\": [{\"role\": \"user\", \"content\": \"Weather?\"}]}"))
            .path("input_tokens")
            .intValue();
    int with =
        ok(nano.post(
                path,
                "{\"messages\": [{\"role\": \"user\", \"content\": \"Weather?\"}], %s}"
                    .formatted(WEATHER)))
            .path("input_tokens")
            .intValue();
    assertThat(with).isGreaterThan(without);
    assertThat(prompt(plain)).isEqualTo(without);
    assertThat(prompt(tools)).isEqualTo(with);
  }

  private int prompt(String request) {
    JsonNode usage = ok(nano.post(MESSAGES, request)).path("usage");
    return usage.path("input_tokens").intValue() + usage.path("cache_read_input_tokens").intValue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"tool_choice\": {\"type\": \"any\"} | tool_choice: asks for a call, but there are no tools",
        "\"tools\": [{\"name\": \"a\", \"input_schema\": {}}], \"tool_choice\": {\"type\": \"tool\", \"name\": \"b\"} | they are [a]",
        "\"tools\": [{\"name\": \"a\", \"input_schema\": {}}], \"tool_choice\": {\"type\": \"tool\"} | tool_choice.name: is missing",
        "\"tools\": [{\"name\": \"a\"}] | tools[0].input_schema: is missing",
        "\"tools\": [{\"name\": \"a\", \"input_schema\": {}}], \"tool_choice\": {\"type\": \"any\"}, \"output_config\": {\"format\": {\"type\": \"json_schema\", \"schema\": {}}} | drop one of them",
        "\"tools\": [{\"name\": \"a\", \"strict\": true, \"input_schema\": {\"properties\": {\"x\": {\"type\": \"strin\"}}}}] | #/properties/x",
      })
  void wrongToolsAreNamed(String fields, String message) {
    Answer answer = nano.post(MESSAGES, ask("\"max_tokens\": 1, " + fields));
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).contains(message);
  }
}
