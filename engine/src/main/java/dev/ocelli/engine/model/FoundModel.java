package dev.ocelli.engine.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model in a folder of models.
 *
 * @param name its path below the folder, without the file's ending
 * @param model a GGUF file (of shards the first), or a folder with safetensors
 * @param mmproj the vision file that belongs to it, or null
 * @param problem why it cannot be used as it is, or null
 */
public record FoundModel(
    String name, Path model, @Nullable Path mmproj, @Nullable String problem) {}
