package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.OutputFile;
import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.quantize.FileType;
import dev.ocelli.engine.quantize.PlannedTensor;
import dev.ocelli.engine.quantize.QuantizeOptions;
import dev.ocelli.engine.quantize.Quantizer;
import dev.ocelli.engine.quantize.Requantization;
import dev.ocelli.engine.quantize.TensorEncoder;
import dev.ocelli.engine.safetensors.SafetensorsModel;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.testing.Fixtures;
import dev.ocelli.engine.testing.Fp8Snapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights that get another type while they are loaded compute as a file of that type does. */
class RequantizationGoldenTest {
  private static final EngineOptions OPTIONS =
      EngineOptions.DEFAULT.withThreads(2, 2).withContextLength(512);

  @TempDir Path folder;

  /** The last state, and what the head makes of it. */
  private record Outcome(float[] state, String head) {
    void assertSame(Outcome other) {
      assertThat(state).containsExactly(other.state);
      assertThat(head).isEqualTo(other.head);
    }
  }

  private static Outcome outcome(ModelFiles files, EngineOptions options, long plannedBytes) {
    Request request =
        RuntimeFixtures.request(
            List.of(RuntimeFixtures.user("What do the pictures show?", 0)), List.of(), 1);
    try (Engine engine = Engine.open(files, options, ModelLoader.Progress.NONE);
        Session s = engine.newSession()) {
      if (plannedBytes > 0) {
        assertThat(engine.loadReport().packedBytes())
            .isBetween(plannedBytes - (1 << 20), plannedBytes);
      }
      // The head, too: probabilities of the first token.
      Reply reply = s.generate(request, ReplyListener.NONE);
      String head = String.valueOf(reply.tokens().getFirst().logprobs());
      Embedding e = s.embed(request, engine.prepare(request), Pooling.LAST, ReplyListener.NONE);
      return new Outcome(e.values(), head);
    }
  }

  private Path written(String model, Requantization to) {
    DType output = to == Requantization.Q8_0 ? DType.Q8_0 : DType.Q6_K;
    QuantizeOptions options =
        new QuantizeOptions(
            Optional.of(to == Requantization.Q8_0 ? FileType.Q8_0 : FileType.Q4_K_S),
            List.of(),
            Optional.of(output),
            Optional.of(DType.F32),
            new QuantizeOptions.Switches(false, true, false));
    Path out = folder.resolve(to + ".gguf");
    try (GgufFile f = GgufFile.open(Fixtures.path("models/" + model + ".gguf"))) {
      new Quantizer(f, options, null)
          .write(OutputFile.replacing(out), Workers.single(), (i, t, e) -> {});
    }
    return out;
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-dense/tiny-dense-f32, Q8_0, REPACK",
    "tiny-dense/tiny-dense-f32, Q4_K, REPACK",
    "tiny-moe/tiny-moe-f32, Q8_0, REPACK",
    "tiny-moe/tiny-moe-f32, Q4_K, REPACK",
    "tiny-moe/tiny-moe-f32, Q4_K, MMAP"
  })
  void repliesAreThoseOfAFileOfThatType(String model, Requantization to, LoadMode mode) {
    EngineOptions plain = OPTIONS.edit().loadMode(mode).build();
    EngineOptions converting = plain.edit().requantization(to).build();
    Outcome want = outcome(ModelFiles.open(written(model, to), null, false), plain, 0);
    Path source = Fixtures.path("models/" + model + ".gguf");
    long planned;
    try (ModelFiles files = ModelFiles.open(source, null, false)) {
      MemoryPlan plan = MemoryPlan.of(files, converting);
      planned = plan.need(plan.leastUse(1)).weights();
    }
    Outcome got = outcome(ModelFiles.open(source, null, false), converting, planned);
    got.assertSame(want);
    assertThat(got.head).isNotEqualTo(outcome(ModelFiles.open(source, null, false), plain, 0).head);
  }

  /** With factors of blocks that lie in tensors of their own. */
  @ParameterizedTest
  @CsvSource({
    "tiny-wide-fp8, tiny-wide, Q8_0",
    "tiny-wide-fp8, tiny-wide, Q4_K",
    "tiny-dense-fp8-b32, tiny-dense, Q8_0"
  })
  void rowsOfFp8AreThoseThatAreWritten(String model, String base, Requantization to)
      throws IOException {
    int converted = 0;
    try (SafetensorsModel source =
            SafetensorsModel.open(Fp8Snapshots.assemble(folder, model, base));
        Arena arena = Arena.ofConfined()) {
      for (Tensor t : source.tensors()) {
        if (t.type() != DType.F8_E4M3) {
          continue;
        }
        DType type = to.type(t);
        ByteArrayOutputStream want = new ByteArrayOutputStream();
        new TensorEncoder(new PlannedTensor(t, type, type, false), null, Workers.single())
            .writeTo(want);
        int rows = (int) t.rows();
        MemorySegment got = arena.allocate(rows * type.bytes(t.columns()), 8);
        int half = rows / 2;
        long at = half * type.bytes(t.columns());
        to.convert(t, 0, half, got.asSlice(0, at));
        to.convert(t, half, rows - half, got.asSlice(at));
        assertThat(got.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(want.toByteArray());
        converted++;
      }
    }
    assertThat(converted).isPositive();
  }

  @Test
  void fp8SnapshotsAnswerFromFewerBits() throws IOException {
    Fp8Snapshots.assemble(folder, "tiny-wide-fp8", "tiny-wide");
    Outcome plain = outcome(ModelFiles.open(folder, null, false), OPTIONS, 0);
    for (Requantization to : List.of(Requantization.Q8_0, Requantization.Q4_K)) {
      EngineOptions o = OPTIONS.edit().requantization(to).build();
      Outcome got = outcome(ModelFiles.open(folder, null, false), o, 0);
      double dot = 0;
      double a = 0;
      double b = 0;
      for (int i = 0; i < plain.state.length; i++) {
        dot += (double) plain.state[i] * got.state[i];
        a += (double) plain.state[i] * plain.state[i];
        b += (double) got.state[i] * got.state[i];
      }
      assertThat(dot / Math.sqrt(a * b))
          .isBetween(to == Requantization.Q8_0 ? 0.999 : 0.95, 1 - 1e-9);
    }
  }

  @Test
  void whatIsQuantizedStays() {
    EngineOptions o = OPTIONS.edit().requantization(Requantization.Q4_K).build();
    Path file = Fixtures.path("models/tiny-wide/tiny-wide-Q8_0.gguf");
    outcome(ModelFiles.open(file, null, false), o, 0)
        .assertSame(outcome(ModelFiles.open(file, null, false), OPTIONS, 0));
  }
}
