package dev.ocelli.cli.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.NanoFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What ships with the program is within tolerance, and what is wrong is noticed. */
class SelfTestCommandGoldenTest {
  @TempDir Path folder;

  @Test
  void everyStageThatShipsIsWithinTolerance() {
    CliHarness.Result r = CliHarness.real().run("selftest", "-q", "--json");
    assertThat(r.code()).as(r.out()).isZero();
    List<JsonNode> stages = r.out().lines().map(JsonMapper.shared()::readTree).toList();
    assertThat(stages).hasSizeGreaterThan(350);
    assertThat(stages)
        .extracting(s -> s.path("model").asString())
        .contains("tiny-dense F32", "tiny-moe F32", "tiny-wide Q8_0", "tiny-wide Q4_K_M")
        .contains("nano Q8_0 (embedded)");
    assertThat(stages).allMatch(s -> s.path("ok").asBoolean());
  }

  /** Transformers' numbers for nano, with the trained weights as they are. */
  @Test
  void nanoEqualsTransformers() throws IOException {
    CliHarness.Result r = selftest(Files.readAllBytes(NanoFiles.text()));
    assertThat(r.code()).as(r.out()).isZero();
    assertThat(r.out()).containsPattern("logits_last +4 +5120 +\\S+ +5.00e-04 ok");
  }

  /** Descriptions hardly change when rotary positions are wrong; the numbers must. */
  @Test
  void wrongRotarySectionsAreNoticed() throws IOException {
    byte[] model = Files.readAllBytes(NanoFiles.text());
    ByteBuffer b = ByteBuffer.wrap(model).order(ByteOrder.LITTLE_ENDIAN);
    // The key is followed by: type array (4 bytes), type of elements (4), count (8), elements.
    int sections = find(model, "qwen3vl.rope.dimension_sections") + 16;
    int height = b.getInt(sections + 4);
    b.putInt(sections, b.getInt(sections) + height - 1).putInt(sections + 4, 1);
    CliHarness.Result r = selftest(model);
    assertThat(r.code()).as(r.out()).isEqualTo(1);
    assertThat(r.out()).contains("stage logits_last").contains("are out of tolerance");
    assertThat(r.out()).doesNotContain("stage image_");
  }

  private CliHarness.Result selftest(byte[] model) throws IOException {
    Path file = Files.write(folder.resolve("model.gguf"), model);
    return CliHarness.real()
        .run("selftest", "-q", "-m", file.toString(), "-mm", NanoFiles.vision().toString());
  }

  private static int find(byte[] in, String text) {
    byte[] key = text.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i + key.length <= in.length; i++) {
      if (java.util.Arrays.equals(in, i, i + key.length, key, 0, key.length)) {
        return i + key.length;
      }
    }
    throw new AssertionError(text + " is not in the file");
  }
}
