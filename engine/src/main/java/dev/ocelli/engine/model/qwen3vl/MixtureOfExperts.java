package dev.ocelli.engine.model.qwen3vl;

import dev.ocelli.engine.kernels.Compute;
import dev.ocelli.engine.kernels.Matrix;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The sparse feed-forward layer (QWEN3VL section 2, "MoE layers").
 *
 * <p>Tokens are grouped by expert, so that an expert's weights are read once for all its tokens. A
 * token's experts are summed in ascending order of their numbers, whatever else is in the step.
 */
final class MixtureOfExperts {
  private final Qwen3VlConfig.@Nullable Experts config;
  private final int hidden;
  private final @Nullable Scratch scratch;

  MixtureOfExperts(Qwen3VlConfig.Text text, int maxRows, Arena arena) {
    config = text.experts();
    hidden = text.hidden();
    scratch = config == null ? null : Scratch.allocate(config, hidden, maxRows, arena);
  }

  static long scratchBytes(Qwen3VlConfig.Text c, int rows) {
    Qwen3VlConfig.Experts x = c.experts();
    return x == null ? 0 : 4L * rows * (x.count() + 2L * c.hidden() + 3L * x.ffn());
  }

  /**
   * {@code out = sum over chosen experts e of weight_e * down_e(swiglu(gateUp_e(h)))}; {@code h,
   * out [n, hidden]}.
   *
   * @param products of the step whose rows are those of h
   */
  void apply(
      Qwen3VlWeights.Sparse w, Floats h, Floats out, StepProducts products, Compute compute) {
    if (config == null || scratch == null) {
      throw new IllegalStateException("a dense model has no experts");
    }
    int n = h.rows();
    Floats scores = scratch.scores().slice(0, n);
    products.matmul(w.router(), h, scores);
    for (int t = 0; t < n; t++) {
      choose(
          scores, t, config.used(), scratch.chosen()[t], scratch.share()[t], scratch.probability());
    }
    out.segment().asSlice(0, 4L * n * hidden).fill((byte) 0);
    for (int e = 0; e < config.count(); e++) {
      int m = 0;
      for (int t = 0; t < n; t++) {
        int slot = indexOf(scratch.chosen()[t], e);
        if (slot >= 0) {
          MemorySegment.copy(
              h.segment(),
              h.offset(t),
              scratch.in().segment(),
              scratch.in().offset(m),
              4L * hidden);
          scratch.token()[m] = t;
          scratch.weight()[m++] = scratch.share()[t][slot];
        }
      }
      if (m > 0) {
        Floats y = scratch.in().slice(0, m);
        Floats inner = scratch.inner().slice(0, m);
        Floats gateUp = scratch.gateUp().slice(0, m);
        products.matmul(w.gateUp()[e], y, gateUp, scratch.token());
        compute.swiglu(gateUp, inner);
        Matrix[] down = {w.down()[e]};
        products.matmul(down, inner, scratch.result().slice(0, m), scratch.token());
        for (int k = 0; k < m; k++) {
          compute.addScaled(out, scratch.token()[k], scratch.weight()[k], scratch.result(), k);
        }
      }
    }
  }

  /**
   * The {@code used} largest probabilities of softmax over all experts (lowest number first on
   * ties), normalised to sum 1.
   */
  static void choose(Floats scores, int row, int used, int[] chosen, float[] share, double[] p) {
    int experts = scores.columns();
    double max = Double.NEGATIVE_INFINITY;
    for (int e = 0; e < experts; e++) {
      p[e] = scores.get(row, e);
      max = Math.max(max, p[e]);
    }
    for (int e = 0; e < experts; e++) {
      p[e] = StrictMath.exp(p[e] - max);
    }
    double sum = 0;
    for (int k = 0; k < used; k++) {
      int best = 0;
      for (int e = 1; e < experts; e++) {
        if (p[e] > p[best]) {
          best = e;
        }
      }
      chosen[k] = best;
      share[k] = (float) p[best];
      sum += p[best];
      p[best] = -1;
    }
    for (int k = 0; k < used; k++) {
      share[k] = (float) (share[k] / sum);
    }
  }

  private static int indexOf(int[] a, int value) {
    for (int i = 0; i < a.length; i++) {
      if (a[i] == value) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Memory for the largest step.
   *
   * @param scores router output {@code [n, experts]}
   * @param chosen experts of each token
   * @param share their weights
   * @param token which token each gathered row came from
   */
  private record Scratch(
      Floats scores,
      Floats in,
      Floats gateUp,
      Floats inner,
      Floats result,
      int[][] chosen,
      float[][] share,
      int[] token,
      float[] weight,
      double[] probability) {

    static Scratch allocate(Qwen3VlConfig.Experts x, int hidden, int n, Arena arena) {
      return new Scratch(
          Floats.allocate(arena, n, x.count()),
          Floats.allocate(arena, n, hidden),
          Floats.allocate(arena, n, 2 * x.ffn()),
          Floats.allocate(arena, n, x.ffn()),
          Floats.allocate(arena, n, hidden),
          new int[n][x.used()],
          new float[n][x.used()],
          new int[n],
          new float[n],
          new double[x.count()]);
    }
  }
}
