package dev.ocelli.media.webp;

/**
 * What an encoder did to the pixels before coding them, and how to undo it (RFC 9649 section 4).
 */
sealed interface Vp8lTransform {

  /** The width of the pixels that {@link #undo} takes. */
  int codedWidth();

  /** Undoes the transform, in place where the size stays. */
  int[] undo(int[] pixels, int height);

  /** Blue and red were coded as differences from green. */
  record AddGreen(int codedWidth) implements Vp8lTransform {
    @Override
    public int[] undo(int[] pixels, int height) {
      for (int i = 0; i < pixels.length; i++) {
        int p = pixels[i];
        int green = p >> 8 & 0xFF;
        pixels[i] = p & 0xFF00FF00 | (p & 0x00FF00FF) + (green << 16 | green) & 0x00FF00FF;
      }
      return pixels;
    }
  }

  /** Per block, red and blue were coded as differences from multiples of green and red. */
  record CrossColor(int codedWidth, int bits, int[] blocks) implements Vp8lTransform {
    @Override
    public int[] undo(int[] pixels, int height) {
      int columns = codedWidth + (1 << bits) - 1 >> bits;
      for (int y = 0, i = 0; y < height; y++) {
        for (int x = 0; x < codedWidth; x++, i++) {
          int factors = blocks[(y >> bits) * columns + (x >> bits)];
          int p = pixels[i];
          byte green = (byte) (p >> 8);
          int red = (p >> 16) + product((byte) factors, green) & 0xFF;
          int blue =
              p
                      + product((byte) (factors >> 8), green)
                      + product((byte) (factors >> 16), (byte) red)
                  & 0xFF;
          pixels[i] = p & 0xFF00FF00 | red << 16 | blue;
        }
      }
      return pixels;
    }

    private static int product(byte factor, byte color) {
      return factor * color >> 5;
    }
  }

  /** Pixels were coded as indices in green, several a pixel if there are few colours. */
  record Palette(int width, int codedWidth, int bits, int[] colors) implements Vp8lTransform {

    /** Makes a palette of colours that are coded as differences from one to the next. */
    static Palette of(int width, int[] differences) {
      int n = differences.length;
      int bits = n <= 2 ? 3 : n <= 4 ? 2 : n <= 16 ? 1 : 0;
      int[] colors = new int[256];
      int color = 0;
      for (int i = 0; i < n; i++) {
        color = addChannels(color, differences[i]);
        colors[i] = color;
      }
      return new Palette(width, width + (1 << bits) - 1 >> bits, bits, colors);
    }

    @Override
    public int[] undo(int[] pixels, int height) {
      int[] out = bits == 0 ? pixels : new int[width * height];
      int perPixel = 8 >> bits;
      int mask = (1 << perPixel) - 1;
      for (int y = 0, i = 0; y < height; y++) {
        for (int x = 0; x < width; x++, i++) {
          int packed = pixels[y * codedWidth + (x >> bits)] >> 8 & 0xFF;
          int index = packed >> (x & (1 << bits) - 1) * perPixel & mask;
          out[i] = colors[index];
        }
      }
      return out;
    }
  }

  /** Pixels were coded as differences from a prediction by their neighbours, a mode a block. */
  record Predict(int codedWidth, int bits, int[] blocks) implements Vp8lTransform {
    private static final int BLACK = 0xFF000000;

    @Override
    public int[] undo(int[] pixels, int height) {
      int columns = codedWidth + (1 << bits) - 1 >> bits;
      for (int y = 0, i = 0; y < height; y++) {
        for (int x = 0; x < codedWidth; x++, i++) {
          int predicted;
          if (y == 0) {
            predicted = x == 0 ? BLACK : pixels[i - 1];
          } else if (x == 0) {
            predicted = pixels[i - codedWidth];
          } else {
            int mode = blocks[(y >> bits) * columns + (x >> bits)] >> 8 & 15;
            predicted = predict(mode, pixels, i);
          }
          pixels[i] = addChannels(pixels[i], predicted);
        }
      }
      return pixels;
    }

    private int predict(int mode, int[] pixels, int i) {
      int left = pixels[i - 1];
      int above = pixels[i - codedWidth];
      int aboveLeft = pixels[i - codedWidth - 1];
      // Behind the end of the row above lies the first pixel of this row, as the format wants it.
      int aboveRight = pixels[i - codedWidth + 1];
      return switch (mode) {
        case 1 -> left;
        case 2 -> above;
        case 3 -> aboveRight;
        case 4 -> aboveLeft;
        case 5 -> mean(mean(left, aboveRight), above);
        case 6 -> mean(left, aboveLeft);
        case 7 -> mean(left, above);
        case 8 -> mean(aboveLeft, above);
        case 9 -> mean(above, aboveRight);
        case 10 -> mean(mean(left, aboveLeft), mean(above, aboveRight));
        case 11 -> select(left, above, aboveLeft);
        case 12 -> full(left, above, aboveLeft);
        case 13 -> half(mean(left, above), aboveLeft);
        default -> BLACK;
      };
    }

    private static int mean(int a, int b) {
      return ((a ^ b) >>> 1 & 0x7F7F7F7F) + (a & b);
    }

    /** The neighbour to which left + above - aboveLeft is closer; above if both are as close. */
    private static int select(int left, int above, int aboveLeft) {
      int toLeft = 0;
      int toAbove = 0;
      for (int shift = 0; shift < 32; shift += 8) {
        int corner = aboveLeft >> shift & 0xFF;
        toLeft += Math.abs((above >> shift & 0xFF) - corner);
        toAbove += Math.abs((left >> shift & 0xFF) - corner);
      }
      return toLeft < toAbove ? left : above;
    }

    private static int full(int a, int b, int c) {
      int out = 0;
      for (int shift = 0; shift < 32; shift += 8) {
        int v = (a >> shift & 0xFF) + (b >> shift & 0xFF) - (c >> shift & 0xFF);
        out |= Math.max(0, Math.min(255, v)) << shift;
      }
      return out;
    }

    private static int half(int a, int b) {
      int out = 0;
      for (int shift = 0; shift < 32; shift += 8) {
        int x = a >> shift & 0xFF;
        int v = x + (x - (b >> shift & 0xFF)) / 2;
        out |= Math.max(0, Math.min(255, v)) << shift;
      }
      return out;
    }
  }

  /** Adds four channels, each modulo 256. */
  static int addChannels(int a, int b) {
    int even = (a & 0x00FF00FF) + (b & 0x00FF00FF) & 0x00FF00FF;
    int odd = (a & 0xFF00FF00) + (b & 0xFF00FF00) & 0xFF00FF00;
    return even | odd;
  }
}
