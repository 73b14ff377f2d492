package dev.ocelli.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.runtime.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What is measured and how it is printed, with a model that takes 50 ms for any prompt, 10 ms for
 * any reply and 40 ms for any picture; and once with the real one.
 */
class BenchCommandContractTest {
  private static final List<String> HEAD = List.of("<user>", "\n");
  private static final List<String> TAIL = List.of("<end>", "<assistant>", "\n");

  private final CliHarness cli = new CliHarness();

  @BeforeEach
  void makeTokensOfWords() {
    cli.answers = r -> String.join(" ", Collections.nCopies(r.maxTokens(), "a"));
    cli.promptTokens =
        r -> {
          List<String> tokens = new ArrayList<>(HEAD);
          tokens.addAll(words(r));
          tokens.addAll(TAIL);
          return tokens;
        };
  }

  private static List<String> words(Request r) {
    return r.messages().getFirst().content().stream()
        .flatMap(c ->
            c instanceof Content.Text t
                ? List.of(t.text().strip().split(" ")).stream()
                : List.of("<image>").stream())
        .toList();
  }

  private String run(String line) {
    CliHarness.Result r = cli.run(("bench -m x " + line).split(" "));
    assertThat(r.err()).isEmpty();
    assertThat(r.code()).isZero();
    return r.out();
  }

  /** Rows of a JSON array, each a list of {@code name=value}. */
  private static List<List<String>> rows(String json) {
    List<List<String>> rows = new ArrayList<>();
    String name = "";
    try (JsonParser p = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
      for (JsonToken t = p.nextToken(); t != null; t = p.nextToken()) {
        if (t == JsonToken.START_OBJECT) {
          rows.add(new ArrayList<>());
        } else if (t == JsonToken.PROPERTY_NAME) {
          name = p.currentName();
        } else if (t.isScalarValue()) {
          rows.getLast().add(name + "=" + p.getString());
        }
      }
    }
    return rows;
  }

  @Test
  void rowsHaveTheFieldNamesOfLlamaBench() {
    List<List<String>> rows = rows(run("-p 16 -n 8 -r 2 -b 64 --json"));
    assertThat(rows).hasSize(2);
    assertThat(rows.getFirst())
        .contains(
            "model_filename=fake.gguf",
            "model_type=fake 1.00B Q4_0",
            "model_size=600000000",
            "model_n_params=1000000000",
            "n_batch=64",
            "n_threads=3",
            "type_k=f16",
            "type_v=f16",
            "n_prompt=16",
            "n_gen=0",
            "n_depth=0",
            "n_parallel=1",
            "image=null",
            "image_tokens=0",
            "level=x",
            "load_mode=repack",
            "avg_ns=50000000",
            "stddev_ns=0",
            "avg_ts=320.0",
            "stddev_ts=0.0",
            "gb_per_s=null",
            "peak_gb_per_s=null",
            "gops=320.0",
            "peak_gops=640.0",
            "samples_ns=50000000",
            "samples_ts=320");
    assertThat(rows.getFirst())
        .anyMatch(f -> f.matches("test_time=\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"));
    assertThat(rows.get(1)).contains("n_prompt=0", "n_gen=8", "avg_ns=10000000", "avg_ts=800.0");
    assertThat(rows.get(1).stream().filter(f -> f.startsWith("samples_ts"))).hasSize(2);
  }

  @Test
  void listsAreTriedInAllCombinations() {
    List<List<String>> rows =
        rows(run("-p 16,32 -n 4 -pg 16,8 -d 0,20 -t 1,2 -b 64,128 -r 1 --image 64x48 -o json"));
    List<String> texts =
        List.of("16 0 0", "32 0 0", "0 4 0", "16 8 0", "16 0 20", "32 0 20", "0 4 20", "16 8 20");
    List<String> expected = new ArrayList<>();
    for (int t = 1; t <= 2; t++) {
      expected.addAll(texts);
      expected.add("0 0 0"); // the picture, which is not computed in chunks
      expected.addAll(texts);
    }
    assertThat(rows.stream().map(BenchCommandContractTest::sizes)).isEqualTo(expected);
    assertThat(rows.get(8)).contains("image=64x48", "image_tokens=80", "avg_ts=2000.0");
    assertThat(rows.get(3)).contains("avg_ns=60000000", "avg_ts=400.0");
    assertThat(cli.opened.stream().map(f -> f.threads + " " + f.chunk))
        .containsExactly("1 64", "1 128", "2 64", "2 128");
  }

  private static String sizes(List<String> row) {
    return row.stream()
        .filter(f -> f.matches("n_(prompt|gen|depth)=.*"))
        .map(f -> f.substring(f.indexOf('=') + 1))
        .reduce((a, b) -> a + " " + b)
        .orElse("");
  }

  @Test
  void promptsHaveExactlyTheLengthThatWasAskedFor() {
    run("-p 40 -n 0 -r 1 --no-warmup");
    assertThat(cli.promptTokens.apply(cli.requests.getLast())).hasSize(40);
    assertThat(cli.requests.getLast().maxTokens()).isEqualTo(1);
  }

  @Test
  void whatLiesBeforeIsInTheContextAndNotCounted() {
    String out = run("-p 16 -n 0 -d 30 -r 1 --no-warmup -o json");
    assertThat(rows(out).getFirst()).contains("n_prompt=16", "n_depth=30", "avg_ts=320.0");
    List<String> before = cli.promptTokens.apply(cli.requests.get(cli.requests.size() - 2));
    List<String> all = cli.promptTokens.apply(cli.requests.getLast());
    assertThat(all).hasSize(46).startsWith(before.subList(0, 30).toArray(String[]::new));
    assertThat(all.get(30)).isNotEqualTo(before.get(30));
  }

  @Test
  void sequencesAtOnceCountTogether() {
    String out = run("-p 0 -n 5 -r 1 --no-warmup --parallel 1,4 -o json");
    List<List<String>> rows = rows(out);
    assertThat(rows.getFirst()).contains("n_gen=5", "n_parallel=1", "avg_ts=500.0");
    assertThat(rows.get(1)).contains("n_gen=5", "n_parallel=4");
    List<Request> together = cli.requests.subList(cli.requests.size() - 4, cli.requests.size());
    assertThat(together).allMatch(r -> r.maxTokens() == 6);
    assertThat(together.stream().map(r -> words(r).getFirst()))
        .containsExactlyInAnyOrder("a", "b", "c", "d");
  }

  @Test
  void sequenceThatFailsEndsTheOthers() {
    cli.answers =
        r -> {
          if (words(r).getFirst().equals("c")) {
            throw new OutOfMemoryError("no room for c");
          }
          return String.join(" ", Collections.nCopies(r.maxTokens(), "a"));
        };
    CliHarness.Result r = cli.run("bench -m x -p 0 -n 5 -r 1 --parallel 4 -o json".split(" "));
    assertThat(r.err()).contains("not enough memory (no room for c)");
    assertThat(r.code()).isEqualTo(ExitCode.RESOURCE);
    assertThat(r.out()).isEmpty();
  }

  @Test
  void tableHasALineForEachTestAndTheRealThreads() {
    assertThat(run("-p 16 -n 8 -d 0,20 -r 1 --image 64x48"))
        .isEqualTo(
            """
            | model                          |       size | threads | test                   |        ms |                tok/s |
            |--------------------------------|-----------:|--------:|------------------------|----------:|---------------------:|
            | fake 1.00B Q4_0                | 572.20 MiB |       3 | pp16                   |      50.0 |        320.00 ± 0.00 |
            | fake 1.00B Q4_0                | 572.20 MiB |       3 | tg8                    |      10.0 |        800.00 ± 0.00 |
            | fake 1.00B Q4_0                | 572.20 MiB |       3 | pp16 @ d20             |      50.0 |        320.00 ± 0.00 |
            | fake 1.00B Q4_0                | 572.20 MiB |       3 | tg8 @ d20              |      10.0 |        800.00 ± 0.00 |
            | fake 1.00B Q4_0                | 572.20 MiB |       3 | image 64x48            |      40.0 |       2000.00 ± 0.00 |
            """);
  }

  @Test
  void limitsAreMeasuredBeforeAndBehindAndTheLargerCounts() {
    cli.bytesPerToken = 100_000_000;
    List<List<String>> rows =
        rows(run("-p 16 -n 8 -pg 16,8 -r 2 --no-warmup --image 64x48 --json"));
    assertThat(rows.getFirst())
        .contains("gops=320.0", "peak_gops=640.0", "gb_per_s=null", "peak_gb_per_s=null");
    assertThat(rows.get(1))
        .contains("gops=null", "peak_gops=null", "gb_per_s=80.0", "peak_gb_per_s=100.0");
    assertThat(rows.get(2)).contains("gops=null", "peak_gops=null", "gb_per_s=null");
    assertThat(rows.get(3)).contains("gops=128.0", "peak_gops=640.0", "gb_per_s=null");
    assertThat(cli.measured).as("nothing limits both a prompt and a reply").isEqualTo(6);
  }

  @Test
  void wideTableShowsSharesAndNarrowOneMeasuresNoLimits() {
    cli.bytesPerToken = 100_000_000;
    run("-p 16 -n 8 -r 1 --no-warmup");
    assertThat(cli.measured).isZero();
    cli.out.reset();
    CliHarness.Result r =
        cli.run("bench -v -m x -p 16 -n 8 -pg 16,8 -r 1 --no-warmup --image 64x48".split(" "));
    assertThat(r.out().lines().map(l -> l.substring(l.lastIndexOf('|', l.length() - 2))))
        .containsExactly(
            "|       share of limit |",
            "|---------------------:|",
            "|     320 GOP/s (50 %) |",
            "|     80.0 GB/s (80 %) |",
            "|                      |",
            "|     128 GOP/s (20 %) |");
  }

  @Test
  void linesOfJsonAndCsvHaveTheSameFields() {
    List<String> lines = run("-p 16 -n 8 -r 1 -o jsonl").lines().toList();
    assertThat(lines).hasSize(2).allMatch(l -> l.startsWith("{") && l.endsWith("}"));
    cli.out.reset();
    List<String> csv = run("-p 16 -n 8 -r 1 -o csv").lines().toList();
    assertThat(csv).hasSize(3);
    List<String> names = List.of(csv.getFirst().split(","));
    assertThat(names).contains("n_prompt", "n_gen", "avg_ts", "n_parallel", "gb_per_s", "gops");
    assertThat(csv.get(1)).startsWith("\"").contains("\"fake.gguf\"");
    List<String> values =
        List.of(csv.get(1).substring(1, csv.get(1).length() - 1).split("\",\"", -1));
    assertThat(values).hasSameSizeAs(names);
    assertThat(values.get(names.indexOf("avg_ts"))).isEqualTo("320.0");
    assertThat(rows(lines.getFirst()).getFirst().stream().map(f -> f.substring(0, f.indexOf('='))))
        .startsWith(names.toArray(String[]::new));
  }

  @Test
  void severalModelsAreToldInATableByType(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("t"), "Words.");
    String out = run("-m y -p 16 -n 8 -r 1 -f " + text);
    assertThat(cli.opened.stream().map(f -> f.model)).containsExactly("x", "y");
    assertThat(out.lines().toList().subList(7, 10))
        .containsExactly(
            "| type | size | bits/weight | threads | pp16 tok/s | tg8 tok/s | PPL | file |",
            "|---|---:|---:|---:|---:|---:|---:|---|",
            "| Q4_0 | 572.20 MiB | 4.80 | 3 | 320.00 | 800.00 | 7.3891 ± 0.0739 | fake.gguf |");
    cli.out.reset();
    assertThat(rows(run("-p 16 -n 0 -r 1 --json -f " + text)).getFirst())
        .contains("file_type=Q4_0", "bits_per_weight=4.8", "ppl=7.38905609893065");
    cli.out.reset();
    assertThat(rows(run("-p 16 -n 0 -r 1 --json")).getFirst()).contains("ppl=null");
  }

  @Test
  void modelIsLoadedAsTheFlagsSay() {
    run("-p 8 -n 0 -r 1 -t 2 -ctk q8_0 --load-mode mmap --vision-precision f32 --level x --exact");
    ModelFlags flags = cli.opened.getLast();
    assertThat(flags.loadMode).isEqualTo(LoadMode.MMAP);
    assertThat(flags.visionPrecision).isEqualTo("f32");
    assertThat(flags.level).isEqualTo("x");
    assertThat(flags.exact).isTrue();
    assertThat(flags.cacheTypeK).isEqualTo("q8_0");
    assertThat(flags.draft).isEqualTo("off");
    assertThat(flags.noMmproj).as("no picture, no vision tower").isTrue();
    run("-p 0 -n 0 --image 32x32 -r 1");
    assertThat(cli.opened.getLast().noMmproj).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2 | -p 0 -n 0          | leave one of the tests in
          2 | -n 1,-1            | -n -1 is out of range
          2 | -d -1              | -d -1 is out of range
          2 | -b 0               | -b 0 is out of range
          2 | --chunks 0 -f x    | --chunks 0 is out of range
          2 | --chunks 2         | --chunks is given without a text
          4 | -f none            | none: no such file
          2 | -r 0               | -r 0 is out of range
          2 | --parallel 0       | --parallel 0 is out of range
          2 | --parallel 2000    | --parallel 2000 is out of range
          2 | -pg 12             | -pg '12' is no pair
          2 | -o xml             | xml
          2 | -p 5               | -p 5: this model's chat template makes 6 tokens
          2 | -p 3 -d 9          | -p 3: this model's chat template makes 4 tokens
          2 | -p 0 -d 5          | -d 5: this model's chat template makes 6 tokens
          5 | -p 4096            | the context of fake, which holds 4096
          5 | -p 0 -n 80 -d 4030 | do not fit into the context
          """)
  void mistakesAreOneLine(int code, String line, String message) {
    CliHarness.Result r = cli.run(("bench -m x " + line).split(" "));
    assertThat(r.err()).contains(message).startsWith("ocelli: ").endsWith("\n");
    assertThat(r.err().lines()).hasSize(1);
    assertThat(r.code()).isEqualTo(code);
    assertThat(r.out()).isEmpty();
  }

  @Test
  void realModelIsMeasuredToo() {
    CliHarness real = CliHarness.real();
    CliHarness.Result r =
        real.run(
            "bench -q -p 24 -n 4 -pg 24,2 -d 0,32 -t 1 -r 1 --no-warmup --parallel 1,3 --image 64x64 -o json"
                .split(" "));
    assertThat(r.err()).isEmpty();
    List<List<String>> rows = rows(r.out());
    assertThat(rows).hasSize(9);
    List<Double> rates =
        rows.stream()
            .flatMap(List::stream)
            .filter(f -> f.startsWith("avg_ts="))
            .map(f -> Double.parseDouble(f.substring(7)))
            .toList();
    assertThat(rates).hasSize(9).allMatch(rate -> rate > 0);
    assertThat(rows.getFirst()).contains("n_threads=1", "gb_per_s=null");
    for (int i : new int[] {0, 4, 8}) { // prompts and the picture
      assertThat(rows.get(i)).noneMatch(f -> f.equals("gops=null"));
    }
    IntStream.of(1, 2)
        .forEach(i ->
            assertThat(rows.get(i))
                .noneMatch(f -> f.equals("gb_per_s=null") || f.equals("peak_gb_per_s=null")));
  }
}
