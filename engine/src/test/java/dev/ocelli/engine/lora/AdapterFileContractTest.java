package dev.ocelli.engine.lora;

import static dev.ocelli.engine.testing.Errors.assertModelError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.runtime.Adapters;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.testing.Fixtures;
import dev.ocelli.engine.testing.LoraFiles;
import dev.ocelli.engine.testing.LoraFiles.Recipe;
import dev.ocelli.engine.testing.Mutations;
import dev.ocelli.engine.testing.TinyModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no adapters of the model: refused with file, tensor and remedy. */
class AdapterFileContractTest {
  private static final String Q = "blk.1.attn_q.weight";
  private static Engine engine;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    engine =
        Engine.open(
            TinyModels.dense(), EngineOptions.DEFAULT.withThreads(1, 1), ModelLoader.Progress.NONE);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private void refused(GgufWriter file, String... parts) {
    Path path = folder.resolve("bad.gguf");
    file.write(path);
    assertModelError(() -> engine.adapters().add(path, null, 1), parts);
    assertModelError(() -> engine.adapters().add(path, null, 1), path.toString());
    assertThat(engine.adapters().list()).isEmpty();
  }

  private static GgufWriter header() {
    return LoraFiles.header("qwen3vl", 8);
  }

  private static GgufWriter add(GgufWriter out, String name, long... shape) {
    int values = 1;
    for (long d : shape) {
      values *= (int) d;
    }
    return out.tensor(name, DType.F32, shape, LoraFiles.zeros(values, 0, 0.5f));
  }

  /** A pair of [4, 64] and [128, 4], which fits. */
  private static GgufWriter pair(GgufWriter out) {
    return add(add(out, Q + ".lora_a", 4, 64), Q + ".lora_b", 128, 4);
  }

  @Test
  void whatItSaysOfItself() {
    refused(
        new GgufWriter().put("general.architecture", "qwen3vl"),
        "'general.type' is 'model', not 'adapter'");
    refused(
        new GgufWriter().put("general.type", "adapter").put("adapter.type", "control_vector"),
        "'adapter.type' is 'control_vector'; only 'lora'");
    refused(pair(LoraFiles.header("llama", 8)), "architecture 'llama'", "'qwen3vl'");
    refused(pair(LoraFiles.header("qwen3vlmoe", 8)), "architecture 'qwen3vlmoe'", "'qwen3vl'");
    refused(pair(LoraFiles.header("qwen3vl", Float.NaN)), "'adapter.lora.alpha' is NaN");
    refused(pair(LoraFiles.header("qwen3vl", -1)), "'adapter.lora.alpha' is -1.0");
    refused(
        pair(header()).put("adapter.alora.invocation_tokens", 1), "activated LoRA", "plain LoRA");
    refused(header(), "has no tensors");
    assertModelError(
        () ->
            engine.adapters().add(Fixtures.path("models/tiny-dense/tiny-dense-f32.gguf"), null, 1),
        "not 'adapter'",
        "give an adapter");
  }

  @Test
  void tensorsThatAreNotThere() {
    refused(add(header(), Q + ".lora_a", 4, 64), "'" + Q + ".lora_a' is there", Q + ".lora_b");
    refused(add(header(), Q + ".lora_b", 128, 4), "'" + Q + ".lora_b' is there", Q + ".lora_a");
    refused(
        add(pair(header()), "blk.0.attn_norm.weight", 64), "'blk.0.attn_norm.weight' is no part");
    refused(named("blk.9.attn_q.weight"), "'blk.9.attn_q.weight.lora_a' belongs to no matrix");
    refused(named("blk.0.attn_q_norm.weight"), "belongs to no matrix of the model");
    refused(named("token_embd.weight"), "changes the token embedding", "merge");
    refused(named("v.blk.0.attn_qkv.weight"), "changes the vision tower", "merge");
    refused(named("mm.0.weight"), "changes the vision tower");
  }

  private static GgufWriter named(String matrix) {
    return add(add(header(), matrix + ".lora_a", 4, 64), matrix + ".lora_b", 128, 4);
  }

  private static GgufWriter shaped(long[] a, long[] b) {
    return add(add(header(), Q + ".lora_a", a), Q + ".lora_b", b);
  }

  @Test
  void shapesThatDoNotFit() {
    refused(shaped(new long[] {4, 64}, new long[] {128, 3}), "no [rank, inputs]", Q);
    refused(shaped(new long[] {64}, new long[] {128}), "no [rank, inputs]");
    refused(shaped(new long[] {4, 64}, new long[] {1, 128, 4}), "no [rank, inputs]");
    refused(shaped(new long[] {64, 4}, new long[] {4, 128}), "no [rank, inputs]");
    refused(
        shaped(new long[] {4, 32}, new long[] {128, 4}),
        "are for [128, 32], but the model has [128, 64]");
    refused(
        shaped(new long[] {4, 64}, new long[] {64, 4}),
        "are for [64, 64], but the model has [128, 64]");
    refused(
        shaped(new long[] {2, 4, 64}, new long[] {2, 128, 4}), "belongs to no matrix of the model");
    refused(shaped(new long[] {20_000, 64}, new long[] {128, 20_000}), "has rank 20000");
  }

  /** A model whose head is its token embedding has no head of its own to add to. */
  @Test
  void tiedHeads() {
    Path file = folder.resolve("head.gguf");
    named("output.weight").write(file);
    EngineOptions options = with(file);
    try (ModelFiles files = TinyModels.wide("Q8_0")) {
      assertModelError(
          () -> Engine.open(files, options, ModelLoader.Progress.NONE).close(),
          "'output.weight.lora_a' changes the head, which is the model's token embedding");
    }
  }

  private static EngineOptions with(Path adapter) {
    return EngineOptions.DEFAULT
        .withThreads(1, 1)
        .withAdapters(List.of(new EngineOptions.AdapterChoice(adapter, 1)));
  }

  /** Experts are stacked; their number must be the model's. */
  @Test
  void stacks() {
    Path file = folder.resolve("stack.gguf");
    String name = "blk.0.ffn_up_exps.weight";
    GgufWriter out = LoraFiles.header("qwen3vlmoe", 4);
    add(add(out, name + ".lora_a", 7, 2, 64), name + ".lora_b", 7, 48, 2).write(file);
    EngineOptions options = with(file);
    try (ModelFiles files = TinyModels.moe()) {
      assertModelError(
          () -> Engine.open(files, options, ModelLoader.Progress.NONE).close(),
          "are for 7 matrices [48, 64], but the model has 8 matrices [48, 64]");
    }
  }

  @Test
  void valuesThatAreNoNumbers() {
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      GgufWriter out = add(header(), Q + ".lora_a", 4, 64);
      out.tensor(
          Q + ".lora_b", DType.F32, new long[] {128, 4}, LoraFiles.zeros(128 * 4, 4 * 7 + 2, bad));
      refused(out, "'" + Q + ".lora_b' holds " + bad + " in row 7, column 2");
    }
    GgufWriter whole = add(header(), Q + ".lora_a", 4, 64);
    whole.tensor(Q + ".lora_b", DType.I32, new long[] {128, 4}, LoraFiles.zeros(128 * 4, 0, 1));
    refused(whole, "'" + Q + ".lora_b' has type I32");
  }

  /** Damaged anywhere, a file gives an error of one line or an adapter. */
  @Test
  void damagedFiles() throws IOException {
    Path good = folder.resolve("good.gguf");
    pair(header()).write(good);
    byte[] bytes = Files.readAllBytes(good);
    Path bad = folder.resolve("damaged.gguf");
    Mutations.Outcome outcome =
        Mutations.run(
            bytes,
            7,
            300,
            8 << 20,
            damaged -> {
              try {
                Files.write(bad, damaged);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              Adapters.Entry e = engine.adapters().add(bad, null, 1);
              engine.adapters().remove(e.adapter().name());
            });
    assertThat(outcome.refused()).isGreaterThan(50);
    assertThat(outcome.read()).isGreaterThan(20);
  }

  @Test
  void missingFiles() {
    assertModelError(
        () -> engine.adapters().add(folder.resolve("none.gguf"), null, 1), "none.gguf");
    Recipe recipe = Recipe.of(1, 2).only("attn_q.weight");
    Path fits =
        LoraFiles.write(
            folder.resolve("fits.gguf"),
            Fixtures.path("models/tiny-dense/tiny-dense-f32.gguf"),
            recipe);
    Adapters.Entry e = engine.adapters().add(fits, "x", 1);
    assertThat(e.adapter().rank()).isEqualTo(2);
    engine.adapters().remove("x");
  }
}
