package dev.ocelli.engine.safetensors;

import static dev.ocelli.engine.testing.Errors.assertModelError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations as published (transformers 4.57) and as transformers 5 writes them. */
class HfConfigGoldenTest {
  @TempDir Path folder;

  private HfConfig read(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    return HfConfig.read(folder);
  }

  private static String published(String model) throws IOException {
    return Files.readString(Fixtures.path("models/" + model + "/config.json"));
  }

  /** The same configuration with all that transformers 5 moved or renamed. */
  private static String newer(String json) {
    return json.replaceAll("\\s+", "")
        .replace("\"rope_scaling\":{", "\"rope_parameters\":{\"rope_theta\":5000000.0,")
        .replace("\"rope_theta\":5000000,", "")
        .replace("\"num_experts\":", "\"num_local_experts\":");
  }

  @Test
  void denseModel() {
    HfConfig c = HfConfig.read(Fixtures.path("models/tiny-dense"));
    assertThat(c.modelType()).isEqualTo("qwen3_vl");
    assertThat(c.tiedEmbeddings()).isFalse();
    assertThat(c.quantization()).isNull();
    assertThat(c.tokens()).isEqualTo(new HfConfig.Tokens(1010, 1011, 1007, 1008));
    HfConfig.Text t = c.text();
    assertThat(t.hidden()).isEqualTo(64);
    assertThat(t.layers()).isEqualTo(4);
    assertThat(t.heads()).isEqualTo(4);
    assertThat(t.kvHeads()).isEqualTo(2);
    assertThat(t.headDim()).isEqualTo(32);
    assertThat(t.feedForward()).isEqualTo(160);
    assertThat(t.vocabulary()).isEqualTo(1024);
    assertThat(t.contextLength()).isEqualTo(4096);
    assertThat(t.rmsEps()).isEqualTo(1e-6f);
    assertThat(t.moe()).isNull();
    assertThat(t.rope().theta()).isEqualTo(5e6);
    assertThat(t.rope().sections()).containsExactly(6, 5, 5);
    assertThat(t.rope().interleaved()).isTrue();
    assertThat(t.rope().yarn()).isNull();
    HfConfig.Vision v = c.vision();
    assertThat(v.depth()).isEqualTo(5);
    assertThat(v.hidden()).isEqualTo(48);
    assertThat(v.heads()).isEqualTo(2);
    assertThat(v.feedForward()).isEqualTo(100);
    assertThat(v.patch()).isEqualTo(16);
    assertThat(v.temporalPatch()).isEqualTo(2);
    assertThat(v.spatialMerge()).isEqualTo(2);
    assertThat(v.positions()).isEqualTo(64);
    assertThat(v.outHidden()).isEqualTo(64);
    assertThat(v.channels()).isEqualTo(3);
    assertThat(v.deepstackBlocks()).containsExactly(0, 1, 3);
  }

  @Test
  void mixtureOfExperts() {
    HfConfig c = HfConfig.read(Fixtures.path("models/tiny-moe"));
    HfConfig.Moe m = Objects.requireNonNull(c.text().moe());
    assertThat(m.experts()).isEqualTo(8);
    assertThat(m.used()).isEqualTo(3);
    assertThat(m.feedForward()).isEqualTo(48);
    assertThat(m.normalize()).isTrue();
    assertThat(m.step()).isEqualTo(1);
    assertThat(m.denseLayers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"tiny-dense", "tiny-moe", "tiny-wide"})
  void newerFormSaysTheSame(String model) throws IOException {
    String json = published(model);
    assertThat(read(newer(json))).usingRecursiveComparison().isEqualTo(read(json));
    assertThat(newer(json)).contains("rope_parameters").doesNotContain("rope_scaling");
  }

  @Test
  void tiedHeadInEitherPlace() throws IOException {
    String json = published("tiny-wide").replaceAll("\\s+", "");
    assertThat(read(json).tiedEmbeddings()).isTrue();
    String innerOnly = json.replace("},\"tie_word_embeddings\":true,", "},");
    assertThat(innerOnly).isNotEqualTo(json);
    assertThat(read(innerOnly).tiedEmbeddings()).isTrue();
    assertThat(read(innerOnly.replace("\"tie_word_embeddings\":true,", "")).tiedEmbeddings())
        .isFalse();
  }

  @Test
  void longContextScaling() throws IOException {
    HfConfig c =
        read(
            published("tiny-dense")
                .replace(
                    "\"rope_type\": \"default\"",
                    "\"rope_type\": \"yarn\", \"factor\": 3.0,"
                        + " \"original_max_position_embeddings\": 2048"));
    assertThat(c.text().rope().yarn()).isEqualTo(new HfConfig.Yarn(3, 2048, null, null, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"model_type\": \"qwen3_vl\"|\"model_type\": \"llama\"|field 'model_type' must be 'qwen3_vl' or 'qwen3_vl_moe', the architectures supported, but is \"llama\"",
        "\"hidden_size\": 64|\"hidden_size\": \"64\"|field 'text_config.hidden_size' must be a whole number",
        "\"hidden_size\": 64|\"hidden_size\": 0|field 'text_config.hidden_size' must be above 0, but is 0",
        "\"hidden_size\": 64|\"hidden_size\": 64.5|field 'text_config.hidden_size' must be a whole number",
        "\"hidden_size\": 64,||field 'text_config.hidden_size' is missing, a whole number is needed",
        "\"rope_theta\": 5000000,||field 'text_config.rope_theta' is missing, a number is needed",
        "\"num_key_value_heads\": 2|\"num_key_value_heads\": 3|must be a divisor of num_attention_heads 4, but is 3",
        "\"head_dim\": 32|\"head_dim\": 33|field 'text_config.head_dim' must be even",
        "\"rope_type\": \"default\"|\"rope_type\": \"llama3\"|field 'text_config.rope_scaling.rope_type' must be 'default' or 'yarn', but is \"llama3\"",
        "\"hidden_act\": \"silu\"|\"hidden_act\": \"relu\"|field 'text_config.hidden_act' must be 'silu'",
        "\"rms_norm_eps\": 1e-06|\"rms_norm_eps\": -1|field 'text_config.rms_norm_eps' must be above 0",
        "\"depth\": 5|\"depth\": 3|field 'vision_config.deepstack_visual_indexes' must be ascending and below depth 3, but is [0,1,3]",
        "\"num_position_embeddings\": 64|\"num_position_embeddings\": 63|must be a square number",
        "\"num_heads\": 2|\"num_heads\": 5|field 'vision_config.num_heads' must be a divisor of hidden_size 48",
        "\"image_token_id\": 1010,|\"image_token_id\": true,|field 'image_token_id' must be a whole number",
        "\"mrope_interleaved\": true|\"mrope_interleaved\": 1|field 'text_config.rope_scaling.mrope_interleaved' must be true or false",
        "\"tie_word_embeddings\": false|\"tie_word_embeddings\": false, \"tie_word_embeddings\": true|not well-formed JSON: Duplicate"
      })
  void wrongFieldsAreNamed(String from, @Nullable String to, String message) throws IOException {
    String json = published("tiny-dense");
    assertThat(json).contains(from);
    String changed = json.replaceFirst(Pattern.quote(from), to == null ? "" : to);
    assertModelError(() -> read(changed), folder.resolve("config.json") + ": ", message);
  }

  @Test
  void sectionsMustFillHalfAHead() throws IOException {
    String json = published("tiny-dense").replaceAll("\\s+", "").replace("[6,5,5]", "[6,5,6]");
    assertModelError(
        () -> read(json),
        "field 'text_config.rope_scaling.mrope_section' must be three numbers that sum to half of"
            + " head_dim 32, but is [6,5,6]");
  }

  @Test
  void generation() {
    HfGeneration g = Objects.requireNonNull(HfGeneration.find(Fixtures.path("models/tiny-dense")));
    assertThat(g.endTokens()).containsExactly(1000, 998);
    assertThat(g.padToken()).isEqualTo(998);
    assertThat(g.sample()).isTrue();
    assertThat(g.temperature()).isEqualTo(0.7);
    assertThat(g.topK()).isEqualTo(20);
    assertThat(g.topP()).isEqualTo(0.8);
    assertThat(g.minP()).isNull();
    assertThat(g.repetitionPenalty()).isEqualTo(1.0);
    assertThat(HfGeneration.find(folder)).isNull();
  }

  @Test
  void singleEndToken() throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": 7}");
    HfGeneration g = Objects.requireNonNull(HfGeneration.find(folder));
    assertThat(g.endTokens()).containsExactly(7);
    assertThat(g.temperature()).isNull();
  }

  @Test
  void preprocessors() {
    Path dir = Fixtures.path("models/tiny-dense");
    HfPreprocessor i = Objects.requireNonNull(HfPreprocessor.findForImages(dir));
    assertThat(i.minPixels()).isEqualTo(8192);
    assertThat(i.maxPixels()).isEqualTo(262144);
    assertThat(i.patch()).isEqualTo(16);
    assertThat(i.temporalPatch()).isEqualTo(2);
    assertThat(i.merge()).isEqualTo(2);
    assertThat(i.mean()).containsExactly(0.5f, 0.5f, 0.5f);
    assertThat(i.std()).containsExactly(0.5f, 0.5f, 0.5f);
    assertThat(i.video()).isNull();
    HfPreprocessor v = Objects.requireNonNull(HfPreprocessor.findForVideos(dir));
    assertThat(v.minPixels()).isEqualTo(4096);
    assertThat(v.video()).isEqualTo(new HfPreprocessor.Video(2, 4, 768));
    assertThat(HfPreprocessor.findForImages(folder)).isNull();
    assertThat(HfPreprocessor.findForVideos(folder)).isNull();
  }

  @Test
  void olderPreprocessorNamesAndErrors() throws IOException {
    String rest = "\"patch_size\": 16, \"temporal_patch_size\": 2, \"merge_size\": 2}";
    Path file = folder.resolve("preprocessor_config.json");
    Files.writeString(file, "{\"min_pixels\": 3136, \"max_pixels\": 12845056, " + rest);
    HfPreprocessor p = Objects.requireNonNull(HfPreprocessor.findForImages(folder));
    assertThat(p.minPixels()).isEqualTo(3136);
    assertThat(p.maxPixels()).isEqualTo(12845056);
    Files.writeString(file, "{" + rest);
    p = Objects.requireNonNull(HfPreprocessor.findForImages(folder));
    assertThat(p.minPixels()).isNull();
    Files.writeString(file, "{\"size\": {\"shortest_edge\": 9, \"longest_edge\": 8}, " + rest);
    assertModelError(
        () -> HfPreprocessor.findForImages(folder),
        file + ": field 'size' must be not above the greatest size");
    Files.writeString(file, "{\"image_mean\": [0.5], " + rest);
    assertModelError(
        () -> HfPreprocessor.findForImages(folder),
        file + ": field 'image_mean' must be three numbers, but is [0.5]");
    Files.writeString(file, "{\"image_std\": [0.5, 0, 1], " + rest);
    assertModelError(
        () -> HfPreprocessor.findForImages(folder),
        "field 'image_std' must be three numbers above");
    Files.writeString(file, "{\"patch_size\": 16}");
    assertModelError(
        () -> HfPreprocessor.findForImages(folder),
        file + ": field 'temporal_patch_size' is missing");
  }
}
