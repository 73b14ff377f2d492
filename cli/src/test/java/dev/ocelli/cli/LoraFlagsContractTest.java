package dev.ocelli.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters on the command line, as llama.cpp names them. */
class LoraFlagsContractTest {
  @TempDir static Path folder;
  static String adapter;

  @BeforeAll
  static void write() {
    Path file = folder.resolve("style.gguf");
    try (GgufFile model = GgufFile.open(NanoFiles.text())) {
      GgufWriter out =
          new GgufWriter()
              .put("general.architecture", "qwen3vl")
              .put("general.type", "adapter")
              .put("adapter.type", "lora")
              .put("adapter.lora.alpha", 8f);
      Random random = new Random(1);
      for (Tensor t : model.tensors()) {
        if (t.name().endsWith("attn_v.weight")) {
          add(out, t.name() + ".lora_a", new long[] {2, t.columns()}, random);
          add(out, t.name() + ".lora_b", new long[] {t.rows(), 2}, random);
        }
      }
      out.write(file);
    }
    adapter = file.toString();
  }

  private static void add(GgufWriter out, String name, long[] shape, Random random) {
    int values = (int) (shape[0] * shape[1]);
    ByteBuffer data = ByteBuffer.allocate(4 * values).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values; i++) {
      data.putFloat(4 * i, (float) random.nextGaussian());
    }
    out.tensor(name, DType.F32, shape, MemorySegment.ofBuffer(data));
  }

  private static String answer(String... flags) {
    String[] args = new String[flags.length + 8];
    System.arraycopy(
        new String[] {"run", "-m", "nano", "-p", "What is in it?", "-n", "12", "-q"},
        0,
        args,
        0,
        8);
    System.arraycopy(flags, 0, args, 8, flags.length);
    CliHarness.Result r = CliHarness.real().run(args);
    assertThat(r.code()).as(r.err()).isZero();
    return r.out();
  }

  @Test
  void adaptersChangeReplies() {
    String plain = answer();
    String whole = answer("--lora", adapter);
    assertThat(whole).isNotEqualTo(plain);
    assertThat(answer("--lora-scaled", adapter + ":1")).isEqualTo(whole);
    assertThat(answer("--lora-scaled", adapter + ":0")).isEqualTo(plain);
    assertThat(answer("--lora", adapter, "--lora-scaled", adapter + ":-1,%s:0".formatted(adapter)))
        .isNotEqualTo(whole);
  }

  @Test
  void reportsNameThem() {
    CliHarness.Result r =
        CliHarness.real()
            .run(
                "run", "-m", "nano", "-p", "a", "-n", "1", "-v", "--lora-scaled", adapter + ":0.5");
    assertThat(r.err()).contains("adapter 0: style, rank 2, scale 0.5 (" + adapter + ")");
  }

  @Test
  void plansCountThem() {
    CliHarness.Result plain = plan();
    CliHarness.Result with = plan("--lora", adapter);
    assertThat(with.code()).as(with.err()).isZero();
    assertThat(needed(with)).isGreaterThan(needed(plain));
  }

  private static CliHarness.Result plan(String... flags) {
    String[] args = new String[flags.length + 4];
    System.arraycopy(new String[] {"plan", "nano", "--no-calibration", "--json"}, 0, args, 0, 4);
    System.arraycopy(flags, 0, args, 4, flags.length);
    return CliHarness.real().run(args);
  }

  private static long needed(CliHarness.Result r) {
    return tools.jackson.databind.json.JsonMapper.shared()
        .readTree(r.out())
        .findPath("needed")
        .asLong();
  }

  @Test
  void benchTakesThem() {
    String missing = folder.resolve("none.gguf").toString();
    CliHarness.Result r =
        CliHarness.real().run("bench", "-m", "nano", "-p", "1", "-n", "0", "--lora", missing);
    assertThat(r.code()).isEqualTo(ExitCode.MODEL);
    assertThat(r.err()).contains(missing);
  }

  @Test
  void mistakesAreOneLine() {
    assertError("style.gguf:half'; give FILE:SCALE", "--lora-scaled", adapter + ":half");
    assertError("give FILE:SCALE with a number", "--lora-scaled", adapter + ":NaN");
    assertError("none.gguf", "--lora", folder.resolve("none.gguf").toString());
    assertError("'general.type' is 'model', not 'adapter'", "--lora", NanoFiles.text().toString());
  }

  private static void assertError(String message, String... flags) {
    String[] args = new String[flags.length + 5];
    System.arraycopy(new String[] {"run", "-m", "nano", "-p", "a"}, 0, args, 0, 5);
    System.arraycopy(flags, 0, args, 5, flags.length);
    CliHarness.Result r = CliHarness.real().run(args);
    assertThat(r.code()).isIn(ExitCode.USAGE, ExitCode.INPUT, ExitCode.MODEL);
    assertThat(r.err()).contains(message).startsWith("ocelli: ");
    assertThat(r.err().lines()).hasSize(1);
  }
}
