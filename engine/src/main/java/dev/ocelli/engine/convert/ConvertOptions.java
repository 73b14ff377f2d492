package dev.ocelli.engine.convert;

import dev.ocelli.engine.quantize.FileType;
import java.util.List;
import java.util.Optional;

/**
 * What a snapshot shall become.
 *
 * @param type one of {@link #TYPES}; empty takes BF16 or F16, whatever the weights are
 * @param vision whether the vision file is made; else the language model
 * @param name what {@code general.name} shall be; empty takes it from the folder
 */
public record ConvertOptions(Optional<FileType> type, boolean vision, Optional<String> name) {
  /** The types that weights are converted to; {@code quantize} makes all others of such files. */
  public static final List<FileType> TYPES =
      List.of(FileType.F32, FileType.F16, FileType.BF16, FileType.Q8_0);

  /** Checks the type. */
  public ConvertOptions {
    if (type.isPresent() && !TYPES.contains(type.get())) {
      throw new IllegalArgumentException("snapshots are converted to one of " + TYPES);
    }
  }
}
