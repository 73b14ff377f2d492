package dev.ocelli.engine.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.OcelliException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Every row of the size tables, errors included. */
class SmartResizeGoldenTest {
  private static final int FACTOR = PatchSpec.QWEN3_VL.factor();
  private static final ImageLimits LLAMA_CPP = new ImageLimits(8 * 1024, 4096 * 1024);

  @Test
  void imagesLikeHuggingFace() {
    check(
        "/reference/preprocess/smart_resize_image.csv",
        325,
        2,
        row -> SmartResize.image(source(row, 0), FACTOR, ImageLimits.PUBLISHED_IMAGE));
  }

  @Test
  void imagesWithOtherLimitsLikeHuggingFace() {
    check(
        "/reference/preprocess/smart_resize_image_limits.csv",
        109,
        4,
        row -> SmartResize.image(source(row, 0), FACTOR, limits(row, 2)));
  }

  @Test
  void imagesLikeLlamaCpp() {
    check(
        "/reference/preprocess/smart_resize_image.csv",
        325,
        4,
        row -> LlamaCppResize.canvas(source(row, 0), FACTOR, LLAMA_CPP));
  }

  @Test
  void clipsLikeHuggingFace() {
    check(
        "/reference/preprocess/smart_resize_video.csv",
        325,
        3,
        row ->
            SmartResize.video(
                Integer.parseInt(row[0]),
                source(row, 1),
                PatchSpec.QWEN3_VL,
                ImageLimits.PUBLISHED_VIDEO));
  }

  @Test
  void clipsWithCappedFramesLikeHuggingFace() {
    check(
        "/reference/preprocess/smart_resize_video_capped.csv",
        80,
        5,
        row -> {
          int frames = Integer.parseInt(row[0]);
          return SmartResize.video(
              frames,
              source(row, 1),
              PatchSpec.QWEN3_VL,
              SmartResize.capPixelsPerFrame(frames, PatchSpec.QWEN3_VL, limits(row, 3)));
        });
  }

  private interface Rule {
    ImageSize size(String[] row);
  }

  private static void check(String table, int rows, int expectedAt, Rule rule) {
    List<String[]> all = Csv.rows(table);
    assertThat(all).hasSize(rows);
    List<String> wrong = new ArrayList<>();
    for (String[] row : all) {
      String expected = row[expectedAt] + "," + row[expectedAt + 1];
      String actual = text(() -> rule.size(row));
      if (!actual.equals(expected)) {
        wrong.add(String.join(",", row) + " gave " + actual);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static String text(Supplier<ImageSize> rule) {
    try {
      ImageSize size = rule.get();
      return size.height() + "," + size.width();
    } catch (OcelliException e) {
      assertThat(e.kind()).isEqualTo(OcelliException.Kind.INPUT);
      assertThat(e.getMessage()).doesNotContain("\n").contains(": ");
      return "error,error";
    }
  }

  private static ImageSize source(String[] row, int heightAt) {
    return new ImageSize(Integer.parseInt(row[heightAt + 1]), Integer.parseInt(row[heightAt]));
  }

  private static ImageLimits limits(String[] row, int at) {
    return new ImageLimits(Long.parseLong(row[at]), Long.parseLong(row[at + 1]));
  }
}
