package dev.ocelli.engine.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.selftest.Npy;
import dev.ocelli.engine.tensor.DType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What is written against what llama.cpp wrote: its bytes, or no larger errors. */
class RowEncoderGoldenTest {
  private static final int ROWS = 4;
  private static final int COLUMNS = 512;
  private static final float[] SOURCE = Npy.resource("/reference/quant/source.npy").floats();
  private static final float[] IMPORTANCE = Npy.resource("/reference/quant/imatrix.npy").floats();

  static Stream<DType> quantizable() {
    return Arrays.stream(DType.values()).filter(Quants::quantizable);
  }

  /** Types whose points are found by a search of our own, and one whose small scales are nearer. */
  private static boolean hasOwnSearch(DType type) {
    return switch (type) {
      case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, NVFP4 -> true;
      default -> false;
    };
  }

  @ParameterizedTest
  @MethodSource("quantizable")
  void rowsBecomeTheReferenceBytesOrBetterOnes(DType type) throws IOException {
    boolean weighted = index().get(type.name()).path("imatrix").asBoolean(false);
    float[] importance = weighted ? IMPORTANCE : null;
    byte[] want = bytes(type + ".bin");
    byte[] got = encode(type, importance);
    if (!hasOwnSearch(type)) {
      assertThat(got).isEqualTo(want);
      return;
    }
    for (int r = 0; r < ROWS; r++) {
      assertThat(error(type, got, r, importance))
          .as("error of row %d", r)
          .isLessThanOrEqualTo(error(type, want, r, importance));
    }
  }

  /** CRC-32 of what ggml_quantize_chunk writes for the same rows and importance. */
  @ParameterizedTest
  @CsvSource({
    "Q4_0, b5e3b670",
    "Q4_1, 0ed31097",
    "Q5_0, d94eaa1a",
    "Q5_1, 2bb289e4",
    "Q8_0, d5ef0e48",
    "Q2_K, a40222d5",
    "Q3_K, 196bc3af",
    "Q4_K, 07a7d9cd",
    "Q5_K, 51aa0f19",
    "Q6_K, 9f7abc71",
    "IQ4_NL, 942fb96c",
    "IQ4_XS, 0d5e03a2"
  })
  void importanceCountsAsInTheReference(DType type, String crc) {
    CRC32 sum = new CRC32();
    sum.update(encode(type, IMPORTANCE));
    assertThat("%08x".formatted(sum.getValue())).isEqualTo(crc);
  }

  @ParameterizedTest
  @EnumSource(names = {"IQ2_S", "IQ3_XXS", "IQ3_S", "IQ1_M"})
  void importanceLessensTheErrorThatItWeighs(DType type) {
    float[] uneven = new float[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
      uneven[i] = i % 4 == 0 ? 20 : 0.05f;
    }
    byte[] weighted = encode(type, uneven);
    byte[] plain = encode(type, null);
    double with = 0;
    double without = 0;
    for (int r = 0; r < ROWS; r++) {
      with += error(type, weighted, r, uneven);
      without += error(type, plain, r, uneven);
    }
    assertThat(with).isLessThan(without);
  }

  /** All of a row is one value, or tiny, or huge: nothing is divided by zero. */
  @ParameterizedTest
  @MethodSource("quantizable")
  void extremeRowsStayFinite(DType type) {
    for (float v : new float[] {0, 1e-30f, -1e-12f, 1, -6e4f}) {
      float[] row = new float[256];
      Arrays.fill(row, v);
      row[17] = -v;
      for (float[] importance : new float[][] {null, new float[256]}) {
        byte[] out = new byte[(int) type.bytes(256)];
        RowEncoder.of(type).encode(row, 256, importance, out, 0);
        float[] back = new float[256];
        Quants.dequantize(type, MemorySegment.ofArray(out), 0, back, 0, 256);
        for (float b : back) {
          assertThat(Math.abs(b)).as("%s of %s", type, v).isLessThanOrEqualTo(2.5f * Math.abs(v));
        }
      }
    }
  }

  @Test
  void partialBlocksAreRefused() {
    assertThatThrownBy(
            () -> RowEncoder.of(DType.Q4_K).encode(new float[512], 288, null, new byte[999], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("288 values");
    assertThatThrownBy(() -> RowEncoder.of(DType.Q8_K))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] encode(DType type, float @Nullable [] importance) {
    RowEncoder encoder = RowEncoder.of(type);
    int rowBytes = (int) type.bytes(COLUMNS);
    byte[] out = new byte[ROWS * rowBytes];
    for (int r = 0; r < ROWS; r++) {
      float[] row = Arrays.copyOfRange(SOURCE, r * COLUMNS, (r + 1) * COLUMNS);
      encoder.encode(row, COLUMNS, importance, out, r * rowBytes);
    }
    return out;
  }

  private static double error(DType type, byte[] encoded, int row, float @Nullable [] importance) {
    float[] back = new float[COLUMNS];
    Quants.dequantize(
        type, MemorySegment.ofArray(encoded), row * type.bytes(COLUMNS), back, 0, COLUMNS);
    double sum = 0;
    for (int i = 0; i < COLUMNS; i++) {
      double diff = back[i] - SOURCE[row * COLUMNS + i];
      sum += diff * diff * (importance == null ? 1 : importance[i]);
    }
    return sum;
  }

  private static JsonNode index() throws IOException {
    return new ObjectMapper().readTree(bytes("index.json"));
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in =
        RowEncoderGoldenTest.class.getResourceAsStream("/reference/quant/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
