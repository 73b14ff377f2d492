package dev.ocelli.engine.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.selftest.Npy;
import dev.ocelli.engine.tensor.DType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.ObjectMapper;

/** Dequantization against the values that llama.cpp computed, bit for bit. */
class QuantsGoldenTest {
  private static final Set<String> EVERY_TYPE = new TreeSet<>();

  static {
    try (InputStream in =
        QuantsGoldenTest.class.getResourceAsStream("/reference/quant/index.json")) {
      EVERY_TYPE.addAll(new ObjectMapper().readTree(in).propertyNames());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<DType> types() {
    return EVERY_TYPE.stream().map(DType::valueOf);
  }

  static Stream<DType> blockTypes() {
    return types().filter(DType::isQuantized);
  }

  @ParameterizedTest
  @MethodSource("types")
  void quantizedRowsDecodeToTheReferenceBits(DType type) throws IOException {
    compare(type, bytes(type + ".bin"), Npy.resource("/reference/quant/" + type + ".f32.npy"));
  }

  @ParameterizedTest
  @MethodSource("blockTypes")
  void randomBlocksDecodeToTheReferenceBits(DType type) throws IOException {
    compare(
        type,
        bytes(type + ".rand.bin"),
        Npy.resource("/reference/quant/" + type + ".rand.f32.npy"));
  }

  /** All types of the index, so that none is left out when one is added. */
  @Test
  void everyTypeOfTheIndexIsSupported() {
    assertThat(types()).hasSize(28).allMatch(Quants::supported);
  }

  @Test
  void eightBitFloatsEqualTheTable() {
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    float[] got = new float[256];
    Quants.dequantize(DType.F8_E4M3, MemorySegment.ofArray(all), 0, got, 0, 256);
    // Equal in the sense of Float.equals: signs of zero count, the bits of a NaN do not.
    assertThat(got).isEqualTo(Npy.resource("/reference/fp8/e4m3_table.npy").floats());
  }

  @Test
  void doublesAreNarrowed() {
    float[] got = new float[2];
    MemorySegment two = MemorySegment.ofArray(new double[] {0.1, -1e300});
    Quants.dequantize(DType.F64, two, 0, got, 0, 2);
    assertThat(got).containsExactly(0.1f, Float.NEGATIVE_INFINITY);
  }

  /** More than one scratch buffer, and rows that start in the middle of a segment. */
  @ParameterizedTest
  @MethodSource("types")
  void longRowsEqualTheirParts(DType type) throws IOException {
    byte[] one = bytes(type + ".bin");
    int repeat = 40;
    MemorySegment many = MemorySegment.ofArray(new byte[one.length * repeat]);
    for (int r = 0; r < repeat; r++) {
      MemorySegment.copy(one, 0, many, ValueLayout.JAVA_BYTE, (long) r * one.length, one.length);
    }
    float[] part = new float[2048];
    Quants.dequantize(type, many, (repeat - 1L) * one.length, part, 0, part.length);
    float[] all = new float[2048 * repeat];
    Quants.dequantize(type, many, 0, all, 0, all.length);
    for (int r = 0; r < repeat; r++) {
      assertThat(Arrays.copyOfRange(all, 2048 * r, 2048 * (r + 1))).isEqualTo(part);
    }
  }

  @Test
  void typesWithoutConversionAreRefused() {
    MemorySegment bytes = MemorySegment.ofArray(new byte[292]);
    assertThat(Quants.supported(DType.Q8_K)).isFalse();
    assertThatThrownBy(() -> Quants.dequantize(DType.Q8_K, bytes, 0, new float[256], 0, 256))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no conversion from Q8_K to float32");
    assertThatThrownBy(() -> Quants.quantize(DType.Q8_K, new float[256], 0, bytes, 0, 256))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no conversion from float32 to Q8_K");
  }

  @Test
  void partialBlocksAreRefused() {
    assertThatThrownBy(() ->
            Quants.dequantize(
                DType.Q8_0, MemorySegment.ofArray(new byte[34]), 0, new float[32], 0, 31))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("31 values");
  }

  private static void compare(DType type, byte[] encoded, Npy.Array expected) {
    float[] want = expected.floats();
    assertThat(type.bytes(want.length)).isEqualTo(encoded.length);
    // An odd offset into native memory, and an offset in the target.
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(encoded.length + 3);
      MemorySegment.copy(encoded, 0, memory, ValueLayout.JAVA_BYTE, 3, encoded.length);
      float[] got = new float[want.length + 2];
      got[0] = -7;
      got[want.length + 1] = -9;
      Quants.dequantize(type, memory, 3, got, 1, want.length);
      assertThat(got[0]).isEqualTo(-7);
      assertThat(got[want.length + 1]).isEqualTo(-9);
      for (int i = 0; i < want.length; i++) {
        assertThat(Float.floatToRawIntBits(got[i + 1]))
            .as("%s value %d: %s, expected %s", type, i, got[i + 1], want[i])
            .isEqualTo(Float.floatToRawIntBits(want[i]));
      }
    }
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = QuantsGoldenTest.class.getResourceAsStream("/reference/quant/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
