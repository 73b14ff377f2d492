package dev.ocelli.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.kernels.jit.EmittedKernels;
import dev.ocelli.engine.kernels.jit.Level;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The machine is measured at every level, and without machine code; how fast it is, is not said.
 */
class PeaksKernelTest {
  private static final long BYTES = 16L << 20;
  private static final int TURNS = 100;

  static List<Level> levels() {
    return KernelSet.levels();
  }

  @ParameterizedTest
  @MethodSource("levels")
  void ratesAreNumbers(Level level) {
    boolean emits = EmittedKernels.status().level().isEmitted();
    for (int threads = 1; threads <= 3; threads++) {
      try (WorkerTeam team = new WorkerTeam(threads)) {
        Peaks peaks = new Peaks(team, level);
        assertThat(peaks.gigabytesPerSecond(BYTES)).isPositive();
        if (emits) {
          assertThat(peaks.gigaOperationsPerSecond(Arithmetic.INT8, TURNS)).isPositive();
          assertThat(peaks.gigaOperationsPerSecond(Arithmetic.FLOAT32, TURNS)).isPositive();
        }
      }
    }
  }

  @Test
  void memoryIsReadInJavaWhereNothingCanBeEmitted() {
    Peaks peaks = new Peaks(Workers.single(), Optional.empty());
    assertThat(peaks.gigabytesPerSecond(BYTES)).isPositive();
    assertThat(peaks.gigaOperationsPerSecond(Arithmetic.FLOAT32, TURNS)).isNaN();
  }

  @Test
  void mixtureTakesTheTimeOfItsParts() {
    Operations mixture =
        Operations.of(Arithmetic.INT8, 300).plus(Operations.of(Arithmetic.FLOAT32, 100));
    assertThat(mixture).isEqualTo(new Operations(600, 0, 200));
    // 600 at 300 a second and 200 at 100 a second: four seconds for 800.
    assertThat(mixture.rate(a -> a == Arithmetic.INT8 ? 300 : 100)).isEqualTo(200);
    assertThat(mixture.rate(a -> a == Arithmetic.INT8 ? 300 : Double.NaN)).isNaN();
    assertThat(Operations.NONE.rate(a -> 1)).isNaN();
  }
}
