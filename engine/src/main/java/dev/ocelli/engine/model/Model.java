package dev.ocelli.engine.model;

import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlWeights;
import org.jspecify.annotations.Nullable;

/**
 * A model whose weights are ready to compute with.
 *
 * @param config sizes
 * @param textWeights the language model
 * @param visionWeights the vision tower, or null when none was loaded
 */
public record Model(
    Qwen3VlConfig config,
    Qwen3VlWeights.Text textWeights,
    Qwen3VlWeights.@Nullable Vision visionWeights) {}
