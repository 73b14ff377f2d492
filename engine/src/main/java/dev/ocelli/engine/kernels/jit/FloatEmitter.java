package dev.ocelli.engine.kernels.jit;

import static dev.ocelli.engine.kernels.jit.Gpr.*;

import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Emits the kernels for weights of F32, F16 and BF16.
 *
 * <p>Packed: groups of 32 rows, {@code [column][row]} in the type of the file.
 */
final class FloatEmitter extends FloatProduct {
  private final int valueBytes;

  FloatEmitter(Isa isa, DType type) {
    super(isa, type);
    valueBytes = type.blockBytes();
  }

  @Override
  public long groupBytes(int columns) {
    return (long) weightBytes(1) * columns;
  }

  @Override
  public long setBytes() {
    return (long) Isa.ROWS * valueBytes;
  }

  @Override
  public int panelBlockBytes() {
    return 0;
  }

  @Override
  public byte[] expand() {
    throw new IllegalStateException("floating-point weights need no panel");
  }

  @Override
  int weightBytes(int columns) {
    return columns * ROWS * valueBytes;
  }

  @Override
  void beginGroup(Asm a) {}

  @Override
  void endGroup(Asm a) {
    a.mov(RDI, R10);
  }

  @Override
  void columns(Asm a, Columns loop) {
    Label rest = new Label();
    Label done = new Label();
    a.mov(RBX, R8);
    a.shr(RBX, 2);
    a.test(RBX, RBX);
    a.jz(rest);
    loop.emit(UNROLL);
    a.bind(rest);
    a.mov(RBX, R8);
    a.and(RBX, UNROLL - 1);
    a.jz(done);
    loop.emit(1);
    a.bind(done);
  }

  @Override
  void load(Asm a, Vec dst, int column, int vector) {
    Mem from = Mem.at(R10, weightBytes(column) + vector * isa().lanes() * valueBytes);
    switch (type()) {
      case F32 -> a.vmovups(dst, from);
      case F16 -> a.vcvtph2ps(dst, from);
      case BF16 -> {
        a.vpmovzxwd(dst, from);
        a.vpslld(dst, dst, 16);
      }
      default -> throw new IllegalStateException(type().name());
    }
  }

  @Override
  public byte[] pack() {
    Asm a = new Asm();
    Frame frame = Frame.enter(a, isa().windows(), 0);
    Rows.sweep(a);
    Label done = new Label();
    if (valueBytes == 2) {
      a.shr(RCX, 1);
      a.test(RCX, RCX);
      a.jz(done);
    }
    Label loop = a.here();
    for (int half = 0; half < isa().halves(); half++) {
      Rows rows = new Rows(a, isa(), half);
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
