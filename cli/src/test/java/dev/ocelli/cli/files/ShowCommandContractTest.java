package dev.ocelli.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ShowCommandContractTest {
  private static final Path MODEL =
      Path.of("../nano/src/main/resources/dev/ocelli/nano/qwen3vl-nano-Q8_0.gguf");

  @TempDir Path folder;
  private final CliHarness cli = new CliHarness();

  @Test
  void textShowsMetadataAndTypes() {
    CliHarness.Result r = cli.run("show", MODEL.toString(), "--tensors");
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.out().lines())
        .contains(
            "  general.architecture = qwen3vl",
            "  qwen3vl.rope.dimension_sections = [12, 10, 10, 0]",
            "  tokenizer.ggml.tokens = [!, \", #, $, %, &, ', (, ... 1272 more]",
            "Q8_0                      36         3276800      3.48 MB       8.50",
            "F32                       21            3456      13.8 kB      32.00")
        .anyMatch(line -> line.matches("attention +\\d+ +\\d+ .*"))
        .anyMatch(
            line -> line.matches("  blk\\.0\\.attn_q\\.weight +\\[256, 256\\] +Q8_0 +69632 bytes"))
        .noneMatch(line -> line.chars().anyMatch(Character::isISOControl));
  }

  @Test
  void jsonIsOneObject() {
    CliHarness.Result r = cli.run("show", MODEL.toString(), "--tensors", "--json");
    assertThat(r.code()).as(r.err()).isZero();
    JsonNode json = JsonMapper.shared().readTree(r.out());
    assertThat(json.path("format").asString()).isEqualTo("gguf");
    assertThat(json.path("version").asInt()).isEqualTo(3);
    assertThat(json.path("tensors").asInt()).isEqualTo(57);
    assertThat(json.path("tensor_list").size()).isEqualTo(57);
    assertThat(json.path("types").path("Q8_0").path("bits_per_value").asDouble()).isEqualTo(8.5);
    assertThat(json.path("parts").path("norms").path("bits_per_value").asDouble()).isEqualTo(32);
    long inParts = 0;
    for (JsonNode part : json.path("parts")) {
      inParts += part.path("tensors").asLong();
    }
    assertThat(inParts).isEqualTo(57);
    JsonNode metadata = json.path("metadata");
    assertThat(metadata.path("qwen3vl.rope.freq_base").asDouble()).isEqualTo(5_000_000);
    assertThat(metadata.path("qwen3vl.rope.dimension_sections").path("values").toString())
        .isEqualTo("[12,10,10,0]");
    assertThat(metadata.path("tokenizer.ggml.tokens").path("count").asInt()).isEqualTo(1280);
    assertThat(metadata.path("tokenizer.ggml.tokens").path("first").size()).isEqualTo(256);
  }

  @Test
  void foreignFilesAreOneLine() throws IOException {
    Path file = Files.writeString(folder.resolve("no.gguf"), "this is no model");
    CliHarness.Result r = cli.run("show", file.toString());
    assertThat(r.code()).isEqualTo(3);
    assertThat(r.err()).startsWith("ocelli: ").contains("no.gguf").contains("GGUF");
    assertThat(r.err().lines()).hasSize(1);
    assertThat(r.out()).isEmpty();
  }
}
