package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.server.NanoServer.Answer;
import dev.ocelli.server.wire.Json;
import java.awt.Color;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What Ollama's clients send and get back. */
@TestInstance(Lifecycle.PER_CLASS)
class OllamaContractTest {
  private static final String RED = NanoServer.base64(NanoServer.picture(128, 96, Color.RED));

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

  private static String chat(String more) {
    return """
    {"model": "qwen3-vl", "messages": [{"role": "user", "content": "Describe this image.",
      "images": ["%s"]}], "keep_alive": "5m",
      "options": {"temperature": 0, "num_predict": 24, "num_ctx": 4096, "repeat_penalty": 1}%s}\
    """
        .formatted(RED, more);
  }

  @Test
  void describesAPicture() {
    JsonNode json = ok(nano.post("/api/chat", chat(", \"stream\": false")));
    assertThat(json.path("message").path("content").stringValue()).contains("red");
    assertThat(json.path("message").path("role").stringValue()).isEqualTo("assistant");
    assertThat(json.path("model").stringValue()).isEqualTo("nano");
    assertThat(json.path("done").booleanValue()).isTrue();
    assertThat(json.path("done_reason").stringValue()).isIn("stop", "length");
    for (String phase :
        List.of(
            "total",
            "load",
            "queue",
            "decode_image",
            "preprocess",
            "encode",
            "prompt_eval",
            "eval")) {
      assertThat(json.path(phase + "_duration").isIntegralNumber()).as(phase).isTrue();
    }
    assertThat(json.path("prompt_eval_count").intValue()).isGreaterThan(10);
    assertThat(json.path("eval_count").intValue()).isPositive();
    assertThat(json.path("media").path(0).path("width").intValue()).isEqualTo(128);
  }

  @Test
  void streamsTheSameReplyOneObjectALine() {
    String whole =
        ok(nano.post("/api/chat", chat(", \"stream\": false")))
            .path("message")
            .path("content")
            .stringValue();
    Answer stream = nano.post("/api/chat", chat(""));
    assertThat(stream.response().headers().firstValue("Content-Type").orElse(""))
        .isEqualTo("application/x-ndjson");
    StringBuilder text = new StringBuilder();
    stream.lines().forEach(l -> text.append(l.path("message").path("content").stringValue()));
    assertThat(text.toString()).isEqualTo(whole);
    assertThat(stream.lines()).hasSizeGreaterThan(2);
    List<Boolean> done = stream.lines().stream().map(l -> l.path("done").booleanValue()).toList();
    assertThat(done.indexOf(true)).isEqualTo(done.size() - 1);
  }

  @Test
  void generatesTheSameFromAPrompt() {
    String request =
        """
        {"prompt": "Describe this image.", "images": ["%s"], "stream": false,
         "options": {"temperature": 0, "num_predict": 24}}\
        """
            .formatted(RED);
    JsonNode json = ok(nano.post("/api/generate", request));
    assertThat(json.path("response"))
        .isEqualTo(
            ok(nano.post("/api/chat", chat(", \"stream\": false")))
                .path("message")
                .path("content"));
    StringBuilder text = new StringBuilder();
    nano.post("/api/generate", request.replace("\"stream\": false", "\"stream\": true"))
        .lines()
        .forEach(l -> text.append(l.path("response").stringValue()));
    assertThat(text.toString()).isEqualTo(json.path("response").stringValue());
  }

  @Test
  void continuesARawPrompt() {
    JsonNode raw =
        ok(
            nano.post(
                "/api/generate",
                "{\"prompt\": \"a red\", \"raw\": true, \"stream\": false, \"logprobs\": true, \"top_logprobs\": 2, \"options\": {\"temperature\": 0, \"num_predict\": 4}}"));
    JsonNode other =
        nano.post("/completion", "{\"prompt\": \"a red\", \"n_predict\": 4, \"temperature\": 0}")
            .json();
    assertThat(raw.path("response")).isEqualTo(other.path("content"));
    assertThat(raw.path("logprobs").size()).isEqualTo(raw.path("eval_count").intValue());
    assertThat(raw.path("logprobs").path(0).path("top_logprobs").size()).isEqualTo(2);
  }

  @Test
  void understandsWhatOpenAisApiSaysInOtherWords() {
    String mine =
        """
        {"stream": false, "options": {"temperature": 0, "num_predict": 6, "stop": ["zzz"], "min_p": 0.1},
         "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"},
          {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "look",
            "arguments": {"at": 1}}}]}, {"role": "tool", "tool_name": "look", "content": "seen"}]}\
        """;
    String theirs =
        """
        {"max_tokens": 6, "temperature": 0,
         "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"},
          {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "look",
            "arguments": {"at": 1}}}]}, {"role": "tool", "content": "seen"}]}\
        """;
    JsonNode json = ok(nano.post("/api/chat", mine));
    JsonNode other = ok(nano.post("/v1/chat/completions", theirs));
    assertThat(json.path("message").path("content"))
        .isEqualTo(other.path("choices").path(0).path("message").path("content"));
    assertThat(json.path("prompt_eval_count")).isEqualTo(other.path("usage").path("prompt_tokens"));
  }

  @Test
  void thoughtsAreApart() {
    String request =
        "{\"think\": true, \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}], \"options\": {\"temperature\": 0, \"num_predict\": 5}%s}";
    try (NanoServer thinker = NanoServer.thinking()) {
      String thoughts =
          ok(thinker.post("/api/chat", request.formatted(", \"stream\": false")))
              .path("message")
              .path("thinking")
              .stringValue();
      StringBuilder streamed = new StringBuilder();
      thinker
          .post("/api/chat", request.formatted(""))
          .lines()
          .forEach(l -> streamed.append(l.path("message").path("thinking").asString("")));
      assertThat(streamed.toString()).isNotEmpty().isEqualTo(thoughts);
      assertThat(ok(thinker.post("/api/show", "{\"model\": \"nano\"}")).path("capabilities"))
          .isEqualTo(Json.tree(List.of("completion", "vision", "thinking")));
      String off = request.formatted(", \"stream\": false").replace("true", "false");
      assertThat(ok(thinker.post("/api/chat", off)).path("message").has("thinking")).isFalse();
    }
    assertThat(nano.post("/api/chat", request.formatted("")).error())
        .startsWith("think: asks for reasoning");
  }

  @Test
  void tellsAboutTheModel() {
    assertThat(nano.get("/api/version").json().path("version").isString()).isTrue();
    JsonNode tag = ok(nano.get("/api/tags")).path("models").path(0);
    assertThat(tag.path("name").stringValue()).isEqualTo("nano");
    assertThat(tag.path("digest").stringValue()).hasSize(64);
    assertThat(tag.path("size").longValue()).isPositive();
    assertThat(tag.path("details").path("family").stringValue()).isEqualTo("qwen3vl");
    JsonNode running = ok(nano.get("/api/ps")).path("models").path(0);
    assertThat(running.path("digest")).isEqualTo(tag.path("digest"));
    assertThat(running.path("context_length").intValue()).isPositive();
    JsonNode show = ok(nano.post("/api/show", "{\"model\": \"nano:latest\"}"));
    assertThat(show.path("template").stringValue()).contains("im_start");
    assertThat(show.path("parameters").stringValue()).contains("temperature ");
    assertThat(show.path("model_info").path("general.parameter_count").longValue()).isPositive();
    assertThat(nano.post("/api/show", "{\"model\": \"other\"}").status()).isEqualTo(404);
  }

  @Test
  void pathsThatAreNotThereAreToldInOllamasWords() {
    Answer missing = nano.get("/api/nothing");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.json().path("error").stringValue()).contains("/api/nothing");
    assertThat(nano.get("/v1/nothing").json().path("error").isObject()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/chat", "/api/generate"})
  void aRequestThatSaysNothingAsksForTheModel(String path) {
    JsonNode json = ok(nano.post(path, "{\"model\": \"nano\", \"keep_alive\": -1}"));
    assertThat(json.path("done_reason").stringValue()).isEqualTo("load");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/pull", "/api/push", "/api/create", "/api/copy", "/api/delete"})
  void modelsAreNotManaged(String path) {
    Answer answer =
        path.endsWith("delete") ? nano.delete(path) : nano.post(path, "{\"model\": \"m\"}");
    assertThat(answer.status()).isEqualTo(501);
    assertThat(answer.json().path("error").stringValue())
        .contains("does not manage models", path, "ocelli serve -m");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/chat | \"mesages\": [] | did you mean messages?",
        "/api/chat | \"messages\": \"a\" | messages: must be an array",
        "/api/chat | \"messages\": [{\"content\": \"a\"}] | messages[0].role: is missing",
        "/api/chat | \"messages\": [{\"role\": \"king\"}] | messages[0].role: is 'king'",
        "/api/chat | \"messages\": [{\"role\": \"user\", \"content\": [1]}] | messages[0].content: must be a string",
        "/api/chat | \"messages\": [{\"role\": \"user\", \"images\": [1]}] | messages[0].images[0]: must be",
        "/api/chat | \"messages\": [{\"role\": \"user\", \"images\": [\"AAAA\"]}] | messages[0].images[0]",
        "/api/chat | \"messages\": [{\"role\": \"system\", \"images\": [\"AAAA\"]}] | messages[0].images: pictures can",
        "/api/chat | \"options\": {\"num_predictt\": 1} | did you mean num_predict?",
        "/api/chat | \"options\": {\"num_predict\": -2} | options.num_predict: is -2",
        "/api/chat | \"options\": {\"mirostat\": 1} | options.mirostat: is not supported",
        "/api/chat | \"options\": {\"temperature\": \"hot\"} | options.temperature: must be a number",
        "/api/chat | \"format\": \"xml\" | format: is",
        "/api/chat | \"think\": \"high\" | think: must be a boolean",
        "/api/generate | \"prompt\": \"a\", \"suffix\": \"b\" | suffix: is not supported",
        "/api/generate | \"prompt\": \"a\", \"context\": [1, 2] | use /api/chat",
        "/api/generate | \"prompt\": \"a\", \"raw\": true, \"images\": [\"AAAA\"] | images: needs the chat template",
        "/api/generate | \"prompt\": 1 | prompt: must be a string",
        "/api/show | \"verbose\": true | model: is missing",
      })
  void wrongFieldsAreNamed(String path, String fields, String message) {
    Answer answer = nano.post(path, "{" + fields + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.json().path("error").stringValue()).contains(message);
  }
}
