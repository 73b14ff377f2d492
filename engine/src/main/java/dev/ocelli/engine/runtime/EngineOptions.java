package dev.ocelli.engine.runtime;

import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.tensor.DType;

/**
 * How an engine computes.
 *
 * @param threads threads for single tokens, the caller included; 0 for the number of physical cores
 * @param batchThreads threads for prompts and pictures; 0 for the same as {@code threads}
 * @param contextLength tokens a session may hold; 0 for the model's own limit
 * @param chunk prompt tokens that are computed at once
 * @param cacheType type of cached keys and values, F16 or F32
 * @param exact compute with float32 activations whatever the weights' type (slower; for comparison
 *     with references)
 * @param level instruction-set level by name, or {@code auto}
 * @param loadMode what becomes of the weights of the files
 */
public record EngineOptions(
    int threads,
    int batchThreads,
    int contextLength,
    int chunk,
    DType cacheType,
    boolean exact,
    String level,
    LoadMode loadMode) {

  /** What fits most machines. */
  public static final EngineOptions DEFAULT =
      new EngineOptions(0, 0, 0, 512, DType.F16, false, "auto", LoadMode.REPACK);

  /** The same with other threads. */
  public EngineOptions withThreads(int newThreads, int newBatchThreads) {
    return new EngineOptions(
        newThreads, newBatchThreads, contextLength, chunk, cacheType, exact, level, loadMode);
  }

  /** The same with another context length. */
  public EngineOptions withContextLength(int tokens) {
    return new EngineOptions(
        threads, batchThreads, tokens, chunk, cacheType, exact, level, loadMode);
  }

  /** The same with another chunk size. */
  public EngineOptions withChunk(int tokens) {
    return new EngineOptions(
        threads, batchThreads, contextLength, tokens, cacheType, exact, level, loadMode);
  }

  /** The same with another type of cached keys and values. */
  public EngineOptions withCacheType(DType type) {
    return new EngineOptions(
        threads, batchThreads, contextLength, chunk, type, exact, level, loadMode);
  }

  /** The same with or without quantized activations. */
  public EngineOptions withExact(boolean newExact) {
    return new EngineOptions(
        threads, batchThreads, contextLength, chunk, cacheType, newExact, level, loadMode);
  }

  /** The same at another instruction-set level. */
  public EngineOptions withLevel(String newLevel) {
    return new EngineOptions(
        threads, batchThreads, contextLength, chunk, cacheType, exact, newLevel, loadMode);
  }

  /** The same with another way to load weights. */
  public EngineOptions withLoadMode(LoadMode mode) {
    return new EngineOptions(
        threads, batchThreads, contextLength, chunk, cacheType, exact, level, mode);
  }
}
