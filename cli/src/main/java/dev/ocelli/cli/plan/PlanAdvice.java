package dev.ocelli.cli.plan;

import static dev.ocelli.engine.runtime.MemoryNeed.text;

import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.engine.runtime.MemoryNeed;
import dev.ocelli.engine.runtime.MemoryPlan;
import dev.ocelli.engine.runtime.MemoryUse;
import dev.ocelli.engine.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a plan fits into memory, and what to change.
 *
 * @param fits whether it does
 * @param largestContext tokens of each conversation for which memory would suffice, at most the
 *     model's own limit; 0 when none would
 * @param changes what makes it take less, each with its number
 */
record PlanAdvice(boolean fits, int largestContext, List<String> changes) {

  static PlanAdvice of(MemoryPlan plan, MemoryUse use, long available) {
    MemoryNeed need = plan.need(use);
    boolean fits = need.bytes() <= available;
    int largest = largestContext(plan, use, available);
    List<String> changes = new ArrayList<>();
    if (!fits) {
      alternatives(plan, use, largest, available, changes);
    }
    return new PlanAdvice(fits, largest, List.copyOf(changes));
  }

  private static int largestContext(MemoryPlan plan, MemoryUse use, long available) {
    MemoryNeed empty = plan.need(new MemoryUse(use.sessions(), 0, use.pictures()));
    long blocks = (available - empty.bytes()) / (use.sessions() * plan.keysValues(1));
    long tokens = Math.max(0, blocks * KvLayout.BLOCK_TOKENS);
    return (int) Math.min(plan.ownContextLength(), tokens);
  }

  private static void alternatives(
      MemoryPlan plan, MemoryUse use, int largest, long available, List<String> changes) {
    EngineOptions options = plan.options();
    if (largest > 0 && largest < use.tokens()) {
      changes.add("-c %d: the largest context that fits".formatted(largest));
    }
    if (use.sessions() > 1) {
      MemoryUse alone = new MemoryUse(1, use.tokens(), use.pictures());
      changes.add("--parallel 1" + outcome(plan.need(alone), available));
    }
    if (options.cacheType() != DType.Q8_0 && plan.headDim() % DType.Q8_0.blockValues() == 0) {
      MemoryPlan q8 = plan.with(options.withCacheType(DType.Q8_0));
      changes.add("--cache-type-k q8_0" + outcome(q8.need(use), available));
    }
    if (options.loadMode() != LoadMode.MMAP) {
      MemoryPlan mapped = plan.with(options.edit().loadMode(LoadMode.MMAP).build());
      MemoryNeed need = mapped.need(use);
      changes.add(
          "--load-mode mmap%s and reads %s of the files again and again: several times slower"
              .formatted(outcome(need, available), text(need.mapped())));
    }
    MemoryNeed need = plan.need(use);
    long room = available - (need.bytes() - need.weights());
    if (need.weights() > available / 2 && room > 0) {
      changes.add(
          "a file with fewer bits a weight: at most %s instead of %s"
              .formatted(text(room), text(need.weights())));
    }
    if (need.vision() + need.decoding() > available / 4) {
      changes.add("smaller pictures (--image-max-tokens) or shorter clips");
    }
    if (changes.isEmpty()) {
      changes.add("a smaller model, or a machine with more memory");
    }
  }

  private static String outcome(MemoryNeed need, long available) {
    return ": needs %s, %s"
        .formatted(text(need.bytes()), need.bytes() <= available ? "which fits" : "still too much");
  }
}
