package dev.ocelli.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills {@code ocelli batch} without warning, again and again. */
class BatchProcessTest {
  private static final int REQUESTS = 40;

  @TempDir Path folder;

  private static List<String> arguments(Path in, Path out) {
    return List.of(
        "batch",
        in.toString(),
        out.toString(),
        "-p",
        "Describe this image.",
        "--temp",
        "0",
        "-n",
        "32",
        "-t",
        "2",
        "-m",
        "nano",
        "-np",
        "3");
  }

  private Process start(Path in, Path out) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.ocelli.cli.Main"));
    command.addAll(arguments(in, out));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  @Test
  void killedAtAnyMomentItGoesOnWithoutLossOrDuplicate() throws Exception {
    Path in = BatchFixture.requests(folder, REQUESTS);
    Path whole = folder.resolve("whole.jsonl");
    CliHarness.real().run(arguments(in, whole).toArray(String[]::new));
    assertThat(Files.readAllLines(whole)).hasSize(REQUESTS);
    Path out = folder.resolve("out.jsonl");
    Random random = new Random(11);
    int kills = 0;
    for (boolean ended = false; !ended; ) {
      Process process = start(in, out);
      try {
        // At any size of the output, the one that it has already included: then before any work.
        long size = out.toFile().length();
        long enough = size + (kills < 5 ? random.nextInt(3) * 700L : Long.MAX_VALUE / 2);
        while (process.isAlive()
            && (out.toFile().length() < enough || kills == 0 && out.toFile().length() == 0)) {
          process.waitFor(1, TimeUnit.MILLISECONDS);
        }
        process.waitFor(random.nextInt(30), TimeUnit.MILLISECONDS);
      } finally {
        ended = !process.isAlive();
        process.destroyForcibly().waitFor();
      }
      kills += ended ? 0 : 1;
      if (!ended && random.nextBoolean() && out.toFile().length() > 0) {
        Files.writeString(out, "{\"torn\": ", StandardOpenOption.APPEND);
      }
    }
    assertThat(kills).isGreaterThanOrEqualTo(3);
    assertThat(Files.readString(folder.resolve("log"))).contains("0 left");
    assertThat(Files.readString(out)).isEqualTo(Files.readString(whole));
  }
}
