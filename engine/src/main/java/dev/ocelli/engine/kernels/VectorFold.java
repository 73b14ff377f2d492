package dev.ocelli.engine.kernels;

import static dev.ocelli.engine.kernels.Lanes.F;
import static dev.ocelli.engine.kernels.Lanes.L;
import static dev.ocelli.engine.kernels.Lanes.SUM_LANES;

import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** A {@link HeadFold} in Java, which also takes keys and values that are not in a cache. */
final class VectorFold implements HeadFold {
  private static final int BLOCK = KvLayout.BLOCK_TOKENS;
  private static final int ROW = Tile.ROW;
  private static final int KEY_VECTORS = BLOCK / L;
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT;
  private static final FloatVector NO_SCORE = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);

  /** Keys of the block, {@code [d][64]}. */
  private final float[] keys;

  /** Values of the block, {@code [64][headDim]}; vectors read beyond the last row. */
  private final float[] values;

  /** Queries, multiplied by the scale, {@code [query][ROW]}. */
  private final float[] queries;

  /** Scores, then probabilities of a tile of queries, {@code [query][ROW]}. */
  private final float[] scores = new float[Tile.ROWS * ROW];

  private final float[] ones = new float[Math.max(BLOCK, Tile.ROW + L)];

  /** How many keys of the block each query sees. */
  private final int[] visible;

  /* State of each query: of the span, and of all spans before it. */
  private final float[] max;
  private final float[] sums;
  private final float[] o;
  private final float[] allMax;
  private final float[] allSums;
  private final float[] allO;

  private final float[] row;

  /** Scales of a quantized block. */
  private final float[] scales;

  private final Tile scoreTile;
  private final Tile valueTile;
  private KvLayout layout = new KvLayout(0, 1, 1, DType.F32, DType.F32);
  private int count;
  private int headDim;

  /** Columns of {@link #o}: headDim, rounded up to whole vectors. */
  private int width;

  /**
   * Allocates memory.
   *
   * @param maxQueries as many can be folded at once
   * @param maxHeadDim at most {@link Tile#ROW}
   */
  VectorFold(int maxQueries, int maxHeadDim) {
    int maxWidth = roundUp(maxHeadDim);
    keys = new float[maxHeadDim * BLOCK];
    values = new float[maxHeadDim * BLOCK + L];
    queries = new float[maxQueries * ROW];
    visible = new int[maxQueries];
    max = new float[maxQueries];
    sums = new float[maxQueries * SUM_LANES];
    o = new float[maxQueries * maxWidth];
    allMax = new float[maxQueries];
    allSums = new float[maxQueries * SUM_LANES];
    allO = new float[maxQueries * maxWidth];
    row = new float[maxHeadDim];
    scales = new float[2 * maxHeadDim];
    Arrays.fill(ones, 1f);
    scoreTile = new Tile(keys, BLOCK, queries, ones, 0, scores);
    scoreTile.accStride = ROW;
    valueTile = new Tile(values, maxHeadDim, scores, ones, 0, o);
  }

  private static int roundUp(int headDim) {
    return (headDim + L - 1) / L * L;
  }

  /** Will take blocks of this layout, or rows whose heads are as large. */
  void setLayout(KvLayout l) {
    layout = l;
    headDim = l.headDim();
    width = roundUp(headDim);
    valueTile.stride = headDim;
    valueTile.accStride = width;
  }

  @Override
  public void begin(int queryCount) {
    count = queryCount;
    Arrays.fill(allMax, 0, count, Float.NEGATIVE_INFINITY);
    Arrays.fill(allSums, 0, count * SUM_LANES, 0f);
    Arrays.fill(allO, 0, count * width, 0f);
  }

  @Override
  public void setQuery(int query, MemorySegment from, long at) {
    MemorySegment.copy(from, F32, at, queries, query * ROW, headDim);
    float scale = ScalarAttention.scale(headDim);
    for (int d = 0; d < headDim; d++) {
      queries[query * ROW + d] *= scale;
    }
  }

  @Override
  public void beginSpan() {
    Arrays.fill(max, 0, count, Float.NEGATIVE_INFINITY);
    Arrays.fill(sums, 0, count * SUM_LANES, 0f);
    Arrays.fill(o, 0, count * width, 0f);
  }

  @Override
  public void loadBlock(MemorySegment block, MemorySegment next, int layer, int head) {
    KvLayout l = layout;
    long key = l.keyOffset(layer, head);
    long value = l.valueOffset(layer, head);
    if (l.keyType() == DType.Q8_0) {
      CacheQ8.loadKeys(block, key, headDim, keys, scales);
    } else {
      load(block, l.keyType(), key, keys);
    }
    if (l.valueType() == DType.Q8_0) {
      CacheQ8.loadValues(block, value, headDim, values, scales);
    } else {
      load(block, l.valueType(), value, values);
    }
  }

  private void load(MemorySegment block, DType type, long at, float[] target) {
    int n = headDim * BLOCK;
    if (type == DType.F16) {
      Halves.fromF16(block, at, target, 0, n);
    } else {
      MemorySegment.copy(block, ValueLayout.JAVA_FLOAT_UNALIGNED, at, target, 0, n);
    }
  }

  /**
   * Loads keys and values of up to 64 rows of a joint projection.
   *
   * @param keyColumn column of the head's first key component
   * @param valueColumn column of its first value component
   */
  void loadRows(Floats qkv, int firstRow, int rows, int keyColumn, int valueColumn) {
    MemorySegment in = qkv.segment();
    for (int j = 0; j < rows; j++) {
      long at = qkv.offset(firstRow + j);
      MemorySegment.copy(in, F32, at + 4L * keyColumn, row, 0, headDim);
      for (int d = 0; d < headDim; d++) {
        keys[d * BLOCK + j] = row[d];
      }
      MemorySegment.copy(in, F32, at + 4L * valueColumn, values, j * headDim, headDim);
    }
  }

  /** Lets every query see n keys of the block. */
  void seeAll(int n) {
    Arrays.fill(visible, 0, count, n);
  }

  @Override
  public void see(int query, int keys) {
    visible[query] = keys;
  }

  @Override
  public void fold() {
    int first = 0;
    while (first < count && visible[first] == 0) {
      first++;
    }
    for (; first < count; first += Tile.ROWS) {
      foldTile(first, Math.min(Tile.ROWS, count - first));
    }
  }

  private void foldTile(int first, int rows) {
    for (int t = 0; t < rows; t++) {
      Arrays.fill(scores, t * ROW, t * ROW + BLOCK, 0f);
    }
    scoreTile.multiply(rows, KEY_VECTORS, 0, first * ROW, 0, 0, headDim, 1);
    for (int t = 0; t < rows; t++) {
      softmax(first + t, t * ROW);
    }
    int vectors = width / L;
    int whole = visible[first] / SUM_LANES;
    valueTile.multiply(rows, vectors, 0, 0, 0, first * width, SUM_LANES, whole);
    if (visible[first] < BLOCK) {
      for (int t = 0; t < rows; t++) {
        foldRest(first + t, t * ROW, whole);
      }
    }
  }

  /** Adds the values that only some queries of a tile see. */
  private void foldRest(int query, int x, int done) {
    int vectors = width / L;
    int key = done * SUM_LANES;
    int whole = visible[query] / SUM_LANES - done;
    int at = key * headDim;
    valueTile.multiply(1, vectors, at, x + key, 0, query * width, SUM_LANES, whole);
    key += whole * SUM_LANES;
    int rest = visible[query] - key;
    if (rest > 0) {
      valueTile.multiply(1, vectors, key * headDim, x + key, 0, query * width, rest, 1);
    }
  }

  /** Turns scores into probabilities relative to the new maximum; scales what was before. */
  private void softmax(int query, int at) {
    int n = visible[query];
    FloatVector top = NO_SCORE;
    for (int j = 0; j < n; j += L) {
      FloatVector s = FloatVector.fromArray(F, scores, at + j);
      if (j + L > n) {
        VectorMask<Float> m = F.indexInRange(j, n);
        s = NO_SCORE.blend(s, m);
        s.intoArray(scores, at + j);
      }
      top = top.max(s);
    }
    float newMax = Math.max(max[query], top.reduceLanes(VectorOperators.MAX));
    float decay = ScalarMath.exp(max[query] - newMax);
    max[query] = newMax;
    for (int lane = 0; lane < SUM_LANES; lane += L) {
      FloatVector sum = FloatVector.zero(F);
      for (int j = lane; j < n; j += SUM_LANES) {
        FloatVector p = VectorMath.exp(FloatVector.fromArray(F, scores, at + j).sub(newMax));
        p.intoArray(scores, at + j);
        sum = sum.add(p);
      }
      int i = query * SUM_LANES + lane;
      FloatVector.fromArray(F, sums, i)
          .fma(FloatVector.broadcast(F, decay), sum)
          .intoArray(sums, i);
    }
    if (decay != 1) {
      for (int i = query * width; i < (query + 1) * width; i += L) {
        FloatVector.fromArray(F, o, i).mul(decay).intoArray(o, i);
      }
    }
  }

  @Override
  public void endSpan() {
    for (int q = 0; q < count; q++) {
      if (sawSomething(max[q], sums[q * SUM_LANES])) {
        join(q);
      }
    }
  }

  /** Even where all scores are minus infinity: the sums are NaN then. */
  private static boolean sawSomething(float spanMax, float firstSum) {
    return spanMax != Float.NEGATIVE_INFINITY || firstSum != 0;
  }

  private void join(int q) {
    float newMax = Math.max(allMax[q], max[q]);
    float before = ScalarMath.exp(allMax[q] - newMax);
    float now = ScalarMath.exp(max[q] - newMax);
    allMax[q] = newMax;
    decayAndAdd(allSums, q * SUM_LANES, before, sums, now, SUM_LANES);
    decayAndAdd(allO, q * width, before, o, now, width);
  }

  private static void decayAndAdd(
      float[] all, int at, float before, float[] span, float now, int n) {
    FloatVector f = FloatVector.broadcast(F, now);
    for (int i = at; i < at + n; i += L) {
      FloatVector a = FloatVector.fromArray(F, all, i).mul(before);
      FloatVector.fromArray(F, span, i).fma(f, a).intoArray(all, i);
    }
  }

  @Override
  public long spanBytes() {
    return 4L * (1 + SUM_LANES + width);
  }

  @Override
  public void saveSpan(MemorySegment target, long at) {
    long to = at;
    for (int q = 0; q < count; q++) {
      target.set(F32, to, max[q]);
      MemorySegment.copy(sums, q * SUM_LANES, target, F32, to + 4, SUM_LANES);
      MemorySegment.copy(o, q * width, target, F32, to + 4 + 4 * SUM_LANES, width);
      to += spanBytes();
    }
  }

  @Override
  public void joinSaved(MemorySegment source, long at) {
    beginSpan();
    long from = at;
    for (int q = 0; q < count; q++) {
      max[q] = source.get(F32, from);
      MemorySegment.copy(source, F32, from + 4, sums, q * SUM_LANES, SUM_LANES);
      MemorySegment.copy(source, F32, from + 4 + 4 * SUM_LANES, o, q * width, width);
      from += spanBytes();
    }
    endSpan();
  }

  @Override
  public void store(int query, MemorySegment target, long at) {
    float sum = ScalarAttention.sum(allSums, query * SUM_LANES);
    int from = query * width;
    for (int d = 0; d < headDim; d++) {
      allO[from + d] /= sum;
    }
    MemorySegment.copy(allO, from, target, F32, at, headDim);
  }
}
