package dev.ocelli.engine.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.gguf.OutputFile;
import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.quantize.FileType;
import dev.ocelli.engine.safetensors.SafetensorsModel;
import dev.ocelli.engine.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
