package dev.ocelli.engine.kernels.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.kernels.Arithmetic;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loops that measure the machine do all that they count, at every level that runs here. */
class PeakLoopsKernelTest {
  private static final int TURNS = 7;

  static List<Level> levels() {
    return Arrays.stream(Level.values())
        .filter(l -> EmittedKernels.peakLoops(l).isPresent())
        .toList();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("levels")
  void everyByteIsRead(Level level) {
    PeakLoops loops = EmittedKernels.peakLoops(level).orElseThrow();
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = new byte[5 * PeakLoops.READ_BYTES];
      new Random(1).nextBytes(bytes);
      byte[] expected = new byte[PeakLoops.RESULT_BYTES];
      for (int i = 0; i < bytes.length; i++) {
        expected[i % expected.length] ^= bytes[i];
      }
      MemorySegment memory = arena.allocate(bytes.length, 64);
      memory.copyFrom(MemorySegment.ofArray(bytes));
      MemorySegment result = arena.allocate(PeakLoops.RESULT_BYTES, 64);
      loops.read(memory, result);
      assertThat(result.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("levels")
  void everyProductIsAdded(Level level) {
    PeakLoops loops = EmittedKernels.peakLoops(level).orElseThrow();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(PeakLoops.RESULT_BYTES, 64);
      for (Arithmetic arithmetic : Arithmetic.values()) {
        if (!loops.has(arithmetic)) {
          continue;
        }
        long all = loops.multiply(arithmetic, TURNS, result);
        long inLane = loops.laneMultiplyAdds(arithmetic, TURNS);
        int lanes = level == Level.AVX512_VNNI ? 16 : 8;
        assertThat(all % (inLane * lanes)).as("whole vectors").isZero();
        for (int lane = 0; lane < lanes; lane++) {
          if (arithmetic == Arithmetic.INT8) {
            long square = (long) PeakEmitter.BYTE * PeakEmitter.BYTE;
            assertThat(result.getAtIndex(ValueLayout.JAVA_INT, lane)).isEqualTo(inLane * square);
          } else {
            assertThat(result.getAtIndex(ValueLayout.JAVA_FLOAT, lane)).isEqualTo(inLane);
          }
        }
      }
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("levels")
  void sizesThatLoopsCannotEndAtAreRefused(Level level) {
    PeakLoops loops = EmittedKernels.peakLoops(level).orElseThrow();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(2L * PeakLoops.READ_BYTES, 64);
      for (long bytes : new long[] {0, 64, PeakLoops.READ_BYTES + 64}) {
        assertThatThrownBy(() -> loops.read(memory.asSlice(0, bytes), memory))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> loops.read(memory, memory.asSlice(0, 32)))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> loops.multiply(Arithmetic.INT8, 0, memory))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
