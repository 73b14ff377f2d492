package dev.ocelli.cli.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.server.batch.Checkpoint;
import dev.ocelli.server.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code ocelli batch}: answers, order, going on, and what it refuses. */
class BatchCommandContractTest {
  private static final String ASK = "Describe this image.";

  @TempDir Path folder;

  private Path out() {
    return folder.resolve("out.jsonl");
  }

  private Path checkpoint() {
    return folder.resolve("out.jsonl.checkpoint");
  }

  private static CliHarness.Result batch(Path in, Path out, String... more) {
    List<String> all = new ArrayList<>(List.of("batch", in.toString(), out.toString()));
    all.addAll(List.of("-p", ASK, "--temp", "0", "-n", "24", "-t", "2", "-m", "nano"));
    all.addAll(List.of(more));
    return CliHarness.real().run(all.toArray(String[]::new));
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(l -> Json.parse(l.getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  @Test
  void answersAreThoseOfSingleRunsInOrder() throws IOException {
    Path in = BatchFixture.requests(folder, 13);
    CliHarness.Result r = batch(in, out(), "--parallel", "3", "--json");
    assertThat(r.code()).as(r.err()).isEqualTo(ExitCode.FAILED_CHECK);
    List<JsonNode> lines = lines(out());
    assertThat(lines.stream().map(l -> l.path("id").asString()).toList())
        .filteredOn(id -> !id.startsWith("batch_"))
        .containsExactly(
            "1", "same-2", "gone-3", "5", "6", "same-7", "gone-8", "10", "11", "same-12");
    assertThat(lines.get(1).path("custom_id").asString()).isEqualTo("open-1");
    assertThat(lines.get(1).path("response").path("status_code").asInt()).isEqualTo(200);
    assertThat(lines.get(3).path("error").asString()).contains("gone.png: no such file");
    assertThat(lines.get(12).path("same_as").asString()).isEqualTo("same-2");
    assertThat(lines.get(12).path("text")).isEqualTo(lines.get(2).path("text"));
    for (int i : new int[] {2, 7}) {
      String picture = i == 2 ? "ring-heart.png" : "heart-diamond-circle.png";
      CliHarness.Result single =
          CliHarness.real()
              .run(
                  "run",
                  "--image",
                  BatchFixture.EXAMPLES.resolve(picture).toString(),
                  "-p",
                  ASK,
                  "--temp",
                  "0",
                  "-n",
                  "24",
                  "-t",
                  "2",
                  "-m",
                  "nano",
                  "--json");
      assertThat(lines.get(i).path("text"))
          .isEqualTo(Json.parse(single.out().getBytes(StandardCharsets.UTF_8)).path("text"));
    }
    JsonNode summary = Json.parse(r.out().getBytes(StandardCharsets.UTF_8));
    assertThat(summary.path("total").asInt()).isEqualTo(13);
    assertThat(summary.path("failed").asInt()).isEqualTo(2);
    assertThat(summary.path("copied").asInt()).isEqualTo(1);
    assertThat(summary.path("ended").asString()).isEqualTo("complete");

    Path alone = folder.resolve("alone.jsonl");
    batch(in, alone, "--parallel", "1");
    assertThat(Files.readString(alone)).isEqualTo(Files.readString(out()));

    CliHarness.Result again = batch(in, out(), "--parallel", "3");
    assertThat(again.err()).contains("this run: 0 in");
    assertThat(Files.readString(alone)).isEqualTo(Files.readString(out()));
  }

  @Test
  void goesOnWhereABudgetEndedAndMendsTheOutput() throws IOException {
    Path in = BatchFixture.requests(folder, 10);
    Path whole = folder.resolve("whole.jsonl");
    batch(in, whole);
    CliHarness.Result first = batch(in, out(), "--max-items", "4", "--parallel", "2");
    assertThat(first.code()).isEqualTo(ExitCode.FAILED_CHECK);
    assertThat(first.err()).contains("6 left (budget; the same command goes on)");
    assertThat(Files.readAllLines(out())).hasSize(4);
    assertThat(batch(in, out(), "--max-tokens-total", "1", "--parallel", "1").err())
        .contains("(budget;");
    Random random = new Random(3);
    for (int i = 0; i < 6; i++) {
      byte[] bytes = Files.readAllBytes(out());
      switch (i % 3) {
        case 0 -> Files.write(out(), java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)));
        case 1 -> Files.writeString(out(), "{\"torn", StandardOpenOption.APPEND);
        default -> {
          bytes[random.nextInt(bytes.length)] ^= 1;
          Files.write(out(), bytes);
        }
      }
      batch(in, out(), "--max-items", i < 5 ? "1" : "100");
    }
    assertThat(Files.readString(out())).isEqualTo(Files.readString(whole));
    Files.delete(out());
    batch(in, out());
    assertThat(Files.readString(out())).isEqualTo(Files.readString(whole));
  }

  @Test
  void triesAgainWhatFailed() throws IOException {
    Path in = BatchFixture.requests(folder, 5);
    assertThat(batch(in, out()).err()).contains("1 failed");
    Files.copy(BatchFixture.EXAMPLES.resolve("ring-heart.png"), folder.resolve("gone.png"));
    CliHarness.Result r = batch(in, out(), "--retry-failed");
    assertThat(r.code()).as(r.err()).isEqualTo(ExitCode.OK);
    List<JsonNode> lines = lines(out());
    assertThat(lines.get(3).path("text")).isEqualTo(lines.get(2).path("text"));
    assertThat(lines.get(3).path("same_as").asString()).isEqualTo("same-2");
    assertThat(lines).hasSize(5);
  }

  @Test
  void foldersAreReadInNaturalOrderAndSchemasHold() throws IOException {
    Path pictures = folder.resolve("pictures");
    Files.createDirectories(pictures.resolve("deep"));
    for (String name : List.of("p10.png", "p9.png", "deep/a.png", "note.txt")) {
      Files.copy(BatchFixture.EXAMPLES.resolve("ring-heart.png"), pictures.resolve(name));
    }
    Path schema = Files.writeString(folder.resolve("schema.json"), "{\"enum\": [1, 2]}");
    CliHarness.Result r = batch(pictures, out(), "--schema", schema.toString());
    assertThat(r.code()).as(r.err()).isEqualTo(ExitCode.OK);
    List<JsonNode> lines = lines(out());
    assertThat(lines.stream().map(l -> l.path("id").asString()).toList())
        .containsExactly("p9.png", "p10.png", "deep/a.png");
    for (JsonNode l : lines) {
      JsonNode made = Json.made(l.path("text").asString());
      assertThat(made.asInt()).isBetween(1, 2);
    }
    Files.copy(BatchFixture.EXAMPLES.resolve("ring-heart.png"), pictures.resolve("p11.png"));
    assertThat(batch(pictures, out(), "--schema", schema.toString()).err())
        .contains("was begun with other requests");
  }

  @Test
  void refusesWhatItDidNotBegin() throws IOException {
    Path in = BatchFixture.requests(folder, 4);
    batch(in, out());
    assertThat(batch(in, out(), "--seed", "5").err()).contains("was begun with other settings");
    String before = Files.readString(out());
    assertThat(batch(in, out(), "--restart").err()).contains("this run: 4 in");
    assertThat(Files.readString(out())).isEqualTo(before);

    try (Checkpoint held = Checkpoint.open(checkpoint(), "")) {
      assertThat(held.counts().total()).isEqualTo(4);
      for (String[] more : new String[][] {{}, {"--restart"}}) {
        CliHarness.Result busy = batch(in, out(), more);
        assertThat(busy.code()).isEqualTo(ExitCode.RESOURCE);
        assertThat(busy.err()).contains("another process works on it");
      }
    }
    Files.delete(checkpoint());
    assertThat(batch(in, out()).err()).contains("no checkpoint beside it says what it is");
    assertThat(Files.readString(out())).isEqualTo(before);
    assertThat(batch(in, in).err()).contains("is the input, too");
  }

  @Test
  void damagedCheckpointsAreToldAndNothingIsLost() throws IOException {
    Path in = BatchFixture.requests(folder, 4);
    batch(in, out());
    byte[] whole = Files.readAllBytes(checkpoint());
    String before = Files.readString(out());
    Random random = new Random(7);
    for (int i = 0; i < 6; i++) {
      byte[] bytes = whole.clone();
      for (int k = 0; k < 200; k++) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(checkpoint(), i % 2 == 0 ? bytes : java.util.Arrays.copyOf(bytes, i * 2000));
      CliHarness.Result r = batch(in, out(), "--max-items", "1");
      assertThat(r.code()).as(r.err()).isNotEqualTo(ExitCode.INTERNAL);
      assertThat(r.err()).contains("out.jsonl");
    }
    Files.write(checkpoint(), whole);
    batch(in, out());
    assertThat(Files.readString(out())).isEqualTo(before);
  }

  @Test
  void aFullDiskIsToldAndNothingIsLost() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "this system has no /dev/full");
    Path in = BatchFixture.requests(folder, 3);
    Files.createSymbolicLink(out(), full);
    CliHarness.Result r = batch(in, out());
    assertThat(r.code()).isEqualTo(ExitCode.RESOURCE);
    assertThat(r.err()).contains("out.jsonl: cannot be written (").contains("what is done is kept");
    Files.delete(out());
    assertThat(batch(in, out()).code()).isEqualTo(ExitCode.OK);
    assertThat(Files.readAllLines(out())).hasSize(3);
  }

  @Test
  void interruptedRunsKeepWhatIsDone() throws Exception {
    Path in = BatchFixture.requests(folder, 12);
    Path whole = folder.resolve("whole.jsonl");
    batch(in, whole);
    CliHarness cli = CliHarness.real();
    Thread killer =
        Thread.ofVirtual()
            .start(() -> {
              while (out().toFile().length() == 0) {
                Thread.onSpinWait();
                Thread.yield();
              }
              cli.interrupts.interrupt();
            });
    CliHarness.Result r =
        cli.run(
            "batch",
            in.toString(),
            out().toString(),
            "-p",
            ASK,
            "--temp",
            "0",
            "-n",
            "24",
            "-t",
            "2",
            "-m",
            "nano",
            "-np",
            "1");
    assertThat(r.code()).as(r.err()).isIn(ExitCode.INTERRUPTED, ExitCode.FAILED_CHECK);
    cli.interrupts.finish();
    killer.join();
    batch(in, out());
    assertThat(Files.readString(out())).isEqualTo(Files.readString(whole));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"prompt\": \"a\"|line 1: the request body is no valid JSON",
        "{\"promt\": \"a\"}|line 1: promt: is not a field of a batch line; did you mean prompt?",
        "{\"image\": 3}|line 1: image: must be a string or an array of strings",
        "{\"custom_id\": \"a\", \"url\": \"/v1/chat\", \"body\": {}}|line 1: url: is '/v1/chat'; use one of",
        "{\"custom_id\": \"a\", \"url\": \"/v1/completions\", \"body\": {\"stream\": true}}|body.stream: is true",
        "{\"id\": \"2\"}^{\"prompt\": \"b\"}|names an earlier request, too",
        "^|has no requests",
      })
  void badLinesAreNamedBeforeAnyWork(String text, String error) throws IOException {
    Path in = Files.writeString(folder.resolve("in.jsonl"), text.replace('^', '\n'));
    CliHarness.Result r = batch(in, out());
    assertThat(r.code()).isEqualTo(ExitCode.INPUT);
    assertThat(r.err()).contains(error);
    assertThat(out()).doesNotExist();
  }
}
