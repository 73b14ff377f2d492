package dev.ocelli.engine.convert;

import static dev.ocelli.engine.testing.Errors.assertModelError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.OutputFile;
import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.quantize.FileType;
import dev.ocelli.engine.safetensors.SafetensorsModel;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.testing.Fixtures;
import dev.ocelli.engine.testing.Fp8Snapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots against the files that llama.cpp's converter made of them. */
class ConverterGoldenTest {
  @TempDir Path folder;

  private Path convert(Path snapshot, Optional<FileType> type, boolean vision) {
    Path out = folder.resolve("out.gguf");
    Optional<String> name = Optional.of(String.valueOf(snapshot.getFileName()));
    try (SafetensorsModel model = SafetensorsModel.open(snapshot);
        Workers workers = new WorkerTeam(2)) {
      new Converter(model, new ConvertOptions(type, vision, name))
          .write(OutputFile.replacing(out), workers, n -> {});
    }
    return out;
  }

  private Path copy(String model) throws IOException {
    Path copy = Files.createDirectory(folder.resolve("copy"));
    try (Stream<Path> files = Files.list(Fixtures.path("models/" + model))) {
      for (Path f : files.filter(f -> !f.toString().endsWith(".gguf")).toList()) {
        Files.copy(f, copy.resolve(f.getFileName().toString()));
      }
    }
    return copy;
  }

  private static void replace(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-dense, tiny-dense-f32, F32, false",
    "tiny-dense, tiny-dense-mmproj-f32, F32, true",
    "tiny-moe, tiny-moe-f32, F32, false",
    "tiny-moe, tiny-moe-mmproj-f16, F16, true",
    "tiny-wide, tiny-wide-mmproj-f16, F16, true"
  })
  void filesEqualThoseOfTheConverter(String model, String file, FileType type, boolean vision) {
    Path out = convert(Fixtures.path("models/" + model), Optional.of(type), vision);
    assertThat(out).hasSameBinaryContentAs(Fixtures.path("models/" + model + "/" + file + ".gguf"));
  }

  @Test
  void quantizedWeightsEqualThoseOfTheQuantizer() {
    Path out = convert(Fixtures.path("models/tiny-wide"), Optional.of(FileType.Q8_0), false);
    Path other = Fixtures.path("models/tiny-wide/tiny-wide-Q8_0.gguf");
    try (GgufFile ours = GgufFile.open(out);
        GgufFile theirs = GgufFile.open(other)) {
      assertThat(ours.tensors()).hasSameSizeAs(theirs.tensors());
      for (Tensor t : theirs.tensors()) {
        assertThat(ours.get(t.name()).data().mismatch(t.data())).as(t.name()).isEqualTo(-1);
      }
      assertThat(ours.metadata().getInt("general.file_type")).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @CsvSource({"tiny-wide-fp8, tiny-wide", "tiny-dense-fp8-b32, tiny-dense"})
  void eightBitFloatsAreMultipliedWithTheirFactors(String name, String base) throws IOException {
    Path snapshot = Fp8Snapshots.assemble(Files.createDirectory(folder.resolve(name)), name, base);
    Path out = convert(snapshot, Optional.of(FileType.F32), false);
    try (GgufFile made = GgufFile.open(out);
        SafetensorsModel model = SafetensorsModel.open(snapshot)) {
      Tensor source = model.get("blk.1.ffn_down.weight");
      assertThat(source.type()).isEqualTo(DType.F8_E4M3);
      int columns = (int) source.columns();
      float[] wanted = new float[columns];
      float[] got = new float[columns];
      for (int r = 0; r < source.rows(); r++) {
        Quants.dequantizeRow(source, r, wanted);
        Quants.dequantizeRow(made.get(source.name()), r, got);
        assertThat(got).isEqualTo(wanted);
      }
    }
    Path guessed = convert(snapshot, Optional.empty(), false);
    try (GgufFile made = GgufFile.open(guessed)) {
      assertThat(made.get("blk.1.ffn_down.weight").type()).isEqualTo(DType.BF16);
    }
  }

  /** transformers 5 has the constants of rotary positions in one object. */
  @Test
  void newerConfigurationsMakeTheSameFile() throws IOException {
    Path snapshot = copy("tiny-dense");
    Path config = snapshot.resolve("config.json");
    replace(config, "\"rope_scaling\": {", "\"rope_parameters\": {\"rope_theta\": 5000000,");
    replace(config, "\"rope_theta\": 5000000,\n  \"tie", "\"tie");
    Path renamed = Files.move(snapshot, folder.resolve("tiny-dense"));
    Path out = convert(renamed, Optional.of(FileType.F32), false);
    assertThat(out).hasSameBinaryContentAs(Fixtures.path("models/tiny-dense/tiny-dense-f32.gguf"));
  }

  @Test
  void theModelCardIsKept() throws IOException {
    Path snapshot = copy("tiny-dense");
    Files.writeString(
        snapshot.resolve("README.md"),
        """
        ---
        license: apache-2.0 # as of 2025
        license_link: "https://example.org/LICENSE"
        pipeline_tag: image-text-to-text
        base_model:
        - Qwen/Qwen3-VL-8B-Instruct
        tags: [vision, 'chat']
        language:
          - en
        ---
        # A model
        license: none
        """);
    try (GgufFile f = GgufFile.open(convert(snapshot, Optional.empty(), false))) {
      assertThat(f.metadata().getString("general.license")).isEqualTo("apache-2.0");
      assertThat(f.metadata().getString("general.license.link"))
          .isEqualTo("https://example.org/LICENSE");
      assertThat(f.metadata().getStrings("general.tags"))
          .containsExactly("vision", "chat", "image-text-to-text");
      assertThat(f.metadata().getStrings("general.languages")).containsExactly("en");
      assertThat(f.metadata().getInt("general.base_model.count")).isEqualTo(1);
      assertThat(f.metadata().getString("general.base_model.0.name"))
          .isEqualTo("Qwen3 VL 8B Instruct");
      assertThat(f.metadata().getString("general.base_model.0.organization")).isEqualTo("Qwen");
    }
  }

  /** What gguf-py makes of names. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "None",
      value = {
        "Qwen3-VL-8B-Instruct|8767123696|Qwen3 VL 8B Instruct|Qwen3-VL|Instruct|None|8B",
        "Qwen3-VL-8B-Instruct|576000000|Qwen3 VL 8B Instruct|Qwen3-VL|8b-Instruct|None|None",
        "Qwen3-VL-30B-A3B-Thinking-FP8|31070754032|Qwen3 VL 30B A3B Thinking FP8|Qwen3-VL|Thinking-FP8|None|30B-A3B",
        "tiny-wide|1300000|Tiny Wide|None|None|None|None",
        "bloom-7b1|7100000000|Bloom 7b1|bloom|None|None|7.1B",
        "Llama-2-7b-chat-hf|6900000000|Llama 2 7b Chat Hf|Llama-2|chat-hf|None|7B",
        "Mixtral-8x7B-v0.1|46700000000|Mixtral 8x7B v0.1|Mixtral|None|v0.1|8x7B",
        "qwen3-vl-4b-instruct-bf16|4437815808|Qwen3 Vl 4b Instruct Bf16|qwen3-vl|instruct|None|4B",
        "Foo-v2-small-1.5B-iter3|1500000000|Foo v2 Small 1.5B Iter3|Foo-v2-small|None|iter3|1.5B",
        "--x--|10|X|None|None|None|None",
        "phi-3-mini-4k-instruct|3800000000|Phi 3 Mini 4k Instruct|phi-3|4k-instruct|None|mini"
      })
  void namesAreTakenApart(
      String name,
      long values,
      String title,
      String base,
      String tuning,
      String version,
      String size) {
    assertThat(ModelName.of(name, values))
        .isEqualTo(new ModelName(title, base, tuning, version, size));
  }

  @ParameterizedTest
  @CsvSource({
    "7, 0.01K",
    "999, 1.0K",
    "12345, 12K",
    "99500, 100K",
    "999999, 1000K",
    "1000001, 1.0M",
    "1250000, 1.2M",
    "1350000, 1.3M",
    "8767123696, 8.8B",
    "1500000000000, 1.5T"
  })
  void sizesAreRounded(long count, String label) {
    assertThat(SizeLabel.rounded(count)).isEqualTo(label);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer.json", "model.safetensors"})
  void missingFilesAreNamed(String file) throws IOException {
    Path snapshot = copy("tiny-dense");
    Files.delete(snapshot.resolve(file));
    assertModelError(() -> convert(snapshot, Optional.empty(), false), file);
    assertThat(folder.resolve("out.gguf")).doesNotExist();
  }

  @Test
  void whatDoesNotFitTheConfigurationIsNamed() throws IOException {
    Path snapshot = copy("tiny-dense");
    Path config = snapshot.resolve("config.json");
    replace(config, "\"num_hidden_layers\": 4", "\"num_hidden_layers\": 5");
    assertModelError(
        () -> convert(snapshot, Optional.empty(), false), "blk.4.attn_norm.weight", "missing");
    replace(config, "\"num_hidden_layers\": 5", "\"num_hidden_layers\": 3");
    assertModelError(
        () -> convert(snapshot, Optional.empty(), false), "blk.3.", "none of the model");
    replace(config, "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4");
    replace(config, "\"intermediate_size\": 160", "\"intermediate_size\": 128");
    assertModelError(
        () -> convert(snapshot, Optional.empty(), false), "ffn_down", "[64, 160]", "[64, 128]");
    replace(config, "\"intermediate_size\": 128", "\"intermediate_size\": 160");
    replace(config, "\"vocab_size\": 1024", "\"vocab_size\": 1000");
    assertModelError(
        () -> convert(snapshot, Optional.empty(), false), "output.weight", "[1000, 64]");
  }

  @Test
  void foldersOfACacheHaveTheModelsName() {
    String revision = "0123456789abcdef0123456789abcdef01234567";
    Path cached = folder.resolve("models--Qwen--Qwen3-VL-2B-Instruct/snapshots/" + revision);
    assertThat(GeneralMetadata.folderName(cached)).isEqualTo("Qwen3-VL-2B-Instruct");
    assertThat(GeneralMetadata.folderName(folder.resolve("x"))).isEqualTo("x");
    assertThat(GeneralMetadata.folderName(folder.resolve(revision))).isEqualTo(revision);
  }
}
