package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.model.FoundModel;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelFolder;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.engine.runtime.MemoryPlan;
import dev.ocelli.engine.runtime.ModelSummary;
import dev.ocelli.nano.NanoModel;
import dev.ocelli.server.NanoServer.Answer;
import dev.ocelli.server.work.ModelPool;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Several models behind one server: copies of nano in a folder, and what is none. */
@Timeout(120)
class RouterContractTest {
  private static final EngineOptions OPTIONS =
      EngineOptions.DEFAULT.withThreads(1, 1).withContextLength(1024);
  private static final String HELLO =
      "{\"model\": \"%s\", \"max_tokens\": 4, \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}";

  @TempDir static Path folder;
  @TempDir Path adapters;

  private final AtomicInteger loads = new AtomicInteger();
  private final AtomicLong memory = new AtomicLong(8L << 30);
  private NanoServer server;

  @BeforeEach
  void open() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment vision = NanoModel.vision(arena);
      write("first.gguf", NanoModel.text(arena));
      write("mmproj-first.gguf", vision);
      write("sub/second.gguf", NanoModel.text(arena));
      write("twice/model.gguf", NanoModel.text(arena));
      write("twice/mmproj-a.gguf", vision);
      write("twice/mmproj-b.gguf", vision);
    }
    server = NanoServer.with(b -> b.adapterFolder(adapters), this::serve);
  }

  private Answer load(String name, String file, String model) {
    return server.post(
        "/v1/load_lora_adapter",
        "{\"lora_name\": \"%s\", \"lora_path\": \"%s\", \"model\": \"%s\"}"
            .formatted(name, file, model));
  }

  /** The log-probabilities tell adapters apart where the words do not. */
  private String odds(String model, String fields) {
    Answer a =
        server.post(
            "/v1/chat/completions",
            "{\"model\": \"%s\", \"temperature\": 0, \"max_tokens\": 2, \"logprobs\": true, \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]%s}"
                .formatted(model, fields));
    assertThat(a.status()).as(a.body()).isEqualTo(200);
    return a.json().path("choices").path(0).path("logprobs").path("content").toString();
  }

  /** Only one model is loaded at a time here: asking for another unloads the first. */
  @Test
  void adaptersBelongToAModelAndComeBackWithIt() throws IOException {
    LoraContractTest.write(adapters.resolve("one.gguf"), 1);
    LoraContractTest.write(adapters.resolve("two.gguf"), 2);
    assertThat(server.get("/lora-adapters?model=first").json()).isEmpty();
    assertThat(loads).hasValue(0);
    assertThat(server.get("/lora-adapters").error())
        .contains("model: is missing")
        .contains("?model=NAME");
    assertThat(server.post("/lora-adapters", "[]").error()).contains("?model=NAME");
    assertThat(
            server
                .post(
                    "/v1/load_lora_adapter", "{\"lora_name\": \"a\", \"lora_path\": \"one.gguf\"}")
                .error())
        .isEqualTo("model: is missing; this server has first, sub/second, twice/model");
    assertThat(load("a", "one.gguf", "third").status()).isEqualTo(404);

    String plain = odds("first", "");
    assertThat(load("style", "one.gguf", "first").status()).isEqualTo(200);
    assertThat(load("gone", "two.gguf", "first").status()).isEqualTo(200);
    assertThat(load("facts", "two.gguf", "first").status()).isEqualTo(200);
    assertThat(load("other", "one.gguf", "sub/second").status()).isEqualTo(200);
    assertThat(load("style", "one.gguf", "sub/second").error())
        .contains("lora_name: is the name of an adapter of model 'first'");
    assertThat(load("first", "one.gguf", "sub/second").error())
        .contains("lora_name: is the name of a model");
    assertThat(server.get("/v1/models").json().path("data"))
        .extracting(m -> m.path("id").asString() + " of " + m.path("parent").asString(""))
        .containsExactly(
            "first of ",
            "sub/second of ",
            "twice/model of ",
            "style of first",
            "gone of first",
            "facts of first",
            "other of sub/second");
    assertThat(server.get("/v1/models/style").json().path("parent").asString()).isEqualTo("first");
    // Its model need not be said, and need not be loaded.
    assertThat(server.post("/v1/unload_lora_adapter", "{\"lora_name\": \"gone\"}").status())
        .isEqualTo(200);
    assertThat(server.post("/v1/unload_lora_adapter", "{\"lora_name\": \"gone\"}").status())
        .isEqualTo(404);
    assertThat(server.get("/lora-adapters?model=first").json())
        .extracting(a -> a.path("id").intValue() + " " + a.path("name").asString())
        .containsExactly("0 style", "2 facts");
    String styled = odds("style", "");
    String half = odds("first", ", \"lora\": [{\"id\": 2, \"scale\": 0.5}]");
    assertThat(List.of(plain, styled, half)).doesNotHaveDuplicates();
    server.post("/lora-adapters?model=first", "[{\"id\": 0, \"scale\": 1}]");
    assertThat(odds("first", "")).isEqualTo(styled);

    // Away and back: numbers, names and scales are as before, bit for bit.
    int before = loads.get();
    assertThat(odds("sub/second", "")).isEqualTo(odds("sub/second", ", \"lora\": []"));
    assertThat(status("first").path("value").asString()).isEqualTo("unloaded");
    assertThat(server.get("/lora-adapters?model=first").json().get(0).path("scale").asDouble())
        .isEqualTo(1);
    assertThat(odds("style", "")).isEqualTo(styled);
    assertThat(loads).hasValue(before + 2);
    assertThat(odds("first", "")).isEqualTo(styled);
    assertThat(odds("first", ", \"lora\": [{\"id\": 2, \"scale\": 0.5}]")).isEqualTo(half);
    assertThat(load("new", "two.gguf", "first").status()).isEqualTo(200);
    assertThat(server.get("/lora-adapters?model=first").json().get(2).path("id").intValue())
        .isEqualTo(3);

    // One whose file is gone is told and lost; the others and the model are not.
    odds("sub/second", "");
    Files.delete(adapters.resolve("one.gguf"));
    Answer lost = chat("style");
    assertThat(lost.status()).isEqualTo(404);
    assertThat(lost.error())
        .isEqualTo(
            "the adapter 'style' of model 'first' is there no longer; load it again (POST /v1/load_lora_adapter)");
    assertThat(chat("style").error()).startsWith("there is no model 'style'");
    assertThat(odds("first", ", \"lora\": [{\"id\": 2, \"scale\": 0.5}]")).isEqualTo(half);
    assertThat(server.faults)
        .singleElement()
        .asString()
        .contains("the adapter 'style' of model 'first' could not be loaded again and is gone");
    server.faults.clear();
  }

  private static void write(String name, MemorySegment bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes.toArray(ValueLayout.JAVA_BYTE));
  }

  private void serve(OcelliServer to) {
    List<ModelOffer> offers = new ArrayList<>();
    for (FoundModel m : ModelFolder.scan(folder).models()) {
      try (ModelFiles files = ModelFiles.open(m.model(), m.mmproj(), true)) {
        offers.add(
            new ModelOffer(
                m.name(),
                ModelSummary.of(files),
                1024,
                MemoryPlan.of(files, OPTIONS).loadBytes(4),
                m.problem(),
                progress -> {
                  loads.incrementAndGet();
                  return Engine.open(
                      ModelFiles.open(m.model(), m.mmproj(), true), OPTIONS, progress);
                }));
      }
    }
    to.serve(offers, new ModelPool.Limits(1, null, 64, memory::get), List.of());
  }

  @AfterEach
  void close() {
    server.close();
    assertThat(server.faults).isEmpty();
  }

  private Answer chat(String model) {
    return server.post("/v1/chat/completions", HELLO.formatted(model));
  }

  private JsonNode status(String model) {
    return server.get("/v1/models/" + model).json().path("status");
  }

  @Test
  void listsAllAndLoadsWhatIsAskedFor() {
    JsonNode list = server.get("/v1/models").json().path("data");
    assertThat(list)
        .extracting(m -> m.path("id").asString())
        .containsExactly("first", "sub/second", "twice/model");
    assertThat(list.get(0).path("capabilities").toString()).contains("multimodal");
    assertThat(list.get(1).path("capabilities").toString()).doesNotContain("multimodal");
    assertThat(list.get(0).path("meta").path("n_ctx").intValue()).isEqualTo(1024);
    assertThat(list.get(2).path("status").path("value").asString()).isEqualTo("unusable");
    assertThat(list.get(2).path("status").path("problem").asString())
        .contains("mmproj-a.gguf, mmproj-b.gguf");
    assertThat(server.get("/health").json().path("models_loaded").intValue()).isZero();
    assertThat(server.get("/slots").json()).isEmpty();
    assertThat(loads).hasValue(0);

    JsonNode answer = chat("first").json();
    assertThat(answer.path("model").asString()).isEqualTo("first");
    assertThat(status("first").path("value").asString()).isEqualTo("loaded");
    assertThat(chat("sub/second").json().path("choices").path(0).path("message"))
        .isEqualTo(answer.path("choices").path(0).path("message"));
    assertThat(status("first").path("value").asString()).isEqualTo("unloaded");
    assertThat(server.get("/health").json().path("models_loaded").intValue()).isEqualTo(1);
    assertThat(server.get("/slots?model=sub/second").json()).hasSize(4);
    assertThat(server.get("/slots?model=first").json()).isEmpty();
    assertThat(server.get("/metrics").body())
        .contains("ocelli_models_loaded 1")
        .contains("ocelli_model_loads_total{model=\"first\"} 1")
        .contains("ocelli_model_unloads_total{model=\"first\"} 1")
        .contains("ocelli_model_replies_total{model=\"sub/second\"} 1");
  }

  @Test
  void ollamasClientsSeeThem() {
    assertThat(server.get("/api/tags").json().path("models"))
        .extracting(m -> m.path("name").asString())
        .containsExactly("first", "sub/second", "twice/model");
    assertThat(server.get("/api/ps").json().path("models")).isEmpty();
    JsonNode show = server.post("/api/show", "{\"model\": \"first:latest\"}").json();
    assertThat(show.path("capabilities").toString()).isEqualTo("[\"completion\",\"vision\"]");
    assertThat(show.path("model_info").path("qwen3vl.block_count").intValue()).isPositive();
    assertThat(loads).hasValue(0);

    String ask =
        "{\"model\": \"first:latest\", \"prompt\": \"Hi\", \"stream\": false, \"keep_alive\": \"%s\", \"options\": {\"num_predict\": 2}}";
    assertThat(server.post("/api/generate", ask.formatted("1h30m")).status()).isEqualTo(200);
    JsonNode running = server.get("/api/ps").json().path("models");
    assertThat(running).hasSize(1);
    assertThat(running.get(0).path("expires_at").asString()).startsWith("20");
    assertThat(server.post("/api/generate", ask.formatted("soon")).error())
        .startsWith("keep_alive: is \"soon\"");
    assertThat(server.post("/api/generate", ask.formatted("0")).status()).isEqualTo(200);
    while (!status("first").path("value").asString().equals("unloaded")) {
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v1/chat/completions | /error/message | {"model": "M", "messages": [{"role": "user", "content": "Hi"}]}
          /v1/completions      | /error/message | {"model": "M", "prompt": "Hi"}
          /v1/responses        | /error/message | {"model": "M", "input": "Hi"}
          /v1/messages         | /error/message | {"model": "M", "max_tokens": 2, "messages": [{"role": "user", "content": "Hi"}]}
          /api/chat            | /error         | {"model": "M", "messages": [{"role": "user", "content": "Hi"}]}
          /api/show            | /error         | {"model": "M"}
          /completion          | /error/message | {"model": "M", "prompt": "Hi"}
          /tokenize            | /error/message | {"model": "M", "content": "Hi"}
          /apply-template      | /error/message | {"model": "M", "messages": [{"role": "user", "content": "Hi"}]}
          """)
  void unknownModelsAreNamedWithTheKnownOnes(String path, String message, String body) {
    Answer unknown = server.post(path, body.replace("\"M\"", "\"third\""));
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.json().at(message).asString())
        .isEqualTo("there is no model 'third'; this server has first, sub/second, twice/model");
    Answer missing = server.post(path, body.replace("\"model\": \"M\"", "\"model\": null"));
    assertThat(missing.status()).isEqualTo(400);
    assertThat(missing.json().at(message).asString()).startsWith("model: is missing");
    assertThat(loads).hasValue(0);
  }

  @Test
  void whatCannotBeUsedSaysWhy() throws IOException {
    Answer ambiguous = chat("twice/model");
    assertThat(ambiguous.status()).isEqualTo(400);
    assertThat(ambiguous.error())
        .startsWith("model: 'twice/model' cannot be used: 2 vision files fit it");

    memory.set(1 << 20);
    Answer small = chat("first");
    assertThat(small.status()).isEqualTo(503);
    assertThat(small.error()).contains("needs").contains("1 MiB are available");
    memory.set(8L << 30);

    byte[] sound = Files.readAllBytes(folder.resolve("first.gguf"));
    Files.write(folder.resolve("first.gguf"), new byte[100]);
    Answer damaged = chat("first");
    assertThat(damaged.status()).isEqualTo(500);
    assertThat(damaged.error()).contains("first.gguf");
    Files.write(folder.resolve("first.gguf"), sound);
    assertThat(chat("first").status()).isEqualTo(200);
  }

  @Test
  void requestsToAllModelsAtOnceAreAnsweredAsAlone() throws Exception {
    String alone = chat("first").json().path("choices").toString();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        String model = i % 3 == 0 ? "sub/second" : "first";
        answers.add(threads.submit(() -> chat(model)));
      }
      for (Future<Answer> a : answers) {
        assertThat(a.get().status()).as(a.get().body()).isEqualTo(200);
        assertThat(a.get().json().path("choices").toString()).isEqualTo(alone);
      }
    }
    // There is room for one; whoever waits for a model when it is loaded gets it before others.
    assertThat(loads.get()).isBetween(2, 24);
  }

  @Test
  void propsAreOfTheServerOrOfAModel() {
    JsonNode all = server.get("/props").json();
    assertThat(all.path("role").asString()).isEqualTo("router");
    assertThat(all.path("models")).hasSize(3);
    JsonNode one = server.get("/props?model=sub%2Fsecond").json();
    assertThat(one.path("model_alias").asString()).isEqualTo("sub/second");
    assertThat(one.path("total_slots").intValue()).isEqualTo(4);
    assertThat(server.get("/props?model=x").status()).isEqualTo(404);
  }
}
