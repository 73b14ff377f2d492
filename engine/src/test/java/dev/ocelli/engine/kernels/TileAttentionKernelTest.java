package dev.ocelli.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention of the vision tower with emitted products, at every level and in bfloat16. */
class TileAttentionKernelTest {
  private static final int HEADS = 3;

  static List<KernelSet> sets() {
    List<KernelSet> sets = new ArrayList<>();
    for (var level : KernelSet.levels()) {
      if (level.isEmitted()) {
        KernelSet set = KernelSet.of(level, Activations.EXACT);
        sets.add(set);
        if (set.hasBfloat16()) {
          sets.add(set.withBfloat16());
        }
      }
    }
    return sets;
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("sets")
  void equalsDoubleArithmetic(KernelSet set) {
    double tolerance = set.bfloat16() ? 2e-2 : 2e-6;
    for (int dim : new int[] {8, 64, 72}) {
      for (int[] segments : new int[][] {{1}, {2, 33}, {385, 7, 12}, {431}}) {
        float[] qkv = input(dim, segments);
        double[] expected = expected(qkv, dim, segments);
        float[] got = run(set, qkv, dim, segments, 2);
        for (int i = 0; i < got.length; i++) {
          assertThat((double) got[i])
              .as("%s, dim %d, value %d", Arrays.toString(segments), dim, i)
              .isCloseTo(expected[i], Offset.offset(tolerance));
        }
      }
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("sets")
  void neighboursAndThreadsDoNotChangeABit(KernelSet set) {
    int dim = 64;
    int[] segments = {300, 37, 800};
    float[] qkv = input(dim, segments);
    float[] together = run(set, qkv, dim, segments, 1);
    for (int threads : new int[] {2, 3}) {
      assertThat(run(set, qkv, dim, segments, threads)).isEqualTo(together);
    }
    int in = 0;
    int out = 0;
    for (int rows : segments) {
      float[] own = Arrays.copyOfRange(qkv, in, in + rows * 3 * HEADS * dim);
      assertThat(run(set, own, dim, new int[] {rows}, 2))
          .isEqualTo(Arrays.copyOfRange(together, out, out + rows * HEADS * dim));
      in += own.length;
      out += rows * HEADS * dim;
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("sets")
  void largeScoresStayNumbers(KernelSet set) {
    int dim = 64;
    int[] segments = {500};
    float[] qkv = input(dim, segments);
    for (int i = 0; i < qkv.length; i++) {
      qkv[i] *= 300;
    }
    for (float f : run(set, qkv, dim, segments, 1)) {
      assertThat(f).isFinite();
    }
  }

  private static float[] input(int dim, int[] segments) {
    return RandomWeights.floats(Arrays.stream(segments).sum() * 3 * HEADS * dim, dim);
  }

  private static float[] run(KernelSet set, float[] qkv, int dim, int[] segments, int threads) {
    int rows = Arrays.stream(segments).sum();
    try (Arena arena = Arena.ofShared();
        Workers workers = new WorkerTeam(threads);
        Compute compute = new Compute(workers, set)) {
      Floats out = Floats.allocate(arena, rows, HEADS * dim);
      compute.fullAttention(Floats.copyOf(arena, qkv, rows, 3 * HEADS * dim), HEADS, segments, out);
      return out.toArray();
    }
  }

  private static double[] expected(float[] qkv, int dim, int[] segments) {
    int columns = 3 * HEADS * dim;
    double[] out = new double[qkv.length / 3];
    int first = 0;
    for (int rows : segments) {
      for (int h = 0; h < HEADS; h++) {
        for (int q = 0; q < rows; q++) {
          double[] w = new double[rows];
          double most = Double.NEGATIVE_INFINITY;
          for (int k = 0; k < rows; k++) {
            for (int d = 0; d < dim; d++) {
              w[k] +=
                  (double) qkv[(first + q) * columns + h * dim + d]
                      * qkv[(first + k) * columns + (HEADS + h) * dim + d];
            }
            w[k] /= Math.sqrt(dim);
            most = Math.max(most, w[k]);
          }
          double sum = 0;
          for (int k = 0; k < rows; k++) {
            w[k] = Math.exp(w[k] - most);
            sum += w[k];
          }
          for (int d = 0; d < dim; d++) {
            double v = 0;
            for (int k = 0; k < rows; k++) {
              v += w[k] * qkv[(first + k) * columns + (2 * HEADS + h) * dim + d];
            }
            out[(first + q) * HEADS * dim + h * dim + d] = v / sum;
          }
        }
      }
      first += rows;
    }
    return out;
  }
}
