package dev.ocelli.engine.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.kernels.Activations;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.kernels.jit.Level;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.selftest.GoldenCase;
import dev.ocelli.engine.selftest.SelfTest;
import dev.ocelli.engine.selftest.SelfTest.Tolerances;
import dev.ocelli.engine.selftest.StageResult;
import dev.ocelli.engine.testing.FixtureData;
import dev.ocelli.engine.testing.TinyModels;
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
        KernelSet.best(Activations.EXACT),
        test -> {
          for (String c : cases) {
            results.addAll(
                test.run(GoldenCase.read(DATA, "golden/" + folder + "/" + c, test.pictures())));
          }
        });
    assertThat(results).hasSizeGreaterThan(6 * cases.size());
    assertThat(results).allSatisfy(r -> assertThat(r.ok()).as("%s", r).isTrue());
  }

  /** The same at every instruction-set level that this machine has. */
  @ParameterizedTest
  @MethodSource("levels")
  void everyLevelIsWithinTolerance(Level level) {
    List<StageResult> results = new ArrayList<>();
    for (ModelFiles files : List.of(TinyModels.dense(), TinyModels.moe())) {
      with(
          files,
          KernelSet.of(level, Activations.EXACT),
          test -> {
            for (String c : List.of("image_a", "video")) {
              String folder = "golden/" + files.name() + "/" + c;
              results.addAll(test.run(GoldenCase.read(DATA, folder, test.pictures())));
            }
          });
    }
    assertThat(results).hasSizeGreaterThan(40);
    assertThat(results).allSatisfy(r -> assertThat(r.ok()).as("%s", r).isTrue());
  }

  static List<Level> levels() {
    return KernelSet.levels();
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
        KernelSet.best(Activations.EXACT),
        test -> {
          for (String c : List.of("image_a", "text", "two_images")) {
            String logits = "golden/tiny-wide-" + quantization + "/" + c + ".";
            results.addAll(
                test.run(GoldenCase.read(DATA, "golden/tiny-wide/" + c, logits, test.pictures())));
          }
        });
    assertThat(results).anyMatch(r -> r.stage().equals("greedy_ids"));
    assertThat(results).hasSize(15).allSatisfy(r -> assertThat(r.ok()).as("%s", r).isTrue());
  }

  static List<String> quantizations() {
    return List.of("Q8_0", "Q4_K_M");
  }

  private interface Body {
    void run(SelfTest test);
  }

  private static void with(ModelFiles files, KernelSet kernels, Body body) {
    try (Workers workers = new WorkerTeam(2);
        SelfTest test =
            new SelfTest(files.name(), files, kernels, kernels, workers, Tolerances.FLOAT32)) {
      body.run(test);
    }
  }
}
