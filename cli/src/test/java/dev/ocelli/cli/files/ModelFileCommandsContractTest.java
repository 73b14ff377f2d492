package dev.ocelli.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.NanoFiles;
import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.GgufType;
import dev.ocelli.engine.gguf.GgufValue;
import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code split}, {@code merge}, {@code edit}, {@code verify} and {@code convert}. */
class ModelFileCommandsContractTest {
  @TempDir Path folder;
  private final String in = NanoFiles.text().toString();

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static CliHarness.Result run(String... args) {
    return new CliHarness().run(args);
  }

  @Test
  void whatIsSplitMergesIntoTheSameFile() {
    CliHarness.Result r = run("split", "--max-tensors", "30", in, path("s"));
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.out())
        .contains("s-00001-of-00002.gguf: 30 tensors", "s-00002-of-00002.gguf: 27 tensors");
    r = run("merge", path("s-00002-of-00002.gguf"), path("m.gguf"));
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(folder.resolve("m.gguf")).hasSameBinaryContentAs(NanoFiles.text());
    r = run("verify", path("s-00001-of-00002.gguf"));
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.out()).contains("57 tensors read: the file is whole").hasLineCount(3);
  }

  @Test
  void missingShardsAreNamed() throws IOException {
    run("split", "--max-tensors", "30", in, path("s"));
    Files.delete(folder.resolve("s-00002-of-00002.gguf"));
    for (String command : new String[] {"verify", "show"}) {
      CliHarness.Result r = run(command, path("s-00001-of-00002.gguf"));
      assertThat(r.code()).isEqualTo(ExitCode.MODEL);
      assertThat(r.err()).contains("s-00002-of-00002.gguf").hasLineCount(1);
    }
  }

  @Test
  void metadataAreChangedInTheirPlaces() throws IOException {
    Path template = Files.writeString(folder.resolve("t.jinja"), "{{ messages }}\n");
    CliHarness.Result r =
        run(
            "edit",
            in,
            path("e.gguf"),
            "--set",
            "general.name=str:a=b:c",
            "--set",
            "x.u64=u64:18446744073709551615",
            "--set",
            "x.f32=f32:0.1",
            "--set",
            "x.yes=bool:true",
            "--set",
            "x.list=i32[]:[-1,2]",
            "--set",
            "x.words=str[]:[\"a\",\"b c\"]",
            "--remove",
            "general.file_type",
            "--chat-template-file",
            template.toString());
    assertThat(r.code()).as(r.err()).isZero();
    try (GgufFile e = GgufFile.open(folder.resolve("e.gguf"));
        GgufFile f = GgufFile.open(NanoFiles.text())) {
      assertThat(e.metadata().getString("general.name")).isEqualTo("a=b:c");
      assertThat(e.metadata().find("x.u64")).isEqualTo(new GgufValue.Whole(GgufType.UINT64, -1));
      assertThat(e.metadata().getFloat("x.f32")).isEqualTo(0.1f);
      assertThat(e.metadata().getBoolean("x.yes")).isTrue();
      assertThat(e.metadata().getInts("x.list")).containsExactly(-1, 2);
      assertThat(e.metadata().getStrings("x.words")).containsExactly("a", "b c");
      assertThat(e.metadata().has("general.file_type")).isFalse();
      assertThat(e.metadata().getString("tokenizer.chat_template")).isEqualTo("{{ messages }}\n");
      assertThat(e.metadata().entries().keySet()).startsWith("general.architecture");
      f.tensors()
          .forEach(t ->
              assertThat(e.get(t.name()).data().mismatch(t.data())).as(t.name()).isEqualTo(-1));
    }
  }

  @Test
  void sumsAreCompared() {
    CliHarness.Result r = run("verify", in, "--json");
    JsonNode json = JsonMapper.shared().readTree(r.out());
    assertThat(json.path("sound").asBoolean()).isTrue();
    String sum = json.path("files").path(0).path("sha256").asString();
    assertThat(sum).hasSize(64);
    assertThat(run("verify", in, "--sha256", sum.toUpperCase(java.util.Locale.ROOT)).code())
        .isZero();
    r = run("verify", in, "--sha256", sum.replace(sum.charAt(0), sum.charAt(0) == '0' ? '1' : '0'));
    assertThat(r.code()).isEqualTo(ExitCode.FAILED_CHECK);
    assertThat(r.out()).contains("SHA-256 is " + sum, "the file is damaged");
  }

  /** One bad factor a type, in the second block. */
  @ParameterizedTest
  @CsvSource({
    "F32, 5, 4",
    "F16, 2, 2",
    "BF16, 3, 2",
    "Q8_0, 32, 34",
    "Q4_K, 256, 144",
    "Q6_K, 256, 418",
    "MXFP4, 32, 17"
  })
  void badFactorsAreFound(DType type, int first, int at) {
    byte[] data = new byte[(int) type.bytes(512)];
    ByteBuffer b = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case F32 -> b.putFloat(4 * first, Float.NaN);
      case BF16 -> b.putShort(2 * first, (short) 0x7f80);
      case F16 -> b.putShort(2 * first, (short) 0x7c00);
      case MXFP4 -> b.put(at, (byte) 255);
      default -> b.putShort(at, (short) 0x7e00);
    }
    new GgufWriter()
        .put("general.architecture", "x")
        .tensor("a.weight", type, new long[] {2, 256}, MemorySegment.ofArray(data))
        .tensor("b.weight", DType.I8, new long[] {1}, MemorySegment.ofArray(new byte[1]))
        .write(folder.resolve("x.gguf"));
    CliHarness.Result r = run("verify", path("x.gguf"));
    assertThat(r.code()).as(r.err()).isEqualTo(ExitCode.FAILED_CHECK);
    assertThat(r.out())
        .contains("tensor 'a.weight'", "at index " + first + ";", "1 of types without weights");
  }

  @Test
  void emptyTensorsAreNoted() {
    new GgufWriter()
        .tensor("a.weight", DType.F32, new long[] {4}, MemorySegment.ofArray(new byte[16]))
        .write(folder.resolve("x.gguf"));
    CliHarness.Result r = run("verify", path("x.gguf"));
    assertThat(r.code()).isZero();
    assertThat(r.out()).contains("note: all values of tensor 'a.weight' are 0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "split IN DIR/s --max-size 5|no size; write it as in 500M or 2G",
        "split IN DIR/s --max-size 5G --max-tensors 3|exclude each other",
        "split IN DIR/s --max-tensors 0|out of range",
        "split IN DIR/no/s|there is no folder",
        "merge IN DIR/m.gguf|nothing to merge",
        "merge none.gguf DIR/m.gguf|no such file",
        "edit IN DIR/e.gguf|nothing to change",
        "edit IN IN --force --remove general.name|written and read at once",
        "edit IN DIR/e.gguf --set a|is no entry",
        "edit IN DIR/e.gguf --set a=x8:1|unknown type 'x8'",
        "edit IN DIR/e.gguf --set a=u8:256|is no u8",
        "edit IN DIR/e.gguf --set a=f32:1e99|is no f32",
        "edit IN DIR/e.gguf --set a=i32[]:[1,\"2\"]|write a list as in [1,2]",
        "edit IN DIR/e.gguf --set a=u8:1 --remove a|changed twice",
        "edit IN DIR/e.gguf --set split.no=u8:1|split and merge",
        "edit IN DIR/e.gguf --remove nothing|no key 'nothing'",
        "edit IN DIR/e.gguf --remove general.architecture|cannot be removed",
        "edit IN DIR/e.gguf --set general.alignment=u32:3|power of two",
        "edit IN DIR/e.gguf --set a=file:none.txt|no such file",
        "verify IN --sha256 12|64 hexadecimal digits",
        "verify none.gguf|no such file",
        "convert DIR DIR/c.gguf|no config.json",
        "convert none DIR/c.gguf|no such folder",
        "convert DIR DIR/c.gguf --outtype q4_k_m|use 'ocelli quantize'"
      })
  void wrongUseIsExplained(String words, String message) {
    String[] args = words.split(" ");
    for (int i = 0; i < args.length; i++) {
      args[i] = args[i].equals("IN") ? in : args[i].replace("DIR", folder.toString());
    }
    CliHarness.Result r = run(args);
    assertThat(r.code()).isNotZero();
    assertThat(r.err()).contains(message).hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void filesAreReplacedByForceAlone() throws IOException {
    Path out = Files.writeString(folder.resolve("e.gguf"), "mine");
    String[] args = {"edit", in, out.toString(), "--remove", "general.name"};
    CliHarness.Result r = run(args);
    assertThat(r.code()).isEqualTo(ExitCode.USAGE);
    assertThat(r.err()).contains("--force");
    assertThat(out).hasContent("mine");
  }
}
