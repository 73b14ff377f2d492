package dev.ocelli.engine.kernels.jit;

/**
 * Emits integer dot products of weights with some tokens of a tile.
 *
 * <p>Integer sums are exact, so their order is free; each level does what its instructions are best
 * at.
 *
 * <ul>
 *   <li>With {@code vpdpbusd}: unsigned weight bytes times signed activation bytes, added up in 32
 *       bits; a sub-block's sum is multiplied by its scale.
 *   <li>AVX2, narrow weights: {@code vpmaddubsw} gives sums of two products in 16 bits. With
 *       weights up to m and activations within 127, {@code 32767 / (254 m)} such sums are added
 *       without overflow; then {@code vpmaddwd} adds neighbours and multiplies by the scale at
 *       once.
 *   <li>AVX2, weights of 8 bits: the sign goes to the activations ({@code vpsignb}), so that at
 *       most {@code 2 * 128 * 127 = 32512} arises; each pair sum goes to 32 bits at once.
 * </ul>
 */
final class Dots {
  /** Marks weights that are signed bytes. */
  static final int SIGNED = 0;

  private final Asm asm;
  private final Isa isa;
  private final Tile tile;
  private final int maxWeight;
  private final int firstRegister;
  private final Vec repeated;
  private final Vec magnitude;

  /**
   * @param tile the tokens; accumulators take {@code 2 tile.count()} registers
   * @param maxWeight largest unsigned weight, or {@link #SIGNED}; matters for AVX2 only
   * @param firstRegister first accumulator
   * @param repeated scratch: activations repeated in all lanes
   * @param magnitude scratch: weights without sign
   */
  Dots(Asm asm, Isa isa, Tile tile, int maxWeight, int firstRegister, Vec repeated, Vec magnitude) {
    this.asm = asm;
    this.isa = isa;
    this.tile = tile;
    this.maxWeight = maxWeight;
    this.firstRegister = firstRegister;
    this.repeated = repeated;
    this.magnitude = magnitude;
  }

  /** Register of token t (0..count-1) for products of the current sub-block. */
  Vec part(int t) {
    return isa.vec(firstRegister + t);
  }

  /** Register of token t for the sum over sub-blocks. */
  Vec sum(int t) {
    return isa.vec(firstRegister + tile.count() + t);
  }

  void clear(boolean sums) {
    for (int t = 0; t < tile.count(); t++) {
      Vec v = sums ? sum(t) : part(t);
      asm.vpxor(v, v, v);
    }
  }

  /**
   * Emits the products of one chunk.
   *
   * @param w the weights
   * @param at address of the activations of the tile's token 0
   * @param position how many chunks of the sub-block came before
   * @param size chunks of the sub-block
   * @param scale (AVX2) pairs of 16-bit scales by which sums are multiplied
   */
  void chunk(Vec w, Mem at, int position, int size, Operand scale) {
    if (isa.hasDots()) {
      for (int t = 0; t < tile.count(); t++) {
        isa.dot(asm, part(t), w, activations(at, t));
      }
    } else if (maxWeight == SIGNED) {
      asm.vpabsb(magnitude, w);
      for (int t = 0; t < tile.count(); t++) {
        asm.vpbroadcastd(repeated, tile.token(at, t));
        asm.vpsignb(repeated, repeated, w);
        asm.vpmaddubsw(repeated, magnitude, repeated);
        asm.vpmaddwd(repeated, repeated, scale);
        asm.vpaddd(sum(t), sum(t), repeated);
      }
    } else {
      int group = Math.min(size, 32767 / (254 * maxWeight));
      int inGroup = position % group;
      boolean last = inGroup == group - 1 || position == size - 1;
      for (int t = 0; t < tile.count(); t++) {
        Vec product = inGroup == 0 ? part(t) : repeated;
        asm.vpbroadcastd(repeated, tile.token(at, t));
        asm.vpmaddubsw(product, w, repeated);
        if (inGroup > 0) {
          asm.vpaddw(part(t), part(t), repeated);
        }
        if (last) {
          asm.vpmaddwd(part(t), part(t), scale);
          asm.vpaddd(sum(t), sum(t), part(t));
        }
      }
    }
  }

  private Operand activations(Mem at, int t) {
    Mem m = tile.token(at, t);
    if (isa.wide()) {
      return m.repeated();
    }
    asm.vpbroadcastd(repeated, m);
    return repeated;
  }

  /** Ends a sub-block where {@link #chunk} has not multiplied by its scale (32-bit lanes). */
  void scale(Operand scale) {
    if (isa.hasDots()) {
      for (int t = 0; t < tile.count(); t++) {
        asm.vpmulld(part(t), part(t), scale);
        asm.vpaddd(sum(t), sum(t), part(t));
      }
    }
  }
}
