package dev.ocelli.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.gguf.GgufArray;
import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.testing.Mutations;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged importance matrices: one clear error, or numbers that can be used. */
class ImatrixFuzzTest {
  @Test
  void damagedOldFiles() {
    Mutations.Outcome o = Mutations.run(OldImatrix.bytes(), 1, 4000, 1 << 20, ImatrixFuzzTest::use);
    assertThat(o.refused()).isGreaterThan(1500);
    assertThat(o.read()).isGreaterThan(100);
  }

  @Test
  void damagedGgufFiles(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("i.gguf");
    MemorySegment values = MemorySegment.ofArray(new float[] {1, 2, 3, 4});
    new GgufWriter()
        .put("general.type", "imatrix")
        .put("imatrix.datasets", GgufArray.ofStrings(List.of("a")))
        .put("imatrix.chunk_count", 3)
        .put("imatrix.chunk_size", 512)
        .tensor("a.weight.in_sum2", DType.F32, new long[] {2, 2}, values)
        .tensor("a.weight.counts", DType.F32, new long[] {2, 1}, values.asSlice(0, 8))
        .write(file);
    Mutations.Outcome o =
        Mutations.run(Files.readAllBytes(file), 2, 4000, 1 << 20, ImatrixFuzzTest::use);
    assertThat(o.refused()).isGreaterThan(1500);
    assertThat(o.read()).isGreaterThan(100);
  }

  private static void use(byte[] bytes) {
    try (Arena arena = Arena.ofShared()) {
      ImportanceMatrix m = ImatrixReader.of(MemorySegment.ofArray(bytes), "fuzz.dat", arena);
      for (String name : m.names()) {
        assertThat(m.coverage(name)).isNotNull();
      }
    }
  }
}
