package dev.ocelli.engine.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written can be read, and a failure leaves nothing behind. */
class GgufWriterContractTest {
  @TempDir Path folder;

  @Test
  void everyMetadataTypeComesBack() {
    GgufWriter w = new GgufWriter();
    w.put("u8", whole(GgufType.UINT8, 255)).put("i8", whole(GgufType.INT8, -128));
    w.put("u16", whole(GgufType.UINT16, 65_535)).put("i16", whole(GgufType.INT16, -32_768));
    w.put("u32", whole(GgufType.UINT32, 4_294_967_295L)).put("i32", whole(GgufType.INT32, -5));
    w.put("u64", whole(GgufType.UINT64, -1)).put("i64", whole(GgufType.INT64, Long.MIN_VALUE));
    w.put("f32", 0.1f).put("f64", new GgufValue.Real(GgufType.FLOAT64, 0.1));
    w.put("yes", true).put("no", false).put("text", "Grüße, 世界\n\u0000").put("empty", "");
    w.put("strings", GgufArray.ofStrings(List.of("a", "", "ü".repeat(300))));
    w.put("ints", GgufArray.ofInts(1, -2, 3)).put("floats", GgufArray.ofFloats(1.5f, -2));
    w.put("doubles", GgufArray.ofDoubles(1e300)).put("bools", GgufArray.ofBooleans(true, false));
    w.put("shorts", GgufArray.ofWhole(GgufType.UINT16, 0, 65_535));
    w.put("bytes", GgufArray.ofWhole(GgufType.INT8, -128, 127));
    w.put("longs", GgufArray.ofWhole(GgufType.UINT64, 1, Long.MAX_VALUE));
    w.put("none", GgufArray.ofInts());
    w.put(
        "nested",
        GgufArray.ofArrays(
            List.of(
                GgufArray.ofInts(1, 2),
                GgufArray.ofArrays(List.of(GgufArray.ofStrings(List.of("deep")))))));
    Path file = folder.resolve("all.gguf");
    w.write(file);

    try (GgufFile f = GgufFile.open(file)) {
      GgufMetadata m = f.metadata();
      assertThat(m.entries().keySet().stream().limit(3)).containsExactly("u8", "i8", "u16");
      assertThat(m.getInt("u8")).isEqualTo(255);
      assertThat(m.getInt("i8")).isEqualTo(-128);
      assertThat(m.getInt("u16")).isEqualTo(65_535);
      assertThat(m.getInt("i16")).isEqualTo(-32_768);
      assertThat(m.getLong("u32")).isEqualTo(4_294_967_295L);
      assertThat(m.getInt("i32")).isEqualTo(-5);
      assertThat(m.find("u64")).isEqualTo(whole(GgufType.UINT64, -1));
      assertThat(m.getLong("i64")).isEqualTo(Long.MIN_VALUE);
      assertThat(m.getFloat("f32")).isEqualTo(0.1f);
      assertThat(m.getDouble("f64")).isEqualTo(0.1);
      assertThat(m.getFloat("u8")).isEqualTo(255f);
      assertThat(m.getBoolean("yes")).isTrue();
      assertThat(m.getBoolean("no")).isFalse();
      assertThat(m.getString("text")).isEqualTo("Grüße, 世界\n\u0000");
      assertThat(m.getString("empty")).isEmpty();
      assertThat(m.getStrings("strings")).containsExactly("a", "", "ü".repeat(300));
      assertThat(m.getInts("ints")).containsExactly(1, -2, 3);
      assertThat(m.getFloats("ints")).containsExactly(1, -2, 3);
      assertThat(m.getFloats("floats")).containsExactly(1.5f, -2);
      assertThat(m.getArray("doubles").doubles()).containsExactly(1e300);
      assertThat(m.getBooleans("bools")).containsExactly(true, false);
      assertThat(m.getInts("shorts")).containsExactly(0, 65_535);
      assertThat(m.getInts("bytes")).containsExactly(-128, 127);
      assertThat(m.getLongs("longs")).containsExactly(1, Long.MAX_VALUE);
      assertThat(m.getInts("none")).isEmpty();
      List<GgufArray> nested = m.getArray("nested").arrays();
      assertThat(nested.get(0).longs()).containsExactly(1, 2);
      assertThat(nested.get(1).arrays().get(0).strings()).containsExactly("deep");
      assertThat(m.entries().get("nested")).hasToString("ARRAY [[1, 2], [[deep]]]");
      assertThat(m.getArray("ints").preview(2)).isEqualTo("[1, -2, ... 1 more]");
      assertThat(m.entries().values().stream().map(GgufValue::display).limit(14))
          .startsWith("255", "-128", "65535", "-32768", "4294967295", "-5")
          .contains("18446744073709551615", "0.1", "true", "false");
      assertThat(m.getArray("nested").display()).isEqualTo("[[1, 2], [[deep]]]");
      assertThat(m.getInt("absent", 7)).isEqualTo(7);
      assertThat(m.getString("absent", "x")).isEqualTo("x");
      assertThat(m.getFloat("absent", 0.5f)).isEqualTo(0.5f);
      assertThat(m.getBoolean("absent", true)).isTrue();
      assertThat(m.findString("absent")).isNull();
      assertThat(m.has("absent")).isFalse();
    }
  }

  @Test
  void wrongTypesAreNamed() {
    Path file = folder.resolve("m.gguf");
    new GgufWriter()
        .put("text", "abc")
        .put("big", whole(GgufType.UINT64, 5_000_000_000L))
        .put("list", GgufArray.ofFloats(1))
        .put("longs", GgufArray.ofWhole(GgufType.INT64, 1, 5_000_000_000L))
        .write(file);
    try (GgufFile f = GgufFile.open(file)) {
      GgufMetadata m = f.metadata();
      assertMessage(
          () -> m.getInt("text"),
          file + ": metadata key 'text' must be a whole number, but is STRING 'abc'");
      assertMessage(
          () -> m.getInt("text", 3),
          file + ": metadata key 'text' must be a whole number, but is STRING 'abc'");
      assertMessage(
          () -> m.getInt("gone"),
          file + ": metadata key 'gone' is missing, a whole number is needed");
      assertMessage(
          () -> m.getInt("big"),
          file + ": metadata key 'big' is 5000000000, which is out of range");
      assertMessage(
          () -> m.getInts("list"),
          file
              + ": metadata key 'list' must be an array of whole numbers, but is an ARRAY of 1"
              + " FLOAT32");
      assertMessage(
          () -> m.getInts("longs"),
          file + ": metadata key 'longs[1]' is 5000000000, which is out of range");
      assertMessage(
          () -> m.getStrings("text"),
          file + ": metadata key 'text' must be an array of strings, but is STRING 'abc'");
      assertMessage(
          () -> m.getString("list"),
          file + ": metadata key 'list' must be a string, but is an ARRAY of 1 FLOAT32");
      assertMessage(
          () -> m.getBoolean("text"),
          file + ": metadata key 'text' must be a boolean, but is STRING 'abc'");
      assertMessage(
          () -> m.getFloat("text"),
          file + ": metadata key 'text' must be a number, but is STRING 'abc'");
    }
  }

  @Test
  void tensorsComeBackWithAnyAlignment() {
    for (int alignment : new int[] {1, 8, 32, 64, 4096}) {
      Path file = folder.resolve("a" + alignment + ".gguf");
      byte[] odd = {1, 2, 3};
      byte[] block = new byte[34];
      Arrays.fill(block, (byte) 9);
      new GgufWriter()
          .put("general.alignment", alignment)
          .tensor("odd", DType.I8, new long[] {1, 3}, MemorySegment.ofArray(odd))
          .tensor("q", DType.Q8_0, new long[] {32}, out -> out.write(block))
          .tensor("four", DType.I8, new long[] {2, 1, 3, 5}, out -> out.write(new byte[30]))
          .write(file);
      try (GgufFile f = GgufFile.open(file)) {
        assertThat(f.alignment()).isEqualTo(alignment);
        assertThat(f.tensors()).map(Tensor::name).containsExactly("odd", "q", "four");
        assertThat(f.get("odd").data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(odd);
        assertThat(f.get("q").data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(block);
        f.get("four").requireShape(2, 1, 3, 5);
        assertThat(f.get("q").data().address() % Math.min(alignment, 4096)).isZero();
      }
    }
  }

  @Test
  void failedWriteLeavesNothingAndKeepsTheOldFile() throws IOException {
    Path file = folder.resolve("old.gguf");
    new GgufWriter().put("name", "old").write(file);
    GgufWriter broken =
        new GgufWriter()
            .tensor(
                "t",
                DType.F32,
                new long[] {4},
                out -> {
                  throw new IOException("disk full");
                });
    assertThatThrownBy(() -> broken.write(file))
        .isInstanceOfSatisfying(
            OcelliException.class,
            e -> assertThat(e.kind()).isEqualTo(OcelliException.Kind.RESOURCE))
        .hasMessageStartingWith(file + ": the file cannot be written: disk full;");
    GgufWriter wrongSize =
        new GgufWriter().tensor("t", DType.F32, new long[] {4}, out -> out.write(new byte[15]));
    assertThatThrownBy(() -> wrongSize.write(file))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("tensor 't' has 16 bytes, but 15 were written");
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all).containsExactly(file);
    }
    try (GgufFile f = GgufFile.open(file)) {
      assertThat(f.metadata().getString("name")).isEqualTo("old");
    }
  }

  @Test
  void missingFolderIsNamed() {
    Path file = folder.resolve("no/such/x.gguf");
    assertThatThrownBy(() -> new GgufWriter().write(file))
        .isInstanceOf(OcelliException.class)
        .hasMessageStartingWith(file + ": the file cannot be written");
  }

  @Test
  void whatTheFormatCannotHoldIsRefused() {
    GgufWriter w = new GgufWriter().put("k", 1);
    assertIllegal(() -> w.put("k", 2));
    assertIllegal(() -> w.put("", 2));
    assertIllegal(() -> w.put("general.alignment", 48));
    assertIllegal(() -> w.put("general.alignment", "32"));
    assertIllegal(() -> whole(GgufType.UINT8, 256));
    assertIllegal(() -> whole(GgufType.INT16, 32_768));
    assertIllegal(() -> whole(GgufType.UINT32, -1));
    assertIllegal(() -> whole(GgufType.FLOAT32, 1));
    assertIllegal(() -> new GgufValue.Real(GgufType.INT8, 1));
    MemorySegment m = MemorySegment.ofArray(new byte[64]);
    assertIllegal(() -> w.tensor("t", DType.F8_E4M3, new long[] {4}, m));
    assertIllegal(() -> w.tensor("t", DType.F32, new long[] {}, m));
    assertIllegal(() -> w.tensor("t", DType.F32, new long[] {1, 1, 1, 1, 1}, m));
    assertIllegal(() -> w.tensor("t", DType.F32, new long[] {0}, m));
    assertIllegal(() -> w.tensor("t", DType.Q8_0, new long[] {2, 16}, m));
    w.tensor("t", DType.F32, new long[] {1}, m);
    assertIllegal(() -> w.tensor("t", DType.F32, new long[] {1}, m));
  }

  private static GgufValue whole(GgufType type, long value) {
    return new GgufValue.Whole(type, value);
  }

  private static void assertIllegal(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertMessage(ThrowingCallable call, String start) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            OcelliException.class, e -> assertThat(e.kind()).isEqualTo(OcelliException.Kind.MODEL))
        .hasMessageStartingWith(start)
        .message()
        .doesNotContain("\n");
  }
}
