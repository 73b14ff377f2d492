package dev.ocelli.engine.safetensors;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.tensor.ModelFiles;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.tensor.TensorSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * One safetensors file, mapped into memory, with the names it has itself. {@link SafetensorsModel}
 * reads a whole model with the names of GGUF.
 *
 * <p>Opening checks the whole header, so that tensors can be used without further checks. Immutable
 * and thread-safe until closed.
 */
public final class SafetensorsFile implements TensorSource {
  private final String origin;
  private final MemorySegment file;
  private final Map<String, String> metadata;
  private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
  private final @Nullable Arena arena;

  private SafetensorsFile(MemorySegment file, String origin, @Nullable Arena arena) {
    SafetensorsHeader.Parsed parsed = SafetensorsHeader.parse(file, origin);
    this.origin = origin;
    this.file = file;
    this.metadata = Collections.unmodifiableMap(parsed.metadata());
    this.arena = arena;
    parsed.tensors().forEach(t -> tensors.put(t.name(), t));
  }

  /**
   * Opens a file.
   *
   * @throws OcelliException when it is missing or not a well-formed safetensors file
   */
  public static SafetensorsFile open(Path file) {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment mapped = ModelFiles.map(file, "a .safetensors file", arena);
      return new SafetensorsFile(mapped, file.toString(), arena);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Reads a file that is already in memory.
   *
   * @param bytes the whole file; it must stay valid as long as tensors are used, and closing does
   *     not release it
   * @param origin what to call it in error messages
   * @throws OcelliException when it is not a well-formed safetensors file
   */
  public static SafetensorsFile of(MemorySegment bytes, String origin) {
    return new SafetensorsFile(bytes.asReadOnly(), origin, null);
  }

  /** The strings of {@code __metadata__}. */
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public String origin() {
    return origin;
  }

  @Override
  public List<FileBytes> files() {
    return List.of(FileBytes.of(origin, file));
  }

  @Override
  public @Nullable Tensor find(String name) {
    return tensors.get(name);
  }

  @Override
  public Collection<Tensor> tensors() {
    return Collections.unmodifiableCollection(tensors.values());
  }

  /** Unmaps the file; does nothing for a file that was in memory, and nothing the second time. */
  @Override
  public void close() {
    if (arena != null && arena.scope().isAlive()) {
      arena.close();
    }
  }
}
