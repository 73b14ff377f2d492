package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.server.NanoServer.Answer;
import java.awt.Color;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Pooled hidden states over HTTP. */
class EmbeddingsContractTest {
  private static final int WIDTH = 256;
  private static NanoServer server;

  @BeforeAll
  static void open() {
    server =
        new NanoServer(b -> {}, EngineOptions.DEFAULT.withThreads(2, 2).withContextLength(512));
  }

  @AfterAll
  static void close() {
    server.close();
    assertThat(server.faults).isEmpty();
  }

  private static Answer openAi(String fields) {
    return server.post("/v1/embeddings", "{%s}".formatted(fields));
  }

  private static List<Double> values(JsonNode array) {
    List<Double> out = new ArrayList<>();
    array.forEach(v -> out.add(v.doubleValue()));
    return out;
  }

  private static List<Double> embedding(String text) {
    Answer answer = openAi("\"input\": \"%s\"".formatted(text));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return values(answer.json().at("/data/0/embedding"));
  }

  @Test
  void answersAsOpenAiDoesAndSaysWhatItIs() {
    Answer answer = openAi("\"model\": \"x\", \"input\": [\"a red circle\", \"two blue squares\"]");
    JsonNode json = answer.json();
    assertThat(json.path("object").asString()).isEqualTo("list");
    assertThat(json.path("model").asString()).isEqualTo("nano");
    assertThat(json.path("data")).hasSize(2);
    assertThat(json.at("/data/1/object").asString()).isEqualTo("embedding");
    assertThat(json.at("/data/1/index").intValue()).isEqualTo(1);
    assertThat(json.path("pooling").asString()).isEqualTo("mean");
    assertThat(json.path("note").asString())
        .isEqualTo(
            "mean of the final hidden states of a generative model; not a trained embedding model");
    assertThat(answer.response().headers().firstValue("X-Ocelli-Embedding"))
        .contains(json.path("note").asString());
    int tokens =
        server.post("/tokenize", "{\"content\": \"a red circle\"}").json().path("tokens").size()
            + server
                .post("/tokenize", "{\"content\": \"two blue squares\"}")
                .json()
                .path("tokens")
                .size();
    assertThat(json.at("/usage/prompt_tokens").intValue()).isEqualTo(tokens);
    assertThat(json.at("/usage/total_tokens").intValue()).isEqualTo(tokens);
    List<Double> first = values(json.at("/data/0/embedding"));
    assertThat(first).hasSize(WIDTH).isEqualTo(embedding("a red circle"));
    assertThat(first.stream().mapToDouble(v -> v * v).sum()).isCloseTo(1, within(1e-5));
    assertThat(values(json.at("/data/1/embedding"))).isEqualTo(embedding("two blue squares"));
  }

  @Test
  void base64HasTheSameFloats() {
    String text =
        openAi("\"input\": \"a star\", \"encoding_format\": \"base64\"")
            .json()
            .at("/data/0/embedding")
            .asString();
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(text)).order(ByteOrder.LITTLE_ENDIAN);
    List<Double> want = embedding("a star");
    assertThat(bytes.remaining()).isEqualTo(4 * WIDTH);
    for (double w : want) {
      assertThat(bytes.getFloat()).isEqualTo((float) w);
    }
  }

  @Test
  void allApisGiveTheSame() {
    List<Double> want = embedding("a green triangle");
    String text = "\"a green triangle\"";
    JsonNode ollama =
        server.post("/api/embed", "{\"model\": \"nano\", \"input\": %s}".formatted(text)).json();
    assertThat(values(ollama.at("/embeddings/0"))).isEqualTo(want);
    assertThat(ollama.path("prompt_eval_count").intValue()).isPositive();
    assertThat(ollama.path("note").asString()).contains("generative model");
    JsonNode old =
        server
            .post("/api/embeddings", "{\"model\": \"nano\", \"prompt\": %s}".formatted(text))
            .json();
    assertThat(values(old.path("embedding"))).isEqualTo(want);
    for (String path : List.of("/embedding", "/embeddings")) {
      JsonNode llama = server.post(path, "{\"content\": %s}".formatted(text)).json();
      assertThat(values(llama.at("/0/embedding/0"))).isEqualTo(want);
    }
    JsonNode raw =
        server
            .post("/embedding", "{\"content\": [%s], \"embd_normalize\": -1}".formatted(text))
            .json();
    double length =
        Math.sqrt(values(raw.at("/0/embedding/0")).stream().mapToDouble(v -> v * v).sum());
    assertThat(length).isNotCloseTo(1, within(0.1));
    String ids =
        server
            .post("/tokenize", "{\"content\": %s}".formatted(text))
            .json()
            .path("tokens")
            .toString();
    assertThat(values(openAi("\"input\": " + ids).json().at("/data/0/embedding"))).isEqualTo(want);
    assertThat(
            values(
                openAi("\"pooling\": \"last\", \"input\": " + text).json().at("/data/0/embedding")))
        .hasSize(WIDTH)
        .isNotEqualTo(want);
  }

  @Test
  void picturesAreEmbeddedInAConversation() {
    String body =
        "\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\", \"image_url\": {\"url\": \"%s\"}}]}]";
    JsonNode red = openAi(body.formatted(NanoServer.picture(64, 64, Color.RED))).json();
    JsonNode blue = openAi(body.formatted(NanoServer.picture(64, 64, Color.BLUE))).json();
    assertThat(values(red.at("/data/0/embedding")))
        .hasSize(WIDTH)
        .isNotEqualTo(values(blue.at("/data/0/embedding")))
        .isEqualTo(
            values(
                openAi(body.formatted(NanoServer.picture(64, 64, Color.RED)))
                    .json()
                    .at("/data/0/embedding")));
  }

  @Test
  void neighboursChangeNothing() throws Exception {
    String chat =
        "{\"max_tokens\": 12, \"messages\": [{\"role\": \"user\", \"content\": \"Tell me more.\"}]}";
    List<Double> alone = embedding("a grey ring");
    String reply = server.post("/v1/chat/completions", chat).json().path("choices").toString();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Double>>> embeddings = new ArrayList<>();
      List<Future<String>> replies = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        embeddings.add(threads.submit(() -> embedding("a grey ring")));
        replies.add(
            threads.submit(
                () -> server.post("/v1/chat/completions", chat).json().path("choices").toString()));
      }
      for (int i = 0; i < 6; i++) {
        assertThat(embeddings.get(i).get()).isEqualTo(alone);
        assertThat(replies.get(i).get()).isEqualTo(reply);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v1/embeddings  | {}                                              | input: is missing
          /v1/embeddings  | {"input": ""}                                   | input: has an empty text
          /v1/embeddings  | {"input": []}                                   | input: must be a string
          /v1/embeddings  | {"input": {"text": "x"}}                        | input: must be a string
          /v1/embeddings  | {"input": ["x", 1]}                             | input[1]: must be a string
          /v1/embeddings  | {"input": [1, 1000000]}                         | input[1]: must be a token id
          /v1/embeddings  | {"input": "x", "encoding_format": "int8"}       | encoding_format: is 'int8'
          /v1/embeddings  | {"input": "x", "dimensions": 64}                | dimensions: is 64, but the model's states have 256
          /v1/embeddings  | {"input": "x", "pooling": "max"}                | pooling: is 'max'; use mean or last
          /v1/embeddings  | {"input": "x", "inputs": "y"}                   | inputs: is not a field
          /api/embed      | {"model": "nano"}                               | input: is missing
          /api/embeddings | {"model": "nano", "prompt": ""}                 | prompt: has an empty text
          /embedding      | {"content": "x", "embd_normalize": 1}           | embd_normalize: is 1
          """)
  void mistakesAreNamed(String path, String body, String message) {
    Answer answer = server.post(path, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).startsWith(message);
  }

  @Test
  void whatDoesNotFitIsRefusedNotCut() {
    Answer answer = openAi("\"input\": \"%s\"".formatted("many words ".repeat(600)));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/error/code").asString()).isEqualTo("context_length_exceeded");
    assertThat(openAi("\"dimensions\": 256, \"input\": \"x\"").status()).isEqualTo(200);
  }
}
