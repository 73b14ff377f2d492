package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.kernels.Activations;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.kernels.KvView;
import dev.ocelli.engine.kernels.WeightLoader;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.model.Checkpoint;
import dev.ocelli.engine.model.Model;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.model.TextRows;
import dev.ocelli.engine.model.Trace;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.testing.TinyModels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A token's forward pass leaves next to nothing for the garbage collector. */
class AllocationContractTest {
  private static final int TOKENS = 64;

  /**
   * Small objects that describe slices and calls remain until the JIT compiler removes them; one
   * buffer as wide as a layer would be far above this.
   */
  private static final long MOST_BYTES = 64 << 10;

  private record Cache(KvLayout layout, List<MemorySegment> blocks) implements KvView {}

  @Test
  void oneTokenAllocatesNoBuffers() {
    var bean = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (ModelFiles files = TinyModels.wide("Q8_0");
        Workers workers = Workers.single();
        Arena arena = Arena.ofShared()) {
      KernelSet kernels = KernelSet.best(Activations.QUANTIZED);
      Model model =
          ModelLoader.load(
              files, new WeightLoader(kernels, workers, arena), arena, ModelLoader.Progress.NONE);
      KvLayout layout = ModelRunner.kvLayout(model.config().text(), DType.F16);
      Cache cache = new Cache(layout, List.of(arena.allocate(layout.blockBytes(), 64)));
      Floats logits = Floats.allocate(arena, 1, model.config().text().vocabulary());
      try (ModelRunner runner =
          new ModelRunner(model, kernels, ModelRunner.Teams.one(workers), 16)) {
        long[] bytes = new long[TOKENS];
        for (int t = 0; t < TOKENS; t++) {
          List<TextRows> step = List.of(TextRows.text(new int[] {t}, t, 0, cache, logits));
          long before = bean.getCurrentThreadAllocatedBytes();
          runner.step(step, Trace.NONE, Checkpoint.NONE);
          bytes[t] = bean.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(bytes[TOKENS - 1]).isLessThan(MOST_BYTES);
      }
    }
  }
}
