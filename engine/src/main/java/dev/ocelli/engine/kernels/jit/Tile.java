package dev.ocelli.engine.kernels.jit;

/**
 * Tokens that a pass computes, out of those that are encoded side by side.
 *
 * <p>Encoded activations are a matrix of dwords {@code [dword of the token][token of the tile]}, so
 * that the tokens' operands of one instruction sequence are neighbours.
 *
 * @param width tokens encoded side by side
 * @param first the pass's first token
 * @param count the pass's tokens
 */
record Tile(int width, int first, int count) {
  /** Most tokens side by side. */
  static final int MAX_WIDTH = 12;

  /** Address of dword i of the pass's first token, given a register that points to the tile. */
  Mem dword(Gpr base, int i) {
    return Mem.at(base, 4 * (i * width + first));
  }

  /** The same dword of the pass's token t. */
  Mem token(Mem first, int t) {
    return Mem.at(java.util.Objects.requireNonNull(first.base()), first.disp() + 4 * t);
  }

  /** Bytes from one dword of a token to the next. */
  int step() {
    return 4 * width;
  }

  /** Width of the tile with this number among so many tokens. */
  static int widthOf(int tile, int tokens) {
    return Math.min(MAX_WIDTH, tokens - tile * MAX_WIDTH);
  }

  /** Passes of at most so many tokens over a tile. */
  static Tile[] passes(int width, int most) {
    int n = (width + most - 1) / most;
    Tile[] passes = new Tile[n];
    for (int i = 0; i < n; i++) {
      int from = width * i / n;
      passes[i] = new Tile(width, from, width * (i + 1) / n - from);
    }
    return passes;
  }
}
