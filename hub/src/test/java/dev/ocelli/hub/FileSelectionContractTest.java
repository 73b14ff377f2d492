package dev.ocelli.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which files a name means, and which names mean something. */
class FileSelectionContractTest {
  private static RepoListing listing(String... names) {
    return new RepoListing(
        "",
        null,
        Arrays.stream(names).map(n -> new RemoteFile(n, 1, null, null, null, null)).toList());
  }

  private static String picked(String tag, String... names) {
    ModelRef ref = ModelRef.parse("o/m" + tag, Origin.HUGGING_FACE, HubSettings.DEFAULT);
    return String.join(
        " ",
        FileSelection.of(listing(names), ref, true).files().stream()
            .map(RemoteFile::path)
            .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          -           | a-Q4_K_M.gguf a-Q8_0.gguf                         | a-Q4_K_M.gguf
          -           | a-Q8_0.gguf a-Q5_K_M.gguf                         | a-Q5_K_M.gguf
          :q8_0       | a-Q4_K_M.gguf a-Q8_0.gguf                         | a-Q8_0.gguf
          :q8         | a-Q4_K_M.gguf a-Q8_0.gguf                         | a-Q8_0.gguf
          :Q4_K_XL    | a-Q4_K_M.gguf a-UD-Q4_K_XL.gguf                   | a-UD-Q4_K_XL.gguf
          :q4_k_m     | a.q4_k_m.gguf a-UD-Q4_K_M.gguf                    | a.q4_k_m.gguf
          :BF16       | BF16/a-BF16-00002-of-00002.gguf BF16/a-BF16-00001-of-00002.gguf a-Q8_0.gguf | BF16/a-BF16-00001-of-00002.gguf BF16/a-BF16-00002-of-00002.gguf
          :F16        | a-F16.gguf a-BF16.gguf mmproj-a-F16.gguf          | a-F16.gguf mmproj-a-F16.gguf
          :a-Q8_0.gguf| a-Q8_0.gguf b-Q8_0.gguf                           | a-Q8_0.gguf
          :Q8_0       | a-Q8_0.gguf mmproj-a-Q8_0.gguf mmproj-F32.gguf mmproj-BF16.gguf | a-Q8_0.gguf mmproj-BF16.gguf
          :Q8_0       | x/a-Q8_0.gguf x/mmproj-Q8_0.gguf mmproj-F16.gguf  | x/a-Q8_0.gguf x/mmproj-Q8_0.gguf
          -           | a-Q4_K_M.gguf imatrix_unsloth.gguf README.md      | a-Q4_K_M.gguf
          """)
  void quantizationsAreFound(String tag, String names, String expected) {
    assertThat(picked(tag == null ? "" : tag, names.split(" "))).isEqualTo(expected);
  }

  @Test
  void whatIsNotClearIsListed() {
    assertThatThrownBy(() -> picked(":Q8_0", "a-Q8_0.gguf", "b-Q8_0.gguf"))
        .hasMessage(
            "hf:o/m:Q8_0: Q8_0 is several models; name one behind the colon: a-Q8_0, b-Q8_0");
    assertThatThrownBy(() -> picked(":Q3_K", "a-Q8_0.gguf", "a-Q4_0.gguf"))
        .hasMessage("hf:o/m:Q3_K: nothing there is Q3_K; there are: Q4_0, Q8_0");
    assertThatThrownBy(() -> picked("", "a-Q4_K_M-00001-of-00002.gguf"))
        .hasMessageContaining("shard 2 of 2 is missing");
    assertThatThrownBy(() -> picked("", "README.md"))
        .hasMessageContaining("neither GGUF files nor config.json");
  }

  @ParameterizedTest
  @CsvSource({
    "Qwen/Qwen3-VL-8B-Instruct-GGUF:Q4_K_M, hf:Qwen/Qwen3-VL-8B-Instruct-GGUF:Q4_K_M",
    "hf:o/m@dev, hf:o/m@dev",
    "ms:o/m:Q8_0, modelscope:o/m:Q8_0",
    "https://huggingface.co/o/m, hf:o/m",
    "https://huggingface.co/o/m/blob/main/x/a.gguf, hf:o/m:x/a.gguf",
    "https://modelscope.cn/models/o/m, modelscope:o/m",
    "https://example.org/x/a.gguf?sign=1, https://example.org/x/a.gguf",
  })
  void namesAreUnderstood(String text, String name) {
    assertThat(ModelRef.parse(text, Origin.HUGGING_FACE, HubSettings.DEFAULT)).hasToString(name);
  }

  @ParameterizedTest
  @CsvSource({
    "model",
    "a/b/c",
    "../x",
    "hf:",
    "o/m@../x",
    "o/m:../x.gguf",
    "https://u:p@example.org/a.gguf",
    "https://example.org/a.zip",
    "https:///a.gguf",
  })
  void otherNamesAreRefused(String text) {
    assertThatThrownBy(() -> ModelRef.parse(text, Origin.HUGGING_FACE, HubSettings.DEFAULT))
        .isInstanceOf(dev.ocelli.engine.OcelliException.class);
  }
}
