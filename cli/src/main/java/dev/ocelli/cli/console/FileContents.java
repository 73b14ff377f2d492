package dev.ocelli.cli.console;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.GgufValue;
import dev.ocelli.engine.safetensors.SafetensorsFile;
import dev.ocelli.engine.safetensors.SafetensorsModel;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.tensor.TensorSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a model file or folder holds, whatever its format.
 *
 * @param origin the file or folder
 * @param format facts about the format itself, for example {@code gguf} and its version
 * @param metadata in the order of the file
 * @param tensors in the order of the file
 * @param source closed with this
 */
public record FileContents(
    String origin,
    Map<String, String> format,
    Map<String, GgufValue> metadata,
    Collection<Tensor> tensors,
    TensorSource source)
    implements AutoCloseable {

  /** Opens a GGUF file, a safetensors file, or a folder with a model in safetensors files. */
  public static FileContents open(Path path) {
    if (Files.isDirectory(path) && Files.exists(path.resolve("config.json"))) {
      return ofFolder(SafetensorsModel.open(path));
    }
    return String.valueOf(path.getFileName()).endsWith(".safetensors")
        ? ofSafetensors(SafetensorsFile.open(path))
        : ofGguf(GgufFile.open(path));
  }

  private static FileContents ofGguf(GgufFile file) {
    Map<String, String> format = new LinkedHashMap<>();
    format.put("format", "gguf");
    format.put("version", Integer.toString(file.version()));
    format.put("alignment", Long.toString(file.alignment()));
    format.put("shards", Integer.toString(file.shards()));
    return new FileContents(file.origin(), format, file.metadata().entries(), file.tensors(), file);
  }

  private static FileContents ofSafetensors(SafetensorsFile file) {
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    file.metadata().forEach((key, value) -> metadata.put(key, new GgufValue.Text(value)));
    return new FileContents(
        file.origin(), Map.of("format", "safetensors"), metadata, file.tensors(), file);
  }

  private static FileContents ofFolder(SafetensorsModel model) {
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    Path config = model.folder().resolve("config.json");
    try {
      flatten("", JsonMapper.shared().readTree(config), metadata);
    } catch (JacksonException e) {
      throw new OcelliException(
          Kind.MODEL,
          config + ": cannot be read (" + e.getOriginalMessage() + "); mend the file",
          e);
    }
    return new FileContents(
        model.origin(), Map.of("format", "safetensors"), metadata, model.fileTensors(), model);
  }

  /** Fields of objects get their object's name before them; lists are shown as JSON. */
  private static void flatten(String name, JsonNode node, Map<String, GgufValue> out) {
    if (node.isObject()) {
      node.properties()
          .forEach(e ->
              flatten(name.isEmpty() ? e.getKey() : name + "." + e.getKey(), e.getValue(), out));
    } else {
      out.put(name, new GgufValue.Text(node.isString() ? node.asString() : node.toString()));
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
