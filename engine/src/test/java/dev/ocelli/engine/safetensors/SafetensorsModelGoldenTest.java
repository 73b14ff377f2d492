package dev.ocelli.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.tensor.TensorSource;
import dev.ocelli.engine.testing.Fixtures;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same model as safetensors and as GGUF has the same tensors under the same names. */
class SafetensorsModelGoldenTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "tiny-dense, tiny-dense-f32, tiny-dense-mmproj-f32",
    "tiny-moe, tiny-moe-f32, tiny-moe-mmproj-f16",
    "tiny-wide, tiny-wide-Q8_0, tiny-wide-mmproj-f16"
  })
  void everyTensorOfBothFilesIsThere(String name, String text, String vision) {
    Path dir = Fixtures.path("models/" + name);
    try (SafetensorsModel hf = SafetensorsModel.open(dir);
        GgufFile lm = GgufFile.open(dir.resolve(text + ".gguf"));
        GgufFile mm = GgufFile.open(dir.resolve(vision + ".gguf"))) {
      Set<String> names = new HashSet<>();
      int exact = 0;
      for (GgufFile f : List.of(lm, mm)) {
        for (Tensor t : f.tensors()) {
          names.add(t.name());
          Tensor other = hf.get(t.name());
          assertThat(other.shape()).as(t.name()).isEqualTo(t.shape());
          if (!t.type().isQuantized()) {
            exact++;
            assertThat(values(other)).as(t.name()).isEqualTo(values(t));
          } else {
            assertThat(rmsDifference(values(other), values(t))).as(t.name()).isLessThan(0.02);
          }
        }
      }
      assertThat(exact).isGreaterThan(40);
      assertThat(hf.tensors()).map(Tensor::name).containsExactlyInAnyOrderElementsOf(names);
      assertThat(hf.tensors()).hasSize(names.size());
    }
  }

  private static float[] values(Tensor t) {
    float[] out = new float[Math.toIntExact(t.values())];
    Quants.dequantize(t.type(), t.data(), 0, out, 0, out.length);
    return out;
  }

  private static double rmsDifference(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return Math.sqrt(sum / a.length);
  }

  private void copyConfig(String model) throws IOException {
    Files.copy(Fixtures.path("models/" + model + "/config.json"), folder.resolve("config.json"));
  }

  /** What is said of tensors before they are made is what they are. */
  private static void assertOutlines(SafetensorsModel model) {
    assertThat(model.outlines()).hasSameSizeAs(model.tensors());
    for (SafetensorsModel.Outline o : model.outlines()) {
      Tensor t = model.get(o.name());
      assertThat(o.type()).as(o.name()).isEqualTo(t.type());
      assertThat(o.shape()).as(o.name()).isEqualTo(t.shape());
    }
  }

  private static void assertSameTensors(SafetensorsModel got, TensorSource want) {
    assertOutlines(got);
    assertThat(got.tensors()).hasSameSizeAs(want.tensors());
    for (Tensor t : want.tensors()) {
      Tensor other = got.get(t.name());
      assertThat(other.type()).as(t.name()).isEqualTo(t.type());
      assertThat(other.shape()).as(t.name()).isEqualTo(t.shape());
      assertThat(other.data().mismatch(t.data())).as(t.name()).isEqualTo(-1);
    }
  }

  @Test
  void shardedModelEqualsTheSingleFile() throws IOException {
    copyConfig("tiny-wide");
    try (SafetensorsModel whole = SafetensorsModel.open(Fixtures.path("models/tiny-wide"))) {
      RawSafetensors[] shards = {new RawSafetensors(), new RawSafetensors()};
      List<String> map = new ArrayList<>();
      int i = 0;
      for (Tensor t : whole.fileTensors()) {
        int k = i++ % 2;
        shards[k].add(t);
        map.add("\"%s\": \"model-0000%d-of-00002.safetensors\"".formatted(t.name(), k + 1));
      }
      for (int k = 0; k < 2; k++) {
        Path file = folder.resolve("model-0000%d-of-00002.safetensors".formatted(k + 1));
        Files.write(file, shards[k].bytes());
      }
      Path index = folder.resolve("model.safetensors.index.json");
      Files.writeString(
          index, "{\"metadata\": {}, \"weight_map\": {%s}}".formatted(String.join(",", map)));
      for (Path path : List.of(folder, index)) {
        try (SafetensorsModel sharded = SafetensorsModel.open(path)) {
          assertSameTensors(sharded, whole);
        }
      }
    }
  }

  /** What transformers 5 saves: experts as they are multiplied, [E, 2 effn, hidden]. */
  @Test
  void newerLayoutOfExpertsIsTheSameModel() throws IOException {
    copyConfig("tiny-moe");
    try (SafetensorsModel published = SafetensorsModel.open(Fixtures.path("models/tiny-moe"))) {
      RawSafetensors raw = new RawSafetensors();
      for (Tensor t : published.fileTensors()) {
        boolean expert = t.name().contains(".experts.");
        raw.add(expert ? Relayout.transposed(t.name(), t, 0, t.shape()[2]) : t);
      }
      Files.write(folder.resolve("model.safetensors"), raw.bytes());
      try (SafetensorsModel newer = SafetensorsModel.open(folder)) {
        assertSameTensors(newer, published);
      }
    }
  }

  @Test
  void separateExpertsAreTheSameModel() throws IOException {
    copyConfig("tiny-moe");
    try (SafetensorsModel published = SafetensorsModel.open(Fixtures.path("models/tiny-moe"))) {
      RawSafetensors raw = new RawSafetensors();
      for (Tensor t : published.fileTensors()) {
        if (!t.name().contains(".experts.")) {
          raw.add(t);
        }
      }
      for (int layer = 0; layer < 4; layer++) {
        for (String kind : List.of("gate", "up", "down")) {
          Tensor all = published.get("blk.%d.ffn_%s_exps.weight".formatted(layer, kind));
          // Out of order, so that numbers and not places decide; the last first.
          for (int e = 7; e >= 0; e--) {
            long bytes = all.data().byteSize() / 8;
            raw.add(
                new Tensor(
                    "model.language_model.layers.%d.mlp.experts.%d.%s_proj.weight"
                        .formatted(layer, e, kind),
                    all.type(),
                    Arrays.copyOfRange(all.shape(), 1, 3),
                    all.data().asSlice(e * bytes, bytes),
                    "test"));
          }
        }
      }
      Files.write(folder.resolve("model.safetensors"), raw.bytes());
      try (SafetensorsModel separate = SafetensorsModel.open(folder)) {
        assertSameTensors(separate, published);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "model.language_model., model.visual., lm_head.",
    "language_model.model., visual., language_model.lm_head.",
    "model., model.visual., lm_head.",
    "'', visual., lm_head."
  })
  void everyPrefixIsUnderstood(String text, String vision, String head) throws IOException {
    copyConfig("tiny-dense");
    try (SafetensorsModel usual = SafetensorsModel.open(Fixtures.path("models/tiny-dense"))) {
      RawSafetensors raw = new RawSafetensors();
      for (Tensor t : usual.fileTensors()) {
        String name =
            t.name()
                .replace("model.language_model.", text)
                .replace("model.visual.", vision)
                .replace("lm_head.", head);
        raw.add(new Tensor(name, t.type(), t.shape(), t.data(), t.origin()));
      }
      Files.write(folder.resolve("model.safetensors"), raw.bytes());
      try (SafetensorsModel other = SafetensorsModel.open(folder)) {
        assertSameTensors(other, usual);
      }
    }
  }

  @Test
  void tiedHeadIsAbsentEvenWhenStored() throws IOException {
    copyConfig("tiny-wide");
    try (SafetensorsModel tied = SafetensorsModel.open(Fixtures.path("models/tiny-wide"))) {
      assertThat(tied.config().tiedEmbeddings()).isTrue();
      assertThat(tied.find("output.weight")).isNull();
      RawSafetensors raw = new RawSafetensors();
      tied.fileTensors().forEach(raw::add);
      Tensor embedding = tied.get("token_embd.weight");
      raw.add(
          new Tensor(
              "lm_head.weight", embedding.type(), embedding.shape(), embedding.data(), "test"));
      Files.write(folder.resolve("model.safetensors"), raw.bytes());
      try (SafetensorsModel stored = SafetensorsModel.open(folder)) {
        assertThat(stored.find("output.weight")).isNull();
      }
    }
  }

  /** Transposition in every width, with sizes that are no multiple of a tile. */
  @ParameterizedTest
  @CsvSource({"U8", "F16", "F32", "F64"})
  void transposition(DType type) {
    int rows = 37;
    int columns = 70;
    int size = type.blockBytes();
    byte[] data = new byte[2 * rows * columns * size];
    new Random(3).nextBytes(data);
    Tensor t =
        new Tensor(
            "t",
            type,
            new long[] {2, rows, columns},
            MemorySegment.ofArray(data),
            type.name().toLowerCase(Locale.ROOT));
    Tensor got = Relayout.transposed("u", t, 5, 69);
    got.requireShape(2, 64, rows);
    for (int m = 0; m < 2; m++) {
      for (int r = 0; r < rows; r++) {
        for (int c = 5; c < 69; c++) {
          long from = ((long) (m * rows + r) * columns + c) * size;
          long to = ((long) (m * 64 + c - 5) * rows + r) * size;
          assertThat(got.data().asSlice(to, size).mismatch(t.data().asSlice(from, size)))
              .isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void unknownTensorsKeepTheirNames() throws IOException {
    copyConfig("tiny-dense");
    byte[] one = "x".getBytes(StandardCharsets.UTF_8);
    RawSafetensors raw = new RawSafetensors();
    for (String name :
        List.of(
            "model.visual.blocks.0.attn.new.weight", "layers.x.y", "model.blocks.0.norm1.weight")) {
      raw.add(name, DType.U8, new long[] {1}, one);
    }
    Files.write(folder.resolve("model.safetensors"), raw.bytes());
    try (SafetensorsModel m = SafetensorsModel.open(folder)) {
      assertThat(m.tensors())
          .map(Tensor::name)
          .containsExactly(
              "model.visual.blocks.0.attn.new.weight", "layers.x.y", "model.blocks.0.norm1.weight");
    }
  }
}
