package dev.ocelli.engine.model.qwen3vl;

import dev.ocelli.engine.kernels.Compute;
import dev.ocelli.engine.kernels.Matrix;
import dev.ocelli.engine.model.Checkpoint;
import dev.ocelli.engine.model.Trace;
import dev.ocelli.engine.model.VisionEmbedding;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlWeights.Affine;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlWeights.Linear;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlWeights.Merger;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.vision.Grid;
import dev.ocelli.engine.vision.PatchRows;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * The vision tower: patch rows to token rows (QWEN3VL section 4).
 *
 * <p>Memory is linear in the number of patches: attention is tiled and the feed-forward layer runs
 * over blocks of rows. It does not decode, resize or cache pictures.
 */
public final class Qwen3VlVision {
  /**
   * Rows that go through the wide inner layers at once; bounds scratch memory, does not change
   * results.
   */
  private static final int ROWS = 512;

  /** Rows of a task that computes or adds positions. */
  private static final int POSITION_ROWS = 64;

  private final Qwen3VlConfig.Vision config;
  private final Qwen3VlWeights.Vision weights;

  public Qwen3VlVision(Qwen3VlConfig.Vision config, Qwen3VlWeights.Vision weights) {
    this.config = config;
    this.weights = weights;
  }

  /** Bytes that {@link #encode} works in, without its input, its result and what products take. */
  public static long scratchBytes(Qwen3VlConfig.Vision c, Grid grid) {
    long n = grid.patches();
    int rows = (int) Math.min(n, ROWS);
    int tokens = Math.min(grid.tokens(c.merge()), ROWS);
    long row = 5L * c.hidden() + c.headDim();
    return 4 * (n * row + (long) rows * (c.hidden() + c.ffn()) + 2L * tokens * c.mergedHidden());
  }

  /** Bytes of what {@link #encode} returns. */
  public static long embeddingBytes(Qwen3VlConfig.Vision c, Grid grid) {
    return 4L * grid.tokens(c.merge()) * c.outHidden() * (1 + c.deepstackBlocks().length);
  }

  /**
   * Encodes one picture or clip.
   *
   * @param input patch rows {@code [patches, 3 * 2 * 16 * 16]} in block order
   * @param target owns the memory of the result
   * @param checkpoint reached after each block
   */
  public VisionEmbedding encode(
      PatchRows input, Compute compute, Arena target, Trace trace, Checkpoint checkpoint) {
    Grid grid = input.grid();
    int n = grid.patches();
    int hidden = config.hidden();
    int tokens = grid.tokens(config.merge());
    Floats[] deepstack = new Floats[config.deepstackBlocks().length];
    try (Arena arena = Arena.ofShared()) {
      // Memory first: it takes time to be had, and whoever computes keeps others waiting.
      Floats x = Floats.allocate(arena, n, hidden);
      Floats h =
          Floats.allocate(arena, n, hidden); // [n, hidden]: normalised input, then attention output
      Floats qkv = Floats.allocate(arena, n, 3 * hidden);
      int half = config.headDim() / 2;
      Floats cos = Floats.allocate(arena, n, half);
      Floats sin = Floats.allocate(arena, n, half);
      int rows = Math.min(n, ROWS);
      Floats part = Floats.allocate(arena, rows, hidden);
      Floats inner = Floats.allocate(arena, rows, config.ffn());
      Floats wide = Floats.allocate(arena, 2 * Math.min(tokens, ROWS), config.mergedHidden());
      Floats merged = Floats.allocate(target, tokens, config.outHidden());
      Arrays.setAll(deepstack, j -> Floats.allocate(target, tokens, config.outHidden()));
      linear(compute, weights.patchEmbed(), input.values(), x);
      trace.tap("patch_embed", 0, x);
      addPositions(compute, x, grid);
      trace.tap("block_in", 0, x);

      fillRope(compute, cos, sin, grid);
      int[] segments = new int[grid.t()];
      Arrays.fill(segments, grid.h() * grid.w());

      for (int i = 0; i < config.depth(); i++) {
        Qwen3VlWeights.Block b = weights.blocks()[i];
        norm(compute, b.norm1(), x, h);
        linear(compute, b.qkv(), h, qkv);
        compute.rope(qkv, 0, 2 * config.heads(), cos, sin); // queries and keys lie side by side
        compute.fullAttention(qkv, config.heads(), segments, h);
        for (int r = 0; r < n; r += rows) {
          int end = Math.min(n, r + rows);
          Floats xr = x.slice(r, end);
          Floats o = part.slice(0, end - r);
          linear(compute, b.output(), h.slice(r, end), o);
          compute.add(xr, o);
          norm(compute, b.norm2(), xr, o);
          Floats f = inner.slice(0, end - r);
          linear(compute, b.up(), o, f);
          compute.geluTanh(f);
          linear(compute, b.down(), f, o);
          compute.add(xr, o);
        }
        trace.tap("blocks", i, x);
        int j = Arrays.binarySearch(config.deepstackBlocks(), i);
        if (j >= 0) {
          merge(compute, weights.deepstack()[j], x, deepstack[j], wide, true);
          trace.tap("deepstack", j, deepstack[j]);
        }
        checkpoint.reached(i + 1, config.depth());
      }
      merge(compute, weights.merger(), x, merged, wide, false);
      trace.tap("merger", 0, merged);
      return new VisionEmbedding(grid, merged, deepstack);
    }
  }

  /**
   * Four neighbouring patches become one token. The main merger normalises each patch row before
   * they are concatenated, DeepStack mergers normalise the concatenation.
   *
   * @param scratch {@code [2 * rows, mergedHidden]}; so many tokens are computed at once
   */
  private void merge(
      Compute compute, Merger m, Floats x, Floats out, Floats scratch, boolean normAfter) {
    int wide = config.mergedHidden();
    int tokens = out.rows();
    int patches = config.merge() * config.merge();
    int rows = scratch.rows() / 2;
    for (int r = 0; r < tokens; r += rows) {
      int end = Math.min(tokens, r + rows);
      int k = end - r;
      Floats in = x.slice(r * patches, end * patches);
      Floats h = scratch.slice(0, k);
      Floats inner = scratch.slice(rows, rows + k);
      if (normAfter) {
        norm(compute, m.norm(), in.reshape(k, wide), h);
      } else {
        norm(compute, m.norm(), in, h.reshape(k * patches, config.hidden()));
      }
      linear(compute, m.fc1(), h, inner);
      compute.geluErf(inner);
      linear(compute, m.fc2(), inner, out.slice(r, end));
    }
  }

  private void norm(Compute compute, Affine norm, Floats x, Floats out) {
    compute.layerNorm(x, norm.weight(), norm.bias(), config.eps(), out);
  }

  private static void linear(Compute compute, Linear linear, Floats x, Floats out) {
    Matrix w = linear.weight();
    compute.matmul(w, x, out);
    compute.addBias(out, linear.bias());
  }

  /**
   * Adds the learned table, interpolated bilinearly with aligned corners, to the patches of every
   * frame.
   */
  private void addPositions(Compute compute, Floats x, Grid grid) {
    int perFrame = grid.h() * grid.w();
    Compute.RowAdder[] adders = compute.rowAdders(x.columns(), 4L * x.rows() * x.columns());
    compute
        .workers()
        .run(
            Math.ceilDiv(x.rows(), POSITION_ROWS),
            (task, worker) -> {
              int end = Math.min(x.rows(), (task + 1) * POSITION_ROWS);
              for (int row = task * POSITION_ROWS; row < end; row++) {
                addPosition(adders[worker], x, row, row % perFrame, grid);
              }
            });
  }

  private void addPosition(Compute.RowAdder adder, Floats x, int row, int patch, Grid grid) {
    int side = config.positionSide();
    Floats table = weights.positions();
    float y = coordinate(patchRow(patch, grid), grid.h(), side);
    float xx = coordinate(patchColumn(patch, grid), grid.w(), side);
    int y0 = (int) y;
    int x0 = (int) xx;
    int y1 = Math.min(y0 + 1, side - 1);
    int x1 = Math.min(x0 + 1, side - 1);
    float fy = y - y0;
    float fx = xx - x0;
    adder.addScaled(x, row, (1 - fy) * (1 - fx), table, y0 * side + x0);
    adder.addScaled(x, row, (1 - fy) * fx, table, y0 * side + x1);
    adder.addScaled(x, row, fy * (1 - fx), table, y1 * side + x0);
    adder.addScaled(x, row, fy * fx, table, y1 * side + x1);
  }

  /** Where patch k of n lies on an axis of the position table. */
  private static float coordinate(int k, int n, int side) {
    return (float) k * (side - 1) / Math.max(n - 1, 1);
  }

  /** Row angles, then column angles; {@code headDim / 4} frequencies each. */
  private void fillRope(Compute compute, Floats cos, Floats sin, Grid grid) {
    int quarter = config.headDim() / 4;
    float[] frequency = new float[quarter];
    for (int j = 0; j < quarter; j++) {
      frequency[j] = (float) Math.pow(10000, -2.0 * j / (config.headDim() / 2.0));
    }
    compute
        .workers()
        .run(
            Math.ceilDiv(cos.rows(), POSITION_ROWS),
            (task, worker) -> {
              int end = Math.min(cos.rows(), (task + 1) * POSITION_ROWS);
              for (int row = task * POSITION_ROWS; row < end; row++) {
                fillRope(cos, sin, row, frequency, grid);
              }
            });
  }

  private void fillRope(Floats cos, Floats sin, int row, float[] frequency, Grid grid) {
    int quarter = frequency.length;
    int k = row % (grid.h() * grid.w());
    int y = patchRow(k, grid);
    int x = patchColumn(k, grid);
    for (int j = 0; j < quarter; j++) {
      double ay = y * frequency[j];
      double ax = x * frequency[j];
      cos.set(row, j, (float) Math.cos(ay));
      sin.set(row, j, (float) Math.sin(ay));
      cos.set(row, quarter + j, (float) Math.cos(ax));
      sin.set(row, quarter + j, (float) Math.sin(ax));
    }
  }

  /**
   * The patch row of the k-th stored patch of a frame: patches are stored in blocks of {@code merge
   * x merge}.
   */
  private int patchRow(int k, Grid grid) {
    int m = config.merge();
    int block = k / (m * m);
    return block / (grid.w() / m) * m + k % (m * m) / m;
  }

  private int patchColumn(int k, Grid grid) {
    int m = config.merge();
    int block = k / (m * m);
    return block % (grid.w() / m) * m + k % m;
  }
}
