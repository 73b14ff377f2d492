package dev.ocelli.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.OutputFile;
import dev.ocelli.engine.kernels.Activations;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.Matrix;
import dev.ocelli.engine.kernels.MatrixKernel;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.tensor.TensorSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is collected comes back from the file, and files of another model are refused. */
class ImportanceMatrixContractTest {
  private static final Tensor DENSE = QuantizerGoldenTest.tensor("blk.0.attn_q.weight", 4, 2);
  private static final Tensor EXPERTS =
      QuantizerGoldenTest.tensor("blk.0.ffn_up_exps.weight", 3, 4, 2);
  private static final Tensor OUTPUT = QuantizerGoldenTest.tensor("output.weight", 4, 2);
  private static final ImportanceMatrix.Provenance PROVENANCE =
      new ImportanceMatrix.Provenance(List.of("a.txt", "pictures"), 7, 512);

  @TempDir Path folder;

  @Test
  void sumsComeBackFromTheFile() {
    Path file = folder.resolve("i.gguf");
    try (ImportanceMatrix m = collected()) {
      m.write(OutputFile.of(file, false, List.of()));
    }
    try (GgufFile f = GgufFile.open(file)) {
      assertThat(f.metadata().getString("general.type")).isEqualTo("imatrix");
      assertThat(f.metadata().getStrings("imatrix.datasets")).containsExactly("a.txt", "pictures");
      assertThat(f.metadata().getInt("imatrix.chunk_count")).isEqualTo(7);
      assertThat(f.metadata().getInt("imatrix.chunk_size")).isEqualTo(512);
      f.get("blk.0.attn_q.weight.in_sum2").requireShape(1, 2);
      f.get("blk.0.ffn_up_exps.weight.in_sum2").requireShape(3, 2);
      f.get("blk.0.ffn_up_exps.weight.counts").requireShape(3, 1);
      assertThat(f.tensors()).hasSize(4);
    }
    try (ImportanceMatrix m = ImportanceMatrix.open(file)) {
      check(m);
      assertThat(m.provenance()).isEqualTo(PROVENANCE);
    }
  }

  private static void check(ImportanceMatrix m) {
    assertThat(m.covers(DENSE)).isTrue();
    assertThat(m.importance(DENSE, 0)).containsExactly((1 + 9) / 2f, (4 + 16) / 2f);
    assertThat(m.covers(EXPERTS)).isTrue();
    assertThat(m.importance(EXPERTS, 1)).containsExactly(9, 16);
    // Nobody knows what an expert that was never chosen is multiplied with.
    assertThat(m.importance(EXPERTS, 2)).containsExactly(1, 1);
    assertThat(m.coverage(EXPERTS.name())).isEqualTo(new ImportanceMatrix.Coverage(1, 3, 2));
    assertThat(m.covers(OUTPUT)).isFalse();
    assertThat(m.coverage("none")).isNull();
  }

  private static ImportanceMatrix collected() {
    ImportanceCollector c = new ImportanceCollector(List.of(new Source()));
    try (Arena arena = Arena.ofConfined()) {
      Floats two = Floats.copyOf(arena, new float[] {1, 2, 3, -4}, 2, 2);
      c.multiplying(new Matrix[] {matrix(DENSE.name()), matrix("unknown")}, two);
      c.multiplying(new Matrix[] {matrix(EXPERTS.name() + "[1]")}, two.slice(1, 2));
      c.multiplying(new Matrix[] {matrix(OUTPUT.name())}, two);
      c.multiplying(new Matrix[] {matrix(DENSE.name())}, two.slice(0, 0));
    }
    return c.result(PROVENANCE);
  }

  private static Matrix matrix(String name) {
    MatrixKernel kernel = KernelSet.best(Activations.EXACT).kernel(DType.F32, 2);
    return new Matrix(name, 4, 2, kernel, MemorySegment.NULL);
  }

  @Test
  void inputsThatAreNoNumbersAreNamed() {
    ImportanceCollector c = new ImportanceCollector(List.of(new Source()));
    try (Arena arena = Arena.ofConfined()) {
      Floats x = Floats.copyOf(arena, new float[] {1, Float.NaN}, 1, 2);
      assertThatThrownBy(() -> c.multiplying(new Matrix[] {matrix(DENSE.name())}, x))
          .isInstanceOf(OcelliException.class)
          .hasMessageContaining("the input of 'blk.0.attn_q.weight'");
    }
  }

  @Test
  void theOlderFormIsRead() throws IOException {
    Path file = folder.resolve("i.dat");
    Files.write(file, OldImatrix.bytes());
    try (ImportanceMatrix m = ImportanceMatrix.open(file)) {
      assertThat(m.names()).containsExactly("blk.0.attn_q.weight", "blk.0.ffn_up_exps.weight");
      assertThat(m.importance(DENSE, 0)).containsExactly(0.5f, 1);
      assertThat(m.covers(EXPERTS)).isTrue();
      assertThat(m.importance(EXPERTS, 2)).containsExactly(5, 6);
      assertThat(m.provenance())
          .isEqualTo(new ImportanceMatrix.Provenance(List.of("wiki.txt"), 9, 0));
    }
  }

  @Test
  void anotherModelsMatrixIsRefused() {
    try (ImportanceMatrix m = collected()) {
      Tensor wider = QuantizerGoldenTest.tensor(DENSE.name(), 4, 3);
      assertThatThrownBy(() -> m.covers(wider))
          .isInstanceOf(OcelliException.class)
          .hasMessageContaining("importance of 2 inputs, but 1 matrices of 3 columns");
    }
  }

  /** The tensors of a small model. */
  private static final class Source implements TensorSource {
    @Override
    public String origin() {
      return "model.gguf";
    }

    @Override
    public @Nullable Tensor find(String name) {
      return tensors().stream().filter(t -> t.name().equals(name)).findFirst().orElse(null);
    }

    @Override
    public Collection<Tensor> tensors() {
      return List.of(DENSE, EXPERTS, OUTPUT);
    }

    @Override
    public List<FileBytes> files() {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
