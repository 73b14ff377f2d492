package dev.ocelli.engine.model.qwen3vl;

import dev.ocelli.engine.kernels.Arithmetic;
import dev.ocelli.engine.kernels.Matrix;
import dev.ocelli.engine.kernels.Operations;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlWeights.Linear;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlWeights.Merger;
import dev.ocelli.engine.vision.Grid;

/**
 * Counts the operations of the two forward passes: the products with weights, and the two products
 * of attention. Norms, activation functions, rotations and sums of rows are not products and do not
 * count.
 */
public final class OperationCount {
  private OperationCount() {}

  /**
   * Those of a prompt, whatever the steps in which it is computed.
   *
   * @param before tokens that lie in the context before it
   * @param tokens that are computed
   * @param logits rows whose logits are computed
   */
  public static Operations text(
      Qwen3VlConfig.Text c, Qwen3VlWeights.Text w, int before, int tokens, int logits) {
    Operations sum = Operations.of(w.head(), logits);
    for (Qwen3VlWeights.Layer layer : w.layers()) {
      sum = sum.plus(all(layer.qkv(), tokens)).plus(Operations.of(layer.output(), tokens));
      sum =
          switch (layer.ffn()) {
            case Qwen3VlWeights.Dense d ->
                sum.plus(all(d.gateUp(), tokens)).plus(Operations.of(d.down(), tokens));
            case Qwen3VlWeights.Sparse s -> sum.plus(sparse(c, s, tokens));
          };
    }
    // A token attends to all before it and to itself.
    long keys = (long) tokens * before + tokens * (tokens + 1L) / 2;
    long products = 2L * c.queryWidth() * keys * w.layers().length;
    return sum.plus(Operations.of(Arithmetic.FLOAT32, products));
  }

  /** Each token goes through the router and some of the experts, which are all of one shape. */
  private static Operations sparse(Qwen3VlConfig.Text c, Qwen3VlWeights.Sparse s, int tokens) {
    Qwen3VlConfig.Experts experts = c.experts();
    if (experts == null) {
      throw new IllegalArgumentException("a layer has experts, the configuration has none");
    }
    long rows = (long) tokens * experts.used();
    return Operations.of(s.router(), tokens)
        .plus(all(s.gateUp()[0], rows))
        .plus(Operations.of(s.down()[0], rows));
  }

  /**
   * Those of a picture or clip.
   *
   * @param attention what the products of attention multiply
   */
  public static Operations vision(
      Qwen3VlConfig.Vision c, Qwen3VlWeights.Vision w, Grid grid, Arithmetic attention) {
    long patches = grid.patches();
    long perFrame = (long) grid.h() * grid.w();
    Operations sum = linear(w.patchEmbed(), patches);
    for (Qwen3VlWeights.Block b : w.blocks()) {
      sum = sum.plus(linear(b.qkv(), patches)).plus(linear(b.output(), patches));
      sum = sum.plus(linear(b.up(), patches)).plus(linear(b.down(), patches));
    }
    long products = 2 * patches * perFrame * c.hidden() * w.blocks().length;
    sum = sum.plus(Operations.of(attention, products));
    long tokens = grid.tokens(c.merge());
    sum = sum.plus(merger(w.merger(), tokens));
    for (Merger m : w.deepstack()) {
      sum = sum.plus(merger(m, tokens));
    }
    return sum;
  }

  private static Operations merger(Merger m, long tokens) {
    return linear(m.fc1(), tokens).plus(linear(m.fc2(), tokens));
  }

  private static Operations linear(Linear linear, long rows) {
    return Operations.of(linear.weight(), rows);
  }

  private static Operations all(Matrix[] ws, long rows) {
    Operations sum = Operations.NONE;
    for (Matrix w : ws) {
      sum = sum.plus(Operations.of(w, rows));
    }
    return sum;
  }
}
