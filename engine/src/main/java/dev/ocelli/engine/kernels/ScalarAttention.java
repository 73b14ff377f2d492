package dev.ocelli.engine.kernels;

import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Attention of one query over keys and values, one at a time and without vector instructions: the
 * arithmetic that {@link HeadFold} does for many queries at once, bit for bit.
 *
 * <p>Keys are folded in blocks of 64 and blocks in spans of {@link #SPAN_BLOCKS}:
 *
 * <pre>
 * for each span: m = -inf, l[16] = 0, o[d] = 0
 *   for each block of the span
 *     s[j] = sum over d by fma of (q[d] scale) k[j][d]
 *     m' = max(m, max s);  a = exp(m - m');  p[j] = exp(s[j] - m')
 *     l[i] = fma(l[i], a, sum over j = i mod 16 of p[j])
 *     o[d] = o[d] a, then + (sum over 16 keys by fma of p[j] v[j][d]) for each 16 keys of the block
 *   the span joins those before it: M' = max(M, m); L = fma(l, exp(m - M'), L exp(M - M')), O likewise
 * out[d] = O[d] / sum of L
 * </pre>
 *
 * Nothing in it depends on how many queries or threads there are, or where a chunk of tokens
 * begins.
 */
final class ScalarAttention {
  /** Blocks of 64 keys after which sums are joined; threads share long contexts by spans. */
  static final int SPAN_BLOCKS = 8;

  private static final int BLOCK = KvLayout.BLOCK_TOKENS;
  private static final int LANES = Lanes.SUM_LANES;

  private final float[] query;
  private final float[] scores = new float[BLOCK];
  private final float[] partial = new float[LANES];
  private final float[] o;
  private final float[] sums = new float[LANES];
  private final float[] allO;
  private final float[] allSums = new float[LANES];
  private float max;
  private float allMax = Float.NEGATIVE_INFINITY;

  private ScalarAttention(int headDim) {
    query = new float[headDim];
    o = new float[headDim];
    allO = new float[headDim];
  }

  /** Keys or values of one head: value d of token j of the sequence. */
  private interface Values {
    float get(int token, int d);
  }

  /** One query head of one row over the first tokens of the cache, its own the last of them. */
  static void causal(
      Floats q, int row, int head, int heads, KvView kv, int layer, int tokens, Floats out) {
    KvLayout l = kv.layout();
    int dim = l.headDim();
    int kvHead = head / (heads / l.heads());
    ScalarAttention a = new ScalarAttention(dim);
    a.run(
        q.segment(),
        q.offset(row) + 4L * head * dim,
        tokens,
        (t, d) -> {
          MemorySegment block = kv.blocks().get(t / BLOCK);
          long at = l.keyOffset(layer, kvHead);
          return l.keyType() == DType.Q8_0
              ? CacheQ8.key(block, at, dim, t % BLOCK, d)
              : cached(block, l.keyType(), at, d * BLOCK + t % BLOCK);
        },
        (t, d) -> {
          MemorySegment block = kv.blocks().get(t / BLOCK);
          long at = l.valueOffset(layer, kvHead);
          return l.valueType() == DType.Q8_0
              ? CacheQ8.value(block, at, dim, t % BLOCK, d)
              : cached(block, l.valueType(), at, t % BLOCK * dim + d);
        });
    a.store(out, row, head * dim);
  }

  /** One query head of one row over rows {@code first} to {@code first + rows}. */
  static void full(Floats qkv, int heads, int first, int rows, int row, int head, Floats out) {
    int dim = qkv.columns() / 3 / heads;
    ScalarAttention a = new ScalarAttention(dim);
    a.run(
        qkv.segment(),
        qkv.offset(row) + 4L * head * dim,
        rows,
        (t, d) -> qkv.get(first + t, (heads + head) * dim + d),
        (t, d) -> qkv.get(first + t, (2 * heads + head) * dim + d));
    a.store(out, row, head * dim);
  }

  /** What scores are multiplied by. */
  static float scale(int headDim) {
    return (float) (1 / Math.sqrt(headDim));
  }

  private void run(MemorySegment q, long at, int tokens, Values keys, Values values) {
    for (int d = 0; d < query.length; d++) {
      query[d] = q.get(ValueLayout.JAVA_FLOAT, at + 4L * d) * scale(query.length);
    }
    for (int from = 0; from < tokens; from += SPAN_BLOCKS * BLOCK) {
      max = Float.NEGATIVE_INFINITY;
      Arrays.fill(sums, 0f);
      Arrays.fill(o, 0f);
      int to = Math.min(tokens, from + SPAN_BLOCKS * BLOCK);
      for (int t = from; t < to; t += BLOCK) {
        fold(t, Math.min(BLOCK, to - t), keys, values);
      }
      join();
    }
  }

  private void fold(int from, int n, Values keys, Values values) {
    float blockMax = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      float s = 0;
      for (int d = 0; d < query.length; d++) {
        s = Math.fma(keys.get(from + j, d), query[d], s);
      }
      scores[j] = s;
      blockMax = Math.max(blockMax, s);
    }
    float newMax = Math.max(max, blockMax);
    float decay = ScalarMath.exp(max - newMax);
    max = newMax;
    Arrays.fill(partial, 0f);
    for (int j = 0; j < n; j++) {
      scores[j] = ScalarMath.exp(scores[j] - newMax);
      partial[j % LANES] += scores[j];
    }
    for (int i = 0; i < LANES; i++) {
      sums[i] = Math.fma(sums[i], decay, partial[i]);
    }
    for (int d = 0; d < o.length; d++) {
      o[d] *= decay;
      for (int j = 0; j < n; j += LANES) {
        float sum = 0;
        for (int i = j; i < Math.min(n, j + LANES); i++) {
          sum = Math.fma(values.get(from + i, d), scores[i], sum);
        }
        o[d] += sum;
      }
    }
  }

  private void join() {
    float newMax = Math.max(allMax, max);
    float before = ScalarMath.exp(allMax - newMax);
    float now = ScalarMath.exp(max - newMax);
    allMax = newMax;
    for (int i = 0; i < LANES; i++) {
      allSums[i] = Math.fma(sums[i], now, allSums[i] * before);
    }
    for (int d = 0; d < o.length; d++) {
      allO[d] = Math.fma(o[d], now, allO[d] * before);
    }
  }

  private void store(Floats out, int row, int column) {
    float sum = sum(allSums, 0);
    for (int d = 0; d < o.length; d++) {
      out.set(row, column + d, allO[d] / sum);
    }
  }

  /** Adds 16 partial sums in a tree; they are overwritten. */
  static float sum(float[] p, int at) {
    for (int n = LANES / 2; n > 0; n /= 2) {
      for (int i = 0; i < n; i++) {
        p[at + i] += p[at + i + n];
      }
    }
    return p[at];
  }

  /** Stores keys and values of one head: see {@link KvLayout}. */
  static void store(Floats qkv, int keyColumn, int valueColumn, KvRows rows, int layer, int head) {
    KvLayout l = rows.kv().layout();
    int dim = l.headDim();
    for (int i = 0; i < rows.count(); i++) {
      int r = rows.row() + i;
      int token = rows.firstToken() + i;
      int slot = token % BLOCK;
      MemorySegment block = rows.kv().blocks().get(token / BLOCK);
      long keys = l.keyOffset(layer, head);
      long values = l.valueOffset(layer, head);
      long key = qkv.offset(r) + 4L * (keyColumn + head * dim);
      long value = qkv.offset(r) + 4L * (valueColumn + head * dim);
      MemorySegment x = qkv.segment();
      if (l.keyType() == DType.Q8_0) {
        CacheQ8.storeKey(block, keys, dim, slot, x, key);
      }
      if (l.valueType() == DType.Q8_0) {
        CacheQ8.storeValue(block, values, dim, slot, x, value);
      }
      for (int d = 0; d < dim; d++) {
        if (l.keyType() != DType.Q8_0) {
          float k = x.get(ValueLayout.JAVA_FLOAT, key + 4L * d);
          cache(block, l.keyType(), keys, d * BLOCK + slot, k);
        }
        if (l.valueType() != DType.Q8_0) {
          float v = x.get(ValueLayout.JAVA_FLOAT, value + 4L * d);
          cache(block, l.valueType(), values, slot * dim + d, v);
        }
      }
    }
  }

  private static float cached(MemorySegment block, DType type, long offset, int index) {
    return type == DType.F16
        ? Float.float16ToFloat(block.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset + 2L * index))
        : block.get(ValueLayout.JAVA_FLOAT_UNALIGNED, offset + 4L * index);
  }

  private static void cache(MemorySegment block, DType type, long offset, int index, float value) {
    if (type == DType.F16) {
      block.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset + 2L * index, Float.floatToFloat16(value));
    } else {
      block.set(ValueLayout.JAVA_FLOAT_UNALIGNED, offset + 4L * index, value);
    }
  }
}
