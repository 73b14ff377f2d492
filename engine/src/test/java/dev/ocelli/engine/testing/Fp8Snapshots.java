package dev.ocelli.engine.testing;

import dev.ocelli.engine.safetensors.SafetensorsFile;
import dev.ocelli.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * FP8 snapshots of the fixtures. They keep the FP8 weights and their factors alone; all else is
 * that of the bf16 model they were made from, as a second shard.
 */
public final class Fp8Snapshots {
  private static final String OTHERS = "model-00001-of-00002.safetensors";
  private static final String FP8 = "model-00002-of-00002.safetensors";

  private Fp8Snapshots() {}

  /**
   * Makes a folder the snapshot.
   *
   * @param name such as {@code tiny-wide-fp8}
   * @param base the model that it was made from
   */
  public static Path assemble(Path folder, String name, String base) throws IOException {
    Path from = Fixtures.path("models/" + base);
    try (Stream<Path> files = Files.list(from)) {
      for (Path f : files.filter(f -> f.toString().endsWith("json")).toList()) {
        Files.copy(f, folder.resolve(f.getFileName().toString()));
      }
    }
    Path config = folder.resolve("config.json");
    Files.delete(config);
    Files.copy(Fixtures.path("models/" + name + "/config.json"), config);
    Files.copy(from.resolve("model.safetensors"), folder.resolve(OTHERS));
    Files.copy(Fixtures.path("models/" + name + "/fp8.safetensors"), folder.resolve(FP8));
    Map<String, String> shards = new TreeMap<>();
    for (String shard : new String[] {OTHERS, FP8}) {
      try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(shard))) {
        for (Tensor t : file.tensors()) {
          shards.put(t.name(), shard);
        }
      }
    }
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        JsonMapper.shared().writeValueAsString(Map.of("weight_map", shards)));
    return folder;
  }
}
