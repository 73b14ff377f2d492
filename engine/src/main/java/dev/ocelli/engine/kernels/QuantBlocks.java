package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.DType;

/**
 * Reads the blocks of GGUF quantization types into whole numbers and factors, for packing.
 *
 * <p>The layouts are those of {@code ggml-quants.h}; {@code dev.ocelli.engine.quant} turns the same
 * blocks into float32.
 */
final class QuantBlocks {
  /** Quants of a chunk: unsigned, but for Q8_0. */
  final int[] quants = new int[PanelScratch.CHUNK];

  /** Simple scales and minima; for nested scales the common ones in element 0. */
  final float[] scale = new float[8];

  final float[] min = new float[8];

  /** Factors of nested scales and minima. */
  final int[] scaleFactor = new int[16];

  final int[] minFactor = new int[16];

  /** Reads columns 0 to n of a chunk that begins at index {@code at}. */
  void read(DType type, byte[] in, int at, int n) {
    switch (type) {
      case Q2_K -> readQ2K(in, at);
      case Q3_K -> readQ3K(in, at);
      case Q4_K -> readQ4K(in, at);
      case Q5_K -> readQ5K(in, at);
      case Q6_K -> readQ6K(in, at);
      default -> {
        for (int b = 0; b < n / 32; b++) {
          readSimple(type, in, at + b * type.blockBytes(), b);
        }
      }
    }
  }

  private void readSimple(DType type, byte[] in, int at, int b) {
    scale[b] = half(in, at);
    int o = 32 * b;
    switch (type) {
      case Q8_0 -> {
        for (int j = 0; j < 32; j++) {
          quants[o + j] = in[at + 2 + j];
        }
      }
      case Q4_0 -> nibbles(in, at + 2, 0, 0, o);
      case Q4_1 -> {
        min[b] = -half(in, at + 2);
        nibbles(in, at + 4, 0, 0, o);
      }
      case Q5_0 -> nibbles(in, at + 6, word(in, at + 2), 16, o);
      case Q5_1 -> {
        min[b] = -half(in, at + 2);
        nibbles(in, at + 8, word(in, at + 4), 16, o);
      }
      default -> throw new IllegalArgumentException("no packed form of " + type);
    }
  }

  /** 32 quants: low nibbles first, then high ones; a fifth bit of each in {@code fifth}. */
  private void nibbles(byte[] in, int at, int fifth, int fifthValue, int o) {
    for (int j = 0; j < 16; j++) {
      quants[o + j] = (in[at + j] & 15) + (fifth >> j & 1) * fifthValue;
      quants[o + 16 + j] = (in[at + j] >> 4 & 15) + (fifth >> j + 16 & 1) * fifthValue;
    }
  }

  private void readQ2K(byte[] in, int at) {
    scale[0] = half(in, at + 80);
    min[0] = half(in, at + 82);
    for (int g = 0; g < 16; g++) {
      scaleFactor[g] = in[at + g] & 15;
      minFactor[g] = in[at + g] >> 4 & 15;
      int q = at + 16 + 32 * (g >> 3) + 16 * (g & 1);
      int shift = 2 * (g >> 1 & 3);
      for (int j = 0; j < 16; j++) {
        quants[16 * g + j] = in[q + j] >> shift & 3;
      }
    }
  }

  private void readQ3K(byte[] in, int at) {
    scale[0] = half(in, at + 108);
    for (int g = 0; g < 16; g++) {
      int low = in[at + 96 + (g & 7)] >> (g < 8 ? 0 : 4) & 15;
      int high = in[at + 104 + (g & 3)] >> 2 * (g >> 2) & 3;
      scaleFactor[g] = (low | high << 4) - 32;
      int q = at + 32 + 32 * (g >> 3) + 16 * (g & 1);
      int shift = 2 * (g >> 1 & 3);
      int third = at + 16 * (g & 1);
      int bit = g >> 1;
      for (int j = 0; j < 16; j++) {
        quants[16 * g + j] = (in[q + j] >> shift & 3) + (in[third + j] >> bit & 1) * 4;
      }
    }
  }

  private void readQ4K(byte[] in, int at) {
    scale[0] = half(in, at);
    min[0] = half(in, at + 2);
    readFactors(in, at + 4);
    for (int pair = 0; pair < 4; pair++) {
      int q = at + 16 + 32 * pair;
      for (int j = 0; j < 32; j++) {
        quants[64 * pair + j] = in[q + j] & 15;
        quants[64 * pair + 32 + j] = in[q + j] >> 4 & 15;
      }
    }
  }

  private void readQ5K(byte[] in, int at) {
    scale[0] = half(in, at);
    min[0] = half(in, at + 2);
    readFactors(in, at + 4);
    for (int g = 0; g < 8; g++) {
      int q = at + 48 + 32 * (g >> 1);
      int shift = 4 * (g & 1);
      for (int j = 0; j < 32; j++) {
        quants[32 * g + j] = (in[q + j] >> shift & 15) + (in[at + 16 + j] >> g & 1) * 16;
      }
    }
  }

  private void readQ6K(byte[] in, int at) {
    scale[0] = half(in, at + 208);
    for (int g = 0; g < 16; g++) {
      scaleFactor[g] = in[at + 192 + g];
    }
    for (int run = 0; run < 8; run++) {
      int part = run & 3;
      int low = at + 64 * (run >> 2) + 32 * (part & 1);
      int lowShift = part >= 2 ? 4 : 0;
      int high = at + 128 + 32 * (run >> 2);
      for (int j = 0; j < 32; j++) {
        quants[32 * run + j] = (in[low + j] >> lowShift & 15) + (in[high + j] >> 2 * part & 3) * 16;
      }
    }
  }

  /** Eight 6-bit scales and eight 6-bit minima in 12 bytes. */
  private void readFactors(byte[] in, int i) {
    for (int g = 0; g < 4; g++) {
      scaleFactor[g] = in[i + g] & 63;
      minFactor[g] = in[i + g + 4] & 63;
      scaleFactor[g + 4] = in[i + g + 8] & 15 | (in[i + g] & 0xff) >> 6 << 4;
      minFactor[g + 4] = in[i + g + 8] >> 4 & 15 | (in[i + g + 4] & 0xff) >> 6 << 4;
    }
  }

  private static float half(byte[] in, int i) {
    return Float.float16ToFloat((short) (in[i] & 0xff | in[i + 1] << 8));
  }

  private static int word(byte[] in, int i) {
    return in[i] & 0xff | (in[i + 1] & 0xff) << 8 | (in[i + 2] & 0xff) << 16 | in[i + 3] << 24;
  }
}
