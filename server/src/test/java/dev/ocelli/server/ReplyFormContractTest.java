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

/** Replies of a form that the client gives, by every API's fields for it. */
@TestInstance(Lifecycle.PER_CLASS)
class ReplyFormContractTest {
  private static final String CHAT = "/v1/chat/completions";

  private final NanoServer nano = new NanoServer();

  @AfterAll
  void close() {
    nano.close();
    assertThat(nano.faults).isEmpty();
  }

  private static String chat(String fields) {
    return """
    {"messages": [{"role": "user", "content": "Describe this image."}], "max_tokens": 60, %s}\
    """
        .formatted(fields);
  }

  private static JsonNode choice(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("choices").path(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "\"grammar\": \"root ::= (\\\"yes\\\" | \\\"no\\\") [!]\" ~ (yes|no)!",
        "\"json_schema\": {\"type\": \"boolean\"} ~ true|false",
        "\"response_format\": {\"type\": \"json_object\", \"schema\": {\"enum\": [17, 19]}} ~ 17|19",
        "\"response_format\": {\"type\": \"json_schema\", \"json_schema\": {\"name\": \"x\", \"strict\": true, \"schema\": {\"const\": \"a\"}}} ~ \"a\"",
        "\"guided_json\": \"{\\\"enum\\\": [null, 3]}\" ~ null|3",
        "\"guided_json\": {\"enum\": [null, 3]} ~ null|3",
        "\"guided_regex\": \"[a-c]{3}-[0-9]\" ~ [a-c]{3}-[0-9]",
        "\"guided_choice\": [\"red\", \"green\"] ~ red|green",
        "\"guided_grammar\": \"root ::= [xy]{4}\" ~ [xy]{4}",
        "\"structured_outputs\": {\"json\": {\"const\": 5}} ~ 5",
        "\"structured_outputs\": {\"regex\": \"u{2,3}\"} ~ u{2,3}",
        "\"structured_outputs\": {\"choice\": [\"one\"]} ~ one",
        "\"structured_outputs\": {\"grammar\": \"root ::= \\\"g\\\"\"} ~ g",
      })
  void everyKindOfFormHolds(String fields, String pattern) {
    String content =
        choice(nano.post(CHAT, chat(fields))).path("message").path("content").asString();
    assertThat(content).matches(pattern);
    String prompt = "{\"prompt\": \"a red\", \"n_predict\": 60, %s}".formatted(fields);
    assertThat(nano.post("/completion", prompt).json().path("content").asString()).matches(pattern);
    assertThat(choice(nano.post("/v1/completions", prompt)).path("text").asString())
        .matches(pattern);
  }

  @Test
  void repliesFitASchemaWholeAndStreamed() {
    String schema =
        """
        "temperature": 1, "top_k": 0, "seed": %d, "response_format": {"type": "json_schema", "json_schema": {
          "name": "scene", "strict": true, "schema": {"type": "object",
          "properties": {"colour": {"enum": ["red", "blue"]}, "n": {"type": "integer", "minimum": 3, "maximum": 70},
                         "big": {"type": "boolean"}},
          "required": ["colour", "n", "big"], "additionalProperties": false}}}%s\
        """;
    for (int seed = 0; seed < 4; seed++) {
      JsonNode choice = choice(nano.post(CHAT, chat(schema.formatted(seed, ""))));
      String content = choice.path("message").path("content").asString();
      JsonNode value = Json.parse(content.getBytes(StandardCharsets.UTF_8));
      assertThat(value.path("colour").asString()).isIn("red", "blue");
      assertThat(value.path("n").intValue()).isBetween(3, 70);
      assertThat(value.path("big").isBoolean()).isTrue();
      assertThat(choice.path("finish_reason").asString()).isEqualTo("stop");
      StringBuilder streamed = new StringBuilder();
      nano.post(CHAT, chat(schema.formatted(seed, ", \"stream\": true")))
          .events()
          .forEach(e ->
              streamed.append(
                  e.path("choices").path(0).path("delta").path("content").asString("")));
      assertThat(streamed.toString()).isEqualTo(content);
    }
    String object = chat("\"response_format\": {\"type\": \"json_object\"}, \"n\": 2");
    nano.post(CHAT, object)
        .json()
        .path("choices")
        .forEach(c -> assertThat(c.path("message").path("content").asString()).startsWith("{"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "\"grammar\": \"root ::= x\" ~ 'x', which is not defined ~ grammar",
        "\"grammar\": \"root ::= root\" ~ can never end ~ grammar",
        "\"grammar\": \"yes\" ~ line 1 ~ grammar",
        "\"json_schema\": {\"properties\": {\"a\": {\"type\": \"strin\"}}} ~ #/properties/a ~ json_schema",
        "\"response_format\": {\"type\": \"json_schema\", \"json_schema\": {\"schema\": {\"items\": {\"minLength\": -1}}}} ~ #/items ~ response_format.json_schema.schema",
        "\"response_format\": {\"type\": \"json_schema\"} ~ is missing ~ response_format.json_schema",
        "\"response_format\": {\"type\": \"xml\"} ~ use text, json_object or json_schema ~ response_format.type",
        "\"guided_json\": \"{\" ~ no JSON text ~ guided_json",
        "\"guided_regex\": \"(\" ~ guided_regex: ~ guided_regex",
        "\"guided_choice\": [] ~ list of choices is empty ~ guided_choice",
        "\"guided_choice\": [1] ~ must be a string ~ guided_choice[0]",
        "\"structured_outputs\": {\"jsn\": {}} ~ did you mean json? ~ structured_outputs.jsn",
        "\"structured_outputs\": {\"regex\": \"[\"} ~ structured_outputs.regex: ~ structured_outputs.regex",
        "\"grammar\": \"root ::= [a]\", \"guided_regex\": \"b\" ~ grammar and guided_regex exclude each other ~ guided_regex",
      })
  void wrongFormsAreNamed(String fields, String message, String param) {
    for (String stream : List.of("", ", \"stream\": true")) {
      Answer answer = nano.post(CHAT, chat(fields + stream));
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
      assertThat(answer.error()).contains(message);
      assertThat(answer.json().path("error").path("param").asString()).isEqualTo(param);
    }
    Answer plain = nano.post("/completion", "{\"prompt\": \"a\", %s}".formatted(fields));
    assertThat(plain.status()).isEqualTo(400);
    assertThat(plain.error()).contains(message);
  }

  @Test
  void repetitionsEndAReplyUnlessTheGuardIsOff() {
    String loop = "\"temperature\": 0, \"logit_bias\": {\"70\": 1000000}, \"max_tokens\": 450%s";
    String request = chat(loop.formatted("")).replace("\"max_tokens\": 60, ", "");
    JsonNode ended = choice(nano.post(CHAT, request));
    assertThat(ended.path("finish_reason").asString()).isEqualTo("repetition");
    String streamed = request.substring(0, request.length() - 1) + ", \"stream\": true}";
    assertThat(
            nano.post(CHAT, streamed)
                .events()
                .getLast()
                .path("choices")
                .path(0)
                .path("finish_reason")
                .asString())
        .isEqualTo("repetition");
    String free = request.substring(0, request.length() - 1) + ", \"loop_guard\": false}";
    assertThat(choice(nano.post(CHAT, free)).path("finish_reason").asString()).isEqualTo("length");
    String completion =
        "{\"prompt\": \"a\", \"n_predict\": 450, \"temperature\": 0, \"logit_bias\": {\"70\": 1000000}}";
    assertThat(nano.post("/completion", completion).json().path("stop_type").asString())
        .isEqualTo("repetition");
  }

  @Test
  void aReplyHasAtLeastTheTokensThatAreAskedFor() {
    String request = "\"temperature\": 0, \"guided_regex\": \"a+\", \"min_tokens\": 20";
    JsonNode json = nano.post(CHAT, chat(request)).json();
    assertThat(json.path("usage").path("completion_tokens").intValue()).isBetween(20, 60);
  }
}
