package dev.ocelli.media.webp;

/** The inverse transforms of VP8 (RFC 6386 section 14). */
final class Transform {
  /** sqrt(2) * cos(pi / 8) - 1 and sqrt(2) * sin(pi / 8) in 16-bit fixed point. */
  private static final int COSINE = 20091;

  private static final int SINE = 35468;

  private Transform() {}

  /**
   * Turns the 16 coefficients at an offset into the DC coefficients of the blocks 0 to 15, each of
   * which starts at a multiple of 16.
   */
  static void walshHadamard(short[] c, int at) {
    int[] t = new int[16];
    for (int i = 0; i < 4; i++) {
      int a = c[at + i] + c[at + 12 + i];
      int b = c[at + 4 + i] + c[at + 8 + i];
      int d = c[at + 4 + i] - c[at + 8 + i];
      int e = c[at + i] - c[at + 12 + i];
      t[i] = a + b;
      t[4 + i] = d + e;
      t[8 + i] = a - b;
      t[12 + i] = e - d;
    }
    for (int i = 0; i < 16; i += 4) {
      int a = t[i] + t[i + 3];
      int b = t[i + 1] + t[i + 2];
      int d = t[i + 1] - t[i + 2];
      int e = t[i] - t[i + 3];
      c[16 * i] = (short) ((a + b + 3) >> 3);
      c[16 * (i + 1)] = (short) ((d + e + 3) >> 3);
      c[16 * (i + 2)] = (short) ((a - b + 3) >> 3);
      c[16 * (i + 3)] = (short) ((e - d + 3) >> 3);
    }
  }

  /** Adds the inverse cosine transform of the 16 coefficients at an offset to a 4 x 4 block. */
  static void addTo(byte[] plane, int at, int stride, short[] c, int from) {
    int[] t = new int[16];
    for (int i = 0; i < 4; i++) {
      int c0 = c[from + i];
      int c1 = c[from + 4 + i];
      int c2 = c[from + 8 + i];
      int c3 = c[from + 12 + i];
      int a = c0 + c2;
      int b = c0 - c2;
      int d = (c1 * SINE >> 16) - (c3 + (c3 * COSINE >> 16));
      int e = c1 + (c1 * COSINE >> 16) + (c3 * SINE >> 16);
      t[i] = a + e;
      t[4 + i] = b + d;
      t[8 + i] = b - d;
      t[12 + i] = a - e;
    }
    for (int y = 0; y < 4; y++) {
      int c0 = t[4 * y] + 4;
      int c1 = t[4 * y + 1];
      int c2 = t[4 * y + 2];
      int c3 = t[4 * y + 3];
      int a = c0 + c2;
      int b = c0 - c2;
      int d = (c1 * SINE >> 16) - (c3 + (c3 * COSINE >> 16));
      int e = c1 + (c1 * COSINE >> 16) + (c3 * SINE >> 16);
      int o = at + y * stride;
      add(plane, o, (a + e) >> 3);
      add(plane, o + 1, (b + d) >> 3);
      add(plane, o + 2, (b - d) >> 3);
      add(plane, o + 3, (a - e) >> 3);
    }
  }

  private static void add(byte[] plane, int at, int value) {
    plane[at] = Vp8Frame.clamp((plane[at] & 0xFF) + value);
  }
}
