package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Emits the kernels for FP8 weights (E4M3) with factors of blocks.
 *
 * <p>A weight is the value of its byte times its factor, rounded to float32 once, as transformers
 * de-quantizes it; so products are those of {@link FloatEmitter} with the de-quantized matrix, bit
 * for bit. A byte is shifted to where a half-precision number has sign, exponent and mantissa,
 * which makes the value (subnormal ones too) too small by the difference of the exponents' biases,
 * 2^8; packed factors are too large by as much. NaN bytes would become 480 and are not packed.
 *
 * <p>Packed: groups of 32 rows; a group is bytes {@code [4 columns][vector of rows][column][row of
 * the vector]}, the last columns padded with zeros, then factors {@code [block of columns][row]} in
 * float32. Rows have factors of their own, so that blocks may have any number of rows.
 *
 * <p>A panel is the group's weights in float32, as {@link FloatEmitter} packs them, which computes
 * with it.
 *
 * <p>General registers as in {@link FloatProduct}; R12 the group's factors, R14 the block's, R15
 * fours of columns to go.
 */
final class E4m3Emitter extends FloatProduct {
  /** Columns that may share a packed factor. */
  static final int[] SCALE_COLUMNS = {128, 64, 32, 16};

  /** Makes up for the exponents' biases, 127 of float32 and 7 of E4M3. */
  private static final float BIAS = 0x1p120f;

  private static final int QUAD_BYTES = UNROLL * ROWS;
  private static final int BLOCK_BYTES = 4 * ROWS;

  private final int scaleColumns;
  private final FloatEmitter panel;

  /** For factors of so many columns each, one of {@link #SCALE_COLUMNS}. */
  E4m3Emitter(Isa isa, int scaleColumns) {
    super(isa, DType.F8_E4M3);
    this.scaleColumns = scaleColumns;
    panel = new FloatEmitter(isa, DType.F32);
  }

  /**
   * The most columns of a matrix that can share a packed factor; 0 when blocks are too narrow or
   * factors too large to be packed.
   */
  static int scaleColumns(BlockScales scales, int columns) {
    for (float f : scales.factors()) {
      if (Float.isInfinite(f * BIAS)) {
        return 0;
      }
    }
    return Arrays.stream(SCALE_COLUMNS)
        .filter(n -> scales.blockColumns() >= columns || scales.blockColumns() % n == 0)
        .findFirst()
        .orElse(0);
  }

  private static long weightsBytes(int columns) {
    return (long) QUAD_BYTES * Math.ceilDiv(columns, UNROLL);
  }

  @Override
  public long groupBytes(int columns) {
    return weightsBytes(columns) + (long) BLOCK_BYTES * Math.ceilDiv(columns, scaleColumns);
  }

  @Override
  public long setBytes() {
    return (long) UNROLL * Isa.ROWS;
  }

  @Override
  public int panelBlockBytes() {
    return panel.weightBytes(1);
  }

  @Override
  public byte[] product(int width, Walk walk) {
    return walk == Walk.TILES ? panel.product(width, walk) : super.product(width, walk);
  }

  @Override
  public byte[] expand() {
    Asm a = new Asm();
    Frame frame = Frame.enter(a, isa().windows(), 0);
    a.mov(R8, RDX);
    beginGroup(a);
    a.mov(R10, RDI);
    columns(a, unrolled -> expandColumns(a, unrolled));
    frame.leave();
    return a.finish();
  }

  private void expandColumns(Asm a, int unrolled) {
    Label next = a.here();
    for (int k = 0; k < unrolled; k++) {
      for (int v = 0; v < ROWS / isa().lanes(); v++) {
        load(a, isa().vec(v), k, v);
        a.vmovups(Mem.at(RSI, panel.weightBytes(k) + v * isa().width()), isa().vec(v));
      }
    }
    a.add(R10, weightBytes(unrolled));
    a.add(RSI, panel.weightBytes(unrolled));
    a.dec(RBX);
    a.jnz(next);
  }

  /** Single columns lie in the last four. */
  @Override
  int weightBytes(int columns) {
    return columns == UNROLL ? QUAD_BYTES : columns * isa().lanes();
  }

  @Override
  void beginGroup(Asm a) {
    a.mov(R12, R8);
    a.add(R12, UNROLL - 1);
    a.shr(R12, 2);
    a.shl(R12, 7);
    a.add(R12, RDI);
  }

  @Override
  void endGroup(Asm a) {
    a.mov(RDI, R8);
    a.add(RDI, scaleColumns - 1);
    a.shr(RDI, Integer.numberOfTrailingZeros(scaleColumns));
    a.shl(RDI, 7);
    a.add(RDI, R12);
  }

  @Override
  void columns(Asm a, Columns loop) {
    int quads = scaleColumns / UNROLL;
    Label last = new Label();
    Label rest = new Label();
    Label done = new Label();
    a.vmovups(mask(), isa().repeat(a, 0x87F00000));
    a.mov(R14, R12);
    a.mov(R15, R8);
    a.shr(R15, 2);
    Label block = a.here();
    a.cmp(R15, quads);
    a.jl(last);
    a.mov(RBX, quads);
    loop.emit(UNROLL);
    a.add(R14, BLOCK_BYTES);
    a.sub(R15, quads);
    a.jmp(block);
    a.bind(last);
    a.test(R15, R15);
    a.jz(rest);
    a.mov(RBX, R15);
    loop.emit(UNROLL);
    a.bind(rest);
    a.mov(RBX, R8);
    a.and(RBX, UNROLL - 1);
    a.jz(done);
    loop.emit(1);
    a.bind(done);
  }

  /** The sign, four bits of the exponent and three of the mantissa. */
  private Vec mask() {
    return isa().vec(isa().wide() ? 31 : 15);
  }

  @Override
  void load(Asm a, Vec dst, int column, int vector) {
    int lanes = isa().lanes();
    a.vpmovsxbd(dst, Mem.at(R10, lanes * (UNROLL * vector + column)));
    a.vpslld(dst, dst, 20);
    a.vpand(dst, dst, mask());
    a.vmulps(dst, dst, Mem.at(R14, vector * isa().width()));
  }

  /** Four columns of a row are a dword; four rows of them are transposed, then moved together. */
  @Override
  public byte[] pack() {
    Asm a = new Asm();
    Frame frame = Frame.enter(a, isa().windows(), 0);
    Rows.sweep(a);
    Label done = new Label();
    a.shr(RCX, 2);
    a.test(RCX, RCX);
    a.jz(done);
    Label loop = a.here();
    for (int half = 0; half < isa().halves(); half++) {
      Rows rows = new Rows(a, isa(), half);
      Vec v = rows.gather(0, 0);
      a.vpshufb(v, v, isa().constant(a, 0x0C080400, 0x0D090501, 0x0E0A0602, 0x0F0B0703));
      Vec order = rows.vec(1);
      a.vmovups(order, isa().constant(a, columnOrder()));
      a.vpermd(v, order, v);
      rows.store(0, v);
    }
    a.add(RDI, UNROLL);
    a.add(RDX, QUAD_BYTES);
    a.dec(RCX);
    a.jnz(loop);
    a.bind(done);
    frame.leave();
    return a.finish();
  }

  /** Dword c of each 16 bytes has four rows of column c. */
  private int[] columnOrder() {
    int fours = isa().lanes() / 4;
    int[] order = new int[isa().lanes()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i % fours * 4 + i / fours;
    }
    return order;
  }

  /** The last columns when they are no four. */
  @Override
  public void packRest(
      MemorySegment source, long firstRow, long[] rows, MemorySegment target, int columns) {
    int rest = columns % UNROLL;
    if (rest == 0) {
      return;
    }
    int lanes = isa().lanes();
    long quad = (long) QUAD_BYTES * (columns / UNROLL);
    for (int r = 0; r < ROWS; r++) {
      for (int c = 0; c < UNROLL; c++) {
        long from = firstRow + rows[r] + columns - rest + c;
        byte v = c < rest ? source.get(ValueLayout.JAVA_BYTE, from) : 0;
        long to = quad + (long) lanes * (UNROLL * (r / lanes) + c) + r % lanes;
        target.set(ValueLayout.JAVA_BYTE, to, v);
      }
    }
  }

  @Override
  public void packScales(BlockScales scales, int[] rows, MemorySegment group, int columns) {
    long at = weightsBytes(columns);
    for (int c = 0; c < columns; c += scaleColumns) {
      for (int row : rows) {
        group.set(ValueLayout.JAVA_FLOAT, at, BIAS * scales.at(row, c));
        at += 4;
      }
    }
  }
}
