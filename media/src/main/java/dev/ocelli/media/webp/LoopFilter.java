package dev.ocelli.media.webp;

/** The loop filter of VP8 (RFC 6386 section 15): smooths the edges of macroblocks and blocks. */
final class LoopFilter {
  private boolean simple;
  private int level;
  private int sharpness;
  private boolean adjusted;
  private int intraDelta;
  private int perBlockDelta;

  /** {@code [segment][0 or 1 if predicted per block]}: the level after adjustment. */
  private final int[][] levels = new int[4][2];

  /** Per macroblock: the level, negated and less 1 if inner edges are left alone. */
  private byte[] chosen = {};

  /** Reads the part of the frame header (section 9.6). */
  void read(BoolDecoder in) {
    simple = in.flag();
    level = in.number(6);
    sharpness = in.number(3);
    adjusted = in.flag();
    if (adjusted && in.flag()) {
      int[] deltas = new int[8];
      for (int i = 0; i < 8; i++) {
        deltas[i] = in.optional(6);
      }
      intraDelta = deltas[0];
      perBlockDelta = deltas[4];
    }
  }

  void prepare(boolean segmented, boolean absolute, int[] segmentLevels) {
    for (int s = 0; s < 4; s++) {
      int base = level;
      if (segmented) {
        base = absolute ? segmentLevels[s] : level + segmentLevels[s];
      }
      int plain = base + (adjusted ? intraDelta : 0);
      levels[s][0] = Math.max(0, Math.min(63, plain));
      levels[s][1] = Math.max(0, Math.min(63, plain + (adjusted ? perBlockDelta : 0)));
    }
  }

  /** Notes how a macroblock is to be filtered. */
  void set(Vp8Frame frame, int row, int column, int segment, boolean perBlock, boolean empty) {
    if (chosen.length == 0) {
      chosen = new byte[frame.rows() * frame.columns()];
    }
    int l = levels[segment][perBlock ? 1 : 0];
    boolean inner = perBlock || !empty;
    chosen[row * frame.columns() + column] = (byte) (inner ? l : -l - 1);
  }

  /** Filters the whole frame. */
  void run(Vp8Frame frame) {
    if (level == 0) {
      return;
    }
    for (int row = 0; row < frame.rows(); row++) {
      for (int column = 0; column < frame.columns(); column++) {
        int code = chosen[row * frame.columns() + column];
        int l = code < 0 ? -code - 1 : code;
        if (l > 0) {
          macroblock(frame, row, column, l, code >= 0);
        }
      }
    }
  }

  private void macroblock(Vp8Frame frame, int row, int column, int l, boolean inner) {
    int interior = l;
    if (sharpness > 0) {
      interior = Math.min(interior >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
    }
    interior = Math.max(interior, 1);
    int limit = 2 * l + interior;
    int threshold = l >= 40 ? 2 : l >= 15 ? 1 : 0;
    Edge outerEdge = new Edge(2 * (limit + 4) + 1, interior, threshold, true);
    Edge innerEdge = new Edge(2 * limit + 1, interior, threshold, false);
    int stride = frame.lumaStride();
    int at = (row * stride + column) * 16;
    int chromaStride = frame.chromaStride();
    int chroma = (row * chromaStride + column) * 8;
    if (column > 0) {
      edge(frame.luma(), at, 1, stride, 16, outerEdge);
      chroma(frame, chroma, 1, chromaStride, outerEdge);
    }
    if (inner) {
      for (int k = 4; k < 16; k += 4) {
        edge(frame.luma(), at + k, 1, stride, 16, innerEdge);
      }
      chroma(frame, chroma + 4, 1, chromaStride, innerEdge);
    }
    if (row > 0) {
      edge(frame.luma(), at, stride, 1, 16, outerEdge);
      chroma(frame, chroma, chromaStride, 1, outerEdge);
    }
    if (inner) {
      for (int k = 4; k < 16; k += 4) {
        edge(frame.luma(), at + k * stride, stride, 1, 16, innerEdge);
      }
      chroma(frame, chroma + 4 * chromaStride, chromaStride, 1, innerEdge);
    }
  }

  /**
   * How an edge is filtered.
   *
   * @param edgeLimit the largest weighted step across the edge that is smoothed
   * @param interiorLimit the largest step beside the edge
   * @param threshold steps beside the edge above it count as high variance
   * @param macroblock whether the edge is one between macroblocks
   */
  private record Edge(int edgeLimit, int interiorLimit, int threshold, boolean macroblock) {}

  private void chroma(Vp8Frame frame, int at, int across, int along, Edge e) {
    if (!simple) {
      edge(frame.u(), at, across, along, 8, e);
      edge(frame.v(), at, across, along, 8, e);
    }
  }

  private void edge(byte[] plane, int at, int across, int along, int count, Edge e) {
    for (int i = 0; i < count; i++) {
      int q = at + i * along;
      if (simple) {
        if (step(plane, q, across) <= e.edgeLimit()) {
          common(plane, q, across);
        }
      } else if (step(plane, q, across) <= e.edgeLimit() && smooth(plane, q, across, e)) {
        normal(plane, q, across, e);
      }
    }
  }

  private static void normal(byte[] plane, int q, int across, Edge e) {
    if (variesAcross(plane, q, across, e.threshold())) {
      common(plane, q, across);
    } else if (e.macroblock()) {
      wide(plane, q, across);
    } else {
      narrow(plane, q, across);
    }
  }

  private static int step(byte[] p, int q, int s) {
    return 4 * Math.abs(at(p, q - s) - at(p, q)) + Math.abs(at(p, q - 2 * s) - at(p, q + s));
  }

  private static boolean smooth(byte[] p, int q, int s, Edge e) {
    int limit = e.interiorLimit();
    return Math.abs(at(p, q - 4 * s) - at(p, q - 3 * s)) <= limit
        && Math.abs(at(p, q - 3 * s) - at(p, q - 2 * s)) <= limit
        && Math.abs(at(p, q - 2 * s) - at(p, q - s)) <= limit
        && Math.abs(at(p, q + 3 * s) - at(p, q + 2 * s)) <= limit
        && Math.abs(at(p, q + 2 * s) - at(p, q + s)) <= limit
        && Math.abs(at(p, q + s) - at(p, q)) <= limit;
  }

  private static boolean variesAcross(byte[] p, int q, int s, int threshold) {
    return Math.abs(at(p, q - 2 * s) - at(p, q - s)) > threshold
        || Math.abs(at(p, q + s) - at(p, q)) > threshold;
  }

  /** Moves the two pixels at the edge, by the outer taps too. */
  private static void common(byte[] p, int q, int s) {
    int a = 3 * (at(p, q) - at(p, q - s)) + signed(at(p, q - 2 * s) - at(p, q + s));
    move(p, q - s, eighth(a + 3));
    move(p, q, -eighth(a + 4));
  }

  /** Moves two pixels on either side. */
  private static void narrow(byte[] p, int q, int s) {
    int a = 3 * (at(p, q) - at(p, q - s));
    int a1 = eighth(a + 4);
    int a3 = (a1 + 1) >> 1;
    move(p, q - 2 * s, a3);
    move(p, q - s, eighth(a + 3));
    move(p, q, -a1);
    move(p, q + s, -a3);
  }

  /** Moves three pixels on either side. */
  private static void wide(byte[] p, int q, int s) {
    int a = signed(3 * (at(p, q) - at(p, q - s)) + signed(at(p, q - 2 * s) - at(p, q + s)));
    int a1 = (27 * a + 63) >> 7;
    int a2 = (18 * a + 63) >> 7;
    int a3 = (9 * a + 63) >> 7;
    move(p, q - 3 * s, a3);
    move(p, q - 2 * s, a2);
    move(p, q - s, a1);
    move(p, q, -a1);
    move(p, q + s, -a2);
    move(p, q + 2 * s, -a3);
  }

  private static int at(byte[] p, int index) {
    return p[index] & 0xFF;
  }

  private static void move(byte[] p, int index, int by) {
    p[index] = Vp8Frame.clamp((p[index] & 0xFF) + by);
  }

  private static int signed(int value) {
    return Math.max(-128, Math.min(127, value));
  }

  private static int eighth(int value) {
    return Math.max(-16, Math.min(15, value >> 3));
  }
}
