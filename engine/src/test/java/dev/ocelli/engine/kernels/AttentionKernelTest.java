package dev.ocelli.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.kernels.jit.Level;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Attention: vectors against scalars bit for bit, both against double arithmetic, and invariance.
 */
class AttentionKernelTest {
  /** A cache whose unwritten slots hold NaN. */
  private record Cache(KvLayout layout, List<MemorySegment> blocks) implements KvView {
    static Cache of(KvLayout layout, int tokens, Arena arena) {
      List<MemorySegment> blocks = new ArrayList<>();
      for (int t = 0; t < tokens; t += KvLayout.BLOCK_TOKENS) {
        blocks.add(arena.allocate(layout.blockBytes(), 64).fill((byte) 0xff));
      }
      return new Cache(layout, blocks);
    }
  }

  private record Shape(int heads, int kvHeads, int dim, DType keyType, DType valueType) {
    KvLayout layout() {
      return new KvLayout(2, kvHeads, dim, keyType, valueType);
    }

    int columns() {
      return (heads + 2 * kvHeads) * dim;
    }
  }

  /** The ways to compute the same: in Java, and by machine code of every level there is. */
  private interface Way {
    Compute over(Workers workers);
  }

  private static final Way SCALAR = w -> new Compute(w, Simd.SCALAR);
  private static final Way VECTOR = w -> new Compute(w, Simd.VECTOR);

  private static Map<String, Way> ways() {
    Map<String, Way> ways = new LinkedHashMap<>();
    ways.put("scalar", SCALAR);
    ways.put("vector", VECTOR);
    for (Level l : KernelSet.levels()) {
      if (l.isEmitted()) {
        ways.put(l.label(), w -> new Compute(w, KernelSet.of(l, Activations.QUANTIZED)));
      }
    }
    return ways;
  }

  /** Runs all tokens through a cache in chunks. */
  private static float[] run(Shape s, float[] qkv, int tokens, int chunk, int threads, Way way) {
    try (Arena arena = Arena.ofShared();
        Workers workers = threads == 1 ? Workers.single() : new WorkerTeam(threads);
        Compute compute = way.over(workers)) {
      Floats all = Floats.copyOf(arena, qkv, tokens, s.columns());
      Floats out = Floats.allocate(arena, tokens, s.heads * s.dim);
      Cache cache = Cache.of(s.layout(), tokens, arena);
      for (int t = 0; t < tokens; t += chunk) {
        int end = Math.min(tokens, t + chunk);
        Floats part = all.slice(t, end);
        int keys = s.heads * s.dim;
        KvRows[] step = {new KvRows(0, end - t, cache, t)};
        compute.storeKeyValues(part, keys, keys + s.kvHeads * s.dim, step, 1);
        compute.causalAttention(part, s.heads, step, 1, out.slice(t, end));
      }
      return out.toArray();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "4, 2, 32, F16, F16",
    "3, 3, 40, F32, F32",
    "8, 1, 128, F16, F32",
    "4, 4, 72, F32, F16",
    "2, 1, 256, F16, F16",
    "16, 1, 48, F32, F32",
    "4, 2, 64, Q8_0, Q8_0",
    "8, 1, 128, Q8_0, F16",
    "2, 2, 32, F32, Q8_0",
    "4, 2, 80, F16, F16",
    "6, 2, 112, F32, F16",
    "14, 2, 96, Q8_0, Q8_0"
  })
  void causalAttentionHasTheSameBitsForEveryChunkThreadCountAndLevel(
      int heads, int kvHeads, int dim, DType keyType, DType valueType) {
    Shape s = new Shape(heads, kvHeads, dim, keyType, valueType);
    int tokens = 150;
    float[] qkv = RandomWeights.floats(tokens * s.columns(), dim);
    float[] expected = run(s, qkv, tokens, 1, 1, SCALAR);
    ways()
        .forEach((name, way) -> {
          // The scalar way is slow and takes every token alone: one other chunk says enough.
          for (int chunk : way == SCALAR ? new int[] {7} : new int[] {1, 7, 64, 100, tokens}) {
            assertThat(run(s, qkv, tokens, chunk, chunk == 7 ? 3 : 1, way))
                .as("%s, chunk %d", name, chunk)
                .isEqualTo(expected);
          }
        });
    close(expected, exact(s, qkv, tokens), Math.max(error(keyType), error(valueType)));
  }

  @Test
  void longContextsAreSharedBySpansWithTheSameBits() {
    Shape s = new Shape(4, 2, 32, DType.F16, DType.F16);
    int tokens = 700;
    float[] qkv = RandomWeights.floats(tokens * s.columns(), 3);
    float[] whole = run(s, qkv, tokens, 350, 1, SCALAR);
    ways()
        .forEach((name, way) -> {
          if (way != SCALAR) {
            assertThat(run(s, qkv, tokens, tokens, 1, way)).as(name).isEqualTo(whole);
            assertThat(run(s, qkv, tokens, 1, 1, way)).as(name).isEqualTo(whole);
            assertThat(run(s, qkv, tokens, 5, 3, way)).as(name).isEqualTo(whole);
            assertThat(run(s, qkv, tokens, 333, 2, way)).as(name).isEqualTo(whole);
          }
        });
    Way best = w -> new Compute(w, KernelSet.best(Activations.QUANTIZED));
    assertThat(run(s, qkv, tokens, 1, 1, best)).isEqualTo(whole);
    assertThat(run(s, qkv, tokens, 333, 2, best)).isEqualTo(whole);
    close(whole, exact(s, qkv, tokens), error(DType.F16));
  }

  /** Prompts and single tokens of sequences of different lengths in the same calls. */
  @ParameterizedTest
  @CsvSource({"vector, 1", "vector, 3", "scalar, 1", "best, 1", "best, 3"})
  void sequencesInOneStepHaveTheirBitsAlone(String name, int threads) {
    Way way = ways().getOrDefault(name, w -> new Compute(w, KernelSet.best(Activations.QUANTIZED)));
    Shape s = new Shape(4, 2, 32, DType.F16, DType.F16);
    int[] lengths = {700, 3, 130, 64, 1};
    int[] chunks = {699, 1, 43, 1, 1};
    try (Arena arena = Arena.ofShared();
        Workers workers = threads == 1 ? Workers.single() : new WorkerTeam(threads);
        Compute compute = way.over(workers)) {
      float[][] qkv = new float[lengths.length][];
      float[][] got = new float[lengths.length][];
      Cache[] caches = new Cache[lengths.length];
      for (int i = 0; i < lengths.length; i++) {
        qkv[i] = RandomWeights.floats(lengths[i] * s.columns(), 70 + i);
        got[i] = new float[lengths[i] * s.heads * s.dim];
        caches[i] = Cache.of(s.layout(), lengths[i], arena);
      }
      int[] done = new int[lengths.length];
      while (!Arrays.equals(done, lengths)) {
        step(s, compute, qkv, got, caches, chunks, done);
      }
      for (int i = 0; i < lengths.length; i++) {
        assertThat(got[i])
            .as("sequence %d", i)
            .isEqualTo(run(s, qkv[i], lengths[i], lengths[i], 1, VECTOR));
      }
    }
  }

  /** The next chunk of every sequence that is not finished. */
  private static void step(
      Shape s,
      Compute compute,
      float[][] qkv,
      float[][] got,
      Cache[] caches,
      int[] chunks,
      int[] done) {
    List<KvRows> step = new ArrayList<>();
    List<Integer> sequences = new ArrayList<>();
    float[] in = {};
    for (int i = 0; i < qkv.length; i++) {
      int n = Math.min(chunks[i], qkv[i].length / s.columns() - done[i]);
      if (n > 0) {
        step.add(new KvRows(in.length / s.columns(), n, caches[i], done[i]));
        sequences.add(i);
        int from = in.length;
        in = Arrays.copyOf(in, from + n * s.columns());
        System.arraycopy(qkv[i], done[i] * s.columns(), in, from, n * s.columns());
        done[i] += n;
      }
    }
    try (Arena arena = Arena.ofShared()) {
      int rows = in.length / s.columns();
      Floats x = Floats.copyOf(arena, in, rows, s.columns());
      Floats y = Floats.allocate(arena, rows, s.heads * s.dim);
      KvRows[] all = step.toArray(KvRows[]::new);
      int keys = s.heads * s.dim;
      compute.storeKeyValues(x, keys, keys + s.kvHeads * s.dim, all, 1);
      compute.causalAttention(x, s.heads, all, 1, y);
      float[] out = y.toArray();
      for (int k = 0; k < all.length; k++) {
        KvRows r = all[k];
        System.arraycopy(
            out,
            r.row() * y.columns(),
            got[sequences.get(k)],
            r.firstToken() * y.columns(),
            r.count() * y.columns());
      }
    }
  }

  @Test
  void scoresOfAnySizeAreFolded() {
    Shape s = new Shape(2, 1, 32, DType.F32, DType.F32);
    int tokens = 700;
    float[] qkv = RandomWeights.floats(tokens * s.columns(), 8);
    for (int i = 0; i < qkv.length; i++) {
      /* Scores in the hundreds: probabilities underflow, whole blocks and spans vanish. */
      qkv[i] *= i % s.columns() < 3 * s.dim ? 12 : 1;
    }
    float[] y = run(s, qkv, tokens, 64, 1, VECTOR);
    ways().forEach((name, way) -> assertThat(run(s, qkv, tokens, 1, 1, way)).as(name).isEqualTo(y));
    double[] exact = exact(s, qkv, tokens);
    close(y, exact, 2e-3);
  }

  @Test
  void aValueThatIsNoNumberReachesLaterTokensOnly() {
    Shape s = new Shape(2, 1, 32, DType.F32, DType.F32);
    int tokens = 90;
    float[] qkv = RandomWeights.floats(tokens * s.columns(), 8);
    float[] clean = run(s, qkv, tokens, 64, 1, VECTOR);
    qkv[40 * s.columns() + 3 * s.dim + 5] = Float.NaN;
    int width = s.heads * s.dim;
    ways()
        .forEach((name, way) -> {
          float[] y = run(s, qkv, tokens, 64, 1, way);
          assertThat(y).isEqualTo(run(s, qkv, tokens, 1, 1, way));
          for (int t = 0; t < tokens; t++) {
            for (int c = 0; c < width; c++) {
              if (t >= 40 && c % s.dim == 5) {
                assertThat(y[t * width + c]).as(name).isNaN();
              } else {
                assertThat(y[t * width + c]).as(name).isEqualTo(clean[t * width + c]);
              }
            }
          }
        });
  }

  @Test
  void aKeyThatIsNoNumberReachesLaterTokensOnly() {
    Shape s = new Shape(2, 1, 32, DType.F16, DType.F16);
    int tokens = 90;
    float[] qkv = RandomWeights.floats(tokens * s.columns(), 8);
    float[] clean = run(s, qkv, tokens, 64, 1, VECTOR);
    qkv[40 * s.columns() + 2 * s.dim + 5] = Float.NaN;
    int width = s.heads * s.dim;
    ways()
        .forEach((name, way) -> {
          for (int chunk : new int[] {1, 64}) {
            float[] y = run(s, qkv, tokens, chunk, 1, way);
            for (int i = 0; i < y.length; i++) {
              if (i / width >= 40) {
                assertThat(y[i]).as(name).isNaN();
              } else {
                assertThat(y[i]).as(name).isEqualTo(clean[i]);
              }
            }
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"2, 16", "3, 32", "2, 48", "4, 64", "2, 72", "1, 80", "1, 8"})
  void fullAttentionStaysInsideItsSegments(int heads, int dim) {
    int[] segments = {1, 70, 64, 300, 5};
    int n = 440;
    float[] qkv = RandomWeights.floats(n * 3 * heads * dim, dim);
    float[] vector = full(qkv, n, heads, dim, segments, 1, Simd.VECTOR);
    assertThat(full(qkv, n, heads, dim, segments, 3, Simd.VECTOR)).isEqualTo(vector);
    assertThat(full(qkv, n, heads, dim, segments, 1, Simd.SCALAR)).isEqualTo(vector);
    double[] exact = new double[n * heads * dim];
    int first = 0;
    for (int rows : segments) {
      for (int r = 0; r < rows; r++) {
        for (int h = 0; h < heads; h++) {
          int width = 3 * heads * dim;
          attend(
              qkv,
              (first + r) * width + h * dim,
              first * width + (heads + h) * dim,
              first * width + (2 * heads + h) * dim,
              width,
              rows,
              dim,
              exact,
              (first + r) * heads * dim + h * dim);
        }
      }
      first += rows;
    }
    close(vector, exact, error(DType.F32));
  }

  private static float[] full(
      float[] qkv, int n, int heads, int dim, int[] segments, int threads, Simd simd) {
    try (Arena arena = Arena.ofShared();
        Workers workers = new WorkerTeam(threads);
        Compute compute = new Compute(workers, simd)) {
      Floats out = Floats.allocate(arena, n, heads * dim);
      compute.fullAttention(Floats.copyOf(arena, qkv, n, 3 * heads * dim), heads, segments, out);
      return out.toArray();
    }
  }

  @ParameterizedTest
  @EnumSource(Simd.class)
  void operandsThatDoNotFitAreRefused(Simd simd) {
    try (Arena arena = Arena.ofShared();
        Compute compute = new Compute(Workers.single(), simd)) {
      Floats qkv = Floats.allocate(arena, 10, 96);
      Floats out = Floats.allocate(arena, 10, 32);
      assertThatThrownBy(() -> compute.fullAttention(qkv, 2, new int[] {4, 5}, out))
          .hasMessageContaining("9 rows");
      assertThatThrownBy(() -> compute.fullAttention(qkv, 5, new int[] {10}, out))
          .hasMessageContaining("5 heads");
      Cache cache = Cache.of(new KvLayout(1, 2, 16, DType.F16, DType.F16), 10, arena);
      KvRows[] step = {new KvRows(0, 10, cache, 0)};
      assertThatThrownBy(() -> compute.causalAttention(qkv, 3, step, 0, out))
          .hasMessageContaining("3 query heads cannot share 2");
      assertThatThrownBy(() -> compute.causalAttention(qkv, 4, step, 0, out))
          .hasMessageContaining("do not fit");
    }
  }

  /** What the type of cached values may add to the result. */
  private static double error(DType type) {
    return switch (type) {
      case F16 -> 4e-3;
      case Q8_0 -> 4e-2;
      default -> 3e-6;
    };
  }

  private static void close(float[] y, double[] exact, double error) {
    // One assertion for all: millions of them would take longer than what they look at.
    double worst = 0;
    for (int i = 0; i < y.length; i++) {
      worst = Math.max(worst, Math.abs(y[i] - exact[i])); // NaN stays NaN, which is no small number
    }
    assertThat(worst).isLessThanOrEqualTo(error);
  }

  private static double[] exact(Shape s, float[] qkv, int tokens) {
    double[] out = new double[tokens * s.heads * s.dim];
    int width = s.columns();
    for (int t = 0; t < tokens; t++) {
      for (int h = 0; h < s.heads; h++) {
        int kv = h / (s.heads / s.kvHeads);
        attend(
            qkv,
            t * width + h * s.dim,
            (s.heads + kv) * s.dim,
            (s.heads + s.kvHeads + kv) * s.dim,
            width,
            t + 1,
            s.dim,
            out,
            (t * s.heads + h) * s.dim);
      }
    }
    return out;
  }

  private static void attend(
      float[] in, int q, int k, int v, int stride, int n, int dim, double[] out, int to) {
    double[] p = new double[n];
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      for (int d = 0; d < dim; d++) {
        p[j] += (double) in[q + d] * in[k + j * stride + d];
      }
      p[j] /= Math.sqrt(dim);
      max = Math.max(max, p[j]);
    }
    double sum = 0;
    for (int j = 0; j < n; j++) {
      p[j] = Math.exp(p[j] - max);
      sum += p[j];
    }
    for (int j = 0; j < n; j++) {
      for (int d = 0; d < dim; d++) {
        out[to + d] += p[j] / sum * in[v + j * stride + d];
      }
    }
  }
}
