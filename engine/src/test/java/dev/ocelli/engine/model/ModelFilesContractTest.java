package dev.ocelli.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.testing.Fixtures;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Files that are mixed up are refused in one line that names file and field. */
class ModelFilesContractTest {
  private static final Path DENSE = Fixtures.path("models/tiny-dense/tiny-dense-f32.gguf");
  private static final Path DENSE_VISION =
      Fixtures.path("models/tiny-dense/tiny-dense-mmproj-f32.gguf");
  private static final Path WIDE_VISION =
      Fixtures.path("models/tiny-wide/tiny-wide-mmproj-f16.gguf");

  @Test
  void aVisionFileOfAnotherWidthIsRefused() {
    refused(DENSE, WIDE_VISION, "clip.vision.projection_dim is 256", "embedding_length 64");
  }

  @Test
  void aVisionFileWithOtherDeepStackLayersIsRefused() {
    try (GgufFile dense = GgufFile.open(DENSE);
        GgufFile moeVision =
            GgufFile.open(Fixtures.path("models/tiny-moe/tiny-moe-mmproj-f16.gguf"))) {
      assertThat(dense.metadata().getInt("qwen3vl.n_deepstack_layers")).isEqualTo(3);
      // Equal counts fit; the widths of these two are equal as well.
      assertThat(ModelFiles.of(dense, moeVision).config().text().deepstack()).isEqualTo(3);
    }
  }

  @Test
  void aVisionFileInPlaceOfTheModelIsRefused() {
    refused(DENSE_VISION, null, "general.architecture is 'clip'", "--mmproj");
  }

  @Test
  void aModelInPlaceOfTheVisionFileIsRefused() {
    refused(DENSE, DENSE, "general.architecture is 'qwen3vl'", "a vision file (mmproj) has 'clip'");
  }

  @Test
  void aFolderBringsItsOwnVisionTower() {
    refused(
        Fixtures.path("models/tiny-dense"), DENSE_VISION, "is a folder with its own vision tower");
  }

  private static void refused(
      Path model, @org.jspecify.annotations.Nullable Path mmproj, String... parts) {
    assertThatThrownBy(() -> ModelFiles.open(model, mmproj, true))
        .isInstanceOf(OcelliException.class)
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n");
  }
}
