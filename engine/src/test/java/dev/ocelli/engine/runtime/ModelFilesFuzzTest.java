package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.testing.Fixtures;
import dev.ocelli.engine.testing.Mutations;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Damaged model files all the way: opened, loaded, and asked about a picture. Each is refused with
 * one line that names a file of the model, or answers.
 */
class ModelFilesFuzzTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What opening may allocate on the heap; the models' files have 1 to 3 MB. */
  private static final long MOST_HEAP = 64L << 20;

  private static final EngineOptions OPTIONS =
      EngineOptions.DEFAULT.withThreads(1, 1).withContextLength(256).withChunk(32);

  private static final Request REQUEST =
      RuntimeFixtures.request(List.of(RuntimeFixtures.user("Hi", 1)), List.of("f_100x75"), 2);

  @TempDir Path folder;

  /** What became of the damaged models. */
  private static final class Count {
    int refused;
    int answered;
  }

  /** The bytes before {@code header} are metadata and the tensors' table. */
  @ParameterizedTest
  @CsvSource({
    "tiny-dense, tiny-dense-f32.gguf, tiny-dense-mmproj-f32.gguf, 0, 30000, 90",
    "tiny-dense, tiny-dense-f32.gguf, tiny-dense-mmproj-f32.gguf, 1, 8000, 90",
    "tiny-moe, tiny-moe-f32.gguf, tiny-moe-mmproj-f16.gguf, 0, 30000, 60",
    "tiny-wide, tiny-wide-Q4_K_M.gguf, tiny-wide-mmproj-f16.gguf, 0, 30000, 60",
    "tiny-wide, tiny-wide-Q4_K_M.gguf, tiny-wide-mmproj-f16.gguf, 1, 8000, 60"
  })
  void damagedPairs(
      String source, String model, String mmproj, int damagedFile, int header, int rounds)
      throws IOException {
    List<String> names = List.of(model, mmproj);
    for (String name : names) {
      Files.copy(Fixtures.path("models/" + source + "/" + name), folder.resolve(name));
    }
    byte[] valid = Files.readAllBytes(folder.resolve(names.get(damagedFile)));
    Random random = new Random(source.hashCode() + damagedFile);
    Count count = new Count();
    for (int round = 0; round < rounds; round++) {
      // Three of four are damaged where every byte has a meaning.
      int region = round % 4 == 0 ? valid.length : Math.min(header, valid.length);
      write(names.get(damagedFile), Mutations.damage(valid, region, random));
      use(folder.resolve(model), folder.resolve(mmproj), count, "round " + round);
    }
    assertThat(count.refused).isGreaterThan(rounds / 4);
    assertThat(count.answered).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "model.safetensors, 8000, 40",
    "config.json, 4000, 60",
    "tokenizer.json, 30000, 25",
    "tokenizer_config.json, 9000, 25",
    "chat_template.json, 9000, 40",
    "generation_config.json, 1000, 20",
    "preprocessor_config.json, 1000, 20"
  })
  void damagedSnapshots(String damaged, int header, int rounds) throws IOException {
    copySnapshot();
    byte[] valid = Files.readAllBytes(folder.resolve(damaged));
    Random random = new Random(damaged.hashCode());
    Count count = new Count();
    for (int round = 0; round < rounds; round++) {
      int region = round % 4 == 0 ? valid.length : Math.min(header, valid.length);
      write(damaged, Mutations.damage(valid, region, random));
      use(folder, null, count, damaged + " round " + round);
    }
    assertThat(count.refused).isPositive();
  }

  /** Every missing file is refused or done without. */
  @Test
  void missingFilesOfASnapshot() throws IOException {
    copySnapshot();
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file);
      Count count = new Count();
      use(folder, null, count, "without " + file);
      boolean needed =
          List.of("config.json", "model.safetensors", "tokenizer.json")
              .contains(String.valueOf(file.getFileName()));
      assertThat(count.refused).as("without %s", file).isEqualTo(needed ? 1 : 0);
      Files.write(file, bytes);
    }
  }

  private void copySnapshot() throws IOException {
    try (Stream<Path> all = Files.list(Fixtures.path("models/tiny-dense"))) {
      for (Path file : all.filter(f -> !f.toString().endsWith(".gguf")).toList()) {
        Files.copy(file, folder.resolve(String.valueOf(file.getFileName())));
      }
    }
  }

  /** A new file each time: the old one may still be mapped. */
  private void write(String name, byte[] bytes) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
    Files.write(folder.resolve(name), bytes);
  }

  private void use(Path model, @Nullable Path mmproj, Count count, String what) {
    try {
      answer(model, mmproj);
      count.answered++;
    } catch (OcelliException e) {
      count.refused++;
      String message = String.valueOf(e.getMessage());
      assertThat(message.lines()).as(what).hasSize(1);
      // What does not fit into a damaged file's own context is said with its numbers.
      assertThat(message)
          .as(what)
          .contains(
              e.kind() == OcelliException.Kind.CONTEXT ? "the context holds" : folder.toString());
    } catch (RuntimeException | Error e) {
      fail(what + ": " + e, e);
    }
  }

  private static void answer(Path model, @Nullable Path mmproj) {
    try (Engine engine = open(model, mmproj);
        Session session = engine.newSession()) {
      assertThat(session.generate(REQUEST, ReplyListener.NONE).promptTokens()).isPositive();
    }
  }

  /** Opens the model in bounded memory, whether that works or not. */
  private static Engine open(Path model, @Nullable Path mmproj) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      ModelFiles files = ModelFiles.open(model, mmproj, true);
      try {
        return Engine.open(files, OPTIONS, ModelLoader.Progress.NONE);
      } catch (Throwable e) {
        files.close();
        throw e;
      }
    } finally {
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_HEAP);
    }
  }
}
