package dev.ocelli.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cached Q8_0 has the numbers of Q8_0 in files, read one by one and by vectors. */
class CacheQ8KernelTest {
  private static final int TOKENS = KvLayout.BLOCK_TOKENS;

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128, 256})
  void storedValuesAreThoseOfFiles(int dim) {
    float[] x = RandomWeights.floats(TOKENS * dim, dim);
    Arrays.fill(x, 0, dim, 0f);
    x[dim + 3] = 1000; // one large value in a group
    for (int i = 0; i < dim; i++) {
      x[2 * dim + i] *= 1e-7f; // scales of subnormal halves
    }
    long bytes = DType.Q8_0.bytes(x.length);
    MemorySegment file = MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]);
    Quants.quantize(DType.Q8_0, x, 0, file, 0, x.length);
    float[] want = new float[x.length];
    Quants.dequantize(DType.Q8_0, file, 0, want, 0, want.length);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment in = arena.allocate(4L * x.length, 64);
      MemorySegment.copy(x, 0, in, ValueLayout.JAVA_FLOAT, 0, x.length);
      MemorySegment keys = arena.allocate(bytes, 64).fill((byte) 0xff);
      MemorySegment values = arena.allocate(bytes, 64).fill((byte) 0xff);
      for (int t = 0; t < TOKENS; t++) {
        CacheQ8.storeKey(keys, 0, dim, t, in, 4L * t * dim);
        CacheQ8.storeValue(values, 0, dim, t, in, 4L * t * dim);
      }
      float[] loadedKeys = new float[x.length];
      float[] loadedValues = new float[x.length];
      CacheQ8.loadKeys(keys, 0, dim, loadedKeys, new float[2 * dim]);
      CacheQ8.loadValues(values, 0, dim, loadedValues, new float[2 * dim]);
      assertThat(loadedValues).isEqualTo(want);
      for (int t = 0; t < TOKENS; t++) {
        for (int d = 0; d < dim; d++) {
          float w = want[t * dim + d];
          assertThat(loadedKeys[d * TOKENS + t]).isEqualTo(w);
          assertThat(CacheQ8.key(keys, 0, dim, t, d)).isEqualTo(w);
          assertThat(CacheQ8.value(values, 0, dim, t, d)).isEqualTo(w);
        }
      }
    }
  }
}
