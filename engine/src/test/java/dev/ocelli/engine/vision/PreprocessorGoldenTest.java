package dev.ocelli.engine.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.selftest.Npy;
import dev.ocelli.engine.testing.Pictures;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Patch rows, bit for bit. */
class PreprocessorGoldenTest {
  private static final PatchSpec SPEC = PatchSpec.QWEN3_VL;
  private static final ImageLimits TINY = new ImageLimits(8192, 262144);
  private static final ImageLimits TINY_VIDEO = new ImageLimits(4096, 262144);
  private static final ImageLimits NANO = new ImageLimits(8192, 4194304);

  @Test
  void pictureOfGoldenCase() {
    RgbImage image = Pictures.resource("/reference/golden/images/a_160x96.png");
    Npy.Array expected =
        Npy.resource("/reference/golden/tiny-dense/image_a/image_pixel_values.npy");
    ImagePlan plan = plan(image, ImageOptions.DEFAULT, TINY);
    assertThat(plan.scaling()).isEqualTo(ImagePlan.Scaling.NONE);
    assertThat(plan.grid()).isEqualTo(grid("image_a", "image_grid_thw"));
    assertThat(plan.tokens()).isEqualTo(15);
    try (Arena arena = Arena.ofShared();
        Workers team = new Team(3)) {
      for (Workers workers : List.of(Workers.single(), team)) {
        PatchRows rows = new Preprocessor(SPEC, workers).image(arena, image, plan);
        assertThat(rows.grid()).isEqualTo(plan.grid());
        assertThat(new int[] {rows.values().rows(), rows.values().columns()})
            .isEqualTo(expected.shape());
        assertThat(rows.values().toArray()).isEqualTo(expected.floats());
      }
    }
  }

  /** The picture is resized, so this shows that torchvision's precision is the default. */
  @Test
  void resizedPictureOfNanoModel() {
    RgbImage image = Pictures.resource("/reference/nano/010.png");
    Npy.Array expected = Npy.resource("/reference/nano/0054_pixel_values_u8.npy");
    ImagePlan plan = plan(image, ImageOptions.DEFAULT, NANO);
    assertThat(plan.grid()).isEqualTo(new Grid(1, 8, 10));
    float[] values = new float[expected.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ((expected.bytes()[i] & 0xFF) - 127.5f) / 127.5f;
    }
    Preprocessor preprocessor = new Preprocessor(SPEC, Workers.single());
    try (Arena arena = Arena.ofConfined()) {
      assertThat(preprocessor.image(arena, image, plan).values().toArray()).isEqualTo(values);
      ImagePlan pillow = plan(image, ImageOptions.DEFAULT.with(Preprocessing.HF_PILLOW), NANO);
      assertThat(preprocessor.image(arena, image, pillow).values().toArray()).isNotEqualTo(values);
    }
  }

  @Test
  void clipOfGoldenCase() {
    JsonNode video = json("video").get("video");
    List<RgbImage> frames = new ArrayList<>();
    for (JsonNode name : video.get("frames")) {
      frames.add(Pictures.resource("/reference/golden/images/" + name.asString() + ".png"));
    }
    double fps = video.get("fps").asDouble();
    Npy.Array expected = Npy.resource("/reference/golden/tiny-dense/video/video_pixel_values.npy");
    ImageSize size = new ImageSize(frames.get(0).width(), frames.get(0).height());
    // Both ways to choose frames take all of these five, as Hugging Face would.
    for (VideoOptions options : List.of(VideoOptions.FRAME_LIST, VideoOptions.SAMPLED)) {
      VideoPlan plan = VideoPlan.of(size, frames.size(), fps, options, TINY_VIDEO, SPEC);
      assertThat(plan.grid()).isEqualTo(grid("video", "video_grid_thw"));
      assertThat(plan.tokens()).isEqualTo(18);
      assertThat(plan.sampling().timestamps(2))
          .containsExactly("<0.3 seconds>", "<1.7 seconds>", "<2.7 seconds>");
      try (Arena arena = Arena.ofConfined()) {
        PatchRows rows = new Preprocessor(SPEC, Workers.single()).video(arena, frames::get, plan);
        assertThat(rows.values().toArray()).isEqualTo(expected.floats());
      }
    }
  }

  @Test
  void clipOfChosenFrames() {
    JsonNode video = json("video_and_image").get("video");
    int[] indices = new int[5];
    for (int i = 0; i < 5; i++) {
      indices[i] = video.get("frame_indices").get(i).asInt();
    }
    FrameSampling sampling = new FrameSampling(indices, video.get("fps").asDouble());
    VideoPlan plan =
        VideoPlan.of(new ImageSize(96, 64), sampling, VideoOptions.FRAME_LIST, TINY_VIDEO, SPEC);
    assertThat(plan.grid()).isEqualTo(grid("video_and_image", "video_grid_thw"));
    String prompt = json("video_and_image").get("prompt_expanded").asString();
    assertThat(sampling.timestamps(2)).hasSize(3).allSatisfy(s -> assertThat(prompt).contains(s));
  }

  @ParameterizedTest
  @CsvSource({"f_100x75, 128, 96", "g_301x199, 288, 192", "j_1000x20, 992, 32", "i_40x30, 128, 96"})
  void letterboxLikeLlamaCpp(String name, int width, int height) {
    RgbImage image = Pictures.resource("/reference/golden/images/" + name + ".png");
    RgbImage expected =
        Pictures.resource(
            "/reference/preprocess/letterbox/" + name + "_to_" + width + "x" + height + ".png");
    ImagePlan plan = plan(image, ImageOptions.DEFAULT.with(Preprocessing.LLAMA_CPP), TINY);
    RgbImage canvas = new Preprocessor(SPEC, Workers.single()).canvas(image, plan);
    assertThat(new ImageSize(canvas.width(), canvas.height()))
        .isEqualTo(new ImageSize(width, height));
    assertThat(canvas.rgb()).isEqualTo(expected.rgb());
  }

  @Test
  void meanAndDeviationOfTheModel() {
    PatchSpec spec =
        new PatchSpec(
            16,
            2,
            2,
            new float[] {0.48145466f, 0.4578275f, 0.40821073f},
            new float[] {0.26862954f, 0.26130258f, 0.27577711f});
    byte[] rgb = new byte[32 * 32 * 3];
    rgb[0] = (byte) 200;
    rgb[1] = 3;
    rgb[2] = (byte) 255;
    RgbImage image = new RgbImage(32, 32, rgb);
    ImagePlan plan =
        ImagePlan.of(
            new ImageSize(32, 32), ImageOptions.DEFAULT, new ImageLimits(1024, 1024), spec);
    try (Arena arena = Arena.ofConfined()) {
      float[] row =
          new Preprocessor(spec, Workers.single()).image(arena, image, plan).values().toArray();
      assertThat(row[0]).isCloseTo((float) ((200 / 255.0 - 0.48145466) / 0.26862954), within());
      assertThat(row[512]).isCloseTo((float) ((3 / 255.0 - 0.4578275) / 0.26130258), within());
      assertThat(row[1024]).isCloseTo((float) ((1 - 0.40821073) / 0.27577711), within());
    }
  }

  @Test
  void pictureOfAnotherSizeThanPlannedIsRefused() {
    ImagePlan plan =
        ImagePlan.of(new ImageSize(64, 64), ImageOptions.DEFAULT, TINY, PatchSpec.QWEN3_VL);
    Preprocessor preprocessor = new Preprocessor(SPEC, Workers.single());
    assertThatThrownBy(() -> preprocessor.canvas(new RgbImage(1, 1, new byte[3]), plan))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("1 x 1")
        .hasMessageContaining("64 x 64");
  }

  private static org.assertj.core.data.Offset<Float> within() {
    return org.assertj.core.data.Offset.offset(1e-6f);
  }

  private static ImagePlan plan(RgbImage image, ImageOptions options, ImageLimits limits) {
    return ImagePlan.of(new ImageSize(image.width(), image.height()), options, limits, SPEC);
  }

  private static Grid grid(String goldenCase, String field) {
    JsonNode grid = json(goldenCase).get(field).get(0);
    return new Grid(grid.get(0).asInt(), grid.get(1).asInt(), grid.get(2).asInt());
  }

  private static JsonNode json(String goldenCase) {
    return Json.resource("/reference/golden/tiny-dense/" + goldenCase + "/case.json");
  }
}
