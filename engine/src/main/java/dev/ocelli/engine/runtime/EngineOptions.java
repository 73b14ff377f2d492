package dev.ocelli.engine.runtime;

import dev.ocelli.engine.kernels.Cores;
import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.quantize.Requantization;
import dev.ocelli.engine.tensor.DType;
import java.nio.file.Path;
import java.util.List;

/**
 * How an engine computes.
 *
 * @param threads threads for single tokens, the caller included; 0 for the number of physical cores
 * @param batchThreads threads for prompts and pictures; 0 for the same as {@code threads}
 * @param contextLength tokens a session may hold; 0 for the model's own limit
 * @param chunk prompt tokens that are computed at once
 * @param cacheType type of cached keys and values: F16, F32 or Q8_0
 * @param exact compute with float32 activations whatever the weights' type (slower; for comparison
 *     with references)
 * @param level instruction-set level by name, or {@code auto}
 * @param visionPrecision what the vision tower multiplies
 * @param loadMode what becomes of the weights of the files
 * @param requantization what the language model's weights become when they are loaded
 * @param draft most tokens of a reply that are guessed from repetitions and computed ahead, 0 to
 *     {@link #MAX_DRAFT}, or {@link #AUTO_DRAFT}; replies do not depend on it
 * @param caches what is kept for later requests; replies do not depend on it
 * @param memory what is refused because memory does not suffice for it
 * @param adapters LoRA adapters that are loaded with the model, in order
 */
public record EngineOptions(
    int threads,
    int batchThreads,
    int contextLength,
    int chunk,
    DType cacheType,
    boolean exact,
    String level,
    VisionPrecision visionPrecision,
    LoadMode loadMode,
    Requantization requantization,
    int draft,
    CacheOptions caches,
    MemoryGuard memory,
    List<AdapterChoice> adapters) {

  /**
   * An adapter to be loaded with the model.
   *
   * @param scale how much of it replies get that do not say so themselves; 0 for none
   */
  public record AdapterChoice(Path file, float scale) {}

  /** As many tokens are guessed as saves time. */
  public static final int AUTO_DRAFT = -1;

  /** Most tokens that can be guessed at once. */
  public static final int MAX_DRAFT = 15;

  /** What fits most machines. */
  public static final EngineOptions DEFAULT = new Builder().build();

  /** What the vision tower's F16 and BF16 weights are multiplied as. */
  public enum VisionPrecision {
    /** Bfloat16 where the processor has it, unless activations are to stay exact. */
    AUTO,
    /** Float32. */
    F32,
    /** Bfloat16: twice the rate; weights and activations are rounded to 8 bits of precision. */
    BF16
  }

  /** Checks the draft. */
  public EngineOptions {
    adapters = List.copyOf(adapters);
    if (draft < AUTO_DRAFT || draft > MAX_DRAFT) {
      throw new IllegalArgumentException(
          "drafts of %d tokens; 0 to %d are possible".formatted(draft, MAX_DRAFT));
    }
  }

  /** Threads for single tokens: what was asked for, or a thread a core. */
  public int singleThreads() {
    return threads > 0 ? threads : Cores.physical();
  }

  /** Threads for prompts and pictures. */
  public int promptThreads() {
    return batchThreads > 0 ? batchThreads : singleThreads();
  }

  /** Begins with these options. */
  public Builder edit() {
    Builder b = new Builder();
    b.threads = threads;
    b.batchThreads = batchThreads;
    b.contextLength = contextLength;
    b.chunk = chunk;
    b.cacheType = cacheType;
    b.exact = exact;
    b.level = level;
    b.visionPrecision = visionPrecision;
    b.loadMode = loadMode;
    b.requantization = requantization;
    b.draft = draft;
    b.caches = caches;
    b.memory = memory;
    b.adapters = adapters;
    return b;
  }

  /** The same with other threads. */
  public EngineOptions withThreads(int newThreads, int newBatchThreads) {
    return edit().threads(newThreads).batchThreads(newBatchThreads).build();
  }

  /** The same with another context length. */
  public EngineOptions withContextLength(int tokens) {
    return edit().contextLength(tokens).build();
  }

  /** The same with another chunk size. */
  public EngineOptions withChunk(int tokens) {
    return edit().chunk(tokens).build();
  }

  /** The same with another type of cached keys and values. */
  public EngineOptions withCacheType(DType type) {
    return edit().cacheType(type).build();
  }

  /** The same with or without quantized activations. */
  public EngineOptions withExact(boolean newExact) {
    return edit().exact(newExact).build();
  }

  /** The same with other drafts. */
  public EngineOptions withDraft(int tokens) {
    return edit().draft(tokens).build();
  }

  /** The same with other caches. */
  public EngineOptions withCaches(CacheOptions newCaches) {
    return edit().caches(newCaches).build();
  }

  /** The same with other adapters. */
  public EngineOptions withAdapters(List<AdapterChoice> newAdapters) {
    return edit().adapters(newAdapters).build();
  }

  /** Sets one after the other; what is not set is as in {@link #DEFAULT}. */
  public static final class Builder {
    private int threads;
    private int batchThreads;
    private int contextLength;
    private int chunk = 512;
    private DType cacheType = DType.F16;
    private boolean exact;
    private String level = "auto";
    private VisionPrecision visionPrecision = VisionPrecision.AUTO;
    private LoadMode loadMode = LoadMode.REPACK;
    private Requantization requantization = Requantization.OFF;
    private int draft = AUTO_DRAFT;
    private CacheOptions caches = CacheOptions.DEFAULT;
    private MemoryGuard memory = MemoryGuard.OFF;
    private List<AdapterChoice> adapters = List.of();

    private Builder() {}

    public Builder threads(int v) {
      threads = v;
      return this;
    }

    public Builder batchThreads(int v) {
      batchThreads = v;
      return this;
    }

    public Builder contextLength(int v) {
      contextLength = v;
      return this;
    }

    public Builder chunk(int v) {
      chunk = v;
      return this;
    }

    public Builder cacheType(DType v) {
      cacheType = v;
      return this;
    }

    public Builder exact(boolean v) {
      exact = v;
      return this;
    }

    public Builder level(String v) {
      level = v;
      return this;
    }

    public Builder visionPrecision(VisionPrecision v) {
      visionPrecision = v;
      return this;
    }

    public Builder loadMode(LoadMode v) {
      loadMode = v;
      return this;
    }

    public Builder requantization(Requantization v) {
      requantization = v;
      return this;
    }

    public Builder draft(int v) {
      draft = v;
      return this;
    }

    public Builder caches(CacheOptions v) {
      caches = v;
      return this;
    }

    public Builder memory(MemoryGuard v) {
      memory = v;
      return this;
    }

    public Builder adapters(List<AdapterChoice> v) {
      adapters = v;
      return this;
    }

    /** The options. */
    public EngineOptions build() {
      return new EngineOptions(
          threads,
          batchThreads,
          contextLength,
          chunk,
          cacheType,
          exact,
          level,
          visionPrecision,
          loadMode,
          requantization,
          draft,
          caches,
          memory,
          adapters);
    }
  }
}
