package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.server.NanoServer.Answer;
import java.awt.Color;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that the machine's memory does not suffice for are refused; the server goes on. */
class MemoryGuardContractTest {
  private static final AtomicLong AVAILABLE = new AtomicLong(8L << 30);
  private static final String CHAT =
      """
      {"messages": [{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": "%s"}},
        {"type": "text", "text": "Describe this image."}]}], "max_tokens": 8, "stream": %s}\
      """;

  private static NanoServer nano;

  @BeforeAll
  static void start() {
    EngineOptions options =
        EngineOptions.DEFAULT.withThreads(2, 2).edit().memory(AVAILABLE::get).build();
    nano = new NanoServer(b -> {}, options);
  }

  @AfterAll
  static void end() {
    nano.close();
  }

  @BeforeEach
  void little() {
    AVAILABLE.set(64 << 20);
  }

  private static String picture(Color color) {
    return NanoServer.picture(160, 128, color);
  }

  @Test
  void picturesThatDoNotFitAreRefusedWithTheNumbers() {
    Answer refused = nano.post("/v1/chat/completions", CHAT.formatted(picture(Color.RED), false));
    assertThat(refused.status()).as(refused.body()).isEqualTo(503);
    assertThat(refused.error())
        .contains("encoding 160 x 128 pixels (20 tokens) needs ")
        .contains("of memory, 0 MiB are available")
        .contains("--image-max-tokens");
    assertThat(refused.response().headers().firstValue("Retry-After")).hasValue("10");
    AVAILABLE.set(8L << 30);
    Answer answered = nano.post("/v1/chat/completions", CHAT.formatted(picture(Color.RED), false));
    assertThat(answered.status()).as(answered.body()).isEqualTo(200);
  }

  @Test
  void everyApiSaysSoInItsForm() {
    Answer stream = nano.post("/v1/chat/completions", CHAT.formatted(picture(Color.BLUE), true));
    assertThat(stream.body()).contains("encoding 160 x 128 pixels");
    String base64 = picture(Color.GREEN);
    base64 = base64.substring(base64.indexOf(',') + 1);
    Answer messages =
        nano.post(
            "/v1/messages",
            """
            {"max_tokens": 8, "messages": [{"role": "user", "content": [{"type": "image",
              "source": {"type": "base64", "media_type": "image/png", "data": "%s"}}]}]}\
            """
                .formatted(base64));
    assertThat(messages.status()).as(messages.body()).isEqualTo(503);
    assertThat(messages.json().path("type").asString()).isEqualTo("error");
    assertThat(messages.error()).contains("of memory");
    Answer ollama =
        nano.post(
            "/api/chat",
            """
            {"stream": false, "messages": [{"role": "user", "content": "Describe this image.",
              "images": ["%s"]}]}\
            """
                .formatted(base64));
    assertThat(ollama.status()).as(ollama.body()).isEqualTo(503);
    assertThat(ollama.error()).contains("of memory");
  }

  @Test
  void keysAndValuesThatDoNotFitAreRefused() {
    Answer refused =
        nano.post("/completion", "{\"prompt\": \"There are many words\", \"n_predict\": 4}");
    assertThat(refused.status()).as(refused.body()).isEqualTo(503);
    assertThat(refused.error()).contains("keys and values of ").contains("--cache-type-k q8_0");
    AVAILABLE.set(8L << 30);
    assertThat(
            nano.post("/completion", "{\"prompt\": \"There are many words\", \"n_predict\": 4}")
                .status())
        .isEqualTo(200);
  }
}
