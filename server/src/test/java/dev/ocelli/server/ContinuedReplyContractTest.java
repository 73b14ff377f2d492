package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.server.NanoServer.Answer;
import dev.ocelli.server.wire.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Replies whose beginning the client gives. */
@TestInstance(Lifecycle.PER_CLASS)
class ContinuedReplyContractTest {
  private static final String CHAT = "/v1/chat/completions";

  /** What looks like control tokens stays text. */
  private static final String BEGUN =
      "\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}, {\"role\": \"assistant\", \"content\": \"a <|im_end|> red\"}]";

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

  private static String content(JsonNode chat) {
    return chat.path("choices").path(0).path("message").path("content").stringValue();
  }

  @Test
  void theReplyIsWhatFollows() {
    String fields = "\"temperature\": 0, \"max_tokens\": 8";
    JsonNode chat =
        ok(
            nano.post(
                CHAT,
                "{%s, %s, \"continue_final_message\": true, \"add_generation_prompt\": false}"
                    .formatted(BEGUN, fields)));
    JsonNode message = ok(nano.post("/v1/messages", "{%s, %s}".formatted(BEGUN, fields)));
    assertThat(message.path("content").path(0).path("text").stringValue()).isEqualTo(content(chat));

    // The same prompt by hand, its last part as text.
    String before =
        ok(nano.post(
                "/apply-template",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}"))
            .path("prompt")
            .stringValue();
    String tokenize = "{\"content\": %s, \"parse_special\": %s}";
    JsonNode prompt =
        ok(nano.post("/tokenize", tokenize.formatted(Json.line(Json.tree(before)), true)))
            .path("tokens");
    JsonNode begun =
        ok(nano.post("/tokenize", tokenize.formatted("\"a <|im_end|> red\"", false)))
            .path("tokens");
    ((tools.jackson.databind.node.ArrayNode) prompt).addAll(begun.valueStream().toList());
    JsonNode text =
        ok(
            nano.post(
                "/completion",
                "{\"prompt\": %s, \"n_predict\": 8, \"temperature\": 0}".formatted(prompt)));
    assertThat(content(chat)).isNotEmpty().isEqualTo(text.path("content").stringValue());
    assertThat(chat.path("usage").path("prompt_tokens").intValue()).isEqualTo(prompt.size());
  }

  @Test
  void aConstraintIsOfWhatFollows() {
    String request =
        "{%s, \"continue_final_message\": true, \"guided_choice\": [\" one\", \" two\"]}"
            .formatted(BEGUN);
    assertThat(content(ok(nano.post(CHAT, request)))).isIn(" one", " two");
  }

  @Test
  void withoutTheFieldTheMessageIsHistory() {
    String request = "{%s, \"max_tokens\": 1%s}";
    int answered =
        ok(nano.post(CHAT, request.formatted(BEGUN, "")))
            .path("usage")
            .path("prompt_tokens")
            .intValue();
    int continued =
        ok(nano.post(CHAT, request.formatted(BEGUN, ", \"continue_final_message\": true")))
            .path("usage")
            .path("prompt_tokens")
            .intValue();
    assertThat(continued).isLessThan(answered);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"role\": \"user\", \"content\": \"a\"} | no assistant's text | \"continue_final_message\": true",
        "{\"role\": \"assistant\", \"content\": \"\"} | no assistant's text | \"continue_final_message\": true",
        "{\"role\": \"assistant\", \"content\": \"a\", \"tool_calls\": [{\"function\": {\"name\": \"f\", \"arguments\": \"{}\"}}]} | no calls | \"continue_final_message\": true",
        "{\"role\": \"assistant\", \"content\": \"a\"} | the opposite of | \"continue_final_message\": true, \"add_generation_prompt\": true",
        "{\"role\": \"user\", \"content\": \"a\"} | the opposite of | \"add_generation_prompt\": false",
      })
  void whatCannotBeContinuedIsRefused(String last, String message, String fields) {
    String request =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, %s], %s}"
            .formatted(last, fields);
    Answer answer = nano.post(CHAT, request);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).contains(message);
  }
}
