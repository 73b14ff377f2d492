package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.chat.ChatTemplate;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.server.NanoServer.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Reasoning, with the nano model in the chat template of the Thinking models. */
@TestInstance(Lifecycle.PER_CLASS)
class ThinkingContractTest {
  private static final String CHAT = "/v1/chat/completions";

  private final NanoServer nano = new NanoServer(b -> {}, thinking());

  private static Engine thinking() {
    ModelFiles f = NanoServer.files();
    ModelFiles.TextRules t = f.text();
    try (InputStream in =
        Objects.requireNonNull(ChatTemplate.class.getResourceAsStream("qwen3vl-thinking.jinja"))) {
      String jinja = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      ModelFiles.TextRules rules =
          new ModelFiles.TextRules(
              t.tokenizer(),
              new ModelFiles.ChatSource(jinja, "the thinking template"),
              t.sampling(),
              t.ignoredSampling(),
              t.stops());
      return Engine.open(
          new ModelFiles(f.name(), f.config(), f.language(), f.vision(), rules, f.pictures()),
          EngineOptions.DEFAULT.withThreads(2, 2),
          (done, total) -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  void close() {
    nano.close();
    assertThat(nano.faults).isEmpty();
  }

  private static String chat(String fields) {
    return """
    {"messages": [{"role": "user", "content": "Describe this image."}], "temperature": 0,
     "max_tokens": 40, "guided_choice": ["red", "green"], %s}\
    """
        .formatted(fields);
  }

  private static JsonNode message(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("choices").path(0).path("message");
  }

  private String prompt(String fields) {
    String request =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], %s}".formatted(fields);
    return nano.post("/apply-template", request).json().path("prompt").asString();
  }

  @Test
  void reasoningHasAFieldOfItsOwnWholeAndStreamed() {
    for (String budget : new String[] {"thinking_budget_tokens", "reasoning_budget"}) {
      String fields = "\"%s\": 6".formatted(budget);
      JsonNode m = message(nano.post(CHAT, chat(fields)));
      assertThat(m.path("reasoning_content").asString()).isNotBlank();
      assertThat(m.path("content").asString()).isIn("red", "green");
      StringBuilder reasoning = new StringBuilder();
      StringBuilder content = new StringBuilder();
      for (JsonNode e : nano.post(CHAT, chat(fields + ", \"stream\": true")).events()) {
        JsonNode delta = e.path("choices").path(0).path("delta");
        reasoning.append(delta.path("reasoning_content").asString(""));
        content.append(delta.path("content").asString(""));
      }
      assertThat(reasoning.toString()).isEqualTo(m.path("reasoning_content").asString());
      assertThat(content.toString()).isEqualTo(m.path("content").asString());
    }
  }

  @Test
  void reasoningStaysInTheContentWhenAsked() {
    String fields = "\"thinking_budget_tokens\": 6, \"reasoning_format\": \"%s\"%s";
    JsonNode apart = message(nano.post(CHAT, chat(fields.formatted("deepseek", ""))));
    JsonNode joined = message(nano.post(CHAT, chat(fields.formatted("none", ""))));
    assertThat(joined.has("reasoning_content")).isFalse();
    assertThat(joined.path("content").asString())
        .isEqualTo(
            "<think>\n%s\n</think>\n\n%s"
                .formatted(
                    apart.path("reasoning_content").asString(), apart.path("content").asString()));
    StringBuilder streamed = new StringBuilder();
    for (JsonNode e :
        nano.post(CHAT, chat(fields.formatted("none", ", \"stream\": true"))).events()) {
      streamed.append(e.path("choices").path(0).path("delta").path("content").asString(""));
    }
    assertThat(streamed.toString()).isEqualTo(joined.path("content").asString());
  }

  @Test
  void thoughtsAreCounted() {
    String fields = "\"thinking_budget_tokens\": 6";
    JsonNode usage = nano.post(CHAT, chat(fields)).json().path("usage");
    int thoughts = usage.path("completion_tokens_details").path("reasoning_tokens").intValue();
    assertThat(thoughts).isBetween(6, usage.path("completion_tokens").intValue() - 1);
    String stream = ", \"stream\": true, \"stream_options\": {\"include_usage\": true}";
    JsonNode last = nano.post(CHAT, chat(fields + stream)).events().getLast().path("usage");
    assertThat(last.path("completion_tokens_details"))
        .isEqualTo(usage.path("completion_tokens_details"));
  }

  @Test
  void aContinuedAnswerHasBeenThoughtOver() {
    String request =
        """
        {"continue_final_message": true, "messages": [{"role": "user", "content": "a"},
          {"role": "assistant", "content": "</think>b"%s}]}\
        """;
    assertThat(nano.post("/apply-template", request.formatted("")).json().path("prompt").asString())
        .endsWith("<think>\n\n</think>\n\n</think>b");
    String thought = ", \"reasoning_content\": \"Hm.\"";
    assertThat(
            nano.post("/apply-template", request.formatted(thought))
                .json()
                .path("prompt")
                .asString())
        .endsWith("<think>\nHm.\n</think>\n\n</think>b");
  }

  @Test
  void reasoningIsSwitchedOnAndOff() {
    String on = prompt("\"chat_template_kwargs\": {\"enable_thinking\": true}");
    assertThat(on).endsWith("<think>\n");
    assertThat(prompt("\"reasoning_effort\": \"high\"")).isEqualTo(on);
    String off = prompt("\"chat_template_kwargs\": {\"enable_thinking\": false}");
    assertThat(off).endsWith("</think>\n\n");
    assertThat(prompt("\"reasoning_effort\": \"none\"")).isEqualTo(off);
    JsonNode m = message(nano.post(CHAT, chat("\"reasoning_effort\": \"none\"")));
    assertThat(m.has("reasoning_content")).isFalse();
    assertThat(m.path("content").asString()).isIn("red", "green");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"reasoning_effort\": \"huge\" | use one of none | reasoning_effort",
        "\"reasoning_effort\": \"none\", \"chat_template_kwargs\": {\"enable_thinking\": true} | asks for reasoning | reasoning_effort",
        "\"chat_template_kwargs\": {\"think\": true} | is not a field | chat_template_kwargs.think",
        "\"thinking_budget_tokens\": -2 | allowed are -1 | thinking_budget_tokens",
        "\"thinking_budget_tokens\": 2, \"reasoning_budget\": 3 | means the same | reasoning_budget",
        "\"reasoning_format\": \"xml\" | use auto, deepseek or none | reasoning_format",
      })
  void wrongFieldsAreNamed(String fields, String message, String param) {
    Answer answer = nano.post(CHAT, chat(fields));
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).contains(message);
    assertThat(answer.json().path("error").path("param").asString()).isEqualTo(param);
  }
}
