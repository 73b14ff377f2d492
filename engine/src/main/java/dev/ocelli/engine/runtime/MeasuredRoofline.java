package dev.ocelli.engine.runtime;

import dev.ocelli.engine.kernels.Arithmetic;
import dev.ocelli.engine.kernels.Operations;
import dev.ocelli.engine.kernels.Peaks;
import dev.ocelli.engine.model.Model;
import dev.ocelli.engine.model.qwen3vl.OperationCount;
import dev.ocelli.engine.vision.Grid;

/**
 * Counts with the loaded weights, measures with the engine's threads.
 *
 * @param visionAttention what attention of the vision tower multiplies
 * @param single measures the threads for single tokens
 * @param batch measures the threads for prompts and pictures
 */
record MeasuredRoofline(Model model, Arithmetic visionAttention, Peaks single, Peaks batch)
    implements Roofline {
  @Override
  public Operations prompt(int before, int tokens) {
    return OperationCount.text(model.config().text(), model.textWeights(), before, tokens, 1);
  }

  @Override
  public Operations picture(Grid grid) {
    var config = model.config().vision();
    var weights = model.visionWeights();
    if (config == null || weights == null) {
      throw new IllegalStateException("the model has no vision tower");
    }
    return OperationCount.vision(config, weights, grid, visionAttention);
  }

  @Override
  public double gigabytesPerSecond() {
    return single.gigabytesPerSecond();
  }

  @Override
  public double gigaOperationsPerSecond(Operations work) {
    return work.rate(batch::gigaOperationsPerSecond);
  }
}
