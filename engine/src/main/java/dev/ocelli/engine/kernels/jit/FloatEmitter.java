package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Emits the kernels for weights of F32, F16 and BF16, which all convert to float32 exactly.
 *
 * <p>Arithmetic, for row r and token t, columns k in ascending order: {@code acc = fma(w[k], x[k],
 * acc)}, acc starting at +0. The order does not depend on the level or the width of the tile, so
 * all give equal bits.
 *
 * <p>Packed: groups of 32 rows, {@code [column][row]} in the type of the file: two 512-bit vectors
 * of accumulators a token, so that with one token two additions are under way at once, and with 12
 * tokens 24.
 *
 * <p>General registers: RDI weights, RSI tile, RDX output, RCX groups, R8 columns, R9 bytes between
 * tokens of the output; R10 weights of the column, RAX activations of the column, RBX columns to
 * go, R13 output row. Vectors: accumulators, then weights, then one for activations.
 */
final class FloatEmitter implements Family {
  private static final int ROWS = 32;
  private static final int UNROLL = 4;

  /** Columns that lie ahead of the ones being computed by this many bytes are prefetched. */
  private static final int PREFETCH_DISTANCE = 4096;

  private static final int PREFETCH_TOKENS = 4;

  private final Isa isa;
  private final DType type;
  private final int valueBytes;

  FloatEmitter(Isa isa, DType type) {
    this.isa = isa;
    this.type = type;
    valueBytes = type.blockBytes();
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  public String name() {
    return type() + "/" + isa.level().label();
  }

  @Override
  public int rowGroup() {
    return ROWS;
  }

  @Override
  public long groupBytes(int columns) {
    return (long) ROWS * valueBytes * columns;
  }

  @Override
  public long setBytes() {
    return (long) Isa.ROWS * valueBytes;
  }

  @Override
  public int blocks(int columns) {
    return columns;
  }

  @Override
  public int maxPackedTokens() {
    return Tile.MAX_WIDTH;
  }

  @Override
  public int panelBlockBytes() {
    return 0;
  }

  @Override
  public byte[] product(int width, Walk walk) {
    Asm a = new Asm();
    Frame frame = Frame.enter(a, isa.windows(), 0);
    int vectors = ROWS / isa.lanes();
    int together = isa.wide() || width <= 2 ? vectors : vectors / 2;
    int tokens = isa.wide() ? Tile.MAX_WIDTH : together == vectors ? 2 : 6;
    Label next = a.here();
    for (int v = 0; v < vectors; v += together) {
      for (Tile tile : Tile.passes(width, tokens)) {
        new Pass(a, tile, v, together).emit();
      }
    }
    // Every pass leaves R10 at the end of the group, RAX of the tile and R13 of the output.
    if (walk == Walk.TILES) {
      a.mov(RSI, RAX);
      a.mov(RDX, R13);
    } else {
      a.mov(RDI, R10);
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
      Label rest = new Label();
      Label done = new Label();
      a.mov(R10, RDI);
      a.mov(RAX, RSI);
      for (int i = 0; i < tile.count() * vectors; i++) {
        a.vpxor(isa.vec(i), isa.vec(i), isa.vec(i));
      }
      a.mov(RBX, R8);
      a.shr(RBX, 2);
      a.test(RBX, RBX);
      a.jz(rest);
      columns(UNROLL);
      a.bind(rest);
      a.mov(RBX, R8);
      a.and(RBX, UNROLL - 1);
      a.jz(done);
      columns(1);
      a.bind(done);
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

    /** A loop over RBX times so many columns. */
    private void columns(int unrolled) {
      Label loop = a.here();
      int columnBytes = ROWS * valueBytes;
      for (int k = 0; k < unrolled; k++) {
        for (int v = 0; v < vectors; v++) {
          int at = k * columnBytes + (firstVector + v) * isa.lanes() * valueBytes;
          load(a, weight(v), Mem.at(R10, at));
        }
        if (tile.width() >= PREFETCH_TOKENS && firstVector == 0 && tile.first() == 0) {
          for (int i = 0; i < columnBytes; i += 64) {
            a.prefetcht0(Mem.at(R10, PREFETCH_DISTANCE + k * columnBytes + i));
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
      a.add(R10, unrolled * columnBytes);
      a.add(RAX, unrolled * tile.step());
      a.dec(RBX);
      a.jnz(loop);
    }
  }

  private void load(Asm a, Vec dst, Mem from) {
    switch (type) {
      case F32 -> a.vmovups(dst, from);
      case F16 -> a.vcvtph2ps(dst, from);
      case BF16 -> {
        a.vpmovzxwd(dst, from);
        a.vpslld(dst, dst, 16);
      }
      default -> throw new IllegalStateException(type.name());
    }
  }

  @Override
  public byte[] expand() {
    throw new IllegalStateException("floating-point weights need no panel");
  }

  @Override
  public byte[] pack() {
    Asm a = new Asm();
    Frame frame = Frame.enter(a, isa.windows(), 0);
    Rows.sweep(a);
    Label done = new Label();
    if (valueBytes == 2) {
      a.shr(RCX, 1);
      a.test(RCX, RCX);
      a.jz(done);
    }
    Label loop = a.here();
    for (int half = 0; half < isa.halves(); half++) {
      Rows rows = new Rows(a, isa, half);
      Vec v = rows.gather(0, 0);
      if (valueBytes == 4) {
        rows.store(0, v);
      } else {
        // A dword has two columns of a row.
        rows.storeWords(0, v);
        a.vpsrld(v, v, 16);
        rows.storeWords(2 * ROWS, v);
      }
    }
    a.add(RDI, 4);
    a.add(RDX, 4 * ROWS);
    a.dec(RCX);
    a.jnz(loop);
    a.bind(done);
    frame.leave();
    return a.finish();
  }

  /** The last of an odd number of two-byte columns. */
  @Override
  public void packRest(
      MemorySegment source, long firstRow, long[] rows, MemorySegment target, int columns) {
    if (valueBytes == 2 && columns % 2 != 0) {
      long column = columns - 1L;
      for (int r = 0; r < ROWS; r++) {
        short v = source.get(ValueLayout.JAVA_SHORT_UNALIGNED, firstRow + rows[r] + 2 * column);
        target.set(ValueLayout.JAVA_SHORT, 2 * (column * ROWS + r), v);
      }
    }
  }
}
