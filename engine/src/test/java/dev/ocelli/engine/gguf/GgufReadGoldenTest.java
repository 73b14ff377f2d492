package dev.ocelli.engine.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.testing.Fixtures;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that other programs wrote. */
class GgufReadGoldenTest {

  @Test
  void languageModelHasTheKeysOfTheSpecification() {
    try (GgufFile f = GgufFile.open(Fixtures.path("models/tiny-dense/tiny-dense-f32.gguf"))) {
      GgufMetadata m = f.metadata();
      assertThat(f.version()).isEqualTo(3);
      assertThat(f.alignment()).isEqualTo(32);
      assertThat(f.shards()).isEqualTo(1);
      assertThat(m.getString("general.architecture")).isEqualTo("qwen3vl");
      assertThat(m.getInt("qwen3vl.block_count")).isEqualTo(4);
      assertThat(m.getInt("qwen3vl.embedding_length")).isEqualTo(64);
      assertThat(m.getInt("qwen3vl.attention.head_count_kv")).isEqualTo(2);
      assertThat(m.getInt("qwen3vl.n_deepstack_layers")).isEqualTo(3);
      assertThat(m.getFloat("qwen3vl.rope.freq_base")).isEqualTo(5e6f);
      assertThat(m.getFloat("qwen3vl.attention.layer_norm_rms_epsilon")).isEqualTo(1e-6f);
      assertThat(m.getInts("qwen3vl.rope.dimension_sections")).containsExactly(6, 5, 5, 0);
      assertThat(m.getBoolean("tokenizer.ggml.add_bos_token", false)).isFalse();
      assertThat(m.getString("tokenizer.ggml.pre")).isEqualTo("qwen2");
      assertThat(m.getString("tokenizer.chat_template")).contains("<|im_start|>");
      String[] tokens = m.getStrings("tokenizer.ggml.tokens");
      assertThat(tokens).hasSize(1024);
      assertThat(tokens[999]).isEqualTo("<|im_start|>");
      assertThat(m.getStrings("tokenizer.ggml.merges")[0]).isEqualTo("Ġ Ġ");
      assertThat(m.getInts("tokenizer.ggml.token_type")).hasSize(1024).contains(1, 3);
    }
  }

  @Test
  void shapesAreOutermostFirst() {
    try (GgufFile f = GgufFile.open(Fixtures.path("models/tiny-dense/tiny-dense-f32.gguf"))) {
      f.get("token_embd.weight").requireShape(1024, 64);
      f.get("blk.3.ffn_down.weight").requireShape(64, 160);
      f.get("blk.0.attn_q.weight").requireShape(128, 64);
      f.get("output_norm.weight").requireShape(64);
      assertThat(f.find("no.such.tensor")).isNull();
      assertThat(f.get("blk.0.ffn_up.weight").type()).isEqualTo(DType.F32);
      assertThat(f.tensors()).allMatch(t -> t.data().byteSize() == t.type().bytes(t.values()));
    }
  }

  @Test
  void projectorHasItsKeysAndFourDimensions() {
    try (GgufFile f =
        GgufFile.open(Fixtures.path("models/tiny-dense/tiny-dense-mmproj-f32.gguf"))) {
      GgufMetadata m = f.metadata();
      assertThat(m.getString("clip.projector_type")).isEqualTo("qwen3vl_merger");
      assertThat(m.getBooleans("clip.vision.is_deepstack_layers"))
          .containsExactly(true, true, false, true, false);
      assertThat(m.getFloats("clip.vision.image_mean")).containsExactly(0.5f, 0.5f, 0.5f);
      f.get("v.patch_embd.weight").requireShape(48, 3, 16, 16);
      f.get("v.patch_embd.weight.1").requireShape(48, 3, 16, 16);
    }
  }

  @Test
  void quantizedTypesAreKnown() {
    try (GgufFile f = GgufFile.open(Fixtures.path("models/tiny-wide/tiny-wide-Q4_K_M.gguf"))) {
      assertThat(f.tensors()).map(Tensor::type).contains(DType.Q4_K, DType.Q6_K, DType.F32);
    }
  }

  @Test
  void expertsHaveThreeDimensions() {
    try (GgufFile f = GgufFile.open(Fixtures.path("models/tiny-moe/tiny-moe-f32.gguf"))) {
      long effn = f.metadata().getLong("qwen3vlmoe.expert_feed_forward_length");
      f.get("blk.0.ffn_gate_exps.weight").requireShape(8, effn, 64);
      f.get("blk.0.ffn_down_exps.weight").requireShape(8, 64, effn);
    }
  }

  /** What the writer makes of everything that was read is what llama.cpp's converter wrote. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tiny-dense/tiny-dense-f32.gguf",
        "tiny-dense/tiny-dense-mmproj-f32.gguf",
        "tiny-moe/tiny-moe-f32.gguf",
        "tiny-wide/tiny-wide-Q4_K_M.gguf",
        "tiny-wide/tiny-wide-mmproj-f16.gguf"
      })
  void writingWhatWasReadGivesTheSameBytes(String name, @TempDir Path folder) throws IOException {
    Path source = Fixtures.path("models/" + name);
    Path copy = folder.resolve("copy.gguf");
    try (GgufFile f = GgufFile.open(source)) {
      GgufWriter w = new GgufWriter();
      f.metadata().entries().forEach(w::put);
      f.tensors().forEach(w::tensor);
      w.write(copy);
    }
    assertThat(Files.mismatch(source, copy)).isEqualTo(-1);
  }

  @Test
  void bytesInMemoryReadLikeTheFile() throws IOException {
    Path file = Fixtures.path("models/tiny-wide/tiny-wide-Q8_0.gguf");
    GgufFile memory = GgufFile.of(MemorySegment.ofArray(Files.readAllBytes(file)), "inside.gguf");
    try (GgufFile mapped = GgufFile.open(file)) {
      assertThat(memory.origin()).isEqualTo("inside.gguf");
      assertThat(memory.metadata().entries().keySet())
          .isEqualTo(mapped.metadata().entries().keySet());
      for (Tensor t : mapped.tensors()) {
        Tensor other = memory.get(t.name());
        assertThat(other.shape()).isEqualTo(t.shape());
        assertThat(other.data().mismatch(t.data())).isEqualTo(-1);
        assertThat(other.data().isReadOnly()).isTrue();
      }
    }
    memory.close();
    assertThat(memory.get("output_norm.weight").data().get(ValueLayout.JAVA_BYTE, 3)).isNotZero();
  }
}
