package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.server.NanoServer.Answer;
import java.awt.Color;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What Anthropic's clients send to messages and get back. */
@TestInstance(Lifecycle.PER_CLASS)
class AnthropicContractTest {
  private static final String MESSAGES = "/v1/messages";
  private static final String RED = NanoServer.picture(128, 96, Color.RED);

  private final NanoServer nano = new NanoServer();

  @AfterAll
  void close() {
    nano.close();
    assertThat(nano.faults).isEmpty();
  }

  private static String about(String source, String more) {
    return """
    {"model": "claude", "temperature": 0%s, "messages": [{"role": "user", "content": [
      {"type": "image", "source": %s},
      {"type": "text", "text": "Describe this image."}]}]}\
    """
        .formatted(more, source);
  }

  private static String base64() {
    return "{\"type\": \"base64\", \"media_type\": \"image/png\", \"data\": \"%s\"}"
        .formatted(NanoServer.base64(RED));
  }

  private static JsonNode ok(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private static String text(JsonNode message) {
    return message.path("content").path(0).path("text").stringValue();
  }

  @Test
  void describesAPicture() {
    Answer answer =
        nano.post(
            MESSAGES,
            about(base64(), ", \"max_tokens\": 24"),
            "x-api-key",
            "any",
            "anthropic-version",
            "2023-06-01");
    JsonNode json = ok(answer);
    assertThat(text(json)).contains("red");
    assertThat(json.path("type").stringValue()).isEqualTo("message");
    assertThat(json.path("role").stringValue()).isEqualTo("assistant");
    assertThat(json.path("model").stringValue()).isEqualTo("nano");
    assertThat(json.path("stop_reason").stringValue()).isIn("end_turn", "max_tokens");
    assertThat(json.path("stop_sequence").isNull()).isTrue();
    assertThat(json.path("usage").path("output_tokens").intValue()).isPositive();
    assertThat(json.path("media").path(0).path("width").intValue()).isEqualTo(128);
    assertThat(answer.response().headers().firstValue("request-id")).isPresent();
    String url = "{\"type\": \"url\", \"url\": \"%s\"}".formatted(RED);
    assertThat(text(ok(nano.post(MESSAGES, about(url, ", \"max_tokens\": 24")))))
        .isEqualTo(text(json));
  }

  @Test
  void countsTokensBeforeSending() {
    int counted =
        ok(nano.post(
                MESSAGES + "/count_tokens",
                about(base64(), "").replace(", \"temperature\": 0", "")))
            .path("input_tokens")
            .intValue();
    JsonNode usage = ok(nano.post(MESSAGES, about(base64(), ", \"max_tokens\": 1"))).path("usage");
    assertThat(
            usage.path("input_tokens").intValue()
                + usage.path("cache_read_input_tokens").intValue())
        .isEqualTo(counted);
  }

  @Test
  void streamsTheSameReply() {
    String whole = text(ok(nano.post(MESSAGES, about(base64(), ", \"max_tokens\": 24"))));
    Answer stream = nano.post(MESSAGES, about(base64(), ", \"max_tokens\": 24, \"stream\": true"));
    assertThat(stream.eventNames().stream().distinct())
        .containsExactly(
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
    List<JsonNode> events = stream.events();
    assertThat(events.stream().map(e -> e.path("type").stringValue()))
        .containsExactlyElementsOf(stream.eventNames());
    JsonNode message = events.getFirst().path("message");
    assertThat(message.path("content").size()).isZero();
    assertThat(message.path("stop_reason").isNull()).isTrue();
    StringBuilder text = new StringBuilder();
    events.forEach(e -> text.append(e.path("delta").path("text").asString("")));
    assertThat(text.toString()).isEqualTo(whole);
    JsonNode end = events.get(events.size() - 2);
    assertThat(end.path("delta").path("stop_reason").stringValue()).isIn("end_turn", "max_tokens");
    assertThat(end.path("usage").path("output_tokens").intValue()).isPositive();
    assertThat(end.path("usage").path("input_tokens"))
        .isEqualTo(message.path("usage").path("input_tokens"));
  }

  @Test
  void understandsWhatOpenAisApiSaysInOtherWords() {
    String mine =
        """
        {"max_tokens": 6, "temperature": 0, "top_k": 5, "metadata": {"user_id": "u"},
         "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
         "messages": [{"role": "user", "content": "Hello"},
          {"role": "assistant", "content": [{"type": "text", "text": "Hi"},
            {"type": "tool_use", "id": "t1", "name": "look", "input": {"at": 1}}]},
          {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1",
            "content": [{"type": "text", "text": "seen"}]}, {"type": "text", "text": "And?"}]}]}\
        """;
    String theirs =
        """
        {"max_tokens": 6, "temperature": 0, "top_k": 5,
         "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"},
          {"role": "assistant", "content": "Hi", "tool_calls": [{"id": "t1", "type": "function",
            "function": {"name": "look", "arguments": {"at": 1}}}]},
          {"role": "tool", "tool_call_id": "t1", "content": "seen"},
          {"role": "user", "content": "And?"}]}\
        """;
    JsonNode message = ok(nano.post(MESSAGES, mine));
    JsonNode other = ok(nano.post("/v1/chat/completions", theirs));
    assertThat(text(message))
        .isEqualTo(other.path("choices").path(0).path("message").path("content").stringValue());
    JsonNode usage = message.path("usage");
    assertThat(
            usage.path("input_tokens").intValue()
                + usage.path("cache_read_input_tokens").intValue())
        .isEqualTo(other.path("usage").path("prompt_tokens").intValue());
  }

  @Test
  void endsAtStopSequences() {
    String request =
        "{\"max_tokens\": 12, \"temperature\": 0%s, \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";
    String whole = text(ok(nano.post(MESSAGES, request.formatted(""))));
    String word = whole.substring(2, 4);
    JsonNode json =
        ok(
            nano.post(
                MESSAGES,
                request.formatted(
                    ", \"stop_sequences\": [%s]"
                        .formatted(dev.ocelli.server.wire.Json.tree(word)))));
    assertThat(json.path("stop_reason").stringValue()).isEqualTo("stop_sequence");
    assertThat(json.path("stop_sequence").stringValue()).isEqualTo(word);
    assertThat(text(json)).isEqualTo(whole.substring(0, whole.indexOf(word)));
  }

  @Test
  void thoughtsAreBlocksOfTheirOwn() {
    String request =
        """
        {"max_tokens": 5, "temperature": 0, "thinking": {"type": "enabled", "budget_tokens": 1024},
         "messages": [{"role": "user", "content": "Hello"}]%s}\
        """;
    try (NanoServer thinker = NanoServer.thinking()) {
      JsonNode content = ok(thinker.post(MESSAGES, request.formatted(""))).path("content");
      assertThat(content.path(0).path("type").stringValue()).isEqualTo("thinking");
      assertThat(content.path(1).path("type").stringValue()).isEqualTo("text");
      Answer stream = thinker.post(MESSAGES, request.formatted(", \"stream\": true"));
      StringBuilder thoughts = new StringBuilder();
      stream.events().forEach(e -> thoughts.append(e.path("delta").path("thinking").asString("")));
      assertThat(thoughts.toString())
          .isNotEmpty()
          .isEqualTo(content.path(0).path("thinking").stringValue());
      assertThat(stream.events().stream().map(e -> e.path("delta").path("type").asString("")))
          .contains("signature_delta");
      String off = request.formatted("").replace("enabled", "disabled");
      assertThat(ok(thinker.post(MESSAGES, off)).path("content").path(0).path("type").stringValue())
          .isEqualTo("text");
      String budget = request.formatted("").replace("1024", "2").replace("5,", "40,");
      content = ok(thinker.post(MESSAGES, budget)).path("content");
      assertThat(content.path(1).path("text").stringValue()).isNotEmpty();
    }
    assertThat(nano.post(MESSAGES, request.formatted("")).error()).contains("does not reason");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"messages\": [{\"role\": \"user\", \"content\": \"a\"}] | max_tokens: is missing",
        "\"max_tokens\": 0, \"messages\": [{\"role\": \"user\", \"content\": \"a\"}] | max_tokens: is 0",
        "\"max_tokens\": 1 | messages: is missing",
        "\"max_tokens\": 1, \"messages\": [] | messages: is empty",
        "\"max_tokens\": 1, \"mesages\": [] | did you mean messages?",
        "\"max_tokens\": 1, \"messages\": [{\"role\": \"system\", \"content\": \"a\"}] | messages[0].role: is 'system'",
        "\"max_tokens\": 1, \"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"audio\"}]}] | messages[0].content[0].type: is 'audio'",
        "\"max_tokens\": 1, \"messages\": [{\"role\": \"user\", \"content\": [1]}] | messages[0].content[0].type: is missing",
        "\"max_tokens\": 1, \"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image\", \"source\": {\"type\": \"file\"}}]}] | messages[0].content[0].source.file_id: is missing",
        "\"max_tokens\": 1, \"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image\", \"source\": {\"type\": \"disk\"}}]}] | messages[0].content[0].source.type",
        "\"max_tokens\": 1, \"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image\", \"source\": {\"type\": \"base64\", \"data\": \"AAAA\"}}]}] | messages[0].content[0].source.data",
        "\"max_tokens\": 1, \"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image\", \"source\": {\"type\": \"url\", \"url\": \"https://example.org/a.png\"}}]}] | downloads nothing",
        "\"max_tokens\": 1, \"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b \"}] | ends with white space",
        "\"max_tokens\": 1, \"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"\"}] | is to be continued",
        "\"max_tokens\": 1, \"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}], \"output_config\": {\"format\": {\"type\": \"json_schema\", \"schema\": {}}} | drop one of them",
        "\"max_tokens\": 1, \"cache_salt\": \"\", \"messages\": [{\"role\": \"user\", \"content\": \"a\"}] | cache_salt: is empty",
        "\"max_tokens\": 1, \"temperature\": \"hot\", \"messages\": [] | temperature: must be a number",
        "\"max_tokens\": 1, \"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"tools\": [{\"type\": \"web_search_20250305\", \"name\": \"w\"}] | tools[0].type",
        "\"max_tokens\": 1, \"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"tool_choice\": {\"type\": \"all\"} | tool_choice.type",
      })
  void wrongFieldsAreNamed(String fields, String message) {
    Answer answer = nano.post(MESSAGES, "{" + fields + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.json().path("type").stringValue()).isEqualTo("error");
    assertThat(answer.json().path("error").path("type").stringValue())
        .isEqualTo("invalid_request_error");
    assertThat(answer.error()).contains(message);
  }

  @Test
  void clientsLearnThatConversationsAreNotKept() {
    Answer answer =
        nano.post(
            MESSAGES,
            "{\"max_tokens\": 1, \"thread\": {\"type\": \"create\"}, \"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}");
    assertThat(answer.status()).isEqualTo(400);
    JsonNode details = answer.json().path("error").path("details");
    assertThat(details.path("error_code").stringValue()).isEqualTo("thread_unsupported_request");
    assertThat(details.path("unsupported").path(0).stringValue()).isEqualTo("thread");
  }

  @Test
  void pathsThatAreNotThereAreToldInAnthropicsWords() {
    Answer missing = nano.get(MESSAGES + "/batches");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.json().path("type").stringValue()).isEqualTo("error");
    assertThat(missing.json().path("error").path("type").stringValue())
        .isEqualTo("not_found_error");
    Answer method = nano.get(MESSAGES);
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.json().path("type").stringValue()).isEqualTo("error");
  }

  @Test
  void keysAreWantedInAnthropicsWords() {
    try (NanoServer locked =
        new NanoServer(b -> b.keys(dev.ocelli.server.access.ApiKeys.of(List.of("secret"))))) {
      String request =
          "{\"max_tokens\": 1, \"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}";
      Answer refused = locked.post(MESSAGES, request, "x-api-key", "wrong");
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.json().path("error").path("type").stringValue())
          .isEqualTo("authentication_error");
      assertThat(locked.post(MESSAGES, request, "x-api-key", "secret").status()).isEqualTo(200);
    }
  }
}
