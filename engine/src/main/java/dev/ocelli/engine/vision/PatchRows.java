package dev.ocelli.engine.vision;

import dev.ocelli.engine.tensor.Floats;

/**
 * The vision tower's input: one row a patch, in the block order of QWEN3VL section 5.4.
 *
 * @param values {@code [patches, 3 * 2 * 16 * 16]}: channel, time, y, x; normalised
 * @param grid the patches
 */
public record PatchRows(Floats values, Grid grid) {}
