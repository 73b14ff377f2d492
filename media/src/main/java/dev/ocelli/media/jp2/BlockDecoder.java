package dev.ocelli.media.jp2;

import java.io.IOException;

/**
 * Decodes the planes of bits of a block (annex D). One instance serves all blocks, one after the
 * other.
 */
final class BlockDecoder {
  /** Flags of a coding style: later planes hold raw bits. */
  static final int BYPASS = 1;

  private static final int RESET = 2;

  /** Each pass is coded on its own. */
  static final int TERMINATE = 4;

  private static final int VERTICALLY_CAUSAL = 8;
  private static final int SEGMENTATION = 32;

  /** From this pass on {@link #BYPASS} acts. */
  static final int FIRST_RAW_PASS = 10;

  /** Sign, half a step and these fit an int. */
  static final int MOST_PLANES = 29;

  /** Visits of coefficients by passes: about a minute. */
  private static final long MOST_VISITS = 1L << 34;

  // Flags of a coefficient: eight neighbours that are not zero, signs of four of them, itself.
  private static final int NORTH = 1;
  private static final int SOUTH = 1 << 1;
  private static final int WEST = 1 << 2;
  private static final int EAST = 1 << 3;
  private static final int NORTH_WEST = 1 << 4;
  private static final int NORTH_EAST = 1 << 5;
  private static final int SOUTH_WEST = 1 << 6;
  private static final int SOUTH_EAST = 1 << 7;
  private static final int NEIGHBOURS = 0xFF;
  private static final int SIGN_SHIFT = 8;
  private static final int SIGNIFICANT = 1 << 12;
  private static final int VISITED = 1 << 13;
  private static final int REFINED = 1 << 14;
  private static final int NEGATIVE = 1 << 15;

  /** Contexts of zero coding by kind of band and neighbours (table D.1). */
  private static final byte[][] ZERO_CONTEXTS = new byte[4][256];

  /** Context of a sign, and in bit 7 whether it is flipped, by neighbours and their signs. */
  private static final int[] SIGN_CONTEXTS = new int[256];

  static {
    for (int n = 0; n < 256; n++) {
      int vertical = bit(n, NORTH) + bit(n, SOUTH);
      int horizontal = bit(n, WEST) + bit(n, EAST);
      int diagonal =
          bit(n, NORTH_WEST) + bit(n, NORTH_EAST) + bit(n, SOUTH_WEST) + bit(n, SOUTH_EAST);
      ZERO_CONTEXTS[Band.LL][n] = (byte) zeroContext(horizontal, vertical, diagonal);
      ZERO_CONTEXTS[Band.LH][n] = ZERO_CONTEXTS[Band.LL][n];
      ZERO_CONTEXTS[Band.HL][n] = (byte) zeroContext(vertical, horizontal, diagonal);
      ZERO_CONTEXTS[Band.HH][n] = (byte) diagonalContext(horizontal + vertical, diagonal);
      SIGN_CONTEXTS[n] = signContext(n & 15, n >> 4);
    }
  }

  private static int bit(int flags, int flag) {
    return (flags & flag) != 0 ? 1 : 0;
  }

  private static int zeroContext(int horizontal, int vertical, int diagonal) {
    return switch (horizontal) {
      case 2 -> 8;
      case 1 -> vertical >= 1 ? 7 : diagonal >= 1 ? 6 : 5;
      default -> vertical == 2 ? 4 : vertical == 1 ? 3 : Math.min(diagonal, 2);
    };
  }

  private static int diagonalContext(int straight, int diagonal) {
    return switch (diagonal) {
      case 0 -> Math.min(straight, 2);
      case 1 -> 3 + Math.min(straight, 2);
      case 2 -> straight >= 1 ? 7 : 6;
      default -> 8;
    };
  }

  private static int signContext(int present, int negative) {
    int vertical =
        Integer.signum(signed(present, negative, NORTH) + signed(present, negative, SOUTH));
    int horizontal =
        Integer.signum(signed(present, negative, WEST) + signed(present, negative, EAST));
    boolean flipped = horizontal < 0 || horizontal == 0 && vertical < 0;
    int h = flipped ? -horizontal : horizontal;
    int v = flipped ? -vertical : vertical;
    int context = h == 1 ? 12 + v : 9 + v;
    return context | (flipped ? 0x80 : 0);
  }

  private static int signed(int present, int negative, int flag) {
    return (present & flag) == 0 ? 0 : (negative & flag) == 0 ? 1 : -1;
  }

  private final MqDecoder mq = new MqDecoder();

  /** Twice the magnitude, and half a step of what is not known of it. */
  final int[] values = new int[4096];

  /** With a border of one; rows of {@code width + 2}. */
  private int[] flags = {};

  private byte[] buffer = {};
  private int width;
  private int height;
  private int stride;
  private boolean causal;
  private boolean raw;
  private byte[] zeroContexts = {};
  private long visits;

  /**
   * Decodes a block into {@link #values}; they are negative where the coefficient is.
   *
   * @param planes of bits that a coefficient may have, those of a region of interest included
   */
  void decode(CodeBlock block, byte[] data, int kind, int planes, int style) throws IOException {
    width = block.area.width();
    height = block.area.height();
    stride = width + 2;
    causal = (style & VERTICALLY_CAUSAL) != 0;
    zeroContexts = ZERO_CONTEXTS[kind];
    int cells = stride * (height + 2);
    if (flags.length < cells) {
      flags = new int[cells];
    } else {
      java.util.Arrays.fill(flags, 0, cells, 0);
    }
    java.util.Arrays.fill(values, 0, width * height, 0);
    mq.resetContexts();
    int plane = planes - block.zeroPlanes;
    int pass = 0;
    int kindOfPass = 2;
    for (CodeBlock.Segment segment : block.segments) {
      if (buffer.length < segment.length) {
        buffer = new byte[Math.max(segment.length, 2 * buffer.length)];
      }
      segment.copy(data, buffer);
      raw = (style & BYPASS) != 0 && pass >= FIRST_RAW_PASS && kindOfPass < 2;
      if (raw) {
        mq.beginRaw(buffer, segment.length);
      } else {
        mq.begin(buffer, segment.length);
      }
      for (int i = 0; i < segment.passes; i++, pass++) {
        if (plane < 1) {
          throw new IOException("a block has more passes than bits");
        }
        visits += width * height;
        if (visits > MOST_VISITS) {
          throw new IOException("decoding takes too long");
        }
        // Magnitudes are doubled, so that plane p has the value of bit p, and half of it is whole.
        switch (kindOfPass) {
          case 0 -> spread(3 << (plane - 1));
          case 1 -> refine(1 << (plane - 1));
          default -> {
            cleanUp(3 << (plane - 1));
            if ((style & SEGMENTATION) != 0) {
              for (int k = 0; k < 4; k++) {
                mq.decode(MqDecoder.UNIFORM);
              }
            }
          }
        }
        if ((style & RESET) != 0) {
          mq.resetContexts();
        }
        kindOfPass++;
        if (kindOfPass == 3) {
          kindOfPass = 0;
          plane--;
        }
      }
    }
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if ((flags[(y + 1) * stride + x + 1] & NEGATIVE) != 0) {
          values[y * width + x] = -values[y * width + x];
        }
      }
    }
  }

  /** Zeros beside what is not zero: they may begin here. */
  private void spread(int value) {
    for (int top = 0; top < height; top += 4) {
      int bottom = Math.min(height, top + 4);
      for (int x = 0; x < width; x++) {
        for (int y = top; y < bottom; y++) {
          int at = (y + 1) * stride + x + 1;
          int f = flags[at];
          if ((f & SIGNIFICANT) == 0 && (f & NEIGHBOURS) != 0) {
            int bit = raw ? mq.raw() : mq.decode(zeroContexts[f & NEIGHBOURS]);
            if (bit == 1) {
              begin(at, x, y, value);
            }
            flags[at] |= VISITED;
          }
        }
      }
    }
  }

  /** One more bit of what began in an earlier plane. */
  private void refine(int half) {
    for (int top = 0; top < height; top += 4) {
      int bottom = Math.min(height, top + 4);
      for (int x = 0; x < width; x++) {
        for (int y = top; y < bottom; y++) {
          int at = (y + 1) * stride + x + 1;
          int f = flags[at];
          if ((f & (SIGNIFICANT | VISITED)) == SIGNIFICANT) {
            int context = (f & REFINED) != 0 ? 16 : (f & NEIGHBOURS) != 0 ? 15 : 14;
            int bit = raw ? mq.raw() : mq.decode(context);
            values[y * width + x] += bit == 1 ? half : -half;
            flags[at] = f | REFINED;
          }
        }
      }
    }
  }

  /** All that the other passes left out; whole columns of zeros beside zeros are told at once. */
  private void cleanUp(int value) {
    for (int top = 0; top < height; top += 4) {
      int bottom = Math.min(height, top + 4);
      for (int x = 0; x < width; x++) {
        int y = top;
        int at = (top + 1) * stride + x + 1;
        if (top + 4 <= height && isQuiet(at)) {
          if (mq.decode(MqDecoder.RUN) == 0) {
            continue;
          }
          int zeros = mq.decode(MqDecoder.UNIFORM) << 1;
          zeros |= mq.decode(MqDecoder.UNIFORM);
          y = top + zeros;
          begin(at + zeros * stride, x, y, value);
          y++;
        }
        for (; y < bottom; y++) {
          int here = (y + 1) * stride + x + 1;
          int f = flags[here];
          if ((f & (SIGNIFICANT | VISITED)) == 0 && mq.decode(zeroContexts[f & NEIGHBOURS]) == 1) {
            begin(here, x, y, value);
          }
        }
        for (int i = top; i < bottom; i++) {
          flags[(i + 1) * stride + x + 1] &= ~VISITED;
        }
      }
    }
  }

  private boolean isQuiet(int at) {
    int all = flags[at] | flags[at + stride] | flags[at + 2 * stride] | flags[at + 3 * stride];
    return (all & (NEIGHBOURS | SIGNIFICANT | VISITED)) == 0;
  }

  /** A coefficient gets its highest bit and its sign, and its neighbours know of it. */
  private void begin(int at, int x, int y, int value) {
    int f = flags[at];
    int sign;
    if (raw) {
      sign = mq.raw();
    } else {
      int context = SIGN_CONTEXTS[f & 15 | f >> SIGN_SHIFT - 4 & 0xF0];
      sign = mq.decode(context & 0x7F) ^ context >> 7;
    }
    values[y * width + x] = value;
    flags[at] = f | SIGNIFICANT | (sign == 1 ? NEGATIVE : 0);
    int signs = sign << SIGN_SHIFT;
    flags[at - 1] |= EAST | signs * EAST;
    flags[at + 1] |= WEST | signs * WEST;
    flags[at + stride] |= NORTH | signs * NORTH;
    flags[at + stride - 1] |= NORTH_EAST;
    flags[at + stride + 1] |= NORTH_WEST;
    // In this style a row of four does not look at the one below.
    if (!causal || (y & 3) != 0) {
      flags[at - stride] |= SOUTH | signs * SOUTH;
      flags[at - stride - 1] |= SOUTH_EAST;
      flags[at - stride + 1] |= SOUTH_WEST;
    }
  }
}
