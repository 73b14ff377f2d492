package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.media.DecodeOptions;
import dev.ocelli.media.ImageDecoder;
import dev.ocelli.server.NanoServer.Answer;
import java.awt.Color;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Boxes come beside the text, in pixels of the picture that was sent, whichever API was asked. */
@TestInstance(Lifecycle.PER_CLASS)
class GroundingContractTest {
  private static final String RED = NanoServer.picture(200, 100, Color.RED);

  /** A reply that the request forces: what is tested is what becomes of it. */
  private static final String FORCED =
      "[{\\\"bbox_2d\\\": [100, 200, 500, 1000], \\\"label\\\": \\\"cup\\\"}]";

  private static final String REGION =
      "{\"label\":\"cup\",\"box\":[100,200,500,1000],\"picture\":0,\"pixels\":[20,20,100,100],\"text\":[1,51]}";

  private final NanoServer nano = new NanoServer();

  @AfterAll
  void close() {
    nano.close();
    assertThat(nano.faults).isEmpty();
  }

  private static String chat(String pictures, String more) {
    return """
    {"messages": [{"role": "user", "content": [%s {"type": "text", "text": "Where?"}]}],
     "guided_choice": ["%s"], "temperature": 0%s}
    """
        .formatted(pictures, FORCED, more);
  }

  private static String picture(String url) {
    return "{\"type\": \"image_url\", \"image_url\": {\"url\": \"%s\"}},".formatted(url);
  }

  private static void isGrounding(JsonNode grounding) {
    assertThat(grounding.path("boxes").asString()).isEqualTo("pixels");
    assertThat(grounding.path("cut").asBoolean(true)).isFalse();
    assertThat(grounding.path("regions")).hasSize(1);
    assertThat(grounding.path("regions").path(0).toString()).isEqualTo(REGION);
  }

  @Test
  void chatCompletionsHaveThemBesideTheMessage() {
    Answer answer = nano.post("/v1/chat/completions", chat(picture(RED), ", \"grounding\": {}"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    isGrounding(answer.json().path("choices").path(0).path("grounding"));
    assertThat(nano.post("/v1/chat/completions", chat(picture(RED), "")).body())
        .doesNotContain("grounding");
  }

  @Test
  void streamsHaveThemInTheLastChunkOfAReply() {
    Answer answer =
        nano.post(
            "/v1/chat/completions",
            chat(picture(RED), ", \"stream\": true, \"grounding\": {\"boxes\": \"pixels\"}"));
    JsonNode last = answer.events().getLast().path("choices").path(0);
    assertThat(last.path("finish_reason").asString()).isEqualTo("stop");
    isGrounding(last.path("grounding"));
  }

  @Test
  void relativeBoxesHaveNoPixels() {
    Answer answer =
        nano.post(
            "/v1/chat/completions",
            chat(picture(RED), ", \"grounding\": {\"boxes\": \"relative\"}"));
    JsonNode region =
        answer.json().path("choices").path(0).path("grounding").path("regions").path(0);
    assertThat(region.has("pixels")).isFalse();
    assertThat(region.path("box")).hasSize(4);
  }

  @Test
  void picturesComeBackWithTheirBoxes() {
    Answer answer =
        nano.post(
            "/v1/chat/completions", chat(picture(RED), ", \"grounding\": {\"annotate\": true}"));
    JsonNode drawn =
        answer.json().path("choices").path(0).path("grounding").path("annotated").path(0);
    assertThat(drawn.path("width").asInt()).isEqualTo(200);
    byte[] png = Base64.getDecoder().decode(drawn.path("url").asString().split(",", 2)[1]);
    byte[] rgb = ImageDecoder.decode(png, "annotated", DecodeOptions.DEFAULT).rgb();
    assertThat(rgb[(60 * 200 + 20) * 3] & 0xFF).isEqualTo(0xE6);
    assertThat(rgb[(60 * 200 + 150) * 3] & 0xFF).isEqualTo(0xFF);
  }

  @Test
  void ofSeveralPicturesNoneIsGuessed() {
    Answer answer =
        nano.post(
            "/v1/chat/completions",
            chat(picture(RED) + picture(RED), ", \"grounding\": {\"annotate\": true}"));
    JsonNode grounding = answer.json().path("choices").path(0).path("grounding");
    assertThat(grounding.path("regions").path(0).path("picture").isNull()).isTrue();
    assertThat(grounding.path("annotated")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void responsesHaveThem(boolean stream) {
    Answer answer =
        nano.post(
            "/v1/responses",
            """
            {"input": [{"role": "user", "content": [
               {"type": "input_image", "image_url": "%s"}, {"type": "input_text", "text": "Where?"}]}],
             "text": {"format": {"type": "json_schema", "name": "x", "schema":
               {"const": [{"bbox_2d": [100, 200, 500, 1000], "label": "cup"}]}}},
             "grounding": {}, "stream": %s}
            """
                .formatted(RED, stream));
    JsonNode response = stream ? answer.events().getLast().path("response") : answer.json();
    JsonNode grounding = response.path("grounding");
    assertThat(grounding.path("regions").path(0).path("pixels").toString())
        .as(answer.body())
        .isEqualTo("[20,20,100,100]");
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void messagesHaveThem(boolean stream) {
    Answer answer =
        nano.post(
            "/v1/messages",
            """
            {"model": "nano", "max_tokens": 200, "messages": [{"role": "user", "content": [
               {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "%s"}},
               {"type": "text", "text": "Where?"}]}],
             "output_config": {"format": {"type": "json_schema", "schema":
               {"const": [{"bbox_2d": [100, 200, 500, 1000], "label": "cup"}]}}},
             "grounding": {}, "stream": %s}
            """
                .formatted(RED.split(",", 2)[1], stream));
    JsonNode at =
        stream
            ? answer.events().stream()
                .filter(e -> e.path("type").asString().equals("message_delta"))
                .findFirst()
                .orElseThrow()
            : answer.json();
    assertThat(at.path("grounding").path("regions").path(0).path("pixels").toString())
        .as(answer.body())
        .isEqualTo("[20,20,100,100]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"boxes\": \"inches\"} | grounding.boxes: is 'inches'; use pixels or relative",
        "{\"box\": \"pixels\"} | grounding.box: is not a field of grounding",
        "{\"annotate\": 1} | grounding.annotate: must be a boolean",
        "true | grounding: must be an object",
      })
  void wrongValuesAreRefused(String value, String error) {
    Answer answer =
        nano.post("/v1/chat/completions", chat(picture(RED), ", \"grounding\": " + value));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains(error.strip());
  }
}
