package dev.ocelli.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.gguf.OutputFile;
import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.testing.Fixtures;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole files against those that llama-quantize wrote, byte for byte; mixes of real models. */
class QuantizerGoldenTest {
  @TempDir Path folder;

  /** CRC-32 of the files of llama-quantize, with --allow-requantize for those that need it. */
  @ParameterizedTest
  @CsvSource({
    "tiny-moe/tiny-moe-f32, Q4_K_M, 33dfaba8",
    "tiny-moe/tiny-moe-f32, Q8_0, 4af1ce5d",
    "tiny-moe/tiny-moe-f32, MXFP4_MOE, 65c35ddd",
    "tiny-moe/tiny-moe-f32, IQ4_XS, d17142e7",
    "tiny-dense/tiny-dense-f32, Q5_1, 4c1b1114",
    "tiny-dense/tiny-dense-f32, BF16, a98c95c9",
    "tiny-dense/tiny-dense-f32, Q3_K_L, 684d14a7",
    "tiny-wide/tiny-wide-Q8_0, Q4_K_M, ed3ee978",
    "tiny-wide/tiny-wide-Q8_0, Q5_K_S, 11eee024",
    "tiny-wide/tiny-wide-Q8_0, Q3_K_M, cc544f76",
    "tiny-wide/tiny-wide-Q8_0, Q2_K, 540d98b5",
    "tiny-wide/tiny-wide-Q8_0, IQ4_XS, 4a76dccf",
    "tiny-wide/tiny-wide-Q8_0, TQ1_0, 6a273fe6",
    "tiny-wide/tiny-wide-mmproj-f16, Q4_K_M, b933e40c",
    "tiny-dense/tiny-dense-mmproj-f32, Q4_K_M, 58fd9f26",
    "tiny-wide/tiny-wide-mmproj-f16, Q8_0, c9523fc7",
    "tiny-dense/tiny-dense-mmproj-f32, F16, 75c74d59",
    "tiny-wide/tiny-wide-mmproj-f16, Q5_0, fdc4ca37"
  })
  void filesEqualThoseOfLlamaQuantize(String model, FileType type, String crc) throws IOException {
    try (GgufFile f = GgufFile.open(Fixtures.path("models/" + model + ".gguf"))) {
      Path out = write(f, options(type, true), 1);
      CRC32 sum = new CRC32();
      sum.update(Files.readAllBytes(out));
      assertThat("%08x".formatted(sum.getValue())).isEqualTo(crc);
    }
  }

  @Test
  void threadsDoNotMatter() throws IOException {
    try (GgufFile f = GgufFile.open(Fixtures.path("models/tiny-moe/tiny-moe-f32.gguf"))) {
      byte[] one = Files.readAllBytes(write(f, options(FileType.Q5_K_M, false), 1));
      byte[] three = Files.readAllBytes(write(f, options(FileType.Q5_K_M, false), 3));
      assertThat(three).isEqualTo(one);
    }
  }

  /** Counts of types by role that llama-quantize gives a model of 36 layers and 32 / 8 heads. */
  @ParameterizedTest
  @CsvSource({
    "Q4_K_M, output.weight Q6_K:1 token_embd.weight Q4_K:1 attn_v Q4_K:18 attn_v Q6_K:18 ffn_down Q4_K:18 ffn_down Q6_K:18 attn_q Q4_K:36",
    "Q4_K_S, output.weight Q6_K:1 token_embd.weight Q4_K:1 attn_v Q4_K:32 attn_v Q5_K:4 ffn_down Q4_K:32 ffn_down Q5_K:4 attn_q Q4_K:36",
    "Q3_K_M, output.weight Q6_K:1 token_embd.weight Q3_K:1 attn_v Q4_K:34 attn_v Q5_K:2 ffn_down Q4_K:34 ffn_down Q5_K:2 attn_q Q3_K:36",
    "Q2_K, output.weight Q6_K:1 token_embd.weight Q2_K:1 attn_v Q4_K:36 ffn_down Q3_K:36 attn_q Q2_K:36",
    "IQ4_XS, output.weight Q6_K:1 token_embd.weight IQ4_XS:1 attn_v Q5_K:36 ffn_down IQ4_XS:32 ffn_down Q5_K:4 attn_q IQ4_XS:36"
  })
  void mixesFollowRolesAndLayers(FileType type, String counts) {
    try (GgufFile model = large("qwen3vl", 36, 0)) {
      QuantizationPlan plan = QuantizationPlan.of(model, options(type, false), null);
      TreeMap<String, Integer> got = new TreeMap<>();
      for (PlannedTensor t : plan.tensors()) {
        String role = t.source().name().replaceAll("blk\\.\\d+\\.|(?<=attn_.|down)\\.weight", "");
        got.merge(role + " " + t.type(), 1, Integer::sum);
      }
      got.keySet().removeIf(k -> k.endsWith(" F32"));
      String[] words = counts.split(" ");
      TreeMap<String, Integer> want = new TreeMap<>();
      for (int i = 0; i < words.length; i += 2) {
        String[] typed = words[i + 1].split(":");
        want.put(words[i] + " " + typed[0], Integer.valueOf(typed[1]));
      }
      assertThat(got).isEqualTo(want);
    }
  }

  @Test
  void rulesComeBeforeTheMix() {
    try (GgufFile model = large("qwen3vl", 4, 0)) {
      QuantizeOptions o =
          new QuantizeOptions(
              Optional.of(FileType.Q4_K_M),
              List.of(
                  new QuantizeOptions.Rule(Pattern.compile("blk\\.[01]\\.attn_v"), DType.Q8_0),
                  new QuantizeOptions.Rule(Pattern.compile("attn_v"), DType.F16)),
              Optional.of(DType.Q5_0),
              Optional.of(DType.IQ4_NL),
              new QuantizeOptions.Switches(false, false, false));
      QuantizationPlan plan = QuantizationPlan.of(model, o, null);
      assertThat(type(plan, "blk.0.attn_v.weight")).isEqualTo(DType.Q8_0);
      assertThat(type(plan, "blk.2.attn_v.weight")).isEqualTo(DType.F16);
      assertThat(type(plan, "output.weight")).isEqualTo(DType.Q5_0);
      assertThat(type(plan, "token_embd.weight")).isEqualTo(DType.IQ4_NL);
      assertThat(type(plan, "output_norm.weight")).isEqualTo(DType.F32);
    }
  }

  @Test
  void errorsAreMeasured() {
    try (GgufFile f = GgufFile.open(Fixtures.path("models/tiny-dense/tiny-dense-f32.gguf"))) {
      Quantizer q = new Quantizer(f, options(FileType.Q8_0, false), null);
      double[] relative = new double[q.plan().tensors().size()];
      q.write(
          OutputFile.replacing(folder.resolve("x.gguf")),
          Workers.single(),
          (i, t, e) -> relative[i] = t.isCopied() ? 0.005 : e.relative());
      for (double r : relative) {
        assertThat(r).isCloseTo(0.005, within(0.002));
      }
    }
  }

  @Test
  void whatWouldBeUselessIsRefused() {
    try (GgufFile f = GgufFile.open(Fixtures.path("models/tiny-wide/tiny-wide-Q8_0.gguf"))) {
      assertThatThrownBy(() -> new Quantizer(f, options(FileType.Q4_0, false), null))
          .isInstanceOf(OcelliException.class)
          .hasMessageContaining("is Q8_0 already")
          .hasMessageContaining("--allow-requantize");
      assertThatThrownBy(() -> new Quantizer(f, options(FileType.IQ2_XS, true), null))
          .isInstanceOf(OcelliException.class)
          .hasMessageContaining("would become IQ2_XS")
          .hasMessageContaining("--imatrix");
    }
  }

  @Test
  void valuesThatAreNoNumbersAreNamed() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1e6f}) {
      float[] values = new float[64];
      values[33] = bad;
      Path file = folder.resolve("bad.gguf");
      new GgufWriter()
          .put("general.architecture", "clip")
          .tensor("mm.0.weight", DType.F32, new long[] {2, 32}, MemorySegment.ofArray(values))
          .write(file);
      try (GgufFile f = GgufFile.open(file)) {
        assertThatThrownBy(() -> write(f, options(FileType.F16, false), 1))
            .isInstanceOf(OcelliException.class)
            .hasMessageContaining("tensor 'mm.0.weight' holds " + bad + " in row 1, column 1");
      }
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(p -> p.getFileName().toString())).containsExactly("bad.gguf");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static DType type(QuantizationPlan plan, String name) {
    return plan.tensors().stream()
        .filter(t -> t.source().name().equals(name))
        .findFirst()
        .orElseThrow()
        .type();
  }

  /** A model as deep as a real one, of matrices with one row. */
  private GgufFile large(String architecture, int layers, int experts) {
    GgufWriter w = new GgufWriter().put("general.architecture", architecture);
    w.put(architecture + ".block_count", layers);
    w.put(architecture + ".attention.head_count", 32);
    w.put(architecture + ".attention.head_count_kv", 8);
    w.put(architecture + ".expert_count", experts);
    add(w, "token_embd.weight", 2);
    add(w, "output.weight", 2);
    add(w, "output_norm.weight", 1);
    for (int i = 0; i < layers; i++) {
      for (String name : List.of("attn_q", "attn_v", "ffn_down")) {
        add(w, "blk." + i + "." + name + ".weight", 2);
      }
    }
    Path file = folder.resolve("large.gguf");
    w.write(file);
    return GgufFile.open(file);
  }

  private static void add(GgufWriter w, String name, int rows) {
    MemorySegment zeros = MemorySegment.ofArray(new byte[rows * 1024]);
    w.tensor(name, DType.F32, rows == 1 ? new long[] {256} : new long[] {rows, 256}, zeros);
  }

  private static QuantizeOptions options(FileType type, boolean requantize) {
    return new QuantizeOptions(
        Optional.of(type),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        new QuantizeOptions.Switches(false, false, requantize));
  }

  private Path write(GgufFile model, QuantizeOptions options, int threads) {
    Path out = folder.resolve("out-" + threads + ".gguf");
    try (Workers workers = threads == 1 ? Workers.single() : new WorkerTeam(threads)) {
      new Quantizer(model, options, null)
          .write(OutputFile.replacing(out), workers, (i, t, e) -> {});
    }
    return out;
  }

  /** What a test needs of a tensor. */
  static Tensor tensor(String name, long... shape) {
    long values = 1;
    for (long d : shape) {
      values *= d;
    }
    return new Tensor(
        name, DType.F32, shape, MemorySegment.ofArray(new byte[(int) (4 * values)]), "model.gguf");
  }
}
