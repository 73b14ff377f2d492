package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

import dev.ocelli.engine.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * Emits the kernels of {@link BlockType}s.
 *
 * <p>Arithmetic, for row r and token t, blocks b in ascending order:
 *
 * <pre>
 *   v   = float(sum over k of w[k] * a[k]) * d           (the sum is an exact integer)
 *   acc = fma(v, da, acc)                                 (acc starts at +0)
 *   acc = fma(m, s, acc)                                  (types with a minimum)
 * </pre>
 *
 * where a, da and s (da times the sum of a) are the activations of {@link BlockActivations}. The
 * order does not depend on the level, the width of the tile or where weights are read from, so all
 * give equal bits.
 *
 * <p>Panel: {@code [d 64][m 64 where there is one][8 chunks of 64]} bytes a block.
 *
 * <p>General registers: RDI weights, RSI tile, RDX output, RCX groups, R8 blocks, R9 bytes between
 * tokens of the output; R10 weights of the block, RAX activations of the block, RBX blocks (panel)
 * or pairs to go, R13 output row. Vectors: {@link Dots}, then accumulators, then scratch.
 */
final class BlockEmitter implements Family {
  /** Numbers of the scratch registers. */
  private record Registers(
      int source, int high, int low, int shifted, int repeated, int magnitude) {
    static Registers of(Isa isa, boolean unpacked) {
      if (isa.wide()) {
        return new Registers(24, 25, 26, 27, 24, 25);
      }
      return unpacked
          ? new Registers(15, 15, 12, 15, 13, 14)
          : new Registers(10, 11, 12, 13, 14, 15);
    }
  }

  private final Isa isa;
  private final BlockType type;

  BlockEmitter(Isa isa, BlockType type) {
    this.isa = isa;
    this.type = type;
  }

  @Override
  public DType type() {
    return type.type();
  }

  @Override
  public String name() {
    return type() + "/" + isa.level().label();
  }

  @Override
  public int rowGroup() {
    return Isa.ROWS;
  }

  @Override
  public long groupBytes(int columns) {
    return (blocks(columns) + 1L) / 2 * type.pairBytes();
  }

  @Override
  public int blocks(int columns) {
    return columns / Unit.VALUES;
  }

  @Override
  public int maxPackedTokens() {
    return type.usesPanel() ? maxPassTokens(false) : Tile.MAX_WIDTH;
  }

  private Registers registers(boolean panel) {
    return Registers.of(isa, panel || type.unit() == Unit.BITS8);
  }

  /** With dot products each token has two registers, with AVX2 three. */
  private int maxPassTokens(boolean panel) {
    if (isa.wide()) {
      return Tile.MAX_WIDTH;
    }
    boolean unpacked = panel || type.unit() == Unit.BITS8;
    return isa.hasDots() ? unpacked ? 6 : 5 : unpacked ? 4 : 3;
  }

  private int panelUnits() {
    return type.hasMin() ? 128 : 64;
  }

  @Override
  public int panelBlockBytes() {
    return type.usesPanel() ? panelUnits() + Unit.BITS8.bytes() : 0;
  }

  @Override
  public byte[] product(int width, Walk walk) {
    Asm a = new Asm();
    boolean panel = walk == Walk.TILES && type.usesPanel();
    Frame frame = Frame.enter(a, isa.windows(), 0);
    Unpacker unpacker = panel ? null : unpacker(a, registers(false));
    Label next = a.here();
    // With few tokens both halves of the rows fit in one pass, and memory is read once.
    int halves = width <= (isa.hasDots() ? 3 : 2) ? isa.halves() : 1;
    for (int half = 0; half < isa.halves(); half += halves) {
      for (Tile tile : Tile.passes(width, maxPassTokens(panel))) {
        new Pass(a, tile, half, halves, unpacker).emit();
      }
    }
    // Every pass leaves R10 at the end of the group, RAX of the tile and R13 of the output.
    if (walk == Walk.TILES) {
      a.mov(RSI, RAX);
      a.mov(RDX, R13);
    } else {
      a.mov(RDI, R10);
      a.add(RDX, 64);
    }
    a.dec(RCX);
    a.jnz(next);
    frame.leave();
    return a.finish();
  }

  private Unpacker unpacker(Asm a, Registers r) {
    Unpacker.Temps temps =
        new Unpacker.Temps(isa.vec(r.source), isa.vec(r.high), isa.vec(r.low), isa.vec(r.shifted));
    Vec[] constants = {isa.vec(29), isa.vec(30), isa.vec(31)};
    return new Unpacker(a, isa, type.unit(), type.mapAt(isa), temps, constants);
  }

  /** All blocks of a group for some tokens and one or both halves of the rows. */
  private final class Pass {
    private final Asm a;
    private final Tile tile;
    private final int firstHalf;
    private final int endHalf;
    private final @Nullable Unpacker unpacker;
    private final Registers r;
    private final Dots dots;
    private final Operand ones;
    private final int firstAccumulator;

    Pass(Asm a, Tile tile, int firstHalf, int halves, @Nullable Unpacker unpacker) {
      this.a = a;
      this.tile = tile;
      this.firstHalf = firstHalf;
      endHalf = firstHalf + halves;
      this.unpacker = unpacker;
      r = registers(unpacker == null);
      dots = new Dots(a, isa, tile, type.maxWeight(), 0, isa.vec(r.repeated), isa.vec(r.magnitude));
      ones = isa.repeat(a, 0x00010001);
      // With dot products Dots uses one register a token, without them two.
      firstAccumulator = (isa.hasDots() ? 1 : 2) * tile.count();
    }

    private Vec accumulator(int half, int t) {
      return isa.vec(firstAccumulator + (half - firstHalf) * tile.count() + t);
    }

    /** The integer result of token t. */
    private Vec result(int t) {
      return isa.hasDots() ? dots.part(t) : dots.sum(t);
    }

    void emit() {
      a.mov(R10, RDI);
      a.mov(RAX, RSI);
      a.mov(RBX, R8);
      for (int i = firstAccumulator; i < firstAccumulator + halves() * tile.count(); i++) {
        a.vpxor(isa.vec(i), isa.vec(i), isa.vec(i));
      }
      if (unpacker == null) {
        Label blocks = a.here();
        block(0, panelUnits(), null);
        a.add(R10, panelBlockBytes());
        a.add(RAX, BlockActivations.DWORDS * tile.step());
        a.dec(RBX);
        a.jnz(blocks);
      } else {
        pairs(unpacker);
      }
      a.mov(R13, RDX);
      for (int t = 0; t < tile.first(); t++) {
        a.add(R13, R9);
      }
      for (int t = 0; t < tile.count(); t++) {
        for (int half = firstHalf; half < endHalf; half++) {
          a.vmovups(Mem.at(R13, 32 * half), accumulator(half, t));
        }
        a.add(R13, R9);
      }
    }

    private int halves() {
      return endHalf - firstHalf;
    }

    private void pairs(Unpacker packed) {
      Label odd = new Label();
      Label done = new Label();
      a.shr(RBX, 1);
      a.test(RBX, RBX);
      a.jz(odd);
      Label pairs = a.here();
      block(0, type.unitsOffset(), packed);
      block(1, type.unitsOffset() + type.unit().bytes(), packed);
      a.add(R10, type.pairBytes());
      a.add(RAX, 2 * BlockActivations.DWORDS * tile.step());
      a.dec(RBX);
      a.jnz(pairs);
      a.bind(odd);
      a.mov(RBX, R8);
      a.and(RBX, 1);
      a.jz(done);
      block(0, type.unitsOffset(), packed);
      a.add(R10, type.pairBytes());
      a.add(RAX, BlockActivations.DWORDS * tile.step());
      a.bind(done);
    }

    /** Block 0 or 1 of a pair, or the block of a panel. */
    private void block(int which, int unitOffset, @Nullable Unpacker packed) {
      int first = which * BlockActivations.DWORDS;
      if (packed != null && firstHalf == 0 && tile.first() == 0) {
        packed.prefetch(R10, unitOffset, tile.width());
      }
      for (int half = firstHalf; half < endHalf; half++) {
        start(first);
        int[] position = {0};
        Unpacker.Sink sink =
            (c, w) -> dots.chunk(w, tile.dword(RAX, first + c), position[0]++, Unit.CHUNKS, ones);
        if (packed != null) {
          packed.unit(R10, unitOffset, half, sink);
        } else {
          for (int c = 0; c < Unit.CHUNKS; c++) {
            a.vmovups(isa.vec(r.low), Mem.at(R10, unitOffset + 64 * c + 32 * half));
            sink.chunk(c, isa.vec(r.low));
          }
        }
        scale(half, which, first, packed == null);
      }
    }

    /** Integer sums start at the offset's share, {@code -offset * sum of a}, or at zero. */
    private void start(int first) {
      int shift = type.offsetShift(isa);
      Mem share = tile.dword(RAX, first + BlockActivations.OFFSET_SHARE);
      for (int t = 0; t < tile.count(); t++) {
        Vec v = result(t);
        if (shift < 0) {
          a.vpxor(v, v, v);
        } else {
          a.vpbroadcastd(v, tile.token(share, t));
          if (shift != BlockType.BYTE_OFFSET_SHIFT) {
            a.vpsrad(v, v, BlockType.BYTE_OFFSET_SHIFT - shift);
          }
        }
      }
    }

    private void scale(int half, int which, int first, boolean panel) {
      Vec d = isa.vec(r.low);
      Vec repeated = isa.vec(r.repeated);
      if (panel) {
        a.vmovups(d, Mem.at(R10, 32 * half));
      } else {
        loadScale(a, d, Mem.at(R10, 32 * which + 16 * half));
      }
      Mem scales = tile.dword(RAX, first + BlockActivations.SCALE);
      for (int t = 0; t < tile.count(); t++) {
        Vec v = result(t);
        a.vcvtdq2ps(v, v);
        a.vmulps(v, v, d);
        multiplyAdd(accumulator(half, t), v, tile.token(scales, t), repeated);
      }
      if (type.hasMin()) {
        if (panel) {
          a.vmovups(d, Mem.at(R10, 64 + 32 * half));
        } else {
          loadScale(a, d, Mem.at(R10, 64 + 32 * which + 16 * half));
        }
        Mem sums = tile.dword(RAX, first + BlockActivations.SCALED_SUM);
        for (int t = 0; t < tile.count(); t++) {
          multiplyAdd(accumulator(half, t), d, tile.token(sums, t), repeated);
        }
      }
    }

    private void multiplyAdd(Vec sum, Vec v, Mem factor, Vec scratch) {
      if (isa.wide()) {
        a.vfmadd231ps(sum, v, factor.repeated());
      } else {
        a.vbroadcastss(scratch, factor);
        a.vfmadd231ps(sum, v, scratch);
      }
    }
  }

  private void loadScale(Asm a, Vec dst, Mem from) {
    if (type.bfloatScales()) {
      a.vpmovzxwd(dst, from);
      a.vpslld(dst, dst, 16);
    } else {
      a.vcvtph2ps(dst, from);
    }
  }

  @Override
  public byte[] pack() {
    return new BlockPacker(isa, type).pack();
  }

  @Override
  public byte[] expand() {
    Asm a = new Asm();
    Frame frame = Frame.enter(a, isa.windows(), 0);
    Unpacker unpacker = unpacker(a, registers(false));
    Label done = new Label();
    Label pair = a.here();
    expandBlock(a, unpacker, 0);
    a.dec(RDX);
    a.jz(done);
    expandBlock(a, unpacker, 1);
    a.add(RDI, type.pairBytes());
    a.dec(RDX);
    a.jnz(pair);
    a.bind(done);
    frame.leave();
    return a.finish();
  }

  private void expandBlock(Asm a, Unpacker unpacker, int which) {
    Vec d = isa.vec(registers(false).low);
    unpacker.prefetch(RDI, type.unitsOffset() + which * type.unit().bytes(), Tile.MAX_WIDTH);
    for (int half = 0; half < isa.halves(); half++) {
      loadScale(a, d, Mem.at(RDI, 32 * which + 16 * half));
      a.vmovups(Mem.at(RSI, 32 * half), d);
      if (type.hasMin()) {
        loadScale(a, d, Mem.at(RDI, 64 + 32 * which + 16 * half));
        a.vmovups(Mem.at(RSI, 64 + 32 * half), d);
      }
      int at = panelUnits() + 32 * half;
      unpacker.unit(
          RDI,
          type.unitsOffset() + which * type.unit().bytes(),
          half,
          (c, w) -> a.vmovups(Mem.at(RSI, at + 64 * c), w));
    }
    a.add(RSI, panelBlockBytes());
  }
}
