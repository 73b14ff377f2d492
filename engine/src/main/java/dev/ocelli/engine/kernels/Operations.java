package dev.ocelli.engine.kernels;

import java.util.function.ToDoubleFunction;

/**
 * Additions and multiplications of products, by what is multiplied: two for each multiply-add.
 *
 * @param int8 in {@link Arithmetic#INT8}
 * @param bfloat16 in {@link Arithmetic#BFLOAT16}
 * @param float32 in {@link Arithmetic#FLOAT32}
 */
public record Operations(long int8, long bfloat16, long float32) {
  public static final Operations NONE = new Operations(0, 0, 0);

  /** So many multiply-adds. */
  public static Operations of(Arithmetic arithmetic, long multiplyAdds) {
    long n = 2 * multiplyAdds;
    return switch (arithmetic) {
      case INT8 -> new Operations(n, 0, 0);
      case BFLOAT16 -> new Operations(0, n, 0);
      case FLOAT32 -> new Operations(0, 0, n);
    };
  }

  /** Those of a matrix multiplied with so many rows. */
  public static Operations of(Matrix w, long rows) {
    return of(w.kernel().activations().arithmetic(), rows * w.rows() * w.columns());
  }

  public Operations plus(Operations other) {
    return new Operations(int8 + other.int8, bfloat16 + other.bfloat16, float32 + other.float32);
  }

  public long total() {
    return int8 + bfloat16 + float32;
  }

  /**
   * Operations a second of this mixture when each kind is done at its own rate, in the unit of the
   * rates; NaN when there are none or a rate is NaN.
   *
   * @param rates asked for the kinds that occur
   */
  public double rate(ToDoubleFunction<Arithmetic> rates) {
    double time = 0;
    for (Arithmetic a : Arithmetic.values()) {
      long n = count(a);
      time += n == 0 ? 0 : n / rates.applyAsDouble(a);
    }
    return total() / time;
  }

  private long count(Arithmetic arithmetic) {
    return switch (arithmetic) {
      case INT8 -> int8;
      case BFLOAT16 -> bfloat16;
      case FLOAT32 -> float32;
    };
  }
}
