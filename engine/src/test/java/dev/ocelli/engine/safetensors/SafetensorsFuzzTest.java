package dev.ocelli.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.testing.Errors;
import dev.ocelli.engine.testing.Fixtures;
import dev.ocelli.engine.testing.Mutations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files: one clear error or a file that is safe to use, and little memory in any case. */
class SafetensorsFuzzTest {
  private static final long LIMIT = 2 << 20;

  private static byte[] valid() {
    RawSafetensors raw = new RawSafetensors();
    for (DType t : new DType[] {DType.F32, DType.BF16, DType.F16, DType.I64, DType.F8_E4M3}) {
      long[] shape = {3, 5};
      raw.add("tensor." + t, t, shape, new byte[(int) t.bytes(15)]);
    }
    return raw.bytes();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void damagedFiles(long seed) {
    Mutations.Outcome o =
        Mutations.run(valid(), seed, 2500, LIMIT, b -> use(MemorySegment.ofArray(b)));
    assertThat(o.refused()).isGreaterThan(1200);
    assertThat(o.read()).isGreaterThan(30);
  }

  private static void use(MemorySegment bytes) {
    SafetensorsFile f = SafetensorsFile.of(bytes, "fuzz.safetensors");
    assertThat(f.metadata()).isNotNull();
    float[] row = new float[1024];
    for (Tensor t : f.tensors()) {
      assertThat(t.data().byteSize()).isEqualTo(t.type().bytes(t.values()));
      if (Quants.supported(t.type())) {
        Quants.dequantize(t.type(), t.data(), 0, row, 0, (int) Math.min(row.length, t.values()));
      }
    }
  }

  /** Damage to the texts of a model's folder. */
  @ParameterizedTest
  @ValueSource(strings = {"config.json", "generation_config.json", "preprocessor_config.json"})
  void damagedConfigurations(String name, @TempDir Path folder) throws IOException {
    byte[] text = Files.readAllBytes(Fixtures.path("models/tiny-moe/" + name));
    Mutations.Outcome o =
        Mutations.run(
            text,
            7,
            600,
            LIMIT,
            b -> {
              try {
                Files.write(folder.resolve(name), b);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              if (name.equals("config.json")) {
                assertThat(HfConfig.read(folder).text().hidden()).isPositive();
              } else {
                assertThat(HfGeneration.find(folder) == null).isEqualTo(name.startsWith("pre"));
                assertThat(HfPreprocessor.findForImages(folder) == null)
                    .isEqualTo(name.startsWith("gen"));
              }
            });
    assertThat(o.refused()).isGreaterThan(120);
  }

  /** A header that claims much more than the file can hold. */
  @Test
  void headerLengths() {
    byte[] file = valid();
    for (long claimed : new long[] {-1, 0, 1, file.length - 7L, 1L << 31, Long.MAX_VALUE}) {
      byte[] b = Arrays.copyOf(file, file.length);
      for (int i = 0; i < 8; i++) {
        b[i] = (byte) (claimed >> 8 * i);
      }
      Errors.assertModelError(() -> use(MemorySegment.ofArray(b)), "fuzz.safetensors: ");
    }
  }
}
