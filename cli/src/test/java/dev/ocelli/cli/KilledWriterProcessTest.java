package dev.ocelli.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that write model files, killed while they write: nothing is left that looks whole. */
class KilledWriterProcessTest {
  // Unlike java -jar, the launcher becomes the process that writes.
  private static final String LAUNCHER =
      Path.of("..", "ocelli").toAbsolutePath().normalize().toString();

  private static final String TEXT = NanoFiles.text().toString();

  @TempDir Path folder;

  private Process start(Path in, List<String> command) throws IOException {
    List<String> all = new ArrayList<>(List.of(LAUNCHER));
    all.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .directory(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().put("OCELLI_NO_BUILD", "1");
    builder.environment().put("OCELLI_AOT", "off");
    return builder.start();
  }

  private static List<Path> files(Path in, String suffix) throws IOException {
    try (Stream<Path> all = Files.list(in)) {
      return all.filter(f -> f.toString().endsWith(suffix)).sorted().toList();
    }
  }

  /**
   * Lets a command write, ends it with SIGKILL, and lets it write again.
   *
   * @return whether it was in the middle; quick ones may have been done
   */
  private boolean killed(String name, String... arguments) throws Exception {
    List<String> command = List.of(arguments);
    Path whole = Files.createDirectory(folder.resolve(name + "-whole"));
    Process first = start(whole, command);
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(first.exitValue()).as(Files.readString(folder.resolve("log"))).isZero();
    Path other = Files.createDirectory(folder.resolve(name + "-killed"));
    Process second = start(other, command);
    try {
      while (second.isAlive() && files(other, ".part").isEmpty()) {
        Thread.onSpinWait();
      }
    } finally {
      second.destroyForcibly();
    }
    assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
    boolean inTheMiddle = !files(other, ".part").isEmpty();
    List<Path> wanted = files(whole, ".gguf");
    assertThat(wanted).isNotEmpty();
    for (Path left : files(other, ".gguf")) {
      // It had been quick, or this is a shard that was complete.
      assertThat(left).hasSameBinaryContentAs(whole.resolve(left.getFileName()));
      Files.delete(left);
    }
    Process third = start(other, command);
    assertThat(third.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(third.exitValue()).as(Files.readString(folder.resolve("log"))).isZero();
    for (Path file : wanted) {
      assertThat(other.resolve(file.getFileName())).hasSameBinaryContentAs(file);
    }
    assertThat(files(other, ".part")).isEmpty();
    return inTheMiddle;
  }

  @Test
  void quantize() throws Exception {
    assertThat(killed("quantize", "quantize", "--pure", TEXT, "out.gguf", "IQ3_S")).isTrue();
  }

  @Test
  void edit() throws Exception {
    killed("edit", "edit", TEXT, "out.gguf", "--set", "general.name=str:Other");
  }

  @Test
  void splitAndMerge() throws Exception {
    killed("split", "split", "--max-size", "2M", TEXT, "part");
    Path shard = files(folder.resolve("split-whole"), ".gguf").getFirst();
    killed("merge", "merge", shard.toString(), "out.gguf");
    assertThat(folder.resolve("merge-whole/out.gguf")).hasSameBinaryContentAs(NanoFiles.text());
  }

  @Test
  void convert() throws Exception {
    Path snapshot = Path.of("..", "engine/src/test/resources/reference/models/tiny-dense");
    killed("convert", "convert", snapshot.toRealPath().toString(), "out.gguf");
  }
}
