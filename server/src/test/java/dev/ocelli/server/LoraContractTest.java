package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.server.NanoServer.Answer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** LoRA adapters as llama.cpp's server and vLLM's have them. */
class LoraContractTest {
  @TempDir static Path outside;
  static Path folder;
  static NanoServer nano;

  @BeforeAll
  static void start() throws IOException {
    folder = Files.createDirectory(outside.resolve("adapters"));
    write(outside.resolve("first.gguf"), 1);
    write(folder.resolve("second.gguf"), 2);
    Files.writeString(folder.resolve("other.gguf"), "something else");
    Files.createSymbolicLink(folder.resolve("link.gguf"), outside.resolve("first.gguf"));
    EngineOptions options =
        EngineOptions.DEFAULT
            .withThreads(2, 2)
            .withAdapters(
                List.of(new EngineOptions.AdapterChoice(outside.resolve("first.gguf"), 0)));
    nano = new NanoServer(b -> b.adapterFolder(folder), options);
  }

  @AfterAll
  static void stop() {
    nano.close();
  }

  /** An adapter of rank 2 for what attention puts out. */
  static void write(Path file, long seed) {
    try (ModelFiles model = NanoServer.files()) {
      GgufWriter out =
          new GgufWriter()
              .put("general.architecture", "qwen3vl")
              .put("general.type", "adapter")
              .put("adapter.type", "lora")
              .put("adapter.lora.alpha", 4f);
      Random random = new Random(seed);
      for (Tensor t : model.language().tensors()) {
        if (t.name().endsWith("attn_output.weight")) {
          add(out, t.name() + ".lora_a", new long[] {2, t.columns()}, random);
          add(out, t.name() + ".lora_b", new long[] {t.rows(), 2}, random);
        }
      }
      out.write(file);
    }
  }

  private static void add(GgufWriter out, String name, long[] shape, Random random) {
    int values = (int) (shape[0] * shape[1]);
    ByteBuffer data = ByteBuffer.allocate(4 * values).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values; i++) {
      data.putFloat(4 * i, (float) random.nextGaussian() * 0.3f);
    }
    out.tensor(name, DType.F32, shape, MemorySegment.ofBuffer(data));
  }

  /** The log-probability of the first token tells adapters apart where the token does not. */
  private static String chat(String fields) {
    return first(
        nano.post(
            "/v1/chat/completions",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"What is it?\"}],\"temperature\":0,\"max_tokens\":3,\"logprobs\":true%s}"
                .formatted(fields)));
  }

  private static String first(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("choices").path(0).path("logprobs").path("content").toString();
  }

  private static JsonNode adapters() {
    return nano.get("/lora-adapters").json();
  }

  @Test
  void aRequestHasItsOwnAdapters() {
    String plain = chat("");
    String whole = chat(",\"lora\":[{\"id\":0,\"scale\":1}]");
    String half = chat(",\"lora\":[{\"id\":0,\"scale\":0.5}]");
    assertThat(List.of(plain, whole, half)).doesNotHaveDuplicates();
    assertThat(chat(",\"lora\":[]")).isEqualTo(plain);
    assertThat(chat(",\"lora\":[{\"id\":0,\"scale\":0}]")).isEqualTo(plain);
    assertThat(chat(",\"model\":\"first\"")).isEqualTo(whole);
    assertThat(chat(",\"model\":\"nano\"")).isEqualTo(plain);
    assertThat(chat(",\"model\":\"anything\"")).isEqualTo(plain);
  }

  /** Every endpoint that takes the field. */
  @Test
  void endpoints() {
    for (String path : List.of("/completion", "/v1/completions")) {
      String body = "{\"prompt\":\"What is\",\"temperature\":0,\"max_tokens\":4,\"%s\":2%s}";
      String probs = path.equals("/completion") ? "n_probs" : "logprobs";
      String field = path.equals("/completion") ? "completion_probabilities" : "choices";
      String plain = nano.post(path, body.formatted(probs, "")).json().path(field).toString();
      Answer adapted = nano.post(path, body.formatted(probs, ",\"lora\":[{\"id\":0,\"scale\":1}]"));
      assertThat(adapted.status()).as(adapted.body()).isEqualTo(200);
      assertThat(adapted.json().path(field).toString()).isNotEqualTo(plain);
    }
    String input = "{\"input\":\"What is it?\"%s}";
    assertThat(nano.post("/v1/embeddings", input.formatted(",\"model\":\"first\"")).body())
        .isNotEqualTo(nano.post("/v1/embeddings", input.formatted("")).body());
    Answer responses =
        nano.post(
            "/v1/responses",
            input.formatted(",\"max_output_tokens\":2,\"lora\":[{\"id\":0,\"scale\":1}]"));
    assertThat(responses.status()).as(responses.body()).isEqualTo(200);
    Answer named =
        nano.post(
            "/v1/messages",
            "{\"model\":\"first\",\"max_tokens\":2,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}");
    assertThat(named.json().path("model").asString()).isEqualTo("first");
  }

  /** For replies that do not say so themselves. */
  @Test
  void scalesForAll() {
    String plain = chat("");
    String half = chat(",\"lora\":[{\"id\":0,\"scale\":0.5}]");
    Answer set = nano.post("/lora-adapters", "[{\"id\":0,\"scale\":0.5}]");
    assertThat(set.json().path("success").asBoolean()).isTrue();
    assertThat(adapters().path(0).path("scale").asDouble()).isEqualTo(0.5);
    assertThat(adapters().path(0).path("path").asString()).endsWith("first.gguf");
    assertThat(chat("")).isEqualTo(half);
    assertThat(chat(",\"lora\":[]")).isEqualTo(plain);
    nano.post("/lora-adapters", "[]");
    assertThat(chat("")).isEqualTo(plain);
  }

  @Test
  void loadedAndUnloadedWhileItRuns() {
    String load = "{\"lora_name\":\"new\",\"lora_path\":\"second.gguf\"}";
    String unload = "{\"lora_name\":\"new\"}";
    String plain = chat("");
    Answer loaded = nano.post("/v1/load_lora_adapter", load);
    assertThat(loaded.status()).as(loaded.body()).isEqualTo(200);
    assertThat(loaded.body()).isEqualTo("Success: LoRA adapter 'new' added successfully.");
    assertThat(chat("")).isEqualTo(plain);
    String adapted = chat(",\"model\":\"new\"");
    assertThat(adapted).isNotEqualTo(plain);
    JsonNode listed = nano.get("/v1/models").json().path("data");
    assertThat(listed)
        .extracting(m -> m.path("id").asString())
        .containsExactly("nano", "first", "new");
    assertThat(nano.get("/v1/models/new").json().path("parent").asString()).isEqualTo("nano");
    assertThat(nano.post("/v1/load_lora_adapter", load).error())
        .contains("lora_path: there is an adapter 'new' already");
    assertThat(nano.post("/v1/unload_lora_adapter", unload).status()).isEqualTo(200);
    assertThat(nano.post("/v1/unload_lora_adapter", unload).status()).isEqualTo(404);
    assertThat(chat(",\"model\":\"new\"")).isEqualTo(plain);
    assertThat(nano.get("/v1/models").json().path("data")).hasSize(2);
    String absolute = folder.resolve("second.gguf").toString();
    assertThat(
            nano.post(
                    "/v1/load_lora_adapter",
                    "{\"lora_name\":\"new\",\"lora_path\":\"%s\"}".formatted(absolute))
                .status())
        .isEqualTo(200);
    assertThat(chat(",\"model\":\"new\"")).isEqualTo(adapted);
    nano.post("/v1/unload_lora_adapter", unload);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [{"id":9,"scale":1}]                    | lora: there is no adapter 9; there are 0 (first)
          [{"id":0,"scale":1},{"id":0,"scale":1}] | lora: adapter 0 is named twice
          [{"id":0}]                              | lora[0].scale: is missing
          [{"scale":1}]                           | lora[0].id: is missing
          [{"id":-1,"scale":1}]                   | lora[0].id: is -1
          [{"id":0,"scale":1e300}]                | lora[0].scale: is too large
          [{"id":0,"scale":"1"}]                  | lora[0].scale: must be a number
          [{"id":0,"scal":1}]                     | did you mean scale?
          [5]                                     | lora[0]: is not an object
          {"id":0}                                | lora: must be an array
          """)
  void wrongFields(String lora, String message) {
    Answer a =
        nano.post(
            "/v1/chat/completions",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"lora\":%s}".formatted(lora));
    assertThat(a.status()).isEqualTo(400);
    assertThat(a.error()).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"id":0}                | the request body is not a JSON array
          [{"id":0,"scale":null}] | [0].scale: is missing
          [{"id":3,"scale":1}]    | there is no adapter 3
          [1]                     | [0]: is not an object
          """)
  void wrongScales(String body, String message) {
    Answer a = nano.post("/lora-adapters", body);
    assertThat(a.status()).isEqualTo(400);
    assertThat(a.error()).contains(message);
  }

  /** Whatever lies outside of the folder: one answer. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ../first.gguf | is no adapter in the folder
          /etc/passwd   | is no adapter in the folder
          none.gguf     | is no adapter in the folder
          link.gguf     | is no adapter in the folder
          .             | is no adapter in the folder
          a\\u0000b     | is no adapter in the folder
          other.gguf    | not a GGUF file
          """)
  void pathsFromTheNetwork(String path, String message) {
    Answer a =
        nano.post(
            "/v1/load_lora_adapter", "{\"lora_name\":\"x\",\"lora_path\":\"%s\"}".formatted(path));
    assertThat(a.status()).as(a.body()).isEqualTo(400);
    assertThat(a.error()).contains("lora_path: ").contains(message);
  }

  @Test
  void names() {
    String body = "{\"lora_name\":\"%s\",\"lora_path\":\"second.gguf\"}";
    assertThat(nano.post("/v1/load_lora_adapter", body.formatted("nano")).error())
        .contains("lora_name: is the model's own name");
    assertThat(nano.post("/v1/load_lora_adapter", body.formatted(" ")).status()).isEqualTo(400);
    assertThat(
            nano.post(
                    "/v1/chat/completions",
                    "{\"model\":\"first\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"lora\":[]}")
                .error())
        .contains("lora: is given beside the adapter 'first'");
  }

  /** Without a folder nothing is loaded for requests. */
  @Test
  void loadingIsOffByDefault() {
    try (NanoServer plain = new NanoServer()) {
      Answer a =
          plain.post("/v1/load_lora_adapter", "{\"lora_name\":\"x\",\"lora_path\":\"y.gguf\"}");
      assertThat(a.status()).isEqualTo(403);
      assertThat(a.error()).contains("--lora-dir");
      assertThat(plain.get("/lora-adapters").json()).isEmpty();
    }
  }

  /** Records name adapters. */
  @Test
  void recordsNameAdapters() {
    Answer a =
        nano.post(
            "/v1/chat/completions",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"max_tokens\":1,\"deterministic\":true,\"model\":\"first\"}");
    JsonNode record = a.json().path("choices").path(0).path("record");
    assertThat(record.path("adapters").path(0).path("name").asString()).isEqualTo("first");
    assertThat(record.path("adapters").path(0).path("sha256").asString()).hasSize(64);
    assertThat(a.json().path("model").asString()).isEqualTo("first");
  }

  @Test
  void described() {
    JsonNode paths = nano.get("/openapi.json").json().path("paths");
    JsonNode post = paths.path("/lora-adapters").path("post").path("requestBody");
    JsonNode schema = post.path("content").path("application/json").path("schema");
    assertThat(schema.path("type").asString()).isEqualTo("array");
    assertThat(schema.path("items").path("properties").has("scale")).isTrue();
    assertThat(paths.has("/v1/load_lora_adapter")).isTrue();
    assertThat(paths.has("/v1/unload_lora_adapter")).isTrue();
  }
}
