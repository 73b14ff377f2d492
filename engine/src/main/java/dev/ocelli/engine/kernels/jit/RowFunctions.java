package dev.ocelli.engine.kernels.jit;

import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/**
 * Operations on rows of float32 values as machine code: {@link RowEmitter}'s functions behind
 * checks. Numbers of values are multiples of {@link #STEP}.
 */
public final class RowFunctions {
  /** Values of a step, and partial sums of a sum. */
  public static final int STEP = RowEmitter.STEP;

  private static final int SUM = 0;
  private static final int SQUARES = 1;
  private static final int SCALE = 2;
  private static final int AFFINE = 3;
  private static final int ROPE = 4;
  private static final int ADD = 5;
  private static final int ADD_SCALED = 6;
  private static final int SWIGLU = 7;
  private static final int GELU_TANH = 8;
  private static final int GELU_ERF = 9;

  private final CodeTable codes;

  RowFunctions(Machine machine, Isa isa, RowConstants constants) {
    codes = new CodeTable(machine, GELU_ERF + 1, i -> emit(new RowEmitter(isa), i, constants));
  }

  private static byte[] emit(RowEmitter e, int function, RowConstants c) {
    return switch (function) {
      case SUM -> e.sum();
      case SQUARES -> e.squares();
      case SCALE -> e.scale();
      case AFFINE -> e.affine();
      case ROPE -> e.rope();
      case ADD -> e.add();
      case ADD_SCALED -> e.addScaled();
      case SWIGLU -> e.swiglu(c);
      case GELU_TANH -> e.geluTanh(c);
      case GELU_ERF -> e.geluErf(c);
      default -> throw new IllegalArgumentException("function " + function);
    };
  }

  /** What one thread needs beside rows: partial sums and factors. */
  public static final class Scratch {
    private final MemorySegment memory = Arena.ofAuto().allocate(4L * STEP + 64, 64);

    private long factor(float first, float second) {
      memory.set(ValueLayout.JAVA_FLOAT, 4L * STEP, first);
      memory.set(ValueLayout.JAVA_FLOAT, 4L * STEP + 4, second);
      return memory.address() + 4L * STEP;
    }

    private void copySums(float[] sums) {
      MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, 0, sums, 0, STEP);
    }
  }

  private static long address(Floats x, int row, int column, int values) {
    long offset = x.offset(row) + 4L * column;
    if (row < 0 || column < 0 || column + values > x.columns()) {
      throw new IndexOutOfBoundsException(
          "row %d, columns %d to %d of [%d, %d]"
              .formatted(row, column, column + values, x.rows(), x.columns()));
    }
    Memory.check(x.segment(), offset + 4L * values);
    return x.segment().address() + offset;
  }

  private void call(int function, long a, long b, long c, long d, int values, long e) {
    if (values <= 0 || values % STEP != 0) {
      throw new IllegalArgumentException(values + " values are no multiple of " + STEP);
    }
    codes.get(function).call(a, b, c, d, values / STEP, e);
  }

  /** 16 partial sums of values of a row. */
  public void sum(Floats x, int row, int values, Scratch s, float[] sums) {
    call(SUM, address(x, row, 0, values), s.memory.address(), 0, 0, values, 0);
    s.copySums(sums);
    Reference.reachabilityFence(x);
  }

  /** 16 partial sums of squares of differences from a mean. */
  public void squares(
      Floats x, int row, int column, int values, float mean, Scratch s, float[] sums) {
    long at = address(x, row, column, values);
    call(SQUARES, at, s.memory.address(), s.factor(mean, 0), 0, values, 0);
    s.copySums(sums);
    Reference.reachabilityFence(x);
  }

  /** {@code out = x * factor * weight} for {@code weight.columns()} values from a column on. */
  public void scale(
      Floats x, int row, int column, Floats weight, float factor, Floats out, Scratch s) {
    int n = weight.columns();
    call(
        SCALE,
        address(x, row, column, n),
        address(weight, 0, 0, n),
        address(out, row, column, n),
        s.factor(factor, 0),
        n,
        0);
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(weight);
    Reference.reachabilityFence(out);
  }

  /** {@code out = (x - mean) * factor * weight + bias}. */
  public void affine(
      Floats x,
      int row,
      Floats weight,
      Floats bias,
      float mean,
      float factor,
      Floats out,
      Scratch s) {
    int n = x.columns();
    call(
        AFFINE,
        address(x, row, 0, n),
        address(weight, 0, 0, n),
        address(out, row, 0, n),
        s.factor(mean, factor),
        n,
        address(bias, 0, 0, n));
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(weight);
    Reference.reachabilityFence(bias);
    Reference.reachabilityFence(out);
  }

  /** Rotates {@code 2 * cos.columns()} values from a column on, in place. */
  public void rope(Floats x, int row, int column, Floats cos, Floats sin) {
    int half = cos.columns();
    call(
        ROPE,
        address(x, row, column, half),
        address(x, row, column + half, half),
        address(cos, row, 0, half),
        address(sin, row, 0, half),
        half,
        0);
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(cos);
    Reference.reachabilityFence(sin);
  }

  /** {@code x[row] += y[yRow]}. */
  public void add(Floats x, int row, Floats y, int yRow) {
    int n = x.columns();
    call(ADD, address(x, row, 0, n), address(y, yRow, 0, n), 0, 0, n, 0);
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(y);
  }

  /** {@code x[row] = fma(factor, y[yRow], x[row])}. */
  public void addScaled(Floats x, int row, float factor, Floats y, int yRow, Scratch s) {
    int n = x.columns();
    call(ADD_SCALED, address(x, row, 0, n), address(y, yRow, 0, n), s.factor(factor, 0), 0, n, 0);
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(y);
  }

  /** {@code out = silu(gateUp[0 to n]) * gateUp[n to 2 n]} with {@code n = out.columns()}. */
  public void swiglu(Floats gateUp, int row, Floats out) {
    int n = out.columns();
    call(
        SWIGLU,
        address(gateUp, row, 0, n),
        address(gateUp, row, n, n),
        address(out, row, 0, n),
        0,
        n,
        0);
    Reference.reachabilityFence(gateUp);
    Reference.reachabilityFence(out);
  }

  /** GELU with tanh, in place. */
  public void geluTanh(Floats x, int row) {
    call(GELU_TANH, address(x, row, 0, x.columns()), 0, 0, 0, x.columns(), 0);
    Reference.reachabilityFence(x);
  }

  /** GELU with erf, in place. */
  public void geluErf(Floats x, int row) {
    call(GELU_ERF, address(x, row, 0, x.columns()), 0, 0, 0, x.columns(), 0);
    Reference.reachabilityFence(x);
  }
}
