package dev.ocelli.engine.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What plans promise and refuse. */
class ImagePlanContractTest {
  private static final PatchSpec SPEC = PatchSpec.QWEN3_VL;
  private static final ImageLimits MODEL = ImageLimits.PUBLISHED_IMAGE;

  @Test
  void saysWhetherPixelsAreLost() {
    assertThat(plan(256, 256, ImageOptions.DEFAULT).scaling()).isEqualTo(ImagePlan.Scaling.NONE);
    assertThat(plan(80, 80, ImageOptions.DEFAULT).scaling()).isEqualTo(ImagePlan.Scaling.UP);
    assertThat(plan(9000, 9000, ImageOptions.DEFAULT).scaling()).isEqualTo(ImagePlan.Scaling.DOWN);
  }

  @Test
  void countsTokensAndBytes() {
    ImagePlan plan = plan(1024, 768, ImageOptions.DEFAULT);
    assertThat(plan.canvas()).isEqualTo(new ImageSize(1024, 768));
    assertThat(plan.grid()).isEqualTo(new Grid(1, 48, 64));
    assertThat(plan.tokens()).isEqualTo(768);
    assertThat(plan.patchBytes(SPEC)).isEqualTo(4L * 48 * 64 * 1536);
  }

  @Test
  void tokenLimitsOfTheUserReplaceTheModels() {
    assertThat(limits(OptionalInt.of(100), OptionalInt.of(200)))
        .isEqualTo(new ImageLimits(102_400, 204_800));
    assertThat(limits(OptionalInt.empty(), OptionalInt.of(200)))
        .isEqualTo(new ImageLimits(65_536, 204_800));
    // Below the model's minimum of 64, or above its maximum of 16384: the choice wins.
    assertThat(limits(OptionalInt.empty(), OptionalInt.of(8)))
        .isEqualTo(new ImageLimits(8_192, 8_192));
    assertThat(limits(OptionalInt.of(20_000), OptionalInt.empty()))
        .isEqualTo(new ImageLimits(20_480_000, 20_480_000));
    assertThat(
            ImageOptions.DEFAULT
                .withTokens(OptionalInt.of(9), OptionalInt.of(10))
                .overriddenBy(OptionalInt.empty(), OptionalInt.of(12))
                .limits(MODEL, SPEC))
        .isEqualTo(new ImageLimits(9 * 1024, 12 * 1024));
  }

  @Test
  void llamaCppHasItsOwnLimits() {
    ImageOptions options = ImageOptions.DEFAULT.with(Preprocessing.LLAMA_CPP);
    assertThat(options.limits(MODEL, SPEC)).isEqualTo(new ImageLimits(8_192, 4_194_304));
    assertThat(plan(192, 160, options).scaling()).isEqualTo(ImagePlan.Scaling.NONE);
    assertThat(plan(192, 160, options).tokens()).isEqualTo(30);
  }

  @Test
  void impossibleLimitsAreRefused() {
    refused(OcelliException.Kind.USAGE, () -> limits(OptionalInt.of(10), OptionalInt.of(9)));
    refused(OcelliException.Kind.USAGE, () -> limits(OptionalInt.of(0), OptionalInt.empty()));
    refused(OcelliException.Kind.USAGE, () -> limits(OptionalInt.empty(), OptionalInt.of(-1)));
    refused(OcelliException.Kind.USAGE, () -> new ImageLimits(5, 4));
    refused(OcelliException.Kind.USAGE, () -> new ImageLimits(0, 4));
    ImageOptions huge =
        ImageOptions.DEFAULT.withTokens(
            OptionalInt.of(Integer.MAX_VALUE), OptionalInt.of(Integer.MAX_VALUE));
    refused(OcelliException.Kind.INPUT, () -> plan(100, 100, huge));
    refused(OcelliException.Kind.INPUT, () -> plan(100, 100, huge.with(Preprocessing.LLAMA_CPP)));
  }

  @Test
  void impossibleShapesAreRefused() {
    refused(OcelliException.Kind.INPUT, () -> plan(201, 1, ImageOptions.DEFAULT));
    assertThat(plan(200, 1, ImageOptions.DEFAULT).tokens()).isPositive();
  }

  @Test
  void mapsCanvasToSourceAndBack() {
    for (Preprocessing preprocessing : Preprocessing.values()) {
      ImagePlan plan = plan(301, 199, ImageOptions.DEFAULT.with(preprocessing));
      Placement p = plan.placement();
      assertThat(plan.canvasX(0)).isEqualTo(p.x());
      assertThat(plan.canvasX(301)).isEqualTo(p.x() + p.width());
      assertThat(plan.canvasY(199)).isEqualTo(p.y() + p.height());
      assertThat(plan.sourceX(plan.canvasX(77.25))).isCloseTo(77.25, Offset.offset(1e-9));
      assertThat(plan.sourceY(plan.canvasY(12.5))).isCloseTo(12.5, Offset.offset(1e-9));
    }
  }

  @Test
  void clipsThatAreTooShortOrTooLongAreRefused() {
    refused(OcelliException.Kind.INPUT, () -> clip(0, 2, VideoOptions.FRAME_LIST));
    refused(OcelliException.Kind.INPUT, () -> clip(1, 2, VideoOptions.FRAME_LIST));
    refused(OcelliException.Kind.INPUT, () -> clip(1, 30, VideoOptions.SAMPLED));
    refused(OcelliException.Kind.INPUT, () -> clip(769, 2, VideoOptions.FRAME_LIST));
    refused(OcelliException.Kind.USAGE, () -> clip(10, 0, VideoOptions.FRAME_LIST));
    refused(OcelliException.Kind.USAGE, () -> clip(10, Double.NaN, VideoOptions.SAMPLED));
    refused(
        OcelliException.Kind.USAGE,
        () -> new VideoOptions(VideoOptions.Selection.UNIFORM, 2, 5, 4, false, 0));
    assertThat(clip(768, 2, VideoOptions.FRAME_LIST).sampling().frames()).isEqualTo(768);
    assertThat(clip(100_000, 30, VideoOptions.SAMPLED).sampling().frames()).isEqualTo(768);
  }

  @Test
  void clipsOfTheNanoModel() {
    ImageLimits limits = new ImageLimits(8192, 4194304);
    for (int frames : new int[] {4, 6, 8}) {
      for (VideoOptions o : new VideoOptions[] {VideoOptions.FRAME_LIST, VideoOptions.SAMPLED}) {
        VideoPlan plan = VideoPlan.of(new ImageSize(128, 96), frames, 2, o, limits, SPEC);
        assertThat(plan.grid()).isEqualTo(new Grid(frames / 2, 6, 8));
        assertThat(plan.scaling()).isEqualTo(ImagePlan.Scaling.NONE);
        assertThat(plan.sampling().seconds(2)[1]).isEqualTo(1.25);
      }
    }
  }

  @Test
  void damagedModelsAreRefused() {
    float[] half = {0.5f, 0.5f, 0.5f};
    refused(OcelliException.Kind.MODEL, () -> new PatchSpec(0, 2, 2, half, half));
    refused(OcelliException.Kind.MODEL, () -> new PatchSpec(16, 0, 2, half, half));
    refused(OcelliException.Kind.MODEL, () -> new PatchSpec(16, 2, 0, half, half));
    refused(OcelliException.Kind.MODEL, () -> new PatchSpec(16, 2, 2, new float[1], half));
    refused(OcelliException.Kind.MODEL, () -> new PatchSpec(16, 2, 2, half, new float[3]));
  }

  private static ImagePlan plan(int width, int height, ImageOptions options) {
    return ImagePlan.of(new ImageSize(width, height), options, MODEL, SPEC);
  }

  private static ImageLimits limits(OptionalInt min, OptionalInt max) {
    return ImageOptions.DEFAULT.withTokens(min, max).limits(MODEL, SPEC);
  }

  private static VideoPlan clip(int frames, double fps, VideoOptions options) {
    return VideoPlan.of(
        new ImageSize(320, 240), frames, fps, options, ImageLimits.PUBLISHED_VIDEO, SPEC);
  }

  private static void refused(OcelliException.Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            OcelliException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e.getMessage()).doesNotContain("\n");
            });
  }
}
