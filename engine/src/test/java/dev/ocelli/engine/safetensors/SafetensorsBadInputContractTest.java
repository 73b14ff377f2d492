package dev.ocelli.engine.safetensors;

import static dev.ocelli.engine.testing.Errors.assertModelError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.testing.Fixtures;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way in which files can be wrong has its message: file, field, byte offset, remedy. */
class SafetensorsBadInputContractTest {
  private static final String AGAIN = "download it again";
  private static final String EXPERTS = "model.language_model.layers.0.mlp.experts.";

  @TempDir Path folder;

  @BeforeEach
  void copyConfig() throws IOException {
    Files.copy(Fixtures.path("models/tiny-moe/config.json"), folder.resolve("config.json"));
  }

  private static String entry(String name, String dtype, String shape, long begin, long end) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(name, dtype, shape, begin, end);
  }

  private static void assertHeaderError(String entries, int dataBytes, String... parts) {
    assertModelError(() -> RawSafetensors.read("{" + entries + "}", dataBytes), parts);
    assertModelError(() -> RawSafetensors.read("{" + entries + "}", dataBytes), "x.safetensors: ");
  }

  @Test
  void properFile() {
    String entries = entry("a", "F32", "[2]", 4, 12) + "," + entry("b", "I32", "[]", 0, 4);
    String all = "{\"__metadata__\":{\"format\":\"pt\"}," + entries + "}   ";
    SafetensorsFile f = RawSafetensors.read(all, 12);
    assertThat(f.metadata()).containsEntry("format", "pt");
    f.get("a").requireShape(2);
    assertThat(f.get("b").shape()).isEmpty();
    assertThat(f.get("b").values()).isEqualTo(1);
  }

  @Test
  void pathsThatAreNoFile() throws IOException {
    Path missing = folder.resolve("missing.safetensors");
    assertModelError(() -> SafetensorsFile.open(missing), missing + ": there is no such file");
    assertModelError(
        () -> SafetensorsFile.open(folder), folder + ": this is a folder; give a .safetensors");
    Path empty = Files.write(folder.resolve("empty.safetensors"), new byte[0]);
    assertModelError(() -> SafetensorsFile.open(empty), empty + ": the file is empty", AGAIN);
  }

  @Test
  void otherKindsOfFilesAreRecognised() throws IOException {
    assertKind("PK\u0003\u0004abcdefghijkl", "a zip archive");
    assertKind("version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer");
    assertKind("<!doctype html><body>", "a web page");
    assertKind("{\"error\": \"not found\"}", "a JSON text");
    byte[] gguf = Files.readAllBytes(Fixtures.path("models/tiny-wide/tiny-wide-Q8_0.gguf"));
    assertModelError(
        () -> SafetensorsFile.of(MemorySegment.ofArray(gguf), "y"),
        "y: not a",
        "it is a GGUF file");
    assertModelError(
        () -> SafetensorsFile.of(MemorySegment.ofArray(new byte[] {5, 5}), "y"),
        "y: not a safetensors file: the header length at byte offset 0");
  }

  private static void assertKind(String content, String part) {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    assertModelError(
        () -> SafetensorsFile.of(MemorySegment.ofArray(bytes), "y"),
        "y: not a safetensors file (byte offset 0): it is ",
        part);
  }

  @Test
  void truncation() {
    byte[] all = RawSafetensors.file("{" + entry("a", "F32", "[2]", 0, 8) + "}", 8);
    for (int n = 0; n < all.length; n++) {
      byte[] part = Arrays.copyOf(all, n);
      assertModelError(() -> SafetensorsFile.of(MemorySegment.ofArray(part), "y"), "y: ");
    }
    assertModelError(
        () -> SafetensorsFile.of(MemorySegment.ofArray(Arrays.copyOf(all, 30)), "y"),
        "y: truncated: the header takes ",
        "(byte offset 0), but only 22 follow");
    assertModelError(
        () -> SafetensorsFile.of(MemorySegment.ofArray(Arrays.copyOf(all, all.length - 3)), "y"),
        "y: truncated: tensor 'a' takes the data offsets 0 to 8, but the file has 5 bytes of data",
        AGAIN);
  }

  @Test
  void malformedJson() {
    assertHeaderError("\"a\":", 0, "the header is not well-formed JSON: ", "(byte offset ", AGAIN);
    assertHeaderError("}{", 0, "the header holds more than one JSON object");
    assertHeaderError("\"a\":5", 0, "header entry 'a' is no object");
    assertHeaderError(
        "\"__metadata__\":{\"n\":5}", 0, "'__metadata__' holds 'n', which is no string");
    String twice = entry("a", "U8", "[1]", 0, 1);
    assertHeaderError(twice + "," + twice, 1, "Duplicate Object property \"a\" (byte offset 64)");
    assertHeaderError("\"a\":" + "[".repeat(2000) + "]".repeat(2000), 0, "nesting depth", AGAIN);
    assertHeaderError("\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}", 0, "Duplicate", "dtype");
  }

  @Test
  void fieldsOfTensors() {
    assertHeaderError("\"a\":{}", 0, "tensor 'a' has no dtype");
    assertHeaderError(
        entry("a", "F8_E5M2", "[1]", 0, 1),
        1,
        "tensor 'a' has the dtype 'F8_E5M2', which is not supported; use a BF16");
    assertHeaderError(
        "\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}", 1, "tensor 'a' has no proper 'shape'");
    assertHeaderError(
        "\"a\":{\"dtype\":\"U8\",\"shape\":[1]}", 1, "tensor 'a' has no proper 'data_offsets'");
    assertHeaderError(entry("a", "U8", "[1.5]", 0, 1), 1, "no proper 'shape': [1.5]");
    assertHeaderError(entry("a", "U8", "[1e3]", 0, 1), 1, "no proper 'shape'");
    assertHeaderError(entry("a", "U8", "[99999999999999999999]", 0, 1), 1, "no proper 'shape'");
    assertHeaderError(entry("a", "U8", "[0]", 0, 0), 0, "has the impossible shape [0]");
    assertHeaderError(entry("a", "U8", "[-1]", 0, 1), 1, "has the impossible shape [-1]");
    assertHeaderError(
        entry("a", "F32", "[4294967296,4294967296]", 0, 1), 1, "has the impossible shape");
    assertHeaderError(
        entry("a", "U8", "[1,1,1,1,1,1,1,1,1]", 0, 1), 1, "has 9 dimensions; up to 8");
    assertHeaderError(entry("a", "U8", "[1]", 1, 0), 1, "has the data_offsets [1, 0]");
    assertHeaderError(entry("a", "U8", "[1]", -1, 0), 1, "has the data_offsets [-1, 0]");
    assertHeaderError(
        entry("a", "F32", "[3]", 0, 8),
        8,
        "tensor 'a' of type F32 and shape [3] takes 12 bytes, but its data_offsets [0, 8] hold 8");
  }

  @Test
  void placesOfTensors() {
    assertHeaderError(
        entry("a", "U8", "[4]", 0, 4) + "," + entry("b", "U8", "[4]", 2, 6),
        6,
        "tensor 'b' at data offset 2 overlaps tensor 'a', which ends at 4");
    assertHeaderError(
        entry("a", "U8", "[4]", 0, 4) + "," + entry("b", "U8", "[4]", 6, 10),
        10,
        "tensor 'b' begins at data offset 6, but tensor 'a' ends at 4: a gap is not allowed");
    assertHeaderError(
        entry("a", "U8", "[1]", 9223372036854775806L, Long.MAX_VALUE), 4, "a gap is not allowed");
    assertHeaderError(
        entry("a", "U8", "[9]", 0, 9),
        4,
        "takes the data offsets 0 to 9, but the file has 4 bytes");
    assertHeaderError(
        entry("a", "U8", "[4]", 0, 4), 9, "the tensors take 4 bytes of data, but the file has 9");
  }

  @Test
  void foldersWithoutAModel() throws IOException {
    assertModelError(
        () -> SafetensorsModel.open(folder),
        folder + ": the folder has neither model.safetensors nor model.safetensors.index.json");
    Path missing = folder.resolve("no");
    assertModelError(() -> SafetensorsModel.open(missing), missing + ": there is no such folder");
    Files.delete(folder.resolve("config.json"));
    assertModelError(
        () -> SafetensorsModel.open(folder), folder + ": the folder has no config.json");
  }

  @Test
  void indexFiles() throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"weight_map\": {\"a\": \"model-00001-of-00002.safetensors\"}}");
    Path shard = folder.resolve("model-00001-of-00002.safetensors");
    assertModelError(() -> SafetensorsModel.open(folder), shard + ": there is no such file");
    Files.write(
        shard, new RawSafetensors().add("b", DType.U8, new long[] {1}, new byte[1]).bytes());
    assertModelError(
        () -> SafetensorsModel.open(folder), index + ": tensor 'a' should be in " + shard);
    for (String bad :
        new String[] {"../x.safetensors", "/x.safetensors", "x.bin", "a/b.safetensors"}) {
      Files.writeString(index, "{\"weight_map\": {\"a\": \"" + bad + "\"}}");
      assertModelError(
          () -> SafetensorsModel.open(folder),
          index + ": field 'weight_map.a' must be the plain name of a .safetensors file");
    }
    Files.writeString(index, "{\"weight_map\": {\"a\": 5}}");
    assertModelError(
        () -> SafetensorsModel.open(folder),
        index + ": field 'weight_map.a' must be a string, but is 5");
    Files.writeString(index, "{}");
    assertModelError(
        () -> SafetensorsModel.open(folder), index + ": field 'weight_map' is missing");
    Files.writeString(index, "[1]");
    assertModelError(
        () -> SafetensorsModel.open(folder), index + ": the file holds no JSON object");
  }

  private void assertModelFileError(RawSafetensors raw, String... parts) throws IOException {
    Files.write(folder.resolve("model.safetensors"), raw.bytes());
    assertModelError(() -> SafetensorsModel.open(folder), parts);
    assertModelError(() -> SafetensorsModel.open(folder), folder.toString());
  }

  private static RawSafetensors raw(String name, long... shape) {
    return add(new RawSafetensors(), name, shape);
  }

  private static RawSafetensors add(RawSafetensors raw, String name, long... shape) {
    long bytes = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    return raw.add(name, DType.U8, shape, new byte[Math.toIntExact(bytes)]);
  }

  @Test
  void tensorsThatDoNotFitTheConfiguration() throws IOException {
    assertModelFileError(
        raw("model.visual.deepstack_merger_list.3.norm.weight", 4),
        "tensor 'model.visual.deepstack_merger_list.3.norm.weight' has no vision block",
        "'vision_config.deepstack_visual_indexes' of ",
        "has 3 entries");
    assertModelFileError(
        raw("model.visual.patch_embed.proj.weight", 4, 3, 1, 2, 2),
        "has shape [4, 3, 1, 2, 2], but [hidden, channels, 2, height, width] is needed");
    assertModelFileError(
        add(raw("model.language_model.norm.weight", 4), "model.norm.weight", 4),
        "tensor 'model.norm.weight' is a second tensor for 'output_norm.weight'");
  }

  @Test
  void expertsThatDoNotFitTheConfiguration() throws IOException {
    assertModelFileError(
        raw(EXPERTS + "gate_up_proj", 8, 64, 96), "tensor '" + EXPERTS + "down_proj' is missing");
    assertModelFileError(
        add(raw(EXPERTS + "gate_up_proj", 8, 64, 90), EXPERTS + "down_proj", 8, 45, 64),
        "has shape [8, 64, 90] and '"
            + EXPERTS
            + "down_proj' [8, 45, 64], which do not fit 8"
            + " experts of 48 in a model of 64");
    assertModelFileError(raw(EXPERTS + "gate_up_proj", 8, 64), "has 2 dimensions, not 3");
    RawSafetensors some = raw(EXPERTS + "0.up_proj.weight", 48, 64);
    assertModelFileError(
        add(some, EXPERTS + "2.up_proj.weight", 48, 64),
        "should be of experts 0 to 7, but expert 1 is missing");
    RawSafetensors many = new RawSafetensors();
    for (int e = 0; e < 9; e++) {
      add(many, EXPERTS + e + ".up_proj.weight", 48, 64);
    }
    assertModelFileError(many, "should be of experts 0 to 7, but expert 8 is there");
    RawSafetensors uneven = new RawSafetensors();
    for (int e = 0; e < 8; e++) {
      add(uneven, EXPERTS + e + ".up_proj.weight", 48, e == 5 ? 63 : 64);
    }
    assertModelFileError(
        uneven, "5.up_proj.weight' has type U8 and shape [48, 63], unlike '" + EXPERTS + "0.");
  }

  @Test
  void expertsInADenseModel() throws IOException {
    Files.write(
        folder.resolve("config.json"),
        Files.readAllBytes(Fixtures.path("models/tiny-dense/config.json")));
    assertModelFileError(
        add(raw(EXPERTS + "gate_up_proj", 8, 64, 96), EXPERTS + "down_proj", 8, 48, 64),
        "is a tensor of experts, but field 'model_type' of ",
        "is 'qwen3_vl'");
    assertModelFileError(raw(EXPERTS + "0.up_proj.weight", 48, 64), "should be of experts 0 to -1");
  }
}
