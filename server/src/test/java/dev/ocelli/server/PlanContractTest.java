package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.server.NanoServer.Answer;
import java.awt.Color;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import tools.jackson.databind.JsonNode;

/** What a conversation will cost, told before it is sent. */
@TestInstance(Lifecycle.PER_CLASS)
class PlanContractTest {
  private static final String CHAT = "/v1/chat/completions";

  private final NanoServer nano = new NanoServer();

  @AfterAll
  void close() {
    nano.close();
    assertThat(nano.faults).isEmpty();
  }

  private JsonNode ok(String path, String body) {
    Answer answer = nano.post(path, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private static String about(Color color) {
    return "{\"max_tokens\": 1, \"cache_salt\": \"%s\", \"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\", \"image_url\": {\"url\": \"%s\"}}, {\"type\": \"text\", \"text\": \"What do you see in this picture?\"}]}]}"
        .formatted(color, NanoServer.picture(320, 256, color));
  }

  @Test
  void thePlanIsWhatHappensAndAnswersRefineIt() {
    String request = about(Color.RED);
    JsonNode plan = ok(CHAT + "/plan", request);
    // A machine whose rate cannot be measured says so.
    assertThat(plan.path("seconds").isNull())
        .isEqualTo(plan.path("seconds_from").stringValue().equals("nothing"));
    JsonNode reply = ok(CHAT, request);
    assertThat(plan.path("prompt_tokens")).isEqualTo(reply.path("usage").path("prompt_tokens"));
    assertThat(plan.path("cached_tokens").intValue()).isZero();
    JsonNode picture = plan.path("media").path(0);
    assertThat(picture.path("cached").booleanValue()).isFalse();
    assertThat(picture.path("tokens")).isEqualTo(reply.path("media").path(0).path("tokens"));

    JsonNode again = ok(CHAT + "/plan", request);
    assertThat(again.path("cached_tokens").intValue())
        .isEqualTo(plan.path("prompt_tokens").intValue() - 1);
    assertThat(again.path("media").path(0).path("cached").booleanValue()).isTrue();
    assertThat(again.path("media").path(0).path("seconds").doubleValue()).isZero();
    assertThat(again.path("seconds_from").stringValue()).isEqualTo("replies");

    JsonNode other = ok(CHAT + "/plan", about(Color.BLUE));
    double encoding = other.path("media").path(0).path("seconds").doubleValue();
    double prompt = other.path("prompt_seconds").doubleValue();
    assertThat(encoding).isPositive();
    assertThat(prompt).isPositive();
    assertThat(other.path("seconds").doubleValue())
        .isCloseTo(encoding + prompt, org.assertj.core.data.Offset.offset(2e-4));
  }

  @Test
  void sizesAloneHaveTimes() {
    ok(CHAT, about(Color.GREEN));
    JsonNode plans =
        ok(
            "/v1/pictures/plan",
            "{\"pictures\": [{\"width\": 192, \"height\": 192}, {\"width\": 640, \"height\": 480}]}");
    double small = plans.path("plans").path(0).path("seconds").doubleValue();
    double large = plans.path("plans").path(1).path("seconds").doubleValue();
    assertThat(small).isPositive().isLessThan(large);
    assertThat(plans.path("seconds").doubleValue()).isGreaterThan(large);
  }

  @Test
  void whatCannotBeSentCannotBePlanned() {
    Answer answer = nano.post(CHAT + "/plan", "{\"messages\": []}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("messages");
    assertThat(nano.post(CHAT + "/plan", "{\"message\": []}").status()).isEqualTo(400);
  }
}
