package dev.ocelli.engine.runtime;

import static dev.ocelli.engine.runtime.MemoryNeed.text;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.lora.AdapterFile;
import dev.ocelli.engine.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses what an engine has no memory for, with the numbers of its plan and what to do instead.
 */
final class MemoryKeeper {
  /** What is left for everything else, so that nothing comes near the end of memory. */
  private static final long MARGIN = 64L << 20;

  private final MemoryPlan plan;
  private final MemoryGuard guard;
  private final Runnable forget;

  /**
   * @param forget gives back what caches hold of keys and values
   */
  MemoryKeeper(MemoryPlan plan, MemoryGuard guard, Runnable forget) {
    this.plan = plan;
    this.guard = guard;
    this.forget = forget;
  }

  /**
   * Refuses to load a model that does not fit.
   *
   * @throws OcelliException RESOURCE with the parts of what it needs
   */
  void requireLoad() {
    MemoryNeed need = plan.need(plan.leastUse(1));
    long available = guard.available();
    if (need.toLoad() > available) {
      throw new OcelliException(
          Kind.RESOURCE,
          "the model needs %s of memory (%s), %s are available; %s; 'ocelli plan' shows the table, --no-memory-guard loads all the same"
              .formatted(text(need.toLoad()), need.line(), text(available), remedy(need)));
    }
  }

  /** What makes loading take less. */
  private String remedy(MemoryNeed need) {
    List<String> ways = new ArrayList<>();
    EngineOptions options = plan.options();
    if (options.loadMode() != LoadMode.MMAP) {
      ways.add("use a file with fewer bits a weight, or --load-mode mmap (slower)");
    }
    if (need.keysValues() > need.weights() / 8) {
      ways.add("a smaller --ctx-size");
      if (options.cacheType() != DType.Q8_0) {
        ways.add("--cache-type-k q8_0");
      }
    }
    return ways.isEmpty() ? "use a smaller model" : String.join(", ", ways);
  }

  /** As {@link KvCache.Room}: the next blocks of a sequence. */
  void requireBlocks(int count, int tokens) {
    long bytes = count * plan.keysValues(1);
    long available = available(bytes);
    if (bytes > available) {
      throw new OcelliException(
          Kind.RESOURCE,
          "keys and values of %d tokens need %s more memory, %s are available; use a shorter prompt or reply, fewer conversations at once%s"
              .formatted(
                  tokens,
                  text(bytes),
                  text(available),
                  plan.options().cacheType() == DType.Q8_0 ? "" : ", or --cache-type-k q8_0"));
    }
  }

  /**
   * Refuses a picture or clip whose encoding does not fit.
   *
   * @throws OcelliException RESOURCE with the numbers
   */
  void requireEncoding(PlannedMedia media) {
    long bytes = plan.toEncode(media);
    long available = available(bytes);
    if (bytes > available) {
      throw new OcelliException(
          Kind.RESOURCE,
          "encoding %d x %d pixels (%d tokens) needs %s of memory, %s are available; use smaller pictures (--image-max-tokens) or shorter clips"
              .formatted(
                  media.canvas().width(),
                  media.canvas().height(),
                  media.tokens(),
                  text(bytes),
                  text(available)));
    }
  }

  /**
   * Refuses to give the logits of a prompt's tokens where they do not fit.
   *
   * @param rows of a piece of the prompt
   * @throws OcelliException RESOURCE with the numbers
   */
  void requireLogits(int rows) {
    long bytes = plan.logits(rows);
    long available = available(bytes);
    if (bytes > available) {
      throw new OcelliException(
          Kind.RESOURCE,
          "logits of %d tokens at once need %s of memory, %s are available; use a smaller --chunk or a model with fewer bits a weight"
              .formatted(rows, text(bytes), text(available)));
    }
  }

  /**
   * Refuses an adapter that does not fit.
   *
   * @throws OcelliException RESOURCE with the numbers
   */
  void requireAdapter(AdapterFile file) {
    long bytes = plan.adapterBytes(file);
    long available = available(bytes);
    if (bytes > available) {
      throw new OcelliException(
          Kind.RESOURCE,
          "%s: the adapter needs %s of memory, %s are available; remove another adapter, or use one of a lower rank"
              .formatted(file.source().origin(), text(bytes), text(available)));
    }
  }

  /** Caches give way to what is needed now. */
  private long available(long bytes) {
    long available = guard.available() - MARGIN;
    if (bytes > available) {
      forget.run();
      available = guard.available() - MARGIN;
    }
    return Math.max(0, available);
  }
}
