package dev.ocelli.media.webp;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/**
 * Decodes a VP8 key frame (RFC 6386) to planes of Y, U and V.
 *
 * <p>The whole frame is reconstructed before the loop filter runs over it, because prediction
 * within a frame uses unfiltered pixels.
 */
public final class Vp8Decoder {
  private static final int MODES = 10;
  private static final int TOKENS = 11;

  /** Coefficient types: luma without DC, the DCs of luma, chroma, luma with DC. */
  private static final int LUMA_AC = 0;

  private static final int LUMA_DC = 1;
  private static final int CHROMA = 2;
  private static final int LUMA = 3;

  private final byte[] data;
  private final int from;
  private final int length;
  private final Vp8Frame frame;
  private final BoolDecoder header;
  private BoolDecoder[] partitions = {};

  private final byte[] probabilities = Vp8Tables.COEFFICIENTS.clone();
  private final Segments segments = new Segments();
  private final LoopFilter filter = new LoopFilter();

  /** Per segment: steps of DC and AC of luma, of the DCs of luma, and of chroma. */
  private final int[][] steps = new int[4][6];

  private boolean skipping;
  private int skipProbability;

  /** 4 x 4 modes of the row of blocks above, and of the column at the left. */
  private final int[] modesAbove;

  private final int[] modesLeft = new int[4];

  /** Per macroblock above: whether blocks have coefficients: 4 luma, 2 U, 2 V, 1 luma DC. */
  private final boolean[][] filledAbove;

  private final boolean[] filledLeft = new boolean[9];

  // The current macroblock.
  private int segment;
  private boolean skip;
  private boolean perBlock;
  private int lumaMode;
  private int chromaMode;
  private final int[] blockModes = new int[16];

  /** {@code [block 25][coefficient 16]}: 16 luma, 4 U, 4 V, and the DCs of luma. */
  private final short[] coefficients = new short[25 * 16];

  private final boolean[] filled = new boolean[24];

  private Vp8Decoder(byte[] data, int from, int length) throws IOException {
    this.data = data;
    this.from = from;
    this.length = length;
    if (length < 10) {
      throw new EOFException("the VP8 frame header is incomplete");
    }
    int tag = u24(from);
    int width = u16(from + 6) & 0x3FFF;
    int height = u16(from + 8) & 0x3FFF;
    int firstPartition = tag >> 5;
    if ((tag & 1) != 0 || u24(from + 3) != 0x2A019D || width == 0 || height == 0) {
      throw new IOException("the VP8 frame is not a key frame");
    }
    if (firstPartition > length - 10) {
      throw new EOFException("the first VP8 partition is incomplete");
    }
    this.frame = new Vp8Frame(width, height);
    this.header = new BoolDecoder(data, from + 10, firstPartition);
    this.modesAbove = new int[4 * frame.columns()];
    this.filledAbove = new boolean[frame.columns()][9];
    readHeader();
    readPartitions(from + 10 + firstPartition);
  }

  /**
   * Decodes a frame.
   *
   * @param data holds the frame's bytes, the content of a chunk {@code VP8 }
   * @throws IOException if the frame is cut off or is not a key frame
   */
  public static Vp8Frame decode(byte[] data, int from, int length) throws IOException {
    Vp8Decoder decoder = new Vp8Decoder(data, from, length);
    decoder.reconstruct();
    decoder.filter.run(decoder.frame);
    return decoder.frame;
  }

  /** Segment-based adjustments (section 9.3). */
  private static final class Segments {
    boolean enabled;
    boolean mapped;
    boolean absolute;
    final int[] quantizer = new int[4];
    final int[] filterLevel = new int[4];
    final int[] probabilities = {255, 255, 255};

    void read(BoolDecoder in) {
      enabled = in.flag();
      if (!enabled) {
        return;
      }
      mapped = in.flag();
      if (in.flag()) {
        absolute = in.flag();
        for (int i = 0; i < 4; i++) {
          quantizer[i] = in.optional(7);
        }
        for (int i = 0; i < 4; i++) {
          filterLevel[i] = in.optional(6);
        }
      }
      if (mapped) {
        for (int i = 0; i < 3; i++) {
          probabilities[i] = in.flag() ? in.number(8) : 255;
        }
      }
    }
  }

  private void readHeader() {
    // Colour space and clamping type say nothing that libwebp heeds.
    header.number(2);
    segments.read(header);
    filter.read(header);
    int log2Partitions = header.number(2);
    partitions = new BoolDecoder[1 << log2Partitions];
    readQuantizers();
    // Whether probabilities are kept for the next frame: there is none.
    header.flag();
    for (int i = 0; i < probabilities.length; i++) {
      if (header.flag(Vp8Tables.COEFFICIENT_UPDATES[i] & 0xFF)) {
        probabilities[i] = (byte) header.number(8);
      }
    }
    skipping = header.flag();
    skipProbability = skipping ? header.number(8) : 0;
    filter.prepare(segments.enabled, segments.absolute, segments.filterLevel);
  }

  /** Section 9.6 and 14.1. */
  private void readQuantizers() {
    int base = header.number(7);
    int lumaDc = header.optional(4);
    int dcDc = header.optional(4);
    int dcAc = header.optional(4);
    int chromaDc = header.optional(4);
    int chromaAc = header.optional(4);
    for (int i = 0; i < 4; i++) {
      int q = base;
      if (segments.enabled) {
        q = segments.absolute ? segments.quantizer[i] : q + segments.quantizer[i];
      }
      int[] s = steps[i];
      s[0] = Vp8Tables.DC_STEPS[clip(q + lumaDc, 127)];
      s[1] = Vp8Tables.AC_STEPS[clip(q, 127)];
      s[2] = 2 * Vp8Tables.DC_STEPS[clip(q + dcDc, 127)];
      s[3] = Math.max(8, Vp8Tables.AC_STEPS[clip(q + dcAc, 127)] * 155 / 100);
      s[4] = Vp8Tables.DC_STEPS[clip(q + chromaDc, 117)];
      s[5] = Vp8Tables.AC_STEPS[clip(q + chromaAc, 127)];
    }
  }

  /** Section 9.5: the sizes of all partitions but the last come first. */
  private void readPartitions(int at) throws IOException {
    int count = partitions.length;
    int end = from + length;
    int start = at + 3 * (count - 1);
    if (start > end) {
      throw new EOFException("the VP8 partition sizes are incomplete");
    }
    for (int i = 0; i < count; i++) {
      int size = i < count - 1 ? u24(at + 3 * i) : end - start;
      if (size > end - start) {
        throw new EOFException("a VP8 partition is incomplete");
      }
      partitions[i] = new BoolDecoder(data, start, size);
      start += size;
    }
  }

  private void reconstruct() throws IOException {
    Predictor predictor = new Predictor(frame);
    for (int row = 0; row < frame.rows(); row++) {
      BoolDecoder tokens = partitions[row % partitions.length];
      Arrays.fill(modesLeft, 0);
      Arrays.fill(filledLeft, false);
      for (int column = 0; column < frame.columns(); column++) {
        readModes(column);
        boolean empty = skip;
        Arrays.fill(filled, false);
        if (skip) {
          clearContexts(column);
        } else {
          Arrays.fill(coefficients, (short) 0);
          empty = !readResidual(tokens, column);
        }
        if (header.exhausted() || tokens.exhausted()) {
          throw new EOFException("the VP8 data ends in macroblock row " + row);
        }
        filter.set(frame, row, column, segment, perBlock, empty);
        if (perBlock) {
          predictor.blocks(row, column, blockModes, coefficients, filled);
        } else {
          predictor.luma(row, column, lumaMode, coefficients, filled);
        }
        predictor.chroma(row, column, chromaMode, coefficients, filled);
      }
    }
  }

  /** Section 11: how the macroblock is predicted. */
  private void readModes(int column) {
    segment = 0;
    if (segments.mapped) {
      int[] p = segments.probabilities;
      segment = header.flag(p[0]) ? 2 + header.bit(p[2]) : header.bit(p[1]);
    }
    skip = skipping && header.flag(skipProbability);
    perBlock = !header.flag(145);
    if (perBlock) {
      for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 4; x++) {
          int above = modesAbove[4 * column + x];
          int mode = readBlockMode(MODES * above + modesLeft[y]);
          blockModes[4 * y + x] = mode;
          modesAbove[4 * column + x] = mode;
          modesLeft[y] = mode;
        }
      }
    } else {
      if (header.flag(156)) {
        lumaMode = header.flag(128) ? Predictor.TM : Predictor.HORIZONTAL;
      } else {
        lumaMode = header.flag(163) ? Predictor.VERTICAL : Predictor.DC;
      }
      Arrays.fill(modesAbove, 4 * column, 4 * column + 4, lumaMode);
      Arrays.fill(modesLeft, lumaMode);
    }
    if (!header.flag(142)) {
      chromaMode = Predictor.DC;
    } else if (!header.flag(114)) {
      chromaMode = Predictor.VERTICAL;
    } else {
      chromaMode = header.flag(183) ? Predictor.TM : Predictor.HORIZONTAL;
    }
  }

  private int readBlockMode(int context) {
    int p = 9 * context;
    if (!blockModeBit(p)) {
      return Predictor.DC;
    }
    if (!blockModeBit(p + 1)) {
      return Predictor.TM;
    }
    if (!blockModeBit(p + 2)) {
      return Predictor.VERTICAL;
    }
    if (!blockModeBit(p + 3)) {
      if (!blockModeBit(p + 4)) {
        return Predictor.HORIZONTAL;
      }
      return blockModeBit(p + 5) ? Predictor.VERTICAL_RIGHT : Predictor.RIGHT_DOWN;
    }
    if (!blockModeBit(p + 6)) {
      return Predictor.LEFT_DOWN;
    }
    if (!blockModeBit(p + 7)) {
      return Predictor.VERTICAL_LEFT;
    }
    return blockModeBit(p + 8) ? Predictor.HORIZONTAL_UP : Predictor.HORIZONTAL_DOWN;
  }

  private boolean blockModeBit(int probability) {
    return header.flag(Vp8Tables.BLOCK_MODES[probability] & 0xFF);
  }

  private void clearContexts(int column) {
    boolean dcAbove = filledAbove[column][8];
    boolean dcLeft = filledLeft[8];
    Arrays.fill(filledAbove[column], false);
    Arrays.fill(filledLeft, false);
    // A macroblock without luma DCs of its own does not touch their context.
    filledAbove[column][8] = perBlock && dcAbove;
    filledLeft[8] = perBlock && dcLeft;
  }

  /** Section 13: reads coefficients; returns whether there is any. */
  private boolean readResidual(BoolDecoder in, int column) {
    boolean[] above = filledAbove[column];
    int[] s = steps[segment];
    int first = 0;
    int type = LUMA;
    if (!perBlock) {
      int context = (above[8] ? 1 : 0) + (filledLeft[8] ? 1 : 0);
      int n = readBlock(in, LUMA_DC, context, 0, 24 * 16, s[2], s[3]);
      above[8] = n > 0;
      filledLeft[8] = n > 0;
      Transform.walshHadamard(coefficients, 24 * 16);
      first = 1;
      type = LUMA_AC;
    }
    boolean any = false;
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        int block = 4 * y + x;
        int context = (above[x] ? 1 : 0) + (filledLeft[y] ? 1 : 0);
        int n = readBlock(in, type, context, first, 16 * block, s[0], s[1]);
        above[x] = n > first;
        filledLeft[y] = n > first;
        filled[block] = n > 1 || coefficients[16 * block] != 0;
        any |= filled[block];
      }
    }
    for (int plane = 0; plane < 2; plane++) {
      for (int y = 0; y < 2; y++) {
        for (int x = 0; x < 2; x++) {
          int block = 16 + 4 * plane + 2 * y + x;
          int a = 4 + 2 * plane + x;
          int l = 4 + 2 * plane + y;
          int context = (above[a] ? 1 : 0) + (filledLeft[l] ? 1 : 0);
          int n = readBlock(in, CHROMA, context, 0, 16 * block, s[4], s[5]);
          above[a] = n > 0;
          filledLeft[l] = n > 0;
          filled[block] = n > 1 || coefficients[16 * block] != 0;
          any |= filled[block];
        }
      }
    }
    return any;
  }

  /** Reads a block's coefficients; returns the index behind the last one that was coded. */
  private int readBlock(
      BoolDecoder in, int type, int context, int first, int at, int dcStep, int acStep) {
    int n = first;
    int p = probability(type, n, context);
    while (n < 16) {
      if (!token(in, p)) {
        return n;
      }
      while (!token(in, p + 1)) {
        n++;
        if (n == 16) {
          return 16;
        }
        p = probability(type, n, 0);
      }
      int value = 1;
      int next = 1;
      if (token(in, p + 2)) {
        value = largeValue(in, p);
        next = 2;
      }
      if (in.flag()) {
        value = -value;
      }
      coefficients[at + Vp8Tables.ZIGZAG[n]] = (short) (value * (n > 0 ? acStep : dcStep));
      n++;
      p = probability(type, n, next);
    }
    return 16;
  }

  private int largeValue(BoolDecoder in, int p) {
    if (!token(in, p + 3)) {
      return token(in, p + 4) ? 3 + (token(in, p + 5) ? 1 : 0) : 2;
    }
    if (!token(in, p + 6)) {
      if (!token(in, p + 7)) {
        return 5 + in.bit(159);
      }
      return 7 + 2 * in.bit(165) + in.bit(145);
    }
    int high = token(in, p + 8) ? 1 : 0;
    int category = 2 * high + (token(in, p + 9 + high) ? 1 : 0);
    int extra = 0;
    for (int probability : Vp8Tables.CATEGORIES[category]) {
      extra = extra << 1 | in.bit(probability);
    }
    return 3 + (8 << category) + extra;
  }

  private static int probability(int type, int index, int context) {
    return ((type * 8 + Vp8Tables.BANDS[index]) * 3 + context) * TOKENS;
  }

  private boolean token(BoolDecoder in, int probability) {
    return in.flag(probabilities[probability] & 0xFF);
  }

  private static int clip(int value, int largest) {
    return Math.max(0, Math.min(largest, value));
  }

  private int u16(int at) {
    return data[at] & 0xFF | (data[at + 1] & 0xFF) << 8;
  }

  private int u24(int at) {
    return u16(at) | (data[at + 2] & 0xFF) << 16;
  }
}
