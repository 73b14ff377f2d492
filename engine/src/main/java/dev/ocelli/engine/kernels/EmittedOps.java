package dev.ocelli.engine.kernels;

import dev.ocelli.engine.kernels.jit.RowConstants;
import dev.ocelli.engine.kernels.jit.RowFunctions;
import dev.ocelli.engine.tensor.Floats;

/**
 * {@link RowOps} as machine code: fast from the first row on, which vectors in Java are only when
 * they have been compiled. Rows must have a multiple of 16 values.
 */
final class EmittedOps extends RowOps {
  /** What {@link ScalarMath} computes with. */
  static final RowConstants CONSTANTS =
      new RowConstants(
          ScalarMath.LOG2_E,
          ScalarMath.LN2_HIGH,
          ScalarMath.LN2_LOW,
          ScalarMath.ROUNDER,
          new float[] {ScalarMath.E4, ScalarMath.E3, ScalarMath.E2, ScalarMath.E1, ScalarMath.E0},
          0.5f * ScalarMath.SQRT_HALF,
          new float[] {
            ScalarMath.C10,
            ScalarMath.C9,
            ScalarMath.C8,
            ScalarMath.C7,
            ScalarMath.C6,
            ScalarMath.C5,
            ScalarMath.C4,
            ScalarMath.C3,
            ScalarMath.C2,
            ScalarMath.C1,
            ScalarMath.C0
          },
          ScalarMath.GELU_X,
          ScalarMath.GELU_X3);

  private final RowFunctions functions;
  private final RowFunctions.Scratch scratch = new RowFunctions.Scratch();

  EmittedOps(RowFunctions functions) {
    this.functions = functions;
  }

  /** Whether rows of so many values can be computed. */
  static boolean fits(int values) {
    return values > 0 && values % RowFunctions.STEP == 0;
  }

  @Override
  void rmsNorm(Floats x, int row, Floats weight, float eps, Floats out) {
    int n = x.columns();
    functions.squares(x, row, 0, n, 0, scratch, partial);
    functions.scale(x, row, 0, weight, normFactor(sumOfPartial(), n, eps), out, scratch);
  }

  @Override
  void rmsNormHead(Floats x, int row, int column, Floats weight, float eps) {
    int n = weight.columns();
    functions.squares(x, row, column, n, 0, scratch, partial);
    functions.scale(x, row, column, weight, normFactor(sumOfPartial(), n, eps), x, scratch);
  }

  @Override
  void layerNorm(Floats x, int row, Floats weight, Floats bias, float eps, Floats out) {
    int n = x.columns();
    functions.sum(x, row, n, scratch, partial);
    float mean = sumOfPartial() / n;
    functions.squares(x, row, 0, n, mean, scratch, partial);
    float factor = normFactor(sumOfPartial(), n, eps);
    functions.affine(x, row, weight, bias, mean, factor, out, scratch);
  }

  @Override
  void rope(Floats x, int row, int column, Floats cos, Floats sin) {
    functions.rope(x, row, column, cos, sin);
  }

  @Override
  void swiglu(Floats gateUp, int row, Floats out) {
    functions.swiglu(gateUp, row, out);
  }

  @Override
  void geluTanh(Floats x, int row) {
    functions.geluTanh(x, row);
  }

  @Override
  void geluErf(Floats x, int row) {
    functions.geluErf(x, row);
  }

  @Override
  void add(Floats x, int row, Floats y, int yRow) {
    functions.add(x, row, y, yRow);
  }

  @Override
  void addScaled(Floats x, int row, float factor, Floats y, int yRow) {
    functions.addScaled(x, row, factor, y, yRow, scratch);
  }
}
