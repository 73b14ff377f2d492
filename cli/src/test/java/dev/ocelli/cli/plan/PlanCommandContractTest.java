package dev.ocelli.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.NanoFiles;
import dev.ocelli.cli.console.ExitCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan}: numbers from headers, refusals, and what it suggests. */
class PlanCommandContractTest {
  @TempDir Path folder;

  @Test
  void tellsPartsPicturesAndTimes() {
    CliHarness.Result r =
        CliHarness.real()
            .run("plan", "nano", "--image", "640x480", "--video", "10s@320x240", "-c", "8k");
    assertThat(r.code()).isEqualTo(ExitCode.OK);
    assertThat(r.out())
        .contains("weights", "keys and values", "1 x 8192 tokens of f16", "fits")
        .contains("640x480: 640 x 480 -> ", "10s@320x240: 320 x 240 -> ", "grid 10 x ")
        .contains("first token after", "tokens/s")
        .contains("largest context that fits: ");
    assertThat(r.err()).isEmpty();
  }

  @Test
  void jsonHasTheSameNumbers() {
    CliHarness.Result r =
        CliHarness.real()
            .run("plan", "-m", "nano", "--image", "4000x3000", "--no-calibration", "--json");
    assertThat(r.code()).isEqualTo(ExitCode.OK);
    assertThat(r.out())
        .contains("\"needed\":", "\"resident\":", "\"fits\":true", "\"shrunk\":true")
        .doesNotContain("\"times\"")
        .endsWith("}\n");
  }

  @Test
  void whatCannotFitIsSaidWithRemedies() {
    CliHarness.Result r =
        CliHarness.real()
            .run("plan", "nano", "-c", "16000k", "--parallel", "1024", "--no-calibration");
    assertThat(r.code()).isEqualTo(ExitCode.RESOURCE);
    assertThat(r.out())
        .contains("DOES NOT FIT", "to make it fit:")
        .contains("--parallel 1: needs ", "--cache-type-k q8_0: needs ");
  }

  @Test
  void wrongUseIsRefused() {
    assertError(ExitCode.USAGE, "the model is given twice", "plan", "nano", "-m", "nano");
    assertError(ExitCode.USAGE, "--parallel 0", "plan", "nano", "--parallel", "0");
    assertError(ExitCode.USAGE, "--prompt-tokens 0", "plan", "nano", "--prompt-tokens", "0");
    assertError(ExitCode.USAGE, "neither a size", "plan", "nano", "--image", "large");
    assertError(ExitCode.USAGE, "nor the length of a clip", "plan", "nano", "--video", "long");
    assertError(ExitCode.USAGE, "no number of tokens", "plan", "nano", "-c", "32q");
    assertError(ExitCode.USAGE, "no vision file", "plan", "nano", "--no-mmproj", "--image", "9x9");
    assertError(
        ExitCode.CONTEXT, "the context holds 64", "plan", "nano", "-c", "64", "--image", "640x640");
  }

  @Test
  void weightsAreNotRead() throws IOException {
    Path text = NanoFiles.text();
    Path hollow = folder.resolve("hollow.gguf");
    byte[] all = Files.readAllBytes(text);
    Files.write(hollow, java.util.Arrays.copyOf(all, all.length / 10));
    try (RandomAccessFile file = new RandomAccessFile(hollow.toFile(), "rw")) {
      file.setLength(all.length); // the rest is a hole
    }
    CliHarness.Result whole =
        CliHarness.real().run("plan", text.toString(), "--no-mmproj", "--no-calibration", "--json");
    CliHarness.Result holes =
        CliHarness.real()
            .run("plan", hollow.toString(), "--no-mmproj", "--no-calibration", "--json");
    assertThat(memory(holes)).isEqualTo(memory(whole)).contains("\"weights\":");
  }

  private static String memory(CliHarness.Result r) {
    String out = r.out();
    return out.substring(out.indexOf("\"weights\""), out.indexOf("\"available\""));
  }

  private static void assertError(int code, String message, String... args) {
    CliHarness.Result r = CliHarness.real().run(args);
    assertThat(r.err()).contains(message).hasLineCount(1);
    assertThat(r.code()).isEqualTo(code);
  }
}
