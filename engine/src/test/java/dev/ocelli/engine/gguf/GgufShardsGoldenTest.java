package dev.ocelli.engine.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards against those of gguf-split, by their CRC-32. */
class GgufShardsGoldenTest {
  private static final Path MODEL = Fixtures.path("models/tiny-moe/tiny-moe-f32.gguf");

  @TempDir Path folder;

  private List<Path> write(GgufShards shards) {
    List<Path> paths = shards.paths(folder.resolve("a"));
    shards.write(
        paths.stream().map(p -> OutputFile.of(p, false, List.of(MODEL))).toList(), n -> {});
    return paths;
  }

  private static String crc(Path file) {
    CRC32 sum = new CRC32();
    try {
      sum.update(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return "%08x".formatted(sum.getValue());
  }

  @Test
  void shardsBySizeEqualThoseOfGgufSplit() {
    try (GgufFile f = GgufFile.open(MODEL)) {
      assertThat(write(GgufShards.ofSize(f, 1_000_000)))
          .map(GgufShardsGoldenTest::crc)
          .containsExactly("4cd18b51", "c7a54dd1", "1c3323de");
    }
  }

  @Test
  void shardsByTensorsEqualThoseOfGgufSplitAndMergeIntoTheFile() {
    List<Path> paths;
    try (GgufFile f = GgufFile.open(MODEL)) {
      paths = write(GgufShards.ofTensors(f, 20));
    }
    assertThat(paths)
        .map(GgufShardsGoldenTest::crc)
        .containsExactly("52fba510", "45a9393e", "13adc091");
    Path merged = folder.resolve("merged.gguf");
    try (GgufFile f = GgufFile.open(paths.get(1))) {
      GgufShards.merged(f).write(merged);
    }
    assertThat(merged).hasSameBinaryContentAs(MODEL);
  }

  @Test
  void aTensorAboveTheLimitIsAShard() {
    try (GgufFile f = GgufFile.open(MODEL)) {
      assertThat(GgufShards.ofSize(f, 1).tensors()).hasSize(51).allMatch(s -> s.size() == 1);
    }
  }
}
