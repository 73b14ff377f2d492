package dev.ocelli.engine.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.kernels.WeightLoader;
import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.model.Model;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelFiles.PictureRules;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.selftest.GoldenCase;
import dev.ocelli.engine.selftest.SelfTest;
import dev.ocelli.engine.selftest.SelfTest.Tolerances;
import dev.ocelli.engine.selftest.StageResult;
import dev.ocelli.engine.testing.FixtureData;
import dev.ocelli.engine.testing.TinyModels;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every stage of every reference case of the tiny models, from messages and pictures to greedy
 * tokens.
 */
class ForwardGoldenTest {
  private static final FixtureData DATA = new FixtureData();
  private static final List<String> FOUR = List.of("image_a", "text", "two_images", "video");
  private static final List<String> ALL =
      List.of(
          "chat_images",
          "image_a",
          "image_extreme",
          "image_resize_down",
          "image_resize_odd",
          "image_resize_up",
          "image_square",
          "image_tall",
          "image_wide",
          "text",
          "two_images",
          "two_images_adjacent",
          "video",
          "video_and_image");

  static Stream<Arguments> models() {
    return Stream.of(
        arguments("tiny-dense F32 GGUF", TinyModels::dense, "tiny-dense", ALL),
        arguments(
            "tiny-dense safetensors", () -> TinyModels.snapshot("tiny-dense"), "tiny-dense", ALL),
        arguments("tiny-moe F32 GGUF", TinyModels::moe, "tiny-moe", FOUR),
        arguments("tiny-moe safetensors", () -> TinyModels.snapshot("tiny-moe"), "tiny-moe", FOUR),
        arguments(
            "tiny-wide safetensors", () -> TinyModels.snapshot("tiny-wide"), "tiny-wide", FOUR));
  }

  private static Arguments arguments(
      String name, Supplier<ModelFiles> files, String folder, List<String> cases) {
    return Arguments.of(Named.of(name, files), folder, cases);
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyStageIsWithinTolerance(Supplier<ModelFiles> files, String folder, List<String> cases) {
    List<StageResult> results = new ArrayList<>();
    with(
        files.get(),
        (test, rules) -> {
          for (String c : cases) {
            results.addAll(test.run(GoldenCase.read(DATA, "golden/" + folder + "/" + c, rules)));
          }
        });
    assertThat(results).hasSizeGreaterThan(6 * cases.size());
    assertThat(results).allSatisfy(r -> assertThat(r.ok()).as("%s", r).isTrue());
  }

  /**
   * Quantized weights, float32 activations: equal to the reference computed from de-quantized
   * weights.
   */
  @ParameterizedTest
  @MethodSource("quantizations")
  void quantizedWeightsWithExactActivations(String quantization) {
    List<StageResult> results = new ArrayList<>();
    with(
        TinyModels.wide(quantization),
        (test, rules) -> {
          for (String c : List.of("image_a", "text", "two_images")) {
            String logits = "golden/tiny-wide-" + quantization + "/" + c + ".";
            results.addAll(test.run(GoldenCase.read(DATA, "golden/tiny-wide/" + c, logits, rules)));
          }
        });
    assertThat(results).anyMatch(r -> r.stage().equals("greedy_ids"));
    assertThat(results).hasSize(15).allSatisfy(r -> assertThat(r.ok()).as("%s", r).isTrue());
  }

  static List<String> quantizations() {
    return List.of("Q8_0", "Q4_K_M");
  }

  private interface Body {
    void run(SelfTest test, PictureRules rules);
  }

  private static void with(ModelFiles files, Body body) {
    try (files;
        Workers workers = new WorkerTeam(2);
        Arena arena = Arena.ofShared()) {
      Model model =
          ModelLoader.load(
              files, new WeightLoader(workers, arena), arena, ModelLoader.Progress.NONE);
      body.run(
          new SelfTest(files.name(), model, files, workers, Tolerances.FLOAT32), files.pictures());
    }
  }
}
