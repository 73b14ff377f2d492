package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;
import static dev.ocelli.engine.kernels.jit.Vec.ymm;
import static dev.ocelli.engine.kernels.jit.Vec.zmm;

import dev.ocelli.engine.tensor.DType;

/**
 * Emits the kernels that multiply bfloat16 with {@code vdpbf16ps}: twice the rate of float32.
 * Weights of F32 and F16 are rounded to nearest even when they are packed, activations when they
 * are encoded; sums are float32.
 *
 * <p>Arithmetic, for row r and token t, pairs of columns in ascending order: {@code acc = acc +
 * w[2k+1] x[2k+1]}, then {@code acc = acc + w[2k] x[2k]}, subnormals counting as zero, acc starting
 * at +0. The order does not depend on the width of the tile.
 *
 * <p>Packed: groups of 32 rows, {@code [pair of columns][row]}, the even column in the low half of
 * each dword. An even number of columns is needed.
 *
 * <p>General registers as in {@link FloatEmitter}, but RDI moves and R10 is the group; vectors: 24
 * accumulators, then weights.
 */
final class BfloatEmitter implements Family {
  private static final int ROWS = 32;
  private static final int VECTORS = 2;
  private static final int PAIR_BYTES = 4 * ROWS;
  private static final int UNROLL = 2;

  /** Pairs that lie ahead of the ones being computed by this many bytes are prefetched. */
  private static final int PREFETCH_DISTANCE = 4096;

  private static final int PREFETCH_TOKENS = 4;

  private final Isa isa;
  private final DType type;

  BfloatEmitter(Isa isa, DType type) {
    this.isa = isa;
    this.type = type;
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  public String name() {
    return type + "/" + isa.level().label() + "+bf16";
  }

  @Override
  public int rowGroup() {
    return ROWS;
  }

  @Override
  public long groupBytes(int columns) {
    return (long) PAIR_BYTES * blocks(columns);
  }

  @Override
  public long setBytes() {
    return 4L * Isa.ROWS;
  }

  @Override
  public int blocks(int columns) {
    if (columns % 2 != 0) {
      throw new IllegalArgumentException(columns + " columns are no pairs");
    }
    return columns / 2;
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
    a.mov(R10, RDI);
    Label next = a.here();
    Label rest = new Label();
    Label done = new Label();
    a.mov(RAX, RSI);
    for (int i = 0; i < width * VECTORS; i++) {
      a.vpxor(zmm(i), zmm(i), zmm(i));
    }
    a.mov(RBX, R8);
    a.shr(RBX, 1);
    a.test(RBX, RBX);
    a.jz(rest);
    pairs(a, width, UNROLL);
    a.bind(rest);
    a.mov(RBX, R8);
    a.and(RBX, UNROLL - 1);
    a.jz(done);
    pairs(a, width, 1);
    a.bind(done);
    a.mov(R13, RDX);
    for (int t = 0; t < width; t++) {
      for (int v = 0; v < VECTORS; v++) {
        a.vmovups(Mem.at(R13, 64 * v), accumulator(t, v));
      }
      a.add(R13, R9);
    }
    if (walk == Walk.TILES) {
      a.mov(RDI, R10);
      a.mov(RSI, RAX);
      a.mov(RDX, R13);
    } else {
      a.add(RDX, 4 * ROWS);
    }
    a.dec(RCX);
    a.jnz(next);
    frame.leave();
    return a.finish();
  }

  private static Vec accumulator(int t, int v) {
    return zmm(t * VECTORS + v);
  }

  /** A loop over RBX times so many pairs. */
  private static void pairs(Asm a, int width, int unrolled) {
    Label loop = a.here();
    int free = width * VECTORS;
    for (int k = 0; k < unrolled; k++) {
      for (int v = 0; v < VECTORS; v++) {
        a.vmovups(zmm(free + v), Mem.at(RDI, k * PAIR_BYTES + 64 * v));
        if (width >= PREFETCH_TOKENS) {
          a.prefetcht0(Mem.at(RDI, PREFETCH_DISTANCE + k * PAIR_BYTES + 64 * v));
        }
      }
      for (int t = 0; t < width; t++) {
        Mem x = Mem.at(RAX, 4 * (k * width + t));
        for (int v = 0; v < VECTORS; v++) {
          a.vdpbf16ps(accumulator(t, v), zmm(free + v), x.repeated());
        }
      }
    }
    a.add(RDI, unrolled * PAIR_BYTES);
    a.add(RAX, unrolled * 4 * width);
    a.dec(RBX);
    a.jnz(loop);
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
    Rows rows = new Rows(a, isa, 0);
    Label loop = a.here();
    Vec even = rows.gather(0, 0);
    switch (type) {
      case BF16 -> rows.store(0, even);
      case F16 -> {
        a.vpsrld(zmm(1), even, 16);
        a.vpmovdw(ymm(2), even);
        a.vpmovdw(ymm(3), zmm(1));
        a.vcvtph2ps(zmm(0), ymm(2));
        a.vcvtph2ps(zmm(1), ymm(3));
        rows.store(0, join(a));
      }
      case F32 -> {
        rows.gather(1, 4);
        rows.store(0, join(a));
      }
      default -> throw new IllegalStateException(type.name());
    }
    a.add(RDI, 2 * type.blockBytes());
    a.add(RDX, PAIR_BYTES);
    a.dec(RCX);
    a.jnz(loop);
    frame.leave();
    return a.finish();
  }

  /** Rounds registers 0 (even columns) and 1 (odd columns) and puts them side by side. */
  private static Vec join(Asm a) {
    a.vcvtneps2bf16(ymm(2), zmm(0));
    a.vcvtneps2bf16(ymm(3), zmm(1));
    a.vpmovzxwd(zmm(0), ymm(2));
    a.vpmovzxwd(zmm(1), ymm(3));
    a.vpslld(zmm(1), zmm(1), 16);
    a.vpor(zmm(0), zmm(0), zmm(1));
    return zmm(0);
  }
}
