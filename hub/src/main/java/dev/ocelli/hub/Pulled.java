package dev.ocelli.hub;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model on the disk.
 *
 * @param model the GGUF file, of a sharded one the first, or the folder of a snapshot
 * @param mmproj the vision file; null where there is none or none was wanted
 * @param revision the commit; empty where nobody says
 * @param downloaded bytes that came over the network for it
 */
public record Pulled(Path model, @Nullable Path mmproj, String revision, long downloaded) {}
