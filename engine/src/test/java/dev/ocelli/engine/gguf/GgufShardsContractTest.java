package dev.ocelli.engine.gguf;

import static dev.ocelli.engine.testing.Errors.assertModelError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets of shards as llama.cpp's gguf-split makes them. */
class GgufShardsContractTest {
  @TempDir Path folder;

  private Path path(int k, int count) {
    return folder.resolve("m-%05d-of-%05d.gguf".formatted(k, count));
  }

  private static GgufWriter shard(int number, int count, int total) {
    GgufWriter w = new GgufWriter();
    if (number == 0) {
      w.put("general.architecture", "qwen3vl");
    }
    return w.put("split.no", new GgufValue.Whole(GgufType.UINT16, number))
        .put("split.count", new GgufValue.Whole(GgufType.UINT16, count))
        .put("split.tensors.count", new GgufValue.Whole(GgufType.INT32, total));
  }

  private static GgufWriter with(GgufWriter w, String name, int value) {
    byte[] data = {(byte) value};
    return w.tensor(name, DType.I8, new long[] {1}, MemorySegment.ofArray(data));
  }

  private void writeThree() {
    shard(0, 3, 3).write(path(1, 3));
    with(with(shard(1, 3, 3), "a", 1), "b", 2).write(path(2, 3));
    with(shard(2, 3, 3), "c", 3).write(path(3, 3));
  }

  @Test
  void anyShardOpensTheWholeSet() {
    writeThree();
    for (int k = 1; k <= 3; k++) {
      try (GgufFile f = GgufFile.open(path(k, 3))) {
        assertThat(f.shards()).isEqualTo(3);
        assertThat(f.origin()).isEqualTo(path(k, 3).toString());
        assertThat(f.metadata().getString("general.architecture")).isEqualTo("qwen3vl");
        assertThat(f.tensors()).map(Tensor::name).containsExactly("a", "b", "c");
        assertThat(f.get("c").origin()).isEqualTo(path(3, 3).toString());
        assertThat(f.get("c").data().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 3);
      }
    }
  }

  @Test
  void missingShardIsNamed() throws IOException {
    writeThree();
    Files.delete(path(2, 3));
    assertModelError(() -> GgufFile.open(path(3, 3)), path(2, 3) + ": there is no such file");
  }

  @Test
  void keysThatContradictTheNames() throws IOException {
    writeThree();
    with(shard(2, 4, 3), "c", 3).write(path(3, 3));
    assertModelError(
        () -> GgufFile.open(path(1, 3)),
        path(3, 3) + ": the name says shard 3 of 3, but metadata keys",
        "say 3 of 4");
    with(shard(1, 3, 3), "c", 3).write(path(3, 3));
    assertModelError(() -> GgufFile.open(path(1, 3)), path(3, 3).toString(), "say 2 of 3");
    with(new GgufWriter(), "c", 3).write(path(3, 3));
    assertModelError(
        () -> GgufFile.open(path(1, 3)), path(3, 3) + ": metadata key 'split.count' is missing");
  }

  @Test
  void totalAndDuplicates() {
    writeThree();
    shard(2, 3, 3).write(path(3, 3));
    assertModelError(
        () -> GgufFile.open(path(1, 3)),
        "the 3 shards have 2 tensors together, but metadata key 'split.tensors.count' says 3");
    with(shard(2, 3, 3), "a", 3).write(path(3, 3));
    assertModelError(
        () -> GgufFile.open(path(1, 3)),
        path(3, 3) + ": tensor 'a' is in " + path(2, 3) + " as well");
  }

  @Test
  void shardsWithoutTheirNames() throws IOException {
    writeThree();
    Path renamed = folder.resolve("renamed.gguf");
    Files.copy(path(2, 3), renamed);
    assertModelError(
        () -> GgufFile.open(renamed),
        renamed + ": this is one of 3 shards",
        "-0000K-of-00003.gguf");
    Files.copy(path(2, 3), path(4, 3));
    assertModelError(() -> GgufFile.open(path(4, 3)), "the name says shard 4 of 3");
    byte[] bytes = Files.readAllBytes(path(2, 3));
    assertModelError(
        () -> GgufFile.of(MemorySegment.ofArray(bytes), "inner"), "inner: this is one of 3 shards");
  }

  @Test
  void singleFileWithAShardName() {
    with(new GgufWriter(), "a", 1).write(path(1, 1));
    try (GgufFile f = GgufFile.open(path(1, 1))) {
      assertThat(f.tensors()).hasSize(1);
    }
  }
}
