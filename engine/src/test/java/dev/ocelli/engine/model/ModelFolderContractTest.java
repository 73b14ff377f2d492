package dev.ocelli.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.engine.runtime.MemoryNeed;
import dev.ocelli.engine.runtime.MemoryPlan;
import dev.ocelli.engine.runtime.ModelSummary;
import dev.ocelli.engine.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which models a folder has, and which vision file belongs to which. */
class ModelFolderContractTest {
  private static final String DENSE = "models/tiny-dense/tiny-dense-";
  private static final String MOE = "models/tiny-moe/tiny-moe-";
  private static final String WIDE = "models/tiny-wide/tiny-wide-";

  @TempDir Path folder;

  private void put(String fixture, String name) throws IOException {
    Path to = folder.resolve(name);
    Files.createDirectories(to.getParent());
    Files.copy(Fixtures.path(fixture), to);
  }

  private FoundModel model(String name) {
    return ModelFolder.scan(folder).models().stream()
        .filter(m -> m.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void pairsByWidthAndDeepstackThenByWhatTheFilesSay() throws IOException {
    // The dense model and the mixture have equal widths: only their metadata tells them apart.
    put(DENSE + "f32.gguf", "one.gguf");
    put(DENSE + "mmproj-f32.gguf", "z-vision.gguf");
    put(MOE + "f32.gguf", "two.gguf");
    put(MOE + "mmproj-f16.gguf", "a-vision.gguf");
    put(WIDE + "Q8_0.gguf", "wide.gguf");
    ModelFolder.Contents found = ModelFolder.scan(folder);
    assertThat(found.skipped()).isEmpty();
    assertThat(found.models())
        .extracting(FoundModel::name, FoundModel::mmproj, FoundModel::problem)
        .containsExactly(
            tuple("one", folder.resolve("z-vision.gguf"), null),
            tuple("two", folder.resolve("a-vision.gguf"), null),
            tuple("wide", null, null));
  }

  @Test
  void namesDecideWhereMetadataDoesNot() throws IOException {
    put(WIDE + "Q8_0.gguf", "First-Q8_0.gguf");
    put(WIDE + "Q4_K_M.gguf", "Second-UD-Q4_K_M.gguf");
    put(WIDE + "mmproj-f16.gguf", "mmproj-first-F16.gguf");
    put(WIDE + "mmproj-f16.gguf", "second.mmproj-bf16.gguf");
    assertThat(model("First-Q8_0").mmproj()).isEqualTo(folder.resolve("mmproj-first-F16.gguf"));
    assertThat(model("Second-UD-Q4_K_M").mmproj())
        .isEqualTo(folder.resolve("second.mmproj-bf16.gguf"));
  }

  @Test
  void severalThatFitAreAProblem() throws IOException {
    put(WIDE + "Q8_0.gguf", "model.gguf");
    put(WIDE + "mmproj-f16.gguf", "mmproj-a.gguf");
    put(WIDE + "mmproj-f16.gguf", "mmproj-b.gguf");
    FoundModel found = model("model");
    assertThat(found.mmproj()).isNull();
    assertThat(found.problem())
        .startsWith("2 vision files fit it (mmproj-a.gguf, mmproj-b.gguf)")
        .contains("mmproj-model.gguf");
    put(WIDE + "mmproj-f16.gguf", "mmproj-model.gguf");
    assertThat(model("model").problem()).isNull();
  }

  @Test
  void looksBelowAndTakesSnapshots() throws IOException {
    put(DENSE + "f32.gguf", "publisher/dense/model.gguf");
    put(DENSE + "mmproj-f32.gguf", "publisher/dense/mmproj.gguf");
    Path snapshot = Files.createDirectories(folder.resolve("hub/wide"));
    try (Stream<Path> files = Files.list(Fixtures.path("models/tiny-wide"))) {
      for (Path f : files.filter(p -> !p.toString().endsWith(".gguf")).toList()) {
        Files.copy(f, snapshot.resolve(f.getFileName()));
      }
    }
    Files.createDirectories(folder.resolve(".cache"));
    put(DENSE + "f32.gguf", ".cache/hidden.gguf");
    assertThat(ModelFolder.scan(folder).models())
        .extracting(FoundModel::name)
        .containsExactly("hub/wide", "publisher/dense/model");
    assertThat(ModelFolder.scan(snapshot).models())
        .extracting(FoundModel::name)
        .containsExactly("wide");
    assertThat(model("publisher/dense/model").mmproj()).isNotNull();
    try (ModelFiles files = ModelFiles.open(snapshot, null, true)) {
      ModelSummary summary = ModelSummary.of(files);
      assertThat(summary.format()).isEqualTo("safetensors");
      assertThat(summary.vision()).isTrue();
      assertThat(summary.thinking()).isFalse();
      assertThat(summary.weights().parameters()).isGreaterThan(1_000_000);
      MemoryPlan plan = MemoryPlan.of(files, EngineOptions.DEFAULT.withContextLength(640));
      MemoryNeed need = plan.need(plan.leastUse(3));
      assertThat(need.bytes()).isGreaterThan(need.weights() + need.keysValues());
    }
  }

  @Test
  void shardsCountOnceAndMustBeComplete() throws IOException {
    put(WIDE + "Q8_0.gguf", "sharded-00001-of-00001.gguf");
    put(WIDE + "Q8_0.gguf", "broken-00001-of-00002.gguf");
    put(WIDE + "Q8_0.gguf", "broken-00002-of-00002.gguf");
    put(WIDE + "Q8_0.gguf", "rest-00002-of-00002.gguf");
    ModelFolder.Contents found = ModelFolder.scan(folder);
    assertThat(found.models()).extracting(FoundModel::name).containsExactly("sharded");
    assertThat(found.skipped())
        .hasSize(2)
        .anyMatch(s -> s.contains("broken-00001-of-00002.gguf"))
        .anyMatch(s -> s.contains("rest-0000"));
  }

  @Test
  void whatIsNoModelIsSaid() throws IOException {
    Files.writeString(folder.resolve("notes.gguf"), "no model");
    Files.writeString(folder.resolve("readme.md"), "nothing");
    ModelFolder.Contents found = ModelFolder.scan(folder);
    assertThat(found.models()).isEmpty();
    assertThat(found.skipped()).singleElement().asString().contains("notes.gguf");
    assertThatThrownBy(() -> ModelFolder.scan(folder.resolve("missing")))
        .isInstanceOfSatisfying(
            OcelliException.class, e -> assertThat(e.kind()).isEqualTo(OcelliException.Kind.USAGE))
        .hasMessageContaining("there is no such folder");
  }
}
