package dev.ocelli.engine.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.testing.Errors;
import dev.ocelli.engine.testing.Mutations;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files: one clear error or a file that is safe to use, and little memory in any case. */
class GgufFuzzTest {
  private static byte[] valid = {};

  @BeforeAll
  static void makeSmallFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("small.gguf");
    GgufWriter w = new GgufWriter();
    w.put("general.architecture", "qwen3vl").put("general.alignment", 32).put("n", 3);
    w.put("f", 0.5f).put("b", true).put("names", GgufArray.ofStrings(List.of("a", "bb", "ccc")));
    w.put("ints", GgufArray.ofInts(1, 2, 3)).put("bools", GgufArray.ofBooleans(true, false));
    w.put("nested", GgufArray.ofArrays(List.of(GgufArray.ofInts(1), GgufArray.ofFloats(2))));
    for (DType t : new DType[] {DType.F32, DType.Q8_0, DType.Q4_K, DType.F16}) {
      long[] shape = {2, 256};
      w.tensor("t." + t, t, shape, MemorySegment.ofArray(new byte[(int) t.bytes(512)]));
    }
    w.write(file);
    valid = Files.readAllBytes(file);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void damagedFiles(long seed) {
    Mutations.Outcome o =
        Mutations.run(valid, seed, 2500, 1 << 20, b -> use(MemorySegment.ofArray(b)));
    assertThat(o.refused()).isGreaterThan(700);
    assertThat(o.read()).isGreaterThan(60);
  }

  /** Damage in the header only, where every field matters. */
  @Test
  void damagedHeaders() {
    int header = 640;
    byte[] tail = Arrays.copyOfRange(valid, header, valid.length);
    Mutations.Outcome o =
        Mutations.run(
            Arrays.copyOf(valid, header),
            5,
            5000,
            1 << 20,
            b -> {
              byte[] whole = Arrays.copyOf(b, b.length + tail.length);
              System.arraycopy(tail, 0, whole, b.length, tail.length);
              use(MemorySegment.ofArray(whole));
            });
    assertThat(o.refused()).isGreaterThan(2500);
  }

  @Test
  void everyTruncationIsRefused() {
    for (int n = 0; n < valid.length; n++) {
      MemorySegment part = MemorySegment.ofArray(valid).asSlice(0, n);
      if (n < valid.length - 31) {
        Errors.assertModelError(() -> GgufFile.of(part, "cut.gguf"), "cut.gguf: ");
      }
    }
  }

  /** Uses all that a program would use. */
  private static void use(MemorySegment bytes) {
    GgufFile f = GgufFile.of(bytes, "fuzz.gguf");
    f.metadata()
        .entries()
        .values()
        .forEach(v -> assertThat(v instanceof GgufArray a ? a.preview(1000) : v).isNotNull());
    float[] row = new float[4096];
    for (Tensor t : f.tensors()) {
      assertThat(t.data().byteSize()).isEqualTo(t.type().bytes(t.values()));
      if (Quants.supported(t.type())) {
        int block = t.type().blockValues();
        int n = (int) Math.min(t.values(), row.length / block * block);
        Quants.dequantize(t.type(), t.data(), 0, row, 0, n);
      }
    }
  }
}
