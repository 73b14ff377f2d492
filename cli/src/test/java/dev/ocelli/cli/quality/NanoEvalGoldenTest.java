package dev.ocelli.cli.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.NanoFiles;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Nano's evaluation set, word for word: pictures, pairs, clips as frame lists, chats. {@code hf} is
 * what transformers answered with float32 weights.
 */
class NanoEvalGoldenTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  @Test
  void halfPrecisionWeightsAnswerAsTransformersDo() throws IOException {
    JsonNode score =
        eval("-m", NanoFiles.text().toString(), "--mmproj", NanoFiles.vision().toString());
    assertThat(asReference(score)).isGreaterThanOrEqualTo(0.98);
    long rightOfReference = 0;
    for (String line : Files.readAllLines(NanoFiles.evaluationSet())) {
      JsonNode q = JSON.readTree(line);
      rightOfReference += q.path("hf").asString().equals(q.path("truth").asString()) ? 1 : 0;
    }
    assertThat(score.path("right").asLong()).isGreaterThanOrEqualTo(rightOfReference);
  }

  @Test
  void embeddedWeightsAnswerNearlyAlways() {
    assertThat(asReference(eval())).isGreaterThanOrEqualTo(0.96);
  }

  private static double asReference(JsonNode score) {
    assertThat(score.path("lines").asInt()).isEqualTo(384);
    return score.path("as_hf").asDouble() / score.path("lines").asInt();
  }

  private static JsonNode eval(String... model) {
    String[] args = new String[model.length + 4];
    args[0] = "eval";
    args[1] = NanoFiles.evaluationSet().toString();
    args[2] = "--json";
    args[3] = "-q";
    System.arraycopy(model, 0, args, 4, model.length);
    CliHarness.Result r = CliHarness.real().run(args);
    assertThat(r.code()).as(r.err()).isZero();
    return JSON.readTree(r.out());
  }
}
