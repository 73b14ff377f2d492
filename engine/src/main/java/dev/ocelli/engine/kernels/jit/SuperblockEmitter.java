package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

import dev.ocelli.engine.kernels.jit.SuperblockType.Mins;
import dev.ocelli.engine.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * Emits the kernels of {@link SuperblockType}s.
 *
 * <p>Arithmetic, for row r and token t, superblocks b in ascending order:
 *
 * <pre>
 *   dot  = sum over sub-blocks s of scale[s] * sum over k of (q[k] - offset) * a[k]     (exact integers)
 *   mins = sum over s of min[s] * sum over k in s of a[k]                               (exact integers)
 *   v    = float(dot) * d
 *   v    = fma(-float(mins), dmin, v)                                    (types with minimums)
 *   acc  = fma(v, da, acc)                                               (acc starts at +0)
 * </pre>
 *
 * where a and da are the activations of {@link SuperblockActivations}. The order does not depend on
 * the level, the width of the tile or where weights are read from, so all give equal bits.
 *
 * <p>Weights are read as they are packed, or, for more tokens than fit in one tile, from a panel:
 * the same 16 rows unpacked once, {@code [d 64][dmin 64][pairs 64 each][scales 64 each][8 units of
 * 512]} bytes a superblock.
 *
 * <p>General registers: RDI weights, RSI tile, RDX output, RCX groups, R8 superblocks, R9 bytes
 * between tokens of the output; RAX activations of the superblock, RBX superblocks to go, R10
 * quants, R11 loop over units, R12 scales, R13 activations of the unit, R14 the panel. Vectors:
 * parts and sums of {@link Dots} first, then scratch as in {@link Registers}.
 */
final class SuperblockEmitter implements Family {
  private static final int PANEL_UNIT = 512;
  private static final int PANEL_PAIRS = 128;

  /** Numbers of the scratch registers. */
  private record Registers(
      int source, int high, int low, int shifted, int scale, int repeated, int magnitude) {
    static Registers of(Isa isa, boolean panel) {
      if (isa.wide()) {
        return new Registers(24, 25, 26, 27, 28, 24, 25);
      }
      return panel
          ? new Registers(15, 15, 12, 15, 13, 14, 15)
          : new Registers(8, 9, 10, 11, 12, 13, 14);
    }
  }

  private final Isa isa;
  private final SuperblockType type;

  SuperblockEmitter(Isa isa, SuperblockType type) {
    this.isa = isa;
    this.type = type;
  }

  @Override
  public DType type() {
    return type.type();
  }

  @Override
  public @Nullable Recoding recoding() {
    return type.isRecoded() ? new Recoding.ToCodebook(type()) : null;
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
    return (long) blocks(columns) * type.packedBytes();
  }

  @Override
  public int blocks(int columns) {
    return columns / SuperblockType.VALUES;
  }

  @Override
  public int maxPackedTokens() {
    return isa.wide() ? Tile.MAX_WIDTH : 4;
  }

  private static int maxPassTokens(Isa isa, boolean panel) {
    return isa.wide() ? Tile.MAX_WIDTH : panel ? 6 : 4;
  }

  @Override
  public int panelBlockBytes() {
    return panelScales() + scales() * 64 + SuperblockType.UNITS * PANEL_UNIT;
  }

  private int scales() {
    return 2 * type.pairs();
  }

  /** Whether sums of activations are multiplied with minimums or with the offset's share. */
  private boolean hasPairs() {
    return type.hasMins() || !type.signedAt(isa);
  }

  private int panelScales() {
    return PANEL_PAIRS + (hasPairs() ? type.pairs() * 64 : 0);
  }

  @Override
  public byte[] product(int width, Walk walk) {
    Asm a = new Asm();
    boolean panel = walk == Walk.TILES;
    Frame frame = Frame.enter(a, isa.windows(), 64 * width);
    Pass[] passes = passes(a, width, panel);
    a.mov(R14, RDI);
    Label next = a.here();
    a.vpxor(isa.vec(0), isa.vec(0), isa.vec(0));
    for (int i = 0; i < width * isa.halves(); i++) {
      a.vmovups(Mem.at(RSP, i * isa.width()), isa.vec(0));
    }
    a.mov(RAX, RSI);
    a.mov(RBX, R8);
    Label superblock = a.here();
    for (Pass p : passes) {
      p.emit();
    }
    a.add(RDI, panel ? panelBlockBytes() : type.packedBytes());
    a.add(RAX, SuperblockActivations.DWORDS * 4 * width);
    a.dec(RBX);
    a.jnz(superblock);
    for (int h = 0; h < isa.halves(); h++) {
      a.lea(R13, Mem.at(RDX, 32 * h));
      for (int t = 0; t < width; t++) {
        a.vmovups(isa.vec(0), Mem.at(RSP, (h * width + t) * isa.width()));
        a.vmovups(Mem.at(R13, 0), isa.vec(0));
        a.add(R13, R9);
      }
    }
    if (panel) {
      a.mov(RDI, R14);
      a.mov(RSI, RAX);
      a.lea(RDX, Mem.at(R13, -32 * (isa.halves() - 1)));
    } else {
      a.add(RDX, 64);
    }
    a.dec(RCX);
    a.jnz(next);
    frame.leave();
    return a.finish();
  }

  private Pass[] passes(Asm a, int width, boolean panel) {
    Tile[] tiles = Tile.passes(width, maxPassTokens(isa, panel));
    Unpacker unpacker = panel ? null : unpacker(a, Registers.of(isa, false));
    Pass[] passes = new Pass[tiles.length * isa.halves()];
    for (int i = 0; i < passes.length; i++) {
      passes[i] = new Pass(a, tiles[i % tiles.length], i / tiles.length, unpacker);
    }
    return passes;
  }

  private Unpacker unpacker(Asm a, Registers r) {
    Unpacker.Temps temps =
        new Unpacker.Temps(isa.vec(r.source), isa.vec(r.high), isa.vec(r.low), isa.vec(r.shifted));
    Vec[] constants = {isa.vec(29), isa.vec(30), isa.vec(31)};
    return new Unpacker(a, isa, type.unit(), type.mapAt(isa), temps, constants);
  }

  /** One superblock for some tokens and one half of the rows. */
  private final class Pass {
    private final Asm a;
    private final Tile tile;
    private final int half;
    private final @Nullable Unpacker unpacker;
    private final boolean panel;
    private final Registers r;
    private final Dots dots;
    private final Vec scale;

    Pass(Asm a, Tile tile, int half, @Nullable Unpacker unpacker) {
      this.a = a;
      this.tile = tile;
      this.half = half;
      this.unpacker = unpacker;
      panel = unpacker == null;
      r = Registers.of(isa, panel);
      dots =
          new Dots(a, isa, tile, type.maxWeight(isa), 0, isa.vec(r.repeated), isa.vec(r.magnitude));
      scale = isa.vec(r.scale);
    }

    void emit() {
      int unitBytes = panel ? PANEL_UNIT : type.unit().bytes();
      int quants = panel ? panelScales() + scales() * 64 : type.headerBytes();
      int pairsInLoop = Unit.VALUES / type.subBlock();
      a.lea(R10, Mem.at(RDI, quants));
      a.lea(R12, Mem.at(RDI, panel ? panelScales() : SuperblockType.SCALES));
      a.mov(R13, RAX);
      a.mov(R11, SuperblockType.UNITS / 2);
      dots.clear(true);
      Label units = a.here();
      unit(0, unitBytes);
      unit(1, unitBytes);
      a.add(R10, 2 * unitBytes);
      a.add(R12, pairsInLoop * (panel ? 128 : 32));
      a.add(R13, 2 * Unit.CHUNKS * tile.step());
      a.dec(R11);
      a.jnz(units);
      finish();
    }

    /** Unit u (0 or 1) of the loop's two. */
    private void unit(int u, int unitBytes) {
      int size = type.subBlock() / 4;
      int[] done = {0};
      Unpacker.Sink sink =
          (chunk, weights) -> {
            int position = done[0] % size;
            if (position == 0) {
              loadScale(u * Unit.VALUES / type.subBlock() + done[0] / size);
              if (isa.hasDots()) {
                dots.clear(false);
              }
            }
            dots.chunk(weights, tile.dword(R13, u * Unit.CHUNKS + chunk), position, size, scale);
            if (position == size - 1) {
              dots.scale(scale);
            }
            done[0]++;
          };
      Unpacker packed = unpacker;
      if (packed != null) {
        if (half == 0 && tile.first() == 0) {
          packed.prefetch(R10, u * unitBytes, tile.width());
        }
        packed.unit(R10, u * unitBytes, half, sink);
      } else {
        for (int c = 0; c < Unit.CHUNKS; c++) {
          Vec w = isa.vec(r.low);
          a.vmovups(w, Mem.at(R10, u * unitBytes + 64 * c + 32 * half));
          sink.chunk(c, w);
        }
      }
    }

    /** Loads the scale of sub-block s of the loop's two units. */
    private void loadScale(int s) {
      if (panel) {
        a.vmovups(scale, Mem.at(R12, 64 * s + 32 * half));
      } else {
        loadPair(a, scale, R12, 32 * (s / 2) + 16 * half);
        splitPair(a, scale, scale, s % 2);
      }
    }

    /** From integer sums to the accumulators in the frame. */
    private void finish() {
      Vec x = isa.vec(r.low);
      Vec y = isa.vec(r.scale);
      Vec repeated = isa.vec(r.repeated);
      if (hasPairs()) {
        dots.clear(false);
        for (int p = 0; p < type.pairs(); p++) {
          if (panel) {
            a.vmovups(x, Mem.at(RDI, PANEL_PAIRS + 64 * p + 32 * half));
          } else {
            loadPairOfMins(a, x, RDI, p, half);
          }
          Mem sums = tile.dword(RAX, SuperblockActivations.sums(type.subBlock(), p));
          for (int t = 0; t < tile.count(); t++) {
            if (isa.wide()) {
              a.vpdpwssd(dots.part(t), x, tile.token(sums, t).repeated());
            } else {
              a.vpbroadcastd(repeated, tile.token(sums, t));
              isa.dotWords(a, dots.part(t), x, repeated, repeated);
            }
          }
        }
      }
      if (panel) {
        a.vmovups(x, Mem.at(RDI, 32 * half));
        if (type.hasMins()) {
          a.vmovups(y, Mem.at(RDI, 64 + 32 * half));
        }
      } else {
        loadFactor(a, x, half);
        if (type.hasMins()) {
          a.vcvtph2ps(y, Mem.at(RDI, 32 + 16 * half));
        }
      }
      Mem scales = tile.dword(RAX, SuperblockActivations.SCALE);
      for (int t = 0; t < tile.count(); t++) {
        Vec v = dots.sum(t);
        Vec m = dots.part(t);
        if (hasPairs() && !type.hasMins()) {
          a.vpsubd(v, v, m);
        }
        a.vcvtdq2ps(v, v);
        a.vmulps(v, v, x);
        if (type.hasMins()) {
          a.vcvtdq2ps(m, m);
          a.vfnmadd231ps(v, m, y);
        }
        int slot = half * tile.width() + tile.first() + t;
        a.vbroadcastss(repeated, tile.token(scales, t));
        a.vfmadd213ps(v, repeated, Mem.at(RSP, slot * isa.width()));
        a.vmovups(Mem.at(RSP, slot * isa.width()), v);
      }
    }
  }

  /** Loads the common factors of packed weights. */
  private void loadFactor(Asm a, Vec dst, int half) {
    a.vcvtph2ps(dst, Mem.at(RDI, 16 * half));
    if (type.unitValue() != 1) {
      a.vmulps(dst, dst, isa.repeat(a, Float.floatToRawIntBits(type.unitValue())));
    }
  }

  /** Loads the scales of two sub-blocks of packed weights as words. */
  private void loadPair(Asm a, Vec dst, Gpr base, int disp) {
    if (type.signedScales()) {
      a.vpmovsxbw(dst, Mem.at(base, disp));
    } else {
      a.vpmovzxbw(dst, Mem.at(base, disp));
      if (type.mins() == Mins.HIGH_NIBBLES) {
        a.vpand(dst, dst, isa.repeat(a, 0x000F000F));
      }
    }
  }

  /** One scale of a pair in the form that {@link Dots} multiplies by. */
  private void splitPair(Asm a, Vec dst, Vec pair, int which) {
    if (!isa.hasDots()) {
      int control = which == 0 ? 0x01000100 : 0x03020302;
      a.vpshufb(
          dst,
          pair,
          isa.constant(
              a, control, control + 0x04040404, control + 0x08080808, control + 0x0C0C0C0C));
    } else if (which == 0) {
      a.vpslld(dst, pair, 16);
      a.vpsrad(dst, dst, 16);
    } else {
      a.vpsrad(dst, pair, 16);
    }
  }

  /** Loads pair p of the words that sums of activations are multiplied with. */
  private void loadPairOfMins(Asm a, Vec dst, Gpr header, int p, int half) {
    int at = 32 * p + 16 * half;
    switch (type.mins()) {
      case BYTES -> a.vpmovzxbw(dst, Mem.at(header, type.minsOffset() + at));
      case HIGH_NIBBLES -> {
        a.vpmovzxbw(dst, Mem.at(header, SuperblockType.SCALES + at));
        a.vpsrlw(dst, dst, 4);
      }
      case NONE -> {
        a.vpmovsxbw(dst, Mem.at(header, SuperblockType.SCALES + at));
        a.vpsllw(dst, dst, type.offsetShift());
      }
    }
  }

  @Override
  public byte[] pack() {
    return new SuperblockPacker(isa, type).pack();
  }

  @Override
  public byte[] expand() {
    Asm a = new Asm();
    Frame frame = Frame.enter(a, isa.windows(), 0);
    Registers r = Registers.of(isa, false);
    Unpacker unpacker = unpacker(a, r);
    Vec x = isa.vec(r.scale);
    Vec y = isa.vec(r.low);
    Label superblock = a.here();
    for (int half = 0; half < isa.halves(); half++) {
      loadFactor(a, x, half);
      a.vmovups(Mem.at(RSI, 32 * half), x);
      if (type.hasMins()) {
        a.vcvtph2ps(x, Mem.at(RDI, 32 + 16 * half));
        a.vmovups(Mem.at(RSI, 64 + 32 * half), x);
      }
      for (int p = 0; p < type.pairs(); p++) {
        if (hasPairs()) {
          loadPairOfMins(a, x, RDI, p, half);
          a.vmovups(Mem.at(RSI, PANEL_PAIRS + 64 * p + 32 * half), x);
        }
        loadPair(a, x, RDI, SuperblockType.SCALES + 32 * p + 16 * half);
        for (int which = 0; which < 2; which++) {
          splitPair(a, y, x, which);
          a.vmovups(Mem.at(RSI, panelScales() + 64 * (2 * p + which) + 32 * half), y);
        }
      }
      a.lea(R10, Mem.at(RDI, type.headerBytes()));
      a.lea(R13, Mem.at(RSI, panelScales() + scales() * 64));
      a.mov(R11, SuperblockType.UNITS);
      Label units = a.here();
      int at = 32 * half;
      if (half == 0) {
        unpacker.prefetch(R10, 0, Tile.MAX_WIDTH);
      }
      unpacker.unit(R10, 0, half, (c, w) -> a.vmovups(Mem.at(R13, 64 * c + at), w));
      a.add(R10, type.unit().bytes());
      a.add(R13, PANEL_UNIT);
      a.dec(R11);
      a.jnz(units);
    }
    a.add(RDI, type.packedBytes());
    a.add(RSI, panelBlockBytes());
    a.dec(RDX);
    a.jnz(superblock);
    frame.leave();
    return a.finish();
  }
}
