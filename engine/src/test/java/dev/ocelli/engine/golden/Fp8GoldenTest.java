package dev.ocelli.engine.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.kernels.Activations;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.kernels.jit.Level;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.selftest.GoldenCase;
import dev.ocelli.engine.selftest.Npy;
import dev.ocelli.engine.selftest.ReferenceCase;
import dev.ocelli.engine.selftest.SelfTest;
import dev.ocelli.engine.selftest.SelfTest.Tolerances;
import dev.ocelli.engine.selftest.StageResult;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.testing.FixtureData;
import dev.ocelli.engine.testing.Fp8Snapshots;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** FP8 snapshots against logits that were computed from de-quantized weights. */
class Fp8GoldenTest {
  private static final FixtureData DATA = new FixtureData();

  @TempDir Path wide;
  @TempDir Path narrow;

  static List<Level> levels() {
    return KernelSet.levels();
  }

  @ParameterizedTest
  @MethodSource("levels")
  void logitsAreThoseOfTheDequantizedWeights(Level level) throws IOException {
    List<StageResult> results = new ArrayList<>();
    Fp8Snapshots.assemble(wide, "tiny-wide-fp8", "tiny-wide");
    results.addAll(run(wide, "tiny-wide", "tiny-wide-fp8", level));
    Fp8Snapshots.assemble(narrow, "tiny-dense-fp8-b32", "tiny-dense");
    results.addAll(run(narrow, "tiny-dense", "tiny-dense-fp8-b32", level));
    assertThat(results).filteredOn(r -> r.stage().equals("logits_last")).hasSize(4);
    assertThat(results).allSatisfy(r -> assertThat(r.ok()).as("%s", r).isTrue());
  }

  /** Both rules for activations: FP8 weights are never multiplied with rounded ones. */
  private static List<StageResult> run(Path folder, String base, String name, Level level) {
    List<StageResult> results = new ArrayList<>();
    KernelSet kernels = KernelSet.of(level, Activations.QUANTIZED);
    try (Workers workers = new WorkerTeam(2);
        SelfTest test =
            new SelfTest(
                name,
                ModelFiles.open(folder, null, true),
                kernels,
                kernels,
                workers,
                Tolerances.FLOAT32)) {
      for (String c : List.of("text", "image_a")) {
        ReferenceCase golden =
            GoldenCase.read(
                DATA, "golden/" + base + "/" + c, "fp8/" + name + "/" + c + ".", test.pictures());
        results.addAll(test.run(golden));
        if (level.isEmitted() && c.equals("text")) {
          results.addAll(test.checkConsistency(c, golden.messages(), golden.media()));
        }
      }
    }
    assertThat(kernels.names()).anyMatch(n -> n.startsWith("F8_E4M3/"));
    assertThat(kernels.notices().stream().anyMatch(n -> n.subject().equals("F8_E4M3")))
        .isEqualTo(level == Level.VECTOR_API);
    return results;
  }

  @Test
  void dequantizedWeightsAreThoseOfTheReference() throws IOException {
    Fp8Snapshots.assemble(narrow, "tiny-dense-fp8-b32", "tiny-dense");
    float[] want =
        Npy.resource("/reference/fp8/tiny-dense-fp8-b32/layers.1.mlp.down_proj.dequantised.npy")
            .floats();
    try (ModelFiles files = ModelFiles.open(narrow, null, true)) {
      Tensor t = files.language().get("blk.1.ffn_down.weight").requireShape(64, 160);
      float[] row = new float[160];
      for (int r = 0; r < 64; r++) {
        Quants.dequantizeRow(t, r, row);
        assertThat(row).isEqualTo(Arrays.copyOfRange(want, r * 160, r * 160 + 160));
      }
    }
  }
}
