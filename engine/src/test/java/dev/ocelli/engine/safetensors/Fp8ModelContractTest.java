package dev.ocelli.engine.safetensors;

import static dev.ocelli.engine.testing.Errors.assertModelError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.tensor.BlockScales;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.testing.Fixtures;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How FP8 weights and their factors lie in files, and every way in which they do not fit. */
class Fp8ModelContractTest {
  private static final String Q = "model.language_model.layers.2.self_attn.q_proj.weight";
  private static final String EXPERTS = "model.language_model.layers.2.mlp.experts.";

  @TempDir Path folder;

  @BeforeEach
  void blocksOf16Rows32Columns() throws IOException {
    config("{\"quant_method\": \"fp8\", \"fmt\": \"e4m3\", \"weight_block_size\": [16, 32]}");
  }

  private void config(String quantization) throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        Files.readString(Fixtures.path("models/tiny-moe/config.json"))
            .replaceFirst("\\{", "{\"quantization_config\": " + quantization + ","));
  }

  private SafetensorsModel open(RawSafetensors raw) throws IOException {
    Files.write(folder.resolve("model.safetensors"), raw.bytes());
    return SafetensorsModel.open(folder);
  }

  private void assertError(RawSafetensors raw, String name, String... parts) throws IOException {
    try (SafetensorsModel m = open(raw)) {
      assertModelError(() -> m.get(name), parts);
      assertModelError(() -> m.get(name), folder.toString(), "tensor '");
    }
  }

  private static byte[] floats(float... values) {
    ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      b.putFloat(v);
    }
    return b.array();
  }

  private static RawSafetensors query() {
    return new RawSafetensors().add(Q, DType.F8_E4M3, new long[] {20, 40}, new byte[800]);
  }

  private static BlockScales scales(Tensor t) {
    return Objects.requireNonNull(t.scales());
  }

  @Test
  void factorsComeWithTheirWeightAndAreNoTensor() throws IOException {
    byte[] bf16 = {(byte) 0x80, 0x3f, 0, 0x40, 0x40, 0x40, (byte) 0x80, 0x40};
    RawSafetensors raw = query().add(Q + "_scale_inv", DType.BF16, new long[] {2, 2}, bf16);
    try (SafetensorsModel m = open(raw)) {
      BlockScales s = scales(m.get("blk.2.attn_q.weight"));
      assertThat(s.factors()).containsExactly(1, 2, 3, 4);
      assertThat(s.at(15, 31)).isEqualTo(1);
      assertThat(s.at(15, 32)).isEqualTo(2);
      assertThat(s.at(16, 39)).isEqualTo(4);
      assertThat(m.tensors()).map(Tensor::name).containsExactly("blk.2.attn_q.weight");
      assertThat(scales(m.tensors().iterator().next()).factors()).hasSize(4);
    }
  }

  @Test
  void oneFactorIsForTheWholeMatrix() throws IOException {
    for (long[] shape : new long[][] {{}, {1}}) {
      RawSafetensors raw = query().add(Q + "_scale_inv", DType.F32, shape, floats(0.5f));
      try (SafetensorsModel m = open(raw)) {
        assertThat(scales(m.get("blk.2.attn_q.weight")).at(19, 39)).isEqualTo(0.5f);
      }
    }
  }

  /** Published (y = x M), as transformers 5 saves them, and one tensor an expert. */
  @Test
  void allLayoutsOfExpertsAreTheSame() throws IOException {
    Random random = new Random(4);
    byte[] gateUp = new byte[8 * 96 * 64];
    byte[] down = new byte[8 * 64 * 48];
    random.nextBytes(gateUp);
    random.nextBytes(down);
    byte[] gateUpScales = randomFloats(8 * 6 * 2, random);
    byte[] downScales = randomFloats(8 * 4 * 2, random);
    Tensor[] newer = {
      tensor("gate_up_proj", DType.F8_E4M3, gateUp, 8, 96, 64),
      tensor("gate_up_proj_scale_inv", DType.F32, gateUpScales, 8, 6, 2),
      tensor("down_proj", DType.F8_E4M3, down, 8, 64, 48),
      tensor("down_proj_scale_inv", DType.F32, downScales, 8, 4, 2)
    };
    RawSafetensors first = new RawSafetensors();
    RawSafetensors published = new RawSafetensors();
    for (Tensor t : newer) {
      first.add(t);
      published.add(Relayout.transposed(t.name(), t, 0, t.shape()[2]));
    }
    RawSafetensors separate = new RawSafetensors();
    for (int e = 0; e < 8; e++) {
      for (boolean scale : new boolean[] {false, true}) {
        String end = "_proj.weight" + (scale ? "_scale_inv" : "");
        Tensor both = part(newer[scale ? 1 : 0], e);
        Tensor d = part(newer[scale ? 3 : 2], e);
        long half = both.shape()[0] / 2;
        long bytes = both.data().byteSize() / 2;
        DType type = both.type();
        long[] shape = {half, both.shape()[1]};
        separate
            .add(EXPERTS + e + ".gate" + end, type, shape, bytes(both.data().asSlice(0, bytes)))
            .add(EXPERTS + e + ".up" + end, type, shape, bytes(both.data().asSlice(bytes)))
            .add(EXPERTS + e + ".down" + end, type, d.shape(), bytes(d.data()));
      }
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] data = new MemorySegment[3];
      float[][] factors = new float[3][];
      boolean known = false;
      for (RawSafetensors raw : new RawSafetensors[] {first, published, separate}) {
        try (SafetensorsModel m = open(raw)) {
          int i = 0;
          for (String kind : new String[] {"gate", "up", "down"}) {
            Tensor t = m.get("blk.2.ffn_" + kind + "_exps.weight");
            assertThat(t.type()).isEqualTo(DType.F8_E4M3);
            if (!known) {
              data[i] = arena.allocate(t.data().byteSize()).copyFrom(t.data());
              factors[i] = scales(t).factors();
            }
            assertThat(t.data().mismatch(data[i])).isEqualTo(-1);
            assertThat(scales(t).factors()).isEqualTo(factors[i]);
            i++;
          }
          known = true;
        }
      }
    }
  }

  private static byte[] randomFloats(int n, Random random) {
    float[] f = new float[n];
    for (int i = 0; i < n; i++) {
      f[i] = random.nextFloat();
    }
    return floats(f);
  }

  private static Tensor tensor(String name, DType type, byte[] data, long... shape) {
    return new Tensor(EXPERTS + name, type, shape, MemorySegment.ofArray(data), "test");
  }

  private static Tensor part(Tensor stack, int index) {
    long bytes = stack.data().byteSize() / stack.shape()[0];
    return new Tensor(
        stack.name(),
        stack.type(),
        Arrays.copyOfRange(stack.shape(), 1, 3),
        stack.data().asSlice(index * bytes, bytes),
        "test");
  }

  private static byte[] bytes(MemorySegment s) {
    return s.toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void factorsThatDoNotFit() throws IOException {
    String name = "blk.2.attn_q.weight";
    String scale = Q + "_scale_inv";
    assertError(query(), name, "has type F8_E4M3, but its scales ('weight_scale_inv') are missing");
    assertError(
        query().add(scale, DType.F32, new long[] {2, 3}, new byte[24]),
        name,
        "has shape [2, 3], but a weight of shape [20, 40] with blocks of 16 x 32 needs [2, 2]",
        "'weight_block_size'");
    assertError(
        query().add(scale, DType.U8, new long[] {2, 2}, new byte[4]),
        name,
        "has type U8, but scales are F32, F16 or BF16");
    assertError(
        query().add(scale, DType.F32, new long[] {2, 2}, floats(1, 1, Float.NaN, 1)),
        name,
        "has the element NaN at index 2");
    assertError(
        new RawSafetensors()
            .add(Q, DType.U8, new long[] {1, 1}, new byte[1])
            .add(scale, DType.F32, new long[] {1, 1}, floats(1)),
        name,
        "has scales, but type U8, not F8_E4M3");
    assertError(
        new RawSafetensors()
            .add("model.language_model.norm.weight", DType.F8_E4M3, new long[] {4}, new byte[4])
            .add(
                "model.language_model.norm.weight_scale_inv", DType.F32, new long[] {1}, floats(1)),
        "output_norm.weight",
        "has shape [4] and type F8_E4M3, which only matrices may have");
    Files.write(
        folder.resolve("model.safetensors"),
        new RawSafetensors().add(scale, DType.F32, new long[] {1, 1}, floats(1)).bytes());
    assertModelError(
        () -> SafetensorsModel.open(folder),
        "there are scales ('weight_scale_inv') for 'blk.2.attn_q.weight', but no such tensor");
  }

  @Test
  void blocksInWhichGateAndUpMeet() throws IOException {
    config("{\"quant_method\": \"fp8\", \"weight_block_size\": [32, 32]}");
    Files.write(
        folder.resolve("model.safetensors"),
        new RawSafetensors()
            .add(EXPERTS + "gate_up_proj", DType.F8_E4M3, new long[] {8, 96, 64}, new byte[49152])
            .add(EXPERTS + "down_proj", DType.F8_E4M3, new long[] {8, 64, 48}, new byte[24576])
            .add(EXPERTS + "gate_up_proj_scale_inv", DType.F32, new long[] {8, 3, 2}, new byte[192])
            .bytes());
    assertModelError(() -> SafetensorsModel.open(folder), "for gate and up together, which is odd");
    config("{\"quant_method\": \"fp8\", \"weight_block_size\": [96, 32]}");
    Files.write(
        folder.resolve("model.safetensors"),
        new RawSafetensors()
            .add(EXPERTS + "gate_up_proj", DType.F8_E4M3, new long[] {8, 96, 64}, new byte[49152])
            .add(EXPERTS + "down_proj", DType.F8_E4M3, new long[] {8, 64, 48}, new byte[24576])
            .add(EXPERTS + "gate_up_proj_scale_inv", DType.F32, new long[] {8, 2, 2}, new byte[128])
            .bytes());
    assertModelError(
        () -> SafetensorsModel.open(folder),
        "has blocks of 96 rows, in which gate and up projections of 48 rows meet");
  }

  @Test
  void otherQuantizationsAreRefused() throws IOException {
    config("{\"quant_method\": \"compressed-tensors\"}");
    assertModelError(
        () -> SafetensorsModel.open(folder),
        "config.json: quantization_config.quant_method is 'compressed-tensors'",
        "use the bf16 snapshot or a GGUF file");
    config("{\"quant_method\": \"fp8\", \"fmt\": \"e5m2\"}");
    assertModelError(
        () -> SafetensorsModel.open(folder), "quantization_config.fmt is 'e5m2'", "'e4m3'");
    config("{\"quant_method\": \"fp8\", \"weight_block_size\": [128, 0]}");
    assertModelError(() -> SafetensorsModel.open(folder), "weight_block_size");
    Files.delete(folder.resolve("config.json"));
    Files.copy(Fixtures.path("models/tiny-moe/config.json"), folder.resolve("config.json"));
    assertError(
        query().add(Q + "_scale_inv", DType.F32, new long[] {2, 2}, new byte[16]),
        "blk.2.attn_q.weight",
        "has no field 'quantization_config', which tells the size of blocks");
  }
}
