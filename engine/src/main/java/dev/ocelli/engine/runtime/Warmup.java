package dev.ocelli.engine.runtime;

import dev.ocelli.engine.kernels.Compute;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.kernels.KvRows;
import dev.ocelli.engine.kernels.KvView;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Gets attention compiled while a large model is being loaded: until the JIT compiler has taken up
 * its loops, each of their operations is interpreted. The first prompt would wait for that, and
 * replies beside the first picture.
 */
final class Warmup implements AutoCloseable {
  /** Below this loading is over before anything is compiled. */
  private static final long LEAST_BYTES = 256L << 20;

  private static final int TOKENS = 192;

  /** After two thirds of them nothing becomes faster any more; the processors belong to loading. */
  private static final int ROUNDS = 40;

  /** Patches that look at each other: a task of the vision tower's attention. */
  private static final int PATCHES = 256;

  private static final int PICTURE_ROUNDS = 10;

  private volatile boolean ended;

  private Warmup() {}

  /**
   * Begins, when the weights are so large that there is time.
   *
   * @param bytes of weights
   * @param choice how the models are computed
   */
  static Warmup begin(long bytes, Qwen3VlConfig config, KernelChoice choice, DType cacheType) {
    Warmup w = new Warmup();
    if (bytes >= LEAST_BYTES) {
      Qwen3VlConfig.Text text = config.text();
      Qwen3VlConfig.Vision vision = config.vision();
      KvLayout layout = new KvLayout(1, text.kvHeads(), text.headDim(), cacheType, cacheType);
      Thread t =
          Thread.ofPlatform()
              .name("ocelli-warmup")
              .daemon()
              .unstarted(() -> {
                if (choice.language().attentionInJava(layout)) {
                  w.prompt(layout, text.heads(), choice.language());
                }
                if (vision != null) {
                  w.picture(vision, choice.vision());
                }
              });
      t.start();
    }
    return w;
  }

  private void prompt(KvLayout layout, int heads, KernelSet kernels) {
    int columns = (heads + 2 * layout.heads()) * layout.headDim();
    try (Arena arena = Arena.ofShared();
        Compute compute = new Compute(Workers.single(), kernels)) {
      Floats qkv = Floats.allocate(arena, TOKENS, columns);
      Floats out = Floats.allocate(arena, TOKENS, heads * layout.headDim());
      KvView kv = new Cache(layout, arena);
      int key = heads * layout.headDim();
      int value = key + layout.heads() * layout.headDim();
      KvRows[] prompt = {new KvRows(0, TOKENS, kv, 0)};
      KvRows[] token = {new KvRows(0, 1, kv, TOKENS - 1)};
      for (int i = 0; i < ROUNDS && !ended; i++) {
        compute.storeKeyValues(qkv, key, value, prompt, 0);
        compute.causalAttention(qkv, heads, prompt, 0, out);
        compute.causalAttention(qkv.slice(0, 1), heads, token, 0, out.slice(0, 1));
      }
    }
  }

  private void picture(Qwen3VlConfig.Vision vision, KernelSet kernels) {
    try (Arena arena = Arena.ofShared();
        Compute compute = new Compute(Workers.single(), kernels)) {
      Floats qkv = Floats.allocate(arena, PATCHES, 3 * vision.hidden());
      Floats out = Floats.allocate(arena, PATCHES, vision.hidden());
      int[] segments = {PATCHES};
      for (int i = 0; i < PICTURE_ROUNDS && !ended; i++) {
        compute.fullAttention(qkv, vision.heads(), segments, out);
      }
    }
  }

  /** Ends soon; what is running is not waited for. */
  @Override
  public void close() {
    ended = true;
  }

  /** Memory for {@link #TOKENS} tokens. */
  private record Cache(KvLayout layout, List<MemorySegment> blocks) implements KvView {
    Cache(KvLayout layout, Arena arena) {
      this(layout, new ArrayList<>());
      for (int t = 0; t < TOKENS; t += KvLayout.BLOCK_TOKENS) {
        blocks.add(arena.allocate(layout.blockBytes(), 64));
      }
    }
  }
}
