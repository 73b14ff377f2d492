package dev.ocelli.media.jp2;

/** Brightness and two differences of colour back to red, green and blue, in place (annex G). */
final class ColourTransform {
  private ColourTransform() {}

  static void inverse(int[] y, int[] u, int[] v) {
    for (int i = 0; i < y.length; i++) {
      int green = y[i] - (u[i] + v[i] >> 2);
      int red = v[i] + green;
      int blue = u[i] + green;
      y[i] = red;
      u[i] = green;
      v[i] = blue;
    }
  }

  static void inverse(float[] y, float[] cb, float[] cr) {
    for (int i = 0; i < y.length; i++) {
      float red = y[i] + cr[i] * 1.402f;
      float green = y[i] - cb[i] * 0.34413f - cr[i] * 0.71414f;
      float blue = y[i] + cb[i] * 1.772f;
      y[i] = red;
      cb[i] = green;
      cr[i] = blue;
    }
  }
}
