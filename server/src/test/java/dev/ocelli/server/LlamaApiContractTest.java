package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.server.NanoServer.Answer;
import dev.ocelli.server.wire.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import tools.jackson.databind.JsonNode;

/** llama.cpp's own endpoints, OpenAI's text completions, models and the description. */
@TestInstance(Lifecycle.PER_CLASS)
class LlamaApiContractTest {
  private final NanoServer nano = new NanoServer();

  @AfterAll
  void close() {
    nano.close();
    assertThat(nano.faults).isEmpty();
  }

  @Test
  void completesTextAndTokens() {
    Answer text =
        nano.post("/completion", "{\"prompt\": \"a red\", \"n_predict\": 5, \"temperature\": 0}");
    assertThat(text.status()).as(text.body()).isEqualTo(200);
    JsonNode json = text.json();
    assertThat(json.path("tokens_predicted").intValue()).isLessThanOrEqualTo(5);
    assertThat(json.path("stop").booleanValue()).isTrue();
    assertThat(json.path("generation_settings").path("temperature").doubleValue()).isZero();
    JsonNode ids = nano.post("/tokenize", "{\"content\": \"a red\"}").json().path("tokens");
    JsonNode tokens =
        nano.post(
                "/completion",
                "{\"prompt\": %s, \"n_predict\": 5, \"temperature\": 0, \"return_tokens\": true, \"n_probs\": 2}"
                    .formatted(ids))
            .json();
    assertThat(tokens.path("content")).isEqualTo(json.path("content"));
    assertThat(tokens.path("tokens").size()).isEqualTo(json.path("tokens_predicted").intValue());
    assertThat(tokens.path("completion_probabilities").path(0).path("top_logprobs").size())
        .isEqualTo(2);
  }

  @Test
  void streamsACompletion() {
    String request = "{\"prompt\": \"a red\", \"n_predict\": 5, \"temperature\": 0%s}";
    JsonNode whole = nano.post("/completion", request.formatted("")).json();
    List<JsonNode> events =
        nano.post("/completion", request.formatted(", \"stream\": true")).events();
    StringBuilder text = new StringBuilder();
    events.forEach(e -> text.append(e.path("content").stringValue()));
    assertThat(text.toString()).isEqualTo(whole.path("content").stringValue());
    JsonNode last = events.getLast();
    assertThat(last.path("stop").booleanValue()).isTrue();
    assertThat(last.path("stop_type")).isEqualTo(whole.path("stop_type"));
  }

  @Test
  void saysWhichStopStringEndedTheReply() {
    String request = "{\"prompt\": \"a red\", \"n_predict\": 12, \"temperature\": 0%s}";
    String whole =
        nano.post("/completion", request.formatted("")).json().path("content").stringValue();
    String word = whole.substring(1, 3);
    JsonNode json =
        nano.post("/completion", request.formatted(", \"stop\": " + Json.tree(word))).json();
    assertThat(json.path("stop_type").stringValue()).isEqualTo("word");
    assertThat(json.path("stopping_word").stringValue()).isEqualTo(word);
  }

  @Test
  void openAiCompletionsTakeSeveralPrompts() {
    String request = "{\"prompt\": %s, \"max_tokens\": 4, \"temperature\": 0, \"echo\": true%s}";
    Answer answer =
        nano.post(
            "/v1/completions", request.formatted("[\"a red\", \"a blue\"]", ", \"logprobs\": 1"));
    JsonNode choices = answer.json().path("choices");
    assertThat(choices.size()).as(answer.body()).isEqualTo(2);
    assertThat(choices.path(1).path("text").stringValue()).startsWith("a blue");
    assertThat(choices.path(1).path("logprobs").path("tokens").size()).isPositive();
    Answer alone = nano.post("/v1/completions", request.formatted("\"a blue\"", ""));
    assertThat(alone.json().path("choices").path(0).path("text"))
        .isEqualTo(choices.path(1).path("text"));
    StringBuilder streamed = new StringBuilder();
    nano.post("/v1/completions", request.formatted("\"a blue\"", ", \"stream\": true"))
        .events()
        .forEach(e -> streamed.append(e.path("choices").path(0).path("text").asString("")));
    assertThat(streamed.toString()).isEqualTo(choices.path(1).path("text").stringValue());
    assertThat(nano.post("/v1/completions", "{\"prompt\": \"a\", \"suffix\": \"b\"}").status())
        .isEqualTo(400);
  }

  @Test
  void tokensGoThereAndBack() {
    String text = "Grüße, <|im_end|> 你好 🙂";
    JsonNode special =
        nano.post("/tokenize", "{\"content\": \"%s\"}".formatted(text)).json().path("tokens");
    assertThat(
            nano.post("/detokenize", "{\"tokens\": %s}".formatted(special))
                .json()
                .path("content")
                .stringValue())
        .isEqualTo(text);
    JsonNode plain =
        nano.post("/tokenize", "{\"content\": \"%s\", \"parse_special\": false}".formatted(text))
            .json()
            .path("tokens");
    assertThat(plain.size()).isGreaterThan(special.size());
    JsonNode pieces =
        nano.post("/tokenize", "{\"content\": \"a b\", \"with_pieces\": true}")
            .json()
            .path("tokens");
    assertThat(pieces.path(0).path("piece").stringValue()).isEqualTo("a");
    assertThat(nano.post("/detokenize", "{\"tokens\": [-1]}").error()).contains("tokens[0]");
  }

  @Test
  void showsThePromptOfAConversation() {
    Answer answer =
        nano.post("/apply-template", "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}");
    assertThat(answer.json().path("prompt").stringValue())
        .contains("<|im_start|>user\nHi<|im_end|>")
        .endsWith("<|im_start|>assistant\n");
  }

  @Test
  void tellsProperties() {
    JsonNode props = nano.get("/props").json();
    assertThat(props.path("total_slots").intValue()).isEqualTo(4);
    assertThat(props.path("modalities").path("vision").booleanValue()).isTrue();
    assertThat(props.path("chat_template").stringValue()).contains("im_start");
    assertThat(nano.get("/slots").json().size()).isEqualTo(4);
    JsonNode models = nano.get("/v1/models").json();
    assertThat(models.path("data").path(0).path("id").stringValue()).isEqualTo("nano");
    assertThat(nano.get("/v1/models/nano").json()).isEqualTo(models.path("data").path(0));
    assertThat(nano.get("/v1/models/other").status()).isEqualTo(404);
    assertThat(nano.get("/health").json().path("status").stringValue()).isEqualTo("ok");
  }

  @Test
  void countsInMetrics() throws InterruptedException {
    nano.post("/completion", "{\"prompt\": \"a red\", \"n_predict\": 2}");
    String counted = "ocelli_responses_total{route=\"/completion\",status=\"200\"}";
    String text = nano.get("/metrics").body();
    // An answer is counted behind its last byte.
    for (int i = 0; i < 1000 && !text.contains(counted); i++) {
      Thread.sleep(10);
      text = nano.get("/metrics").body();
    }
    assertThat(text)
        .contains(
            "ocelli_generated_tokens_total ",
            "ocelli_phase_seconds_bucket{phase=\"encode\",le=\"0.005\"}")
        .contains(counted);
    assertThat(text.lines().filter(l -> !l.startsWith("#")))
        .allMatch(l -> l.matches("[a-z_]+(\\{[^}]*})? [0-9.E+-]+"));
  }

  @Test
  void whatCannotBeDoneIsSaidInLlamaCppsWords() {
    Answer infill = nano.post("/infill", "{}");
    assertThat(infill.status()).isEqualTo(501);
    assertThat(infill.json().path("error").path("code").intValue()).isEqualTo(501);
    assertThat(infill.error()).isEqualTo("/infill is not supported by this model");
    assertThat(nano.post("/completion", "{\"prompt\": \"a\", \"mirostat\": 2}").status())
        .isEqualTo(400);
    assertThat(nano.post("/completion", "{\"prompt\": \"\"}").error()).contains("prompt is empty");
    assertThat(nano.get("/nothing").status()).isEqualTo(404);
    assertThat(nano.get("/completion").status()).isEqualTo(405);
  }

  @Test
  void theDescriptionHasEveryRouteAndField() {
    JsonNode paths = nano.get("/openapi.json").json().path("paths");
    List<String> missing = new ArrayList<>();
    for (String path :
        List.of(
            "/v1/chat/completions",
            "/v1/completions",
            "/v1/messages",
            "/api/chat",
            "/v1/responses",
            "/v1/responses/{name}",
            "/completion",
            "/tokenize",
            "/slots",
            "/openapi.json")) {
      if (!paths.has(path)) {
        missing.add(path);
      }
    }
    assertThat(missing).isEmpty();
    String kept =
        nano.post("/v1/responses", "{\"input\": \"a\", \"max_output_tokens\": 1}")
            .json()
            .path("id")
            .stringValue();
    paths.forEachEntry((path, operations) ->
        operations.forEachEntry((method, operation) -> {
          String real = path.replace("{name}", path.contains("responses") ? kept : "nano");
          Answer answer =
              switch (method) {
                case "get" -> nano.get(real);
                case "delete" -> nano.delete(real);
                default -> nano.post(real, "{\"no_such_field\": 1}");
              };
          assertThat(answer.status()).as(real).isNotIn(404, 405, 500);
          JsonNode schema =
              operation.path("requestBody").path("content").path("application/json").path("schema");
          schema
              .path("properties")
              .forEachEntry((field, type) -> {
                Answer known =
                    nano.post(real, "{\"%s\": null, \"no_such_field\": 1}".formatted(field));
                assertThat(known.error()).as(field).startsWith("no_such_field: is not a field");
              });
        }));
  }
}
