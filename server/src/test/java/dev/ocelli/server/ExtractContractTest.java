package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.server.NanoServer.Answer;
import java.awt.Color;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Fields are read out of pictures, each with its confidence and box. */
@TestInstance(Lifecycle.PER_CLASS)
class ExtractContractTest {
  private static final String RED = NanoServer.picture(200, 100, Color.RED);
  private static final String SCHEMA =
      "{\"type\": \"object\", \"properties\": {\"color\": {\"enum\": [\"red\", \"blue\"]}}, \"required\": [\"color\"], \"additionalProperties\": false}";

  private final NanoServer nano = new NanoServer();

  @AfterAll
  void close() {
    nano.close();
    assertThat(nano.faults).isEmpty();
  }

  @Test
  void eachPictureGivesAResult() {
    Answer answer =
        nano.post(
            "/v1/extract",
            """
            {"schema": %s, "prompt": "What color is the background?", "boxes": false,
             "images": ["%s", {"type": "image_url", "image_url": {"url": "%s"}}]}
            """
                .formatted(SCHEMA, RED, NanoServer.picture(128, 128, Color.BLUE)));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.path("object").asString()).isEqualTo("extraction");
    assertThat(json.path("results")).hasSize(2);
    assertThat(json.path("results").path(1).path("index").asInt()).isEqualTo(1);
    for (JsonNode result : json.path("results")) {
      assertThat(result.path("data").path("color").asString()).isIn("red", "blue");
      JsonNode field = result.path("fields").path(0);
      assertThat(field.path("path").asString()).isEqualTo("/color");
      assertThat(field.path("confidence").asDouble()).isBetween(0.0, 1.0);
    }
    assertThat(json.path("usage").path("completion_tokens").asInt()).isPositive();
  }

  @Test
  void boxesAreAskedForAndCarriedToPixels() {
    Answer answer =
        nano.post(
            "/v1/extract",
            """
            {"schema": {"const": "red"}, "images": ["%s"],
             "calibration": {"points": [[0, 0.5], [1, 0.5]]}}
            """
                .formatted(RED));
    JsonNode field = answer.json().path("results").path(0).path("fields").path(0);
    assertThat(field.path("value").asString()).as(answer.body()).isEqualTo("red");
    assertThat(field.path("confidence").asDouble()).isEqualTo(0.5);
    assertThat(field.has("box")).isTrue();
    if (field.path("box").isArray()) {
      assertThat(field.path("pixels")).hasSize(4);
    }
  }

  @Test
  void pagesOfDocumentsHaveTheirPointsToo() {
    String page = "<</Type /Page /Parent 2 0 R /MediaBox [0 0 144 72] /Resources <<>>>>";
    String pdf =
        "%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n2 0 obj <</Type /Pages /Count 2 /Kids [3 0 R 4 0 R]>> endobj\n3 0 obj "
            + page
            + " endobj\n4 0 obj "
            + page
            + " endobj\ntrailer <</Root 1 0 R /Size 5>>\n%%EOF\n";
    Answer answer =
        nano.post(
            "/v1/extract",
            """
            {"schema": {"type": "object", "properties": {"label": {"const": "x"}, "bbox_2d": {"const": [100, 200, 500, 1000]}},
                        "required": ["label", "bbox_2d"], "additionalProperties": false},
             "images": [{"type": "file", "file": {"file_data": "%s"}}]}
            """
                .formatted(
                    Base64.getEncoder().encodeToString(pdf.getBytes(StandardCharsets.US_ASCII))));
    JsonNode field = answer.json().path("results").path(1).path("fields").path(0);
    assertThat(field.path("page").asInt()).as(answer.body()).isEqualTo(2);
    assertThat(field.path("box").toString()).isEqualTo("[100,200,500,1000]");
    assertThat(field.path("points").toString()).isEqualTo("[14.4,14.4,72,72]");
  }

  @Test
  void aReplyThatIsCutIsToldInItsResult() {
    Answer answer =
        nano.post(
            "/v1/extract",
            "{\"schema\": {\"type\": \"object\"}, \"images\": [\"%s\"], \"max_tokens\": 1}"
                .formatted(RED));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("results").path(0).path("error").asString())
        .contains("was cut after 1 tokens");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"images\": [\"x\"]} | schema: is missing",
        "{\"schema\": {}} | images: is missing",
        "{\"schema\": {}, \"images\": []} | images: has 0 pictures",
        "{\"schema\": {\"type\": \"text\"}, \"images\": [\"x\"]} | schema: ",
        "{\"schema\": {}, \"images\": [\"x\"]} | images[0]: is no URL of a picture",
        "{\"schema\": {}, \"images\": [\"x\"], \"calibration\": {}} | calibration: is no calibration",
        "{\"schema\": {}, \"images\": [\"x\"], \"max_tokens\": 0} | max_tokens: is 0",
        "{\"schema\": {}, \"images\": [\"x\"], \"box\": true} | box: is not a field",
      })
  void wrongRequestsAreRefused(String body, String error) {
    Answer answer = nano.post("/v1/extract", body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).contains(error.strip());
  }
}
