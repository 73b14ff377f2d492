package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.server.NanoServer.Answer;
import dev.ocelli.server.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Calls of functions as clients of OpenAI's responses ask for them and get them. */
@TestInstance(Lifecycle.PER_CLASS)
class ResponsesToolsContractTest {
  private static final String RESPONSES = "/v1/responses";

  private static final String TOOLS =
      """
      "tools": [
        {"type": "function", "name": "weather", "description": "Tells the weather.", "strict": true, "parameters": {
          "type": "object", "properties": {"city": {"enum": ["Bonn", "Rome"]}, "days": {"type": "integer", "minimum": 1, "maximum": 9}},
          "required": ["city", "days"], "additionalProperties": false}},
        {"type": "function", "name": "stop", "parameters": null, "strict": false}]\
      """;

  private static final String WEATHER =
      TOOLS
          + ", \"tool_choice\": {\"type\": \"function\", \"name\": \"weather\"}, \"parallel_tool_calls\": false";

  private final NanoServer nano = new NanoServer();

  @AfterAll
  void close() {
    nano.close();
    assertThat(nano.faults).isEmpty();
  }

  private static String ask(String fields) {
    return "{\"input\": \"Weather?\", \"temperature\": 0, %s}".formatted(fields);
  }

  private static JsonNode ok(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private static List<JsonNode> of(Answer stream, String type) {
    return stream.events().stream().filter(e -> e.path("type").stringValue().equals(type)).toList();
  }

  @Test
  void aNamedFunctionIsCalledWholeAndStreamed() {
    JsonNode json = ok(nano.post(RESPONSES, ask(WEATHER)));
    assertThat(json.path("status").stringValue()).isEqualTo("completed");
    assertThat(json.path("output").size()).isEqualTo(1);
    JsonNode call = json.path("output").path(0);
    assertThat(call.path("type").stringValue()).isEqualTo("function_call");
    assertThat(call.path("id").stringValue()).startsWith("fc_");
    assertThat(call.path("call_id").stringValue()).startsWith("call_");
    assertThat(call.path("status").stringValue()).isEqualTo("completed");
    assertThat(call.path("name").stringValue()).isEqualTo("weather");
    String arguments = call.path("arguments").stringValue();
    JsonNode parsed = Json.parse(arguments.getBytes(StandardCharsets.UTF_8));
    assertThat(parsed.path("city").stringValue()).isIn("Bonn", "Rome");
    assertThat(json.path("tool_choice").path("name").stringValue()).isEqualTo("weather");
    assertThat(json.path("parallel_tool_calls").booleanValue()).isFalse();

    Answer stream = nano.post(RESPONSES, ask(WEATHER + ", \"stream\": true"));
    assertThat(stream.eventNames().stream().distinct())
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.done",
            "response.output_item.done",
            "response.completed");
    List<JsonNode> deltas = of(stream, "response.function_call_arguments.delta");
    assertThat(deltas).hasSizeGreaterThan(1);
    StringBuilder joined = new StringBuilder();
    deltas.forEach(e -> joined.append(e.path("delta").stringValue()));
    assertThat(joined.toString()).isEqualTo(arguments);
    JsonNode done = of(stream, "response.function_call_arguments.done").getFirst();
    assertThat(done.path("arguments").stringValue()).isEqualTo(arguments);
    JsonNode item = of(stream, "response.output_item.done").getFirst().path("item");
    assertThat(done.path("item_id")).isEqualTo(item.path("id"));
    JsonNode response = stream.events().getLast().path("response");
    assertThat(response.path("output").valueStream().toList()).containsExactly(item);
    assertThat(ok(nano.get(RESPONSES + "/" + response.path("id").stringValue())))
        .isEqualTo(response);
  }

  @Test
  void theOutputOfAKeptCallContinuesIt() {
    JsonNode first = ok(nano.post(RESPONSES, ask(WEATHER)));
    JsonNode call = first.path("output").path(0);
    String next =
        """
        {"previous_response_id": "%s", "temperature": 0, "max_output_tokens": 4, "tool_choice": "none", %s,
         "input": [{"type": "function_call_output", "call_id": "%s", "output": "Sun."}]}\
        """
            .formatted(first.path("id").stringValue(), TOOLS, call.path("call_id").stringValue());
    String chat =
        """
        {"temperature": 0, "max_tokens": 4, "tool_choice": "none", %s, "messages": [
          {"role": "user", "content": "Weather?"},
          {"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": {"name": "weather", "arguments": %s}}]},
          {"role": "tool", "tool_call_id": "c", "content": "Sun."}]}\
        """
            .formatted(
                """
                "tools": [
                  {"type": "function", "function": {"name": "weather", "description": "Tells the weather.", "parameters": {
                    "type": "object", "properties": {"city": {"enum": ["Bonn", "Rome"]}, "days": {"type": "integer", "minimum": 1, "maximum": 9}},
                    "required": ["city", "days"], "additionalProperties": false}, "strict": true}},
                  {"type": "function", "function": {"name": "stop", "parameters": {}, "strict": false}}]\
                """,
                Json.line(call.path("arguments")));
    JsonNode mine = ok(nano.post(RESPONSES, next));
    JsonNode theirs = ok(nano.post("/v1/chat/completions", chat));
    assertThat(mine.path("usage").path("input_tokens"))
        .isEqualTo(theirs.path("usage").path("prompt_tokens"));
    assertThat(mine.path("output").path(0).path("content").path(0).path("text"))
        .isEqualTo(theirs.path("choices").path(0).path("message").path("content"));
  }

  @Test
  void aCallThatTheModelDecidesOnIsStreamedOnceItIsComplete() {
    // A form and tools together: the bias decides for the call.
    String either =
        TOOLS
            + ", \"parallel_tool_calls\": false, \"text\": {\"format\": {\"type\": \"json_schema\", \"name\": \"one\", \"schema\": {\"const\": 1}}}"
            + ", \"logit_bias\": [[\"<\", 1000], [\"w\", 900]]";
    JsonNode call = ok(nano.post(RESPONSES, ask(either))).path("output").path(0);
    assertThat(call.path("name").stringValue()).isEqualTo("weather");
    Answer stream = nano.post(RESPONSES, ask(either + ", \"stream\": true"));
    JsonNode item = of(stream, "response.output_item.done").getFirst().path("item");
    assertThat(item.path("arguments")).isEqualTo(call.path("arguments"));
  }

  @Test
  void aCallThatIsCutIsTextOfTheWholeReplyAndIncompleteInAStream() {
    String cut = WEATHER + ", \"max_output_tokens\": 45";
    JsonNode json = ok(nano.post(RESPONSES, ask(cut)));
    assertThat(json.path("status").stringValue()).isEqualTo("incomplete");
    String text = json.path("output").path(0).path("content").path(0).path("text").stringValue();
    assertThat(text).startsWith("<tool_call>\n{\"name\": \"weather\", \"arguments\": {");
    Answer stream = nano.post(RESPONSES, ask(cut + ", \"stream\": true"));
    JsonNode response = stream.events().getLast().path("response");
    assertThat(response.path("incomplete_details").path("reason").stringValue())
        .isEqualTo("max_output_tokens");
    JsonNode call = response.path("output").path(0);
    assertThat(response.path("output").size()).isEqualTo(1);
    assertThat(call.path("status").stringValue()).isEqualTo("incomplete");
    assertThat(
            "<tool_call>\n{\"name\": \"weather\", \"arguments\": "
                + call.path("arguments").stringValue())
        .isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"tool_choice\": \"required\" | there are no tools | tool_choice",
        "\"tools\": [{\"type\": \"function\", \"name\": \"a\"}], \"tool_choice\": {\"type\": \"function\", \"name\": \"b\"} | they are [a] | tool_choice",
        "\"tools\": [{\"type\": \"function\", \"name\": \"a\"}], \"tool_choice\": {\"type\": \"allowed_tools\"} | is not a field of | tool_choice.tools",
        "\"tools\": [{\"type\": \"function\", \"name\": \"a\"}], \"tool_choice\": {\"type\": \"mcp\"} | use function | tool_choice.type",
        "\"tools\": [{\"type\": \"function\"}] | is missing | tools[0].name",
        "\"tools\": [{\"type\": \"function\", \"name\": \"a\"}], \"tool_choice\": \"required\", \"text\": {\"format\": {\"type\": \"json_object\"}} | drop one of them | tool_choice",
      })
  void wrongToolsAreNamed(String fields, String message, String param) {
    String sent = fields.replace("\"allowed_tools\"", "\"allowed_tools\", \"tools\": []");
    Answer answer = nano.post(RESPONSES, ask(sent));
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).contains(message);
    assertThat(answer.json().path("error").path("param").stringValue()).isEqualTo(param);
  }
}
