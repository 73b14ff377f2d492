package dev.ocelli.media.jp2;

import java.io.IOException;

/**
 * How coefficients of a component were rounded (segments QCD and QCC).
 *
 * @param guard bits above those that the exponents announce
 * @param derived whether there is one step for all bands
 * @param exponents of the steps, by band
 * @param mantissas of the steps, in parts of 2048
 */
record Quantization(int guard, boolean derived, int[] exponents, int[] mantissas) {
  private static final int NONE = 0;
  private static final int DERIVED = 1;
  private static final int EXPOUNDED = 2;

  static Quantization read(Input in) throws IOException {
    int style = in.u8();
    int kind = style & 0x1F;
    if (kind != NONE && kind != DERIVED && kind != EXPOUNDED) {
      throw new IOException("the quantization is of an unknown kind");
    }
    int bands = kind == NONE ? in.left() : kind == DERIVED ? 1 : in.left() / 2;
    int[] exponents = new int[bands];
    int[] mantissas = new int[bands];
    for (int b = 0; b < bands; b++) {
      int step = kind == NONE ? in.u8() << 8 : in.u16();
      exponents[b] = step >> 11;
      mantissas[b] = step & 0x7FF;
    }
    return new Quantization(style >> 5, kind == DERIVED, exponents, mantissas);
  }

  /**
   * The exponent of a band.
   *
   * @param band 0 for the coarsest, then three a resolution
   */
  int exponent(int band) throws IOException {
    if (derived) {
      return Math.max(0, first(exponents) - (band == 0 ? 0 : (band - 1) / 3));
    }
    if (band >= exponents.length) {
      throw new IOException("the quantization of a band is missing");
    }
    return exponents[band];
  }

  /** 1 to 2: what stands before the power of two. */
  float mantissa(int band) throws IOException {
    return 1 + (derived ? first(mantissas) : mantissas[band]) / 2048f;
  }

  private static int first(int[] values) throws IOException {
    if (values.length == 0) {
      throw new IOException("the quantization of a band is missing");
    }
    return values[0];
  }
}
