package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.server.NanoServer.Answer;
import dev.ocelli.server.wire.Json;
import java.awt.Color;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Calls of tools as OpenAI's clients ask for them and get them. */
@TestInstance(Lifecycle.PER_CLASS)
class ToolsContractTest {
  private static final String CHAT = "/v1/chat/completions";

  private static final String TOOLS =
      """
      "tools": [
        {"type": "function", "function": {"name": "weather", "description": "Tells the weather.", "parameters": {
          "type": "object", "properties": {"city": {"enum": ["Bonn", "Rome"]}, "days": {"type": "integer", "minimum": 1, "maximum": 9}},
          "required": ["city", "days"], "additionalProperties": false}}},
        {"type": "function", "function": {"name": "stop", "strict": null, "parameters": {"type": "object", "properties": {}, "additionalProperties": false}}}]\
      """;

  private final NanoServer nano = new NanoServer();

  @AfterAll
  void close() {
    nano.close();
    assertThat(nano.faults).isEmpty();
  }

  private static String chat(String fields) {
    return """
    {"messages": [{"role": "user", "content": "Weather?"}], "temperature": 0, %s}\
    """
        .formatted(fields);
  }

  private static JsonNode choice(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("choices").path(0);
  }

  private static List<JsonNode> deltas(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.events().stream().map(e -> e.path("choices").path(0).path("delta")).toList();
  }

  private static String finish(Answer answer) {
    return answer.events().getLast().path("choices").path(0).path("finish_reason").asString();
  }

  private static JsonNode parsed(String json) {
    return Json.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aNamedToolIsCalledWholeAndStreamed() {
    String named =
        TOOLS
            + ", \"tool_choice\": {\"type\": \"function\", \"function\": {\"name\": \"weather\"}}, \"parallel_tool_calls\": false";
    JsonNode choice = choice(nano.post(CHAT, chat(named)));
    assertThat(choice.path("finish_reason").asString()).isEqualTo("tool_calls");
    JsonNode message = choice.path("message");
    assertThat(message.path("content").isNull()).isTrue();
    assertThat(message.path("tool_calls").size()).isEqualTo(1);
    JsonNode call = message.path("tool_calls").path(0);
    assertThat(call.path("id").asString()).startsWith("call_");
    assertThat(call.path("type").asString()).isEqualTo("function");
    assertThat(call.path("function").path("name").asString()).isEqualTo("weather");
    String arguments = call.path("function").path("arguments").stringValue();
    assertThat(parsed(arguments).path("city").asString()).isIn("Bonn", "Rome");
    assertThat(parsed(arguments).path("days").intValue()).isBetween(1, 9);

    Answer streamed = nano.post(CHAT, chat(named + ", \"stream\": true"));
    assertThat(finish(streamed)).isEqualTo("tool_calls");
    List<JsonNode> calls = new ArrayList<>();
    for (JsonNode delta : deltas(streamed)) {
      assertThat(delta.path("content").asString("")).isEmpty();
      delta.path("tool_calls").forEach(calls::add);
    }
    JsonNode first = calls.getFirst();
    assertThat(first.path("index").intValue()).isZero();
    assertThat(first.path("id").asString()).startsWith("call_");
    assertThat(first.path("function").path("name").asString()).isEqualTo("weather");
    assertThat(first.path("function").path("arguments").asString()).isEmpty();
    assertThat(calls.size()).isGreaterThan(3); // arguments come in pieces
    StringBuilder joined = new StringBuilder();
    calls.forEach(c -> joined.append(c.path("function").path("arguments").asString()));
    assertThat(joined.toString()).isEqualTo(arguments);
    assertThat(calls.stream().skip(1)).noneMatch(c -> c.has("id"));
  }

  @Test
  void aRequiredCallMayBeOfAnyTool() {
    JsonNode choice =
        choice(
            nano.post(
                CHAT,
                chat(
                    TOOLS
                        + ", \"tool_choice\": \"required\", \"parallel_tool_calls\": false, \"logprobs\": true")));
    assertThat(
            choice
                .path("message")
                .path("tool_calls")
                .path(0)
                .path("function")
                .path("name")
                .asString())
        .isIn("weather", "stop");
    assertThat(choice.path("logprobs").path("content").size()).isPositive();
  }

  @Test
  void severalRepliesHaveIdsOfTheirOwn() {
    String request =
        TOOLS
            + ", \"tool_choice\": \"required\", \"parallel_tool_calls\": false, \"n\": 2, \"max_tokens\": 80";
    JsonNode choices = nano.post(CHAT, chat(request)).json().path("choices");
    assertThat(choices.path(0).path("message").path("tool_calls").path(0).path("id").asString())
        .isNotEqualTo(
            choices.path(1).path("message").path("tool_calls").path(0).path("id").asString());
    List<JsonNode> events = nano.post(CHAT, chat(request + ", \"stream\": true")).events();
    for (int i = 0; i < 2; i++) {
      int index = i;
      StringBuilder joined = new StringBuilder();
      events.stream()
          .map(e -> e.path("choices").path(0))
          .filter(c -> c.path("index").intValue() == index)
          .flatMap(c -> c.path("delta").path("tool_calls").valueStream())
          .forEach(c -> joined.append(c.path("function").path("arguments").asString()));
      assertThat(joined.toString())
          .isEqualTo(
              choices
                  .path(i)
                  .path("message")
                  .path("tool_calls")
                  .path(0)
                  .path("function")
                  .path("arguments")
                  .asString());
    }
  }

  @Test
  void aCallThatIsCutIsContentOfTheWholeReplyAndIncompleteInAStream() {
    String named =
        TOOLS
            + ", \"tool_choice\": {\"type\": \"function\", \"function\": {\"name\": \"weather\"}}, \"max_tokens\": %d%s";
    int cut = 0;
    StringBuilder begun = new StringBuilder();
    for (JsonNode token :
        choice(nano.post(CHAT, chat(named.formatted(60, ", \"logprobs\": true"))))
            .path("logprobs")
            .path("content")) {
      if (begun.indexOf("\"city") < 0) {
        begun.append(token.path("token").asString());
        cut++;
      }
    }
    JsonNode choice = choice(nano.post(CHAT, chat(named.formatted(cut, ""))));
    assertThat(choice.path("finish_reason").asString()).isEqualTo("length");
    assertThat(choice.path("message").has("tool_calls")).isFalse();
    String content = choice.path("message").path("content").asString();
    assertThat(content).startsWith("<tool_call>\n{\"name\": \"weather\", \"arguments\": {");
    Answer streamed = nano.post(CHAT, chat(named.formatted(cut, ", \"stream\": true")));
    assertThat(finish(streamed)).isEqualTo("length");
    StringBuilder joined =
        new StringBuilder("<tool_call>\n{\"name\": \"weather\", \"arguments\": ");
    for (JsonNode delta : deltas(streamed)) {
      assertThat(delta.path("content").asString("")).isEmpty();
      delta
          .path("tool_calls")
          .forEach(c -> joined.append(c.path("function").path("arguments").asString()));
    }
    assertThat(joined.toString()).isEqualTo(content);
  }

  /** A grammar writes what a model that is free to call might write. */
  private static String writing(String text, String more) {
    String gbnf = "root ::= " + Json.line(Json.tree("a " + text));
    return chat(
        TOOLS
            + ", \"logit_bias\": [[\"a\", 1000]], \"grammar\": %s%s"
                .formatted(Json.line(Json.tree(gbnf)), more));
  }

  @Test
  void aCallThatTheModelDecidesOnIsStreamedOnceItIsComplete() {
    String text = "<tool_call>\n{\"name\": \"stop\", \"arguments\": {\"x\": [1]}}\n</tool_call>";
    JsonNode message = choice(nano.post(CHAT, writing(text, ""))).path("message");
    assertThat(message.path("content").asString()).isEqualTo("a ");
    JsonNode function = message.path("tool_calls").path(0).path("function");
    assertThat(function.path("arguments").asString()).isEqualTo("{\"x\": [1]}");
    Answer streamed = nano.post(CHAT, writing(text, ", \"stream\": true"));
    assertThat(finish(streamed)).isEqualTo("tool_calls");
    StringBuilder joined = new StringBuilder();
    for (JsonNode delta : deltas(streamed)) {
      joined.append(delta.path("content").asString(""));
      delta
          .path("tool_calls")
          .forEach(c -> joined.append(c.path("function").path("arguments").asString()));
    }
    assertThat(joined.toString()).isEqualTo("a {\"x\": [1]}");
  }

  @Test
  void whatTurnsOutToBeNoCallIsContent() {
    String text = "<tool_call>\n{\"name\": \"stop\", \"arguments\": {\"x\": [1}}\n</tool_call>";
    JsonNode whole = choice(nano.post(CHAT, writing(text, "")));
    assertThat(whole.path("message").path("content").asString()).isEqualTo("a " + text);
    assertThat(whole.path("message").has("tool_calls")).isFalse();
    assertThat(whole.path("finish_reason").asString()).isEqualTo("stop");
    StringBuilder joined = new StringBuilder();
    for (JsonNode delta : deltas(nano.post(CHAT, writing(text, ", \"stream\": true")))) {
      assertThat(delta.has("tool_calls")).isFalse();
      joined.append(delta.path("content").asString(""));
    }
    assertThat(joined.toString()).isEqualTo("a " + text);
  }

  @Test
  void noToolIsCalledUnlessTheModelWantsTo() {
    for (String choice : List.of("\"none\"", "\"auto\"")) {
      JsonNode c =
          choice(nano.post(CHAT, chat(TOOLS + ", \"max_tokens\": 12, \"tool_choice\": " + choice)));
      assertThat(c.path("message").path("content").asString()).isNotEmpty();
      assertThat(c.path("message").has("tool_calls")).isFalse();
    }
  }

  @Test
  void callsAndTheirResultsAreHistory() {
    String history =
        """
        {%s, "messages": [{"role": "user", "content": "Weather?"},
          {"role": "assistant", "content": null, "refusal": null, "function_call": null, "tool_calls": [
            {"id": "call_1_0_0", "type": "function", "function": {"name": "weather", "arguments": "{\\"city\\": \\"Bonn\\"}"}},
            {"id": "call_1_0_1", "type": "function", "function": {"name": "stop", "arguments": ""}}]},
          {"role": "tool", "tool_call_id": "call_1_0_0", "content": "Sun."},
          {"role": "tool", "tool_call_id": "call_1_0_1", "content": [{"type": "text", "text": "Done."}]}]%s}\
        """;
    String prompt =
        nano.post("/apply-template", history.formatted(TOOLS, "")).json().path("prompt").asString();
    assertThat(prompt)
        .contains(
            "Tells the weather.",
            "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Bonn\"}}\n</tool_call>",
            "<tool_call>\n{\"name\": \"stop\", \"arguments\": {}}\n</tool_call>",
            "<tool_response>\nSun.\n</tool_response>",
            "Done.");
    assertThat(nano.post(CHAT, history.formatted(TOOLS, ", \"max_tokens\": 2")).status())
        .isEqualTo(200);
  }

  @Test
  void resultsAreBroughtIntoTheOrderOfTheirCalls() {
    String history =
        """
        {"max_tokens": 1, "messages": [{"role": "user", "content": "Look."},
          {"role": "assistant", "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}},
            {"id": "b", "type": "function", "function": {"name": "g", "arguments": "{}"}}]},
          {"role": "tool", "tool_call_id": "b", "content": [{"type": "image", "image": "%s"}, {"type": "text", "text": "second"}]},
          {"role": "tool", "tool_call_id": "a", "content": [{"type": "text", "text": "first"}, {"type": "image", "image": "%s"}]}]}\
        """
            .formatted(
                NanoServer.picture(96, 64, Color.RED), NanoServer.picture(64, 96, Color.RED));
    JsonNode json = nano.post(CHAT, history).json();
    assertThat(json.path("media").path(0).path("width").intValue()).isEqualTo(64);
    assertThat(json.path("media").path(1).path("width").intValue()).isEqualTo(96);
    String template = history.replace("\"max_tokens\": 1, ", "");
    String prompt = nano.post("/apply-template", template).json().path("prompt").stringValue();
    assertThat(prompt.indexOf("first")).isLessThan(prompt.indexOf("second"));
    // Ids that fit no call say nothing about the order.
    String unknown = template.replace("\"tool_call_id\": \"a\"", "\"tool_call_id\": \"c\"");
    prompt = nano.post("/apply-template", unknown).json().path("prompt").stringValue();
    assertThat(prompt.indexOf("second")).isLessThan(prompt.indexOf("first"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"tool_choice\": \"required\" | there are no tools | tool_choice",
        "\"tools\": [{\"type\": \"web_search\"}] | 'web_search' | tools[0].type",
        "\"tools\": [{\"type\": \"function\"}] | is missing | tools[0].function",
        "\"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"\"}}] | is missing | tools[0].function.name",
        "\"tools\": [{\"function\": {\"name\": \"a\", \"parameters\": []}}] | JSON Schema | tools[0].function.parameters",
        "\"tools\": [{\"function\": {\"name\": \"a\"}}], \"tool_choice\": \"any\" | use auto, none | tool_choice",
        "\"tools\": [{\"function\": {\"name\": \"a\"}}], \"tool_choice\": {\"function\": {\"name\": \"b\"}} | they are [a] | tool_choice",
        "\"tools\": [{\"function\": {\"name\": \"a\"}}], \"tool_choice\": \"required\", \"grammar\": \"root ::= [a]\" | drop one | tool_choice",
        "\"tools\": [{\"function\": {\"name\": \"a\", \"strict\": true, \"parameters\": {\"properties\": {\"x\": {\"type\": \"strin\"}}}}}] | #/properties/x | tools",
        "\"parallel_tool_calls\": 1 | must be a boolean | parallel_tool_calls",
      })
  void wrongToolsAreNamed(String fields, String message, String param) {
    Answer answer = nano.post(CHAT, chat(fields));
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).contains(message);
    assertThat(answer.json().path("error").path("param").asString()).isEqualTo(param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"role\": \"assistant\", \"function_call\": {\"name\": \"a\"}} | use tool_calls | messages[0].function_call",
        "{\"role\": \"user\", \"content\": \"a\", \"tool_calls\": [{\"function\": {\"name\": \"a\", \"arguments\": \"{}\"}}]} | role assistant | messages[0].tool_calls",
        "{\"role\": \"assistant\", \"tool_calls\": [{\"function\": {\"name\": \"a\"}}]} | is missing | messages[0].tool_calls[0].function.arguments",
      })
  void wrongCallsInTheHistoryAreNamed(String message, String error, String param) {
    Answer answer = nano.post(CHAT, "{\"messages\": [%s]}".formatted(message));
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).contains(error);
    assertThat(answer.json().path("error").path("param").asString()).isEqualTo(param);
  }
}
