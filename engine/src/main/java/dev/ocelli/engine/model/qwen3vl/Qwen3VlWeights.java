package dev.ocelli.engine.model.qwen3vl;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.kernels.Matrix;
import dev.ocelli.engine.kernels.Weights;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.tensor.TensorSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The weights of a Qwen3-VL model: every tensor is named once, here, with the shape it must have
 * (QWEN3VL sections 7.2, 7.4).
 */
public final class Qwen3VlWeights {
  private Qwen3VlWeights() {}

  /**
   * The language model.
   *
   * @param embedding token table {@code [vocabulary, hidden]} as it lies in the file
   * @param layers in order
   * @param norm final RMS norm
   * @param head {@code [vocabulary, hidden]}; the embedding itself when the model is tied
   */
  public record Text(Tensor embedding, Layer[] layers, Floats norm, Matrix head) {
    /** The matrices that adapters can add to, by name; those of a stack as {@code name[i]}. */
    public Map<String, Matrix> byName() {
      List<Matrix> all = new ArrayList<>();
      if (!head.name().equals(embedding.name())) {
        all.add(head);
      }
      for (Layer layer : layers) {
        all.addAll(List.of(layer.qkv()));
        all.add(layer.output());
        switch (layer.ffn()) {
          case Dense d -> {
            all.addAll(List.of(d.gateUp()));
            all.add(d.down());
          }
          case Sparse s -> {
            all.add(s.router());
            all.addAll(List.of(s.down()));
            for (Matrix[] gateUp : s.gateUp()) {
              all.addAll(List.of(gateUp));
            }
          }
        }
      }
      return all.stream().collect(Collectors.toUnmodifiableMap(Matrix::name, m -> m));
    }

    /** A matrix with the longest rows. */
    public Matrix widest() {
      Matrix widest = head;
      for (Layer layer : layers) {
        Matrix down =
            switch (layer.ffn()) {
              case Dense d -> d.down();
              case Sparse s -> s.down()[0];
            };
        for (Matrix m : List.of(down, layer.output())) {
          widest = m.columns() > widest.columns() ? m : widest;
        }
      }
      return widest;
    }
  }

  /**
   * A layer of the language model.
   *
   * @param qkv query, key and value projections
   */
  public record Layer(
      Floats attentionNorm,
      Matrix[] qkv,
      Floats queryNorm,
      Floats keyNorm,
      Matrix output,
      Floats ffnNorm,
      FeedForward ffn) {}

  /** What follows attention in a layer. */
  public sealed interface FeedForward {}

  /** SwiGLU. */
  public record Dense(Matrix[] gateUp, Matrix down) implements FeedForward {}

  /** A mixture of SwiGLU experts; {@code gateUp[e]} are the two input matrices of expert e. */
  public record Sparse(Matrix router, Matrix[][] gateUp, Matrix[] down) implements FeedForward {}

  /** Scale and shift of a layer norm. */
  public record Affine(Floats weight, Floats bias) {}

  /** A matrix and a bias. */
  public record Linear(Matrix weight, Floats bias) {}

  /** A block of the vision tower. */
  public record Block(
      Affine norm1, Linear qkv, Linear output, Affine norm2, Linear up, Linear down) {}

  /** A merger: norm, then two linear layers with GELU between. */
  public record Merger(Affine norm, Linear fc1, Linear fc2) {}

  /**
   * The vision tower.
   *
   * @param patchEmbed {@code [hidden, 3 * 2 * 16 * 16]}: channel, time, y, x
   * @param positions learned table {@code [side * side, hidden]}
   */
  public record Vision(
      Linear patchEmbed, Floats positions, Block[] blocks, Merger merger, Merger[] deepstack) {}

  /** Loads the language model. */
  public static Text text(TensorSource source, Qwen3VlConfig.Text c, Weights weights) {
    Tensor embedding = source.get("token_embd.weight").requireShape(c.vocabulary(), c.hidden());
    Layer[] layers = new Layer[c.layers()];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = layer(new Prefix(source, weights, "blk." + i + "."), c);
    }
    Prefix root = new Prefix(source, weights, "");
    Tensor output = source.find("output.weight");
    Matrix head =
        weights.matrix(
            output == null ? embedding : output.requireShape(c.vocabulary(), c.hidden()));
    return new Text(embedding, layers, root.vector("output_norm.weight", c.hidden()), head);
  }

  private static Layer layer(Prefix p, Qwen3VlConfig.Text c) {
    return new Layer(
        p.vector("attn_norm.weight", c.hidden()),
        new Matrix[] {
          p.matrix("attn_q.weight", c.queryWidth(), c.hidden()),
          p.matrix("attn_k.weight", c.keyWidth(), c.hidden()),
          p.matrix("attn_v.weight", c.keyWidth(), c.hidden())
        },
        p.vector("attn_q_norm.weight", c.headDim()),
        p.vector("attn_k_norm.weight", c.headDim()),
        p.matrix("attn_output.weight", c.hidden(), c.queryWidth()),
        p.vector("ffn_norm.weight", c.hidden()),
        feedForward(p, c));
  }

  private static FeedForward feedForward(Prefix p, Qwen3VlConfig.Text c) {
    Qwen3VlConfig.Experts x = c.experts();
    if (x == null || !p.has("ffn_gate_inp.weight")) {
      return new Dense(
          new Matrix[] {
            p.matrix("ffn_gate.weight", c.ffn(), c.hidden()),
            p.matrix("ffn_up.weight", c.ffn(), c.hidden())
          },
          p.matrix("ffn_down.weight", c.hidden(), c.ffn()));
    }
    Matrix[] gate = p.matrices("ffn_gate_exps.weight", x.count(), x.ffn(), c.hidden());
    Matrix[] up = p.matrices("ffn_up_exps.weight", x.count(), x.ffn(), c.hidden());
    Matrix[][] gateUp = new Matrix[x.count()][];
    for (int e = 0; e < gateUp.length; e++) {
      gateUp[e] = new Matrix[] {gate[e], up[e]};
    }
    return new Sparse(
        p.matrix("ffn_gate_inp.weight", x.count(), c.hidden()),
        gateUp,
        p.matrices("ffn_down_exps.weight", x.count(), c.hidden(), x.ffn()));
  }

  /**
   * Loads the vision tower.
   *
   * @param arena owns the patch embedding, which the file keeps in two halves
   */
  public static Vision vision(
      TensorSource source, Qwen3VlConfig.Vision c, Weights weights, Arena arena) {
    Prefix root = new Prefix(source, weights, "");
    Block[] blocks = new Block[c.depth()];
    for (int i = 0; i < blocks.length; i++) {
      Prefix p = new Prefix(source, weights, "v.blk." + i + ".");
      blocks[i] =
          new Block(
              p.affine("ln1", c.hidden()),
              p.linear("attn_qkv", 3 * c.hidden(), c.hidden()),
              p.linear("attn_out", c.hidden(), c.hidden()),
              p.affine("ln2", c.hidden()),
              p.linear("ffn_up", c.ffn(), c.hidden()),
              p.linear("ffn_down", c.hidden(), c.ffn()));
    }
    int wide = c.mergedHidden();
    Merger merger =
        new Merger(
            root.affine("v.post_ln", c.hidden()),
            root.linear("mm.0", wide, wide),
            root.linear("mm.2", c.outHidden(), wide));
    Merger[] deepstack = new Merger[c.deepstackBlocks().length];
    for (int j = 0; j < deepstack.length; j++) {
      Prefix p = new Prefix(source, weights, "v.deepstack." + c.deepstackBlocks()[j] + ".");
      deepstack[j] =
          new Merger(
              p.affine("norm", wide),
              p.linear("fc1", wide, wide),
              p.linear("fc2", c.outHidden(), wide));
    }
    Linear patchEmbed =
        new Linear(
            weights.matrix(patchEmbed(source, c, arena)),
            root.vector("v.patch_embd.bias", c.hidden()));
    Tensor positions =
        source
            .get("v.position_embd.weight")
            .requireShape((long) c.positionSide() * c.positionSide(), c.hidden());
    return new Vision(patchEmbed, weights.floats(positions), blocks, merger, deepstack);
  }

  /**
   * Joins the two halves {@code [hidden, 3, 16, 16]} of the convolution to rows of channel, time,
   * y, x.
   */
  private static Tensor patchEmbed(TensorSource source, Qwen3VlConfig.Vision c, Arena arena) {
    Tensor[] halves = new Tensor[c.temporalPatch()];
    for (int t = 0; t < halves.length; t++) {
      String name = t == 0 ? "v.patch_embd.weight" : "v.patch_embd.weight." + t;
      halves[t] = source.get(name).requireShape(c.hidden(), 3, c.patch(), c.patch());
      if (halves[t].type().isQuantized() || halves[t].type() != halves[0].type()) {
        throw new OcelliException(
            OcelliException.Kind.MODEL,
            "%s: tensor '%s' has type %s; the patch embedding must be F32, F16 or BF16, both halves alike"
                .formatted(halves[t].origin(), name, halves[t].type()));
      }
    }
    DType type = halves[0].type();
    long plane = type.bytes((long) c.patch() * c.patch());
    MemorySegment joined = arena.allocate(plane * 3 * halves.length * c.hidden(), 64);
    long to = 0;
    for (long plane0 = 0; plane0 < 3L * c.hidden(); plane0++) {
      for (Tensor half : halves) {
        MemorySegment.copy(half.data(), plane0 * plane, joined, to, plane);
        to += plane;
      }
    }
    return new Tensor(
        "v.patch_embd.weight",
        type,
        new long[] {c.hidden(), c.patchValues()},
        joined,
        source.origin());
  }

  /** Tensors whose names begin alike. */
  private record Prefix(TensorSource source, Weights weights, String prefix) {
    boolean has(String name) {
      return source.find(prefix + name) != null;
    }

    Matrix matrix(String name, int rows, int columns) {
      return weights.matrix(source.get(prefix + name).requireShape(rows, columns));
    }

    Matrix[] matrices(String name, int count, int rows, int columns) {
      return weights.matrices(source.get(prefix + name).requireShape(count, rows, columns));
    }

    Floats vector(String name, int length) {
      return weights.floats(source.get(prefix + name).requireShape(length));
    }

    Affine affine(String name, int length) {
      return new Affine(vector(name + ".weight", length), vector(name + ".bias", length));
    }

    Linear linear(String name, int rows, int columns) {
      return new Linear(matrix(name + ".weight", rows, columns), vector(name + ".bias", rows));
    }
  }
}
