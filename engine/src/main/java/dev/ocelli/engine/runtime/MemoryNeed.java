package dev.ocelli.engine.runtime;

import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlText;
import dev.ocelli.engine.tensor.TensorSource;

/**
 * Memory that a model takes when it is loaded and begins to answer. Longer conversations and caches
 * take more later.
 *
 * @param weights bytes of weights
 * @param keysValues bytes of keys and values of {@link #TOKENS} tokens a session
 * @param scratch bytes that a step works in
 */
public record MemoryNeed(long weights, long keysValues, long scratch) {
  /** Tokens a session, or the context where that is shorter. */
  public static final int TOKENS = 4096;

  /**
   * What a model would take; nothing is loaded.
   *
   * @param sessions that will be used at once
   */
  public static MemoryNeed of(ModelFiles files, EngineOptions options, int sessions) {
    Qwen3VlConfig.Text text = files.config().text();
    TensorSource vision = files.vision();
    long weights =
        files.language().bytes()
            + (vision == null || vision == files.language() ? 0 : vision.bytes());
    int context = options.contextLength() > 0 ? options.contextLength() : text.contextLength();
    KvLayout layout = ModelRunner.kvLayout(text, options.cacheType());
    long blocks = Math.ceilDiv(Math.min(context, TOKENS), KvLayout.BLOCK_TOKENS);
    return new MemoryNeed(
        weights,
        sessions * (blocks * layout.blockBytes() + 4L * text.vocabulary()),
        Qwen3VlText.scratchBytes(text, Math.min(options.chunk(), context)));
  }

  /** All of it. */
  public long bytes() {
    return weights + keysValues + scratch;
  }
}
