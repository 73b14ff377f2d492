package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

import dev.ocelli.engine.tensor.DType;

/**
 * Emits the product of weights that become float32 in registers, each exactly the value that it
 * stands for, with activations of float32.
 *
 * <p>Arithmetic, for row r and token t, columns k in ascending order: {@code acc = fma(w[k], x[k],
 * acc)}, acc starting at +0. The order does not depend on the type, the level or the width of the
 * tile, so all give equal bits.
 *
 * <p>Groups of 32 rows: two 512-bit vectors of accumulators a token, so that with one token two
 * additions are under way at once, and with 12 tokens 24.
 *
 * <p>General registers: RDI weights, RSI tile, RDX output, RCX groups, R8 columns, R9 bytes between
 * tokens of the output; R10 weights of the column, RAX activations of the column, RBX columns to
 * go, R13 output row; R12, R14 and R15 are free. Vectors: accumulators, then weights, then one for
 * activations; the last is free.
 */
abstract class FloatProduct implements Family {
  static final int ROWS = 32;

  /** Columns of a turn of the loop. */
  static final int UNROLL = 4;

  /** Columns that lie ahead of the ones being computed by this many bytes are prefetched. */
  private static final int PREFETCH_DISTANCE = 4096;

  private static final int PREFETCH_TOKENS = 4;

  private final Isa isa;
  private final DType type;

  FloatProduct(Isa isa, DType type) {
    this.isa = isa;
    this.type = type;
  }

  final Isa isa() {
    return isa;
  }

  @Override
  public final DType type() {
    return type;
  }

  @Override
  public final String name() {
    return type + "/" + isa.level().label();
  }

  @Override
  public final int rowGroup() {
    return ROWS;
  }

  @Override
  public final int blocks(int columns) {
    return columns;
  }

  @Override
  public final int maxPackedTokens() {
    return Tile.MAX_WIDTH;
  }

  /** Emits what comes before the passes over a group. */
  abstract void beginGroup(Asm a);

  /** Emits the step of RDI to the next group, after a pass. */
  abstract void endGroup(Asm a);

  /** Emits what is done with columns. */
  interface Columns {
    /** Emits a loop over RBX (above 0) times so many columns, one or {@link #UNROLL}. */
    void emit(int unrolled);
  }

  /** Emits the loops over all R8 columns. */
  abstract void columns(Asm a, Columns loop);

  /**
   * Emits the loading of a column's weights.
   *
   * @param column columns from R10 on
   * @param vector which of the group's vectors of rows
   */
  abstract void load(Asm a, Vec dst, int column, int vector);

  /** Bytes by which R10 goes on after {@link #UNROLL} columns, or after one. */
  abstract int weightBytes(int columns);

  @Override
  public byte[] product(int width, Walk walk) {
    Asm a = new Asm();
    Frame frame = Frame.enter(a, isa.windows(), 0);
    int vectors = ROWS / isa.lanes();
    int together = isa.wide() || width <= 2 ? vectors : vectors / 2;
    int tokens = isa.wide() ? Tile.MAX_WIDTH : together == vectors ? 2 : 6;
    Label next = a.here();
    beginGroup(a);
    for (int v = 0; v < vectors; v += together) {
      for (Tile tile : Tile.passes(width, tokens)) {
        new Pass(a, tile, v, together).emit();
      }
    }
    // Every pass leaves RAX at the end of the tile and R13 at that of the output.
    if (walk == Walk.TILES) {
      a.mov(RSI, RAX);
      a.mov(RDX, R13);
    } else {
      endGroup(a);
      a.add(RDX, 4 * ROWS);
    }
    a.dec(RCX);
    a.jnz(next);
    frame.leave();
    return a.finish();
  }

  /** All columns of a group for some tokens and some vectors of rows. */
  private final class Pass {
    private final Asm a;
    private final Tile tile;
    private final int firstVector;
    private final int vectors;

    Pass(Asm a, Tile tile, int firstVector, int vectors) {
      this.a = a;
      this.tile = tile;
      this.firstVector = firstVector;
      this.vectors = vectors;
    }

    private Vec accumulator(int t, int v) {
      return isa.vec(t * vectors + v);
    }

    private Vec weight(int v) {
      return isa.vec(tile.count() * vectors + v);
    }

    void emit() {
      a.mov(R10, RDI);
      a.mov(RAX, RSI);
      for (int i = 0; i < tile.count() * vectors; i++) {
        a.vpxor(isa.vec(i), isa.vec(i), isa.vec(i));
      }
      FloatProduct.this.columns(a, this::columns);
      a.mov(R13, RDX);
      for (int t = 0; t < tile.first(); t++) {
        a.add(R13, R9);
      }
      for (int t = 0; t < tile.count(); t++) {
        for (int v = 0; v < vectors; v++) {
          a.vmovups(Mem.at(R13, (firstVector + v) * isa.width()), accumulator(t, v));
        }
        a.add(R13, R9);
      }
    }

    private void columns(int unrolled) {
      Label loop = a.here();
      int bytes = weightBytes(unrolled);
      int prefetched = 0;
      for (int k = 0; k < unrolled; k++) {
        for (int v = 0; v < vectors; v++) {
          load(a, weight(v), k, firstVector + v);
        }
        if (tile.width() >= PREFETCH_TOKENS && firstVector == 0 && tile.first() == 0) {
          for (; prefetched < bytes * (k + 1) / unrolled; prefetched += 64) {
            a.prefetcht0(Mem.at(R10, PREFETCH_DISTANCE + prefetched));
          }
        }
        for (int t = 0; t < tile.count(); t++) {
          Mem x = tile.token(tile.dword(RAX, k), t);
          if (isa.wide()) {
            for (int v = 0; v < vectors; v++) {
              a.vfmadd231ps(accumulator(t, v), weight(v), x.repeated());
            }
          } else {
            Vec repeated = weight(vectors);
            a.vbroadcastss(repeated, x);
            for (int v = 0; v < vectors; v++) {
              a.vfmadd231ps(accumulator(t, v), weight(v), repeated);
            }
          }
        }
      }
      a.add(R10, bytes);
      a.add(RAX, unrolled * tile.step());
      a.dec(RBX);
      a.jnz(loop);
    }
  }
}
